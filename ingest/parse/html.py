"""HTML as a browser shows it: headings, paragraphs, lists, tables; scripts and hidden parts out."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ingest.clean import one_line
from ingest.errors import SourceError
from ingest.limits import Limits
from ingest.parse.html_tables import table_blocks
from ingest.parse.html_text import DROPPED, INLINE, hidden, inline, lists_contents, mended, texts
from ingest.parse.signals import joined, warns
from ingest.parse.text import read_text, visible_spaced
from ingest.records import Block, BlockKind, Document

_PARAGRAPHS = frozenset("p dd dt figcaption caption address summary center".split())
_CHARSET = re.compile(rb"<meta[^>]+charset=[\"']?([\w-]+)", re.IGNORECASE)
_NOTICE_CLASS = re.compile(r"\b(?:warning|caution|danger)\b", re.IGNORECASE)
_LONGEST_NOTICE = 1500
"""Characters; an element of the class "warning" that holds more is a part of the page."""

_LONGEST_TERM = 80
"""Characters of a term that is put before its explanation."""

_END_OF_ITEM = object()


def parse(content: bytes, doc: str, limits: Limits) -> Document:
    """Read a page; the encoding it declares is tried first."""
    text, warnings = _text(content)
    tree = _tree(text, limits)
    if tree is None:
        raise SourceError("no_text", "no readable page in it")
    blocks = list(joined(_Walk().walk(tree)))
    title = one_line(tree.findtext(".//title") or "")
    heading = next((block.text for block in blocks if block.kind == "heading"), "")
    language = (tree.get("lang") or "")[:2].lower()
    return Document(
        title or heading or doc.rsplit("/", 1)[-1], tuple(blocks), language=language, warnings=warnings
    )


def fragment_blocks(text: str, limits: Limits) -> list[Block]:
    """Blocks of a piece of HTML inside another document."""
    tree = _tree(text, limits)
    return [] if tree is None else list(joined(_Walk().walk(tree)))


def _tree(text: str, limits: Limits) -> Any:
    """The root element of a page; None when there is nothing in it."""
    from lxml import etree, html

    parser = html.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False
    )
    try:
        tree = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, AssertionError):
        return None
    _limit_depth(tree, limits)
    return tree


def _text(content: bytes) -> tuple[str, tuple[str, ...]]:
    """The text of a page; bytes that make valid UTF-8 are that, whatever the page says of itself."""
    declared = _CHARSET.search(content[:4096])
    name = declared.group(1).decode("ascii", "replace").lower() if declared else "utf-8"
    name = {"gb2312": "gb18030", "gbk": "gb18030", "iso-8859-1": "cp1252"}.get(name, name)
    for encoding in dict.fromkeys(["utf-8-sig", name]):
        try:
            text = content.decode(encoding)
        except (LookupError, UnicodeDecodeError):
            continue
        return visible_spaced(mended(text)), () if encoding.startswith("utf-8") else (f"read as {encoding}",)
    text, warnings = read_text(content)
    return visible_spaced(mended(text)), warnings


def _limit_depth(tree: Any, limits: Limits) -> None:
    """The walk below goes as deep as the page does."""
    deepest, stack = 0, [(tree, 1)]
    while stack:
        element, depth = stack.pop()
        deepest = max(deepest, depth)
        stack.extend((child, depth + 1) for child in element)
    if deepest > limits.xml_depth * 4:
        raise SourceError("limit", f"elements {deepest} deep; at most {limits.xml_depth * 4}")


class _Walk:
    """Yields blocks in document order, with a stack of its own: pages nest deeper than Python recurses."""

    def __init__(self) -> None:
        self._stack: list[Iterator[Any]] = []
        self._loose: list[str] = []
        self._marker = ""
        self._term = ""
        self._counts: dict[Any, int] = {}

    def walk(self, tree: Any) -> Iterator[Block]:
        self._stack.append(iter([tree]))
        while self._stack:
            element = next(self._stack[-1], None)
            if element is None:
                self._stack.pop()
            elif element is _END_OF_ITEM:
                yield from self._flush()
                self._marker = ""
            elif isinstance(element, str):
                self._loose.append(element)
            elif hidden(element) or lists_contents(element):
                self._loose.append(" ")
            else:
                yield from self._element(element)
        yield from self._flush()
        if self._term:
            yield Block("paragraph", self._term)

    def _element(self, element: Any) -> Iterator[Block]:
        made = _whole(element)
        if made is None and element.tag in INLINE and not _holds_blocks(element):
            self._loose.append(inline(element))
            return
        yield from self._flush()
        if element.tag == "dt" and made and len(made[0].text) <= _LONGEST_TERM:
            if self._term:
                yield Block("paragraph", self._term)
            self._term = made[0].text
        elif made is None:
            if element.tag == "li":
                self._marker = self._number(element)
            self._stack.append(_children(element))
        else:
            for block in made:
                yield from self._marked(block)

    def _flush(self) -> Iterator[Block]:
        """Text that stood between blocks."""
        text, self._loose = "".join(self._loose), []
        for paragraph in text.split("\n\n"):
            for block in _one("paragraph", one_line(paragraph)):
                yield from self._marked(block)

    def _marked(self, block: Block) -> Iterator[Block]:
        """A block with the bullet of its list item, or the term that it explains, before it."""
        term, self._term = self._term, ""
        if block.kind not in ("paragraph", "warning"):
            yield from _one("paragraph", term)
            yield block
            return
        marker, self._marker = self._marker, ""
        kind: BlockKind = "list_item" if marker and block.kind == "paragraph" else block.kind
        text = f"{term.rstrip(':')}: {block.text}" if term else block.text
        yield replace(block, kind=kind, text=f"{marker}{text}")

    def _number(self, item: Any) -> str:
        parent = item.getparent()
        if parent is None or parent.tag != "ol":
            return "- "
        start, value = parent.get("start", "1"), item.get("value", "")
        count = self._counts.get(parent, int(start) - 1 if start.isdigit() else 0) + 1
        self._counts[parent] = int(value) if value.isdigit() else count
        return f"{self._counts[parent]}. "


def _children(element: Any) -> Iterator[Any]:
    """Texts and elements inside an element, in order; a text between blocks ends with a break."""
    if element.text:
        yield element.text
    for child in element:
        yield "\n" if child.tag == "br" else child
        if child.tail:
            yield child.tail
    yield "\n\n"
    if element.tag == "li":
        yield _END_OF_ITEM


def _whole(element: Any) -> list[Block] | None:
    """Blocks of an element that is read as one; None for a container."""
    tag = element.tag
    if re.fullmatch(r"h[1-6]", tag):
        return _one("heading", inline(element), int(tag[1]))
    if tag == "table":
        return table_blocks(element)
    if tag == "pre":
        return _one("code", visible_spaced("".join(texts(element))).strip("\n"))
    if tag in _PARAGRAPHS and not _holds_blocks(element):
        kind: BlockKind = "caption" if tag in ("figcaption", "caption") else "paragraph"
        return _one(kind, inline(element))
    if tag in ("div", "aside") and _NOTICE_CLASS.search(element.get("class") or ""):
        text = inline(element)
        if len(text) < _LONGEST_NOTICE:
            return [Block("warning", text)] if text else []
    return None


def _one(kind: BlockKind, text: str, level: int = 0) -> list[Block]:
    if not text.strip():
        return []
    return [Block("warning" if kind == "paragraph" and warns(text) else kind, text, level=level)]


def _holds_blocks(element: Any) -> bool:
    return any(
        isinstance(child.tag, str) and child.tag not in INLINE and child.tag not in DROPPED
        for child in element.iterdescendants()
    )
