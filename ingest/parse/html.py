"""HTML as a browser shows it: headings, paragraphs, lists, tables; scripts and hidden parts out."""

import re
from collections.abc import Iterator
from typing import Any

from ingest.clean import one_line, visible, warning_signal
from ingest.errors import SourceError
from ingest.limits import Limits
from ingest.parse.rows import record
from ingest.parse.text import read_text
from ingest.records import Block, BlockKind, Document

_DROPPED = frozenset(
    "script style template noscript iframe object embed svg head nav select textarea button title".split()
)
_PARAGRAPHS = frozenset("p dd dt figcaption caption address summary center".split())
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?!\.?\d)|opacity\s*:\s*0(?![.\d])",
    re.IGNORECASE,
)
_CHARSET = re.compile(rb"<meta[^>]+charset=[\"']?([\w-]+)", re.IGNORECASE)
_NOTICE_CLASS = re.compile(r"\b(?:warning|caution|danger)\b", re.IGNORECASE)
_MOST_SPAN = 200
_LONGEST_NOTICE = 1500


def parse(content: bytes, doc: str, limits: Limits) -> Document:
    """Read a page; the encoding it declares is tried first."""
    text, warnings = _text(content)
    from lxml import html

    parser = html.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False
    )
    try:
        tree = html.document_fromstring(text.encode("utf-8"), parser=parser)
    except Exception as error:  # lxml raises several classes for a page it cannot build
        raise SourceError("no_text", f"no readable page in it ({type(error).__name__})") from error
    _limit_depth(tree, limits)
    blocks = list(_merged(_blocks(tree)))
    title = one_line(tree.findtext(".//title") or "")
    heading = next((block.text for block in blocks if block.kind == "heading"), "")
    language = (tree.get("lang") or "")[:2].lower()
    return Document(
        title or heading or doc.rsplit("/", 1)[-1], tuple(blocks), language=language, warnings=warnings
    )


def _text(content: bytes) -> tuple[str, tuple[str, ...]]:
    declared = _CHARSET.search(content[:4096])
    if declared:
        name = declared.group(1).decode("ascii", "replace").lower()
        name = {"gb2312": "gb18030", "gbk": "gb18030", "iso-8859-1": "cp1252"}.get(name, name)
        try:
            text = content.decode(name)
            return visible(text), () if name in ("utf-8", "utf8") else (f"read as {name}",)
        except (LookupError, UnicodeDecodeError):
            pass
    text, warnings = read_text(content)
    return visible(text), warnings


def _limit_depth(tree: Any, limits: Limits) -> None:
    """The walk below goes as deep as the page does."""
    deepest, stack = 0, [(tree, 1)]
    while stack:
        element, depth = stack.pop()
        deepest = max(deepest, depth)
        stack.extend((child, depth + 1) for child in element)
    if deepest > limits.xml_depth * 4:
        raise SourceError("limit", f"elements {deepest} deep; at most {limits.xml_depth * 4}")


def _hidden(element: Any) -> bool:
    return (
        not isinstance(element.tag, str)
        or element.tag in _DROPPED
        or "hidden" in element.attrib
        or bool(_HIDDEN.search(element.get("style") or ""))
    )


def _blocks(tree: Any) -> Iterator[Block]:
    """Blocks in document order, with an explicit stack: pages nest deeper than Python recurses."""
    stack: list[Any] = [iter([tree])]
    loose: list[str] = []
    while stack:
        element = next(stack[-1], None)
        if element is None:
            stack.pop()
            continue
        if isinstance(element, str):
            loose.append(element)
            continue
        if _hidden(element):
            loose.append(" ")
            continue
        made = _whole(element)
        if made is None and element.tag in _INLINE:
            loose.append(inline(element))
            continue
        yield from _loose(loose)
        loose = []
        if made is not None:
            yield from made
        else:
            stack.append(_children(element))
    yield from _loose(loose)


_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code del dfn em font i img ins kbd label mark q s samp small span "
    "strike strong sub sup time tt u var wbr br input".split()
)


def _children(element: Any) -> Iterator[Any]:
    """Texts and elements inside an element, in order; a text between blocks ends with a break."""
    if element.text:
        yield element.text
    for child in element:
        yield child
        if child.tail:
            yield child.tail
    yield "\n\n"


