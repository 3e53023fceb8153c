"""DOCX in body order, as a reader sees it: accepted insertions in, deletions and hidden text out."""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any

from ingest.clean import one_line
from ingest.errors import SourceError
from ingest.limits import Limits
from ingest.parse.docx_parts import Parts, W, numbering, read_parts, tree, value
from ingest.parse.docx_tables import is_frame, table_blocks
from ingest.parse.docx_text import boxes_of, children, notes_of, style_of, text_of
from ingest.parse.signals import joined, warns
from ingest.records import Block, Document

_BODY = "word/document.xml"
_CAPTION_NAME = re.compile(r"^(?:caption|题注|beschriftung|légende)$", re.IGNORECASE)
_CONTENTS_NAME = re.compile(r"^(?:toc|目录|table of figures|verzeichnis) ?\d?$", re.IGNORECASE)
_LIST_NAME = re.compile(r"^list (?:bullet|number|paragraph)", re.IGNORECASE)


def parse(content: bytes, doc: str, limits: Limits) -> Document:
    """Read a document's body; each table row is a record under its header."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise SourceError("corrupt", f"cut off or broken ({error})") from error
    root = tree(archive, _BODY, limits)
    body = root.find(f"{W}body") if root is not None else None
    if body is None:
        raise SourceError("corrupt", "its main part is missing")
    walk = _Walk(read_parts(archive, limits))
    blocks = tuple(joined(walk.container(body)))
    title = walk.title or _stated_title(archive, limits)
    heading = next((block.text for block in blocks if block.kind == "heading"), "")
    return Document(title or heading or doc.rsplit("/", 1)[-1], blocks)


def _stated_title(archive: zipfile.ZipFile, limits: Limits) -> str:
    """The title in the document's properties; templates leave a file name or nothing there."""
    core = tree(archive, "docProps/core.xml", limits)
    title = (
        one_line(core.findtext("{http://purl.org/dc/elements/1.1/}title") or "") if core is not None else ""
    )
    return "" if len(title) < 3 or re.search(r"\.docx?$", title, re.IGNORECASE) else title


class _Walk:
    """Turns the body into blocks, in order."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._caption = ""
        self.title = ""

    def container(self, parent: Any) -> Iterator[Block]:
        """Paragraphs and tables in order, through wrappers such as content controls and insertions."""
        for child in children(parent, "p", "tbl"):
            if child.tag == f"{W}p":
                yield from self._paragraph(child)
            else:
                yield from self._table(child)
                self._caption = ""

    def _paragraph(self, paragraph: Any) -> Iterator[Block]:
        text = text_of(paragraph, self._parts)
        if text:
            block = self._block(paragraph, text)
            self._caption = block.text if block is not None and block.kind == "caption" else ""
            if block is not None:
                yield block
        yield from self._beside(paragraph)

    def _beside(self, paragraph: Any) -> Iterator[Block]:
        """Notes and text boxes that hang on a paragraph."""
        for note in notes_of(paragraph, self._parts):
            yield Block("warning" if warns(note) else "paragraph", f"({note})")
        for box in boxes_of(paragraph):
            yield from _as_frame(self.container(box))

    def _block(self, paragraph: Any, text: str) -> Block | None:
        style = style_of(paragraph, self._parts)
        if _CONTENTS_NAME.match(style.name):
            return None
        if style.name.lower() in ("title", "标题", "titel"):
            self.title = self.title or text
            return Block("heading", text, level=1)
        number, depth = numbering(paragraph, style)
        marker = self._parts.marker(number, depth) if number else ""
        own = value(paragraph.find(f"{W}pPr/{W}outlineLvl"))
        level = min(int(own) + 1, 6) if own.isdigit() and own != "9" else style.level
        if level:
            return Block("heading", f"{marker.removeprefix('- ')}{text}", level=level)
        if _CAPTION_NAME.match(style.name):
            return Block("caption", text)
        if not marker and (number or _LIST_NAME.match(style.name)):
            marker = "- "
        if warns(text):
            return Block("warning", f"{marker}{text}")
        return Block("list_item", f"{marker}{text}") if marker else Block("paragraph", text)

    def _table(self, table: Any) -> Iterator[Block]:
        if is_frame(table):
            cell = next(children(next(children(table, "tr")), "tc"))
            yield from _as_frame(self.container(cell))
            return
        yield from table_blocks(table, self._parts, self._caption)
        for row in children(table, "tr"):
            for cell in children(row, "tc"):
                for paragraph in children(cell, "p"):
                    yield from self._beside(paragraph)
                for inner in children(cell, "tbl"):
                    yield from self._table(inner)


def _as_frame(inside: Iterable[Block]) -> list[Block]:
    """What stands in a frame; one that opens with a signal word is a warning as a whole."""
    blocks = list(joined(inside))
    if blocks and blocks[0].kind == "warning":
        return [Block("warning", " ".join(block.text for block in blocks))]
    return blocks
