"""DOCX in body order, as a reader sees it: accepted insertions in, deletions and hidden text out."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ingest.clean import one_line, warning_signal
from ingest.errors import SourceError
from ingest.limits import Limits
from ingest.ooxml import read_part, refuse_declarations, xml_events
from ingest.parse.rows import record
from ingest.records import Block, BlockKind, Document

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BODY = "word/document.xml"
_GONE = frozenset(
    f"{_W}{name}" for name in ("del", "moveFrom", "instrText", "delText", "rPr", "pPr", "sectPr")
)
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_HEADING_NAME = re.compile(r"^(?:heading|标题|überschrift|titre)\s*([1-9])$", re.IGNORECASE)
_CAPTION_NAME = re.compile(r"^(?:caption|题注)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Style:
    name: str
    level: int
    hidden: bool
    parent: str


@dataclass
class _Parts:
    """What the body refers to, and the counters of its numbered lists."""

    styles: dict[str, _Style]
    formats: dict[tuple[str, str], str]
    notes: dict[tuple[str, str], str]
    counters: dict[tuple[str, str], int] = field(default_factory=dict)


def parse(content: bytes, doc: str, limits: Limits) -> Document:
    """Read a document's body; each table row is a record under its header."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise SourceError("corrupt", f"cut off or broken ({error})") from error
    if _BODY not in archive.namelist():
        raise SourceError("corrupt", "its main part is missing")
    root = _tree(archive, _BODY, limits)
    body = root.find(f"{_W}body")
    if body is None:
        raise SourceError("corrupt", "it has no body")
    parts = _Parts(_styles(archive, limits), _list_formats(archive, limits), _notes(archive, limits))
    blocks = list(_container(body, parts))
    title = _title(archive, limits) or next((b.text for b in blocks if b.kind == "heading"), "")
    return Document(title or doc.rsplit("/", 1)[-1], tuple(blocks))


def _tree(archive: zipfile.ZipFile, name: str, limits: Limits) -> Any:
    """A part as a tree, after its size, declarations and depth were checked."""
    root = None
    for _event, element in xml_events(read_part(archive, name, limits), name, limits):
        root = element if root is None else root
    if root is None:
        raise SourceError("corrupt", f"{name} is empty")
    return root


def _optional(archive: zipfile.ZipFile, name: str, limits: Limits) -> Any:
    return _tree(archive, name, limits) if name in archive.namelist() else None


def _styles(archive: zipfile.ZipFile, limits: Limits) -> dict[str, _Style]:
    root = _optional(archive, "word/styles.xml", limits)
    styles: dict[str, _Style] = {}
    for style in root.iter(f"{_W}style") if root is not None else ():
        name = _value(style.find(f"{_W}name"))
        outline = _value(style.find(f"{_W}pPr/{_W}outlineLvl"))
        match = _HEADING_NAME.match(name)
        level = (
            int(match.group(1)) if match else int(outline) + 1 if outline.isdigit() and outline < "6" else 0
        )
        hidden = _on(style.find(f"{_W}rPr/{_W}vanish"))
        styles[style.get(f"{_W}styleId", "")] = _Style(
            name, min(level, 6), hidden, _value(style.find(f"{_W}basedOn"))
        )
    return styles


def _list_formats(archive: zipfile.ZipFile, limits: Limits) -> dict[tuple[str, str], str]:
    """Number format of each list and level: `decimal`, `bullet`, `lowerLetter`…"""
    root = _optional(archive, "word/numbering.xml", limits)
    if root is None:
        return {}
    abstract = {
        (entry.get(f"{_W}abstractNumId"), level.get(f"{_W}ilvl")): _value(level.find(f"{_W}numFmt"))
        for entry in root.iter(f"{_W}abstractNum")
        for level in entry.iter(f"{_W}lvl")
    }
    formats: dict[tuple[str, str], str] = {}
    for number in root.iter(f"{_W}num"):
        target = _value(number.find(f"{_W}abstractNumId"))
        for (identity, level), name in abstract.items():
            if identity == target:
                formats[(number.get(f"{_W}numId", ""), level or "0")] = name
    return formats