def _loose(pieces: list[str]) -> Iterator[Block]:
    for paragraph in "".join(pieces).split("\n\n"):
        text = one_line(paragraph)
        if text:
            yield Block("warning" if warning_signal(text) else "paragraph", text)


def _whole(element: Any) -> list[Block] | None:
    """Blocks of an element that is read as one; None for a container."""
    tag = element.tag
    if re.fullmatch(r"h[1-6]", tag):
        return _one("heading", inline(element), int(tag[1]))
    if tag == "table":
        return _table(element)
    if tag == "pre":
        return _one("code", visible("".join(_texts(element))).strip("\n"))
    if tag == "li" and not _holds_blocks(element):
        return _one("list_item", f"- {inline(element)}" if inline(element) else "")
    if tag in _PARAGRAPHS and not _holds_blocks(element):
        kind: BlockKind = "caption" if tag in ("figcaption", "caption") else "paragraph"
        return _one(kind, inline(element))
    if (
        _NOTICE_CLASS.search(element.get("class") or "")
        and len(inline(element)) < 1500
        and tag in ("div", "aside")
    ):
        return _one("warning", inline(element))
    return None


def _one(kind: BlockKind, text: str, level: int = 0) -> list[Block]:
    if not text.strip():
        return []
    if kind in ("paragraph", "list_item") and warning_signal(text.removeprefix("- ")):
        kind = "warning"
    return [Block(kind, text, level=level)]


def _holds_blocks(element: Any) -> bool:
    return any(
        isinstance(child.tag, str) and child.tag not in _INLINE and child.tag not in _DROPPED
        for child in element.iterdescendants()
    )


def inline(element: Any) -> str:
    """The visible words of an element on one line."""
    return one_line("".join(_texts(element)))


def _texts(element: Any) -> Iterator[str]:
    if _hidden(element):
        return
    if element.tag == "br":
        yield "\n"
    if element.tag == "img":
        yield element.get("alt") or ""
    if element.text:
        yield element.text
    for child in element:
        yield from _texts(child)
        if isinstance(child.tag, str) and child.tag not in _INLINE:
            yield " "
        if child.tail:
            yield child.tail


def _table(table: Any) -> list[Block]:
    """A table's rows as records; one that only lays out the page is read as its cells."""
    if table.xpath("ancestor::table") or table.xpath(".//table"):
        return [block for cell in table.iter("td", "th") if not cell.xpath(".//table")
                for block in _one("paragraph", inline(cell))]  # fmt: skip
    rows = [(row, _cells(row)) for row in table.iter("tr") if not _hidden(row)]
    if not rows:
        return _one("paragraph", inline(table))
    heads = [bool(row.findall("th")) and not row.findall("td") for row, _ in rows]
    in_head = [row.getparent().tag == "thead" for row, _ in rows]
    caption = one_line(" ".join(inline(entry) for entry in table.iter("caption")))
    header: list[str] = []
    blocks: list[Block] = []
    for (_, cells), is_head, above in zip(rows, heads, in_head, strict=True):
        if (is_head or above) and not blocks:
            header = (
                [f"{one} {two}".strip() for one, two in zip(header, cells, strict=False)] if header else cells
            )
            continue
        text = record(header, cells)
        if text:
            blocks.append(Block("warning" if warning_signal(text) else "table_row", text, header=caption))
    if header and not blocks:
        return _one("paragraph", " | ".join(header))
    return blocks


def _cells(row: Any) -> list[str]:
    cells: list[str] = []
    for cell in row:
        if isinstance(cell.tag, str) and cell.tag in ("td", "th"):
            span = cell.get("colspan", "1")
            cells += [inline(cell)] + [""] * (
                min(int(span), _MOST_SPAN) - 1 if span.isdigit() and span != "0" else 0
            )
    return cells


def _merged(blocks: Iterator[Block]) -> Iterator[Block]:
    """A signal word that stands alone ("Warning") joins the paragraph it announces."""
    held: Block | None = None
    for block in blocks:
        if held is not None:
            if block.kind in ("paragraph", "list_item", "warning"):
                yield Block("warning", f"{held.text}: {block.text}".replace("::", ":"))
                held = None
                continue
            yield held
            held = None
        if block.kind == "warning" and len(block.text) < 14:
            held = block
        else:
            yield block
    if held is not None:
        yield held