def _notes(archive: zipfile.ZipFile, limits: Limits) -> dict[tuple[str, str], str]:
    notes: dict[tuple[str, str], str] = {}
    for kind in ("footnote", "endnote"):
        root = _optional(archive, f"word/{kind}s.xml", limits)
        for note in root.iter(f"{_W}{kind}") if root is not None else ():
            if note.get(f"{_W}type") is None:
                empty = _Parts({}, {}, {})
                text = " ".join(_text(paragraph, empty) for paragraph in note.iter(f"{_W}p"))
                notes[(kind, note.get(f"{_W}id", ""))] = one_line(text)
    return notes


def _title(archive: zipfile.ZipFile, limits: Limits) -> str:
    if "docProps/core.xml" not in archive.namelist():
        return ""
    content = read_part(archive, "docProps/core.xml", limits)
    refuse_declarations(content, "docProps/core.xml")
    match = re.search(rb"<dc:title>([^<]{3,200})</dc:title>", content)
    return one_line(match.group(1).decode("utf-8", "replace")) if match else ""


def _container(parent: Any, parts: _Parts) -> Iterator[Block]:
    """Paragraphs and tables in order, through wrappers such as content controls and insertions."""
    for child in parent:
        if child.tag == f"{_W}p":
            yield from _paragraph(child, parts)
        elif child.tag == f"{_W}tbl":
            yield from _table(child, parts)
        elif child.tag not in _GONE and isinstance(child.tag, str):
            yield from _container(child, parts)


def _paragraph(paragraph: Any, parts: _Parts) -> Iterator[Block]:
    text = one_line(_text(paragraph, parts))
    style = _style_of(paragraph, parts)
    if text and not (style and style.hidden):
        kind, level, marker = _shape(paragraph, style, text, parts)
        yield Block(kind, f"{marker}{text}", level=level)
    for reference in paragraph.iter(f"{_W}footnoteReference", f"{_W}endnoteReference"):
        kind_name = "footnote" if reference.tag.endswith("footnoteReference") else "endnote"
        note = parts.notes.get((kind_name, reference.get(f"{_W}id", "")))
        if note:
            yield Block("paragraph", f"({note})")
    for box in paragraph.iter(f"{_W}txbxContent"):
        if not any(above.tag == _FALLBACK for above in box.iterancestors()):
            yield from _container(box, parts)


def _shape(paragraph: Any, style: _Style | None, text: str, parts: _Parts) -> tuple[BlockKind, int, str]:
    own = _value(paragraph.find(f"{_W}pPr/{_W}outlineLvl"))
    level = int(own) + 1 if own.isdigit() and own < "6" else style.level if style else 0
    if style and style.name.lower() == "title":
        return "heading", 1, ""
    if level:
        return "heading", level, ""
    if style and _CAPTION_NAME.match(style.name):
        return "caption", 0, ""
    marker = _marker(paragraph, parts)
    if warning_signal(text):
        return "warning", 0, marker
    return ("list_item", 0, marker) if marker else ("paragraph", 0, "")


def _marker(paragraph: Any, parts: _Parts) -> str:
    """The number or bullet that Word draws before a list item."""
    number = _value(paragraph.find(f"{_W}pPr/{_W}numPr/{_W}numId"))
    if not number or number == "0":
        style = _value(paragraph.find(f"{_W}pPr/{_W}pStyle"))
        return "- " if style.lower().startswith(("listbullet", "listnumber", "list paragraph")) else ""
    level = _value(paragraph.find(f"{_W}pPr/{_W}numPr/{_W}ilvl")) or "0"
    if parts.formats.get((number, level), "decimal") == "bullet":
        return "- "
    count = parts.counters[(number, level)] = parts.counters.get((number, level), 0) + 1
    for key in [key for key in parts.counters if key[0] == number and key[1] > level]:
        del parts.counters[key]
    if parts.formats.get((number, level), "").endswith("Letter"):
        return f"{chr(96 + (count - 1) % 26 + 1)}) "
    return f"{count}. "


def _style_of(paragraph: Any, parts: _Parts) -> _Style | None:
    """The style with what it inherits."""
    identity = _value(paragraph.find(f"{_W}pPr/{_W}pStyle"))
    found = parts.styles.get(identity)
    seen = {identity}
    style = found
    while style is not None and style.parent and style.parent not in seen:
        seen.add(style.parent)
        style = parts.styles.get(style.parent)
        if style is not None and found is not None:
            found = _Style(found.name, found.level or style.level, found.hidden or style.hidden, "")
    return found


def _text(paragraph: Any, parts: _Parts) -> str:
    """The visible words of a paragraph; text boxes in it are read apart."""
    pieces: list[str] = []
    stack = list(reversed(paragraph))
    while stack:
        element = stack.pop()
        tag = element.tag
        if tag in _GONE or tag in (f"{_W}txbxContent", _FALLBACK) or not isinstance(tag, str):
            continue
        if tag == f"{_W}r" and _hidden_run(element, parts):
            # What an editor hid is no evidence, but a note or a picture's box in the run has its own text.
            continue
        if tag == f"{_W}t":
            pieces.append(element.text or "")
        elif tag in (f"{_W}tab", f"{_W}br", f"{_W}cr"):
            pieces.append(" ")
        elif tag == f"{_W}noBreakHyphen":
            pieces.append("-")
        stack.extend(reversed(element))
    return "".join(pieces)


def _hidden_run(run: Any, parts: _Parts) -> bool:
    properties = run.find(f"{_W}rPr")
    if properties is None:
        return False
    style = parts.styles.get(_value(properties.find(f"{_W}rStyle")))
    return _on(properties.find(f"{_W}vanish")) or bool(style and style.hidden)


def _table(table: Any, parts: _Parts) -> Iterator[Block]:
    rows: list[list[str]] = []
    above: dict[int, str] = {}
    nested: list[Any] = []
    for row in table.iterfind(f".//{_W}tr"):
        if next(row.iterancestors(f"{_W}tbl")) is not table or row.find(f"{_W}trPr/{_W}del") is not None:
            continue
        cells: list[str] = []
        for cell in row.iterchildren(f"{_W}tc"):
            merge = cell.find(f"{_W}tcPr/{_W}vMerge")
            text = one_line(" ".join(_text(p, parts) for p in cell.iterchildren(f"{_W}p")))
            if merge is not None and merge.get(f"{_W}val") != "restart":
                text = above.get(len(cells), "")
            above[len(cells)] = text
            span = _value(cell.find(f"{_W}tcPr/{_W}gridSpan"))
            cells += [text, *[""] * (min(int(span), 64) - 1 if span.isdigit() else 0)]
            nested.extend(cell.iterchildren(f"{_W}tbl"))
        rows.append(cells)
    yield from _row_blocks([row for row in rows if any(row)])
    for inner in nested:
        yield from _table(inner, parts)


def _row_blocks(rows: list[list[str]]) -> Iterator[Block]:
    if len(rows) == 1 or max((sum(1 for cell in row if cell) for row in rows), default=0) == 1:
        # One cell, or one column: a frame around text, such as a warning box.
        text = " ".join(cell for row in rows for cell in row if cell)
        if text:
            yield Block("warning" if warning_signal(text) else "paragraph", text)
        return
    header = rows[0] if rows else []
    for row in rows[1:]:
        yield Block("table_row", record(header, row))


def _value(element: Any) -> str:
    return element.get(f"{_W}val", "") if element is not None else ""


def _on(element: Any) -> bool:
    return element is not None and element.get(f"{_W}val", "1") not in ("0", "false", "off")
