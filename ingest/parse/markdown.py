"""Markdown: headings, lists, tables, code and warnings, read with markdown-it-py."""

import re
from collections.abc import Sequence
from typing import Any

from ingest.clean import one_line
from ingest.limits import Limits
from ingest.parse.html import fragment_blocks
from ingest.parse.markdown_flavours import front_matter, plain_markdown, plain_signal
from ingest.parse.rows import record
from ingest.parse.signals import joined, warns
from ingest.parse.text import read_text, visible_spaced
from ingest.records import Block, BlockKind, Document

_DEEPEST = 40
_ATTRIBUTES = re.compile(r"\s*\{\s*[:#.][^}]{0,200}\}\s*$")


def parse(content: bytes, doc: str, limits: Limits) -> Document:
    """Read a Markdown file; its front matter may state title, revision, date and language."""
    text, warnings = read_text(content)
    stated, text = front_matter(visible_spaced(text))
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark", {"maxNesting": _DEEPEST}).enable("table").parse(plain_markdown(text))
    blocks = tuple(joined(_Walk(limits).walk(tokens)))
    heading = next((block.text for block in blocks if block.kind == "heading"), "")
    return Document(
        title=stated.get("title") or heading or doc.rsplit("/", 1)[-1],
        blocks=blocks,
        language=stated.get("language", ""),
        revision=stated.get("revision", ""),
        date=stated.get("date", ""),
        warnings=warnings,
    )


class _Walk:
    """Turns the flat list of tokens into blocks; open containers are kept on a stack."""

    def __init__(self, limits: Limits) -> None:
        self.blocks: list[Block] = []
        self._limits = limits
        self._open: list[Any] = []
        self._header: list[str] = []
        self._cells: list[str] = []
        self._numbers: list[int] = []
        self._quotes: list[int] = []
        """Where each open quotation's first block stands."""

    def walk(self, tokens: Sequence[Any]) -> list[Block]:
        for token in tokens:
            if token.type in ("fence", "code_block"):
                self._add("code", token.content.rstrip("\n"))
            elif token.type == "html_block":
                self.blocks.extend(fragment_blocks(token.content, self._limits))
            elif token.type == "inline":
                self._inline(token)
            elif token.nesting == 1:
                self._opened(token)
            elif token.nesting == -1:
                self._closed(token)
        return self.blocks

    def _opened(self, token: Any) -> None:
        self._open.append(token)
        if token.type == "ordered_list_open":
            self._numbers.append(int(token.attrGet("start") or 1) - 1)
        elif token.type == "list_item_open" and token.info:
            self._numbers[-1] += 1
            token.meta["number"] = self._numbers[-1]
        elif token.type == "tr_open":
            self._cells = []
        elif token.type == "blockquote_open":
            self._quotes.append(len(self.blocks))

    def _closed(self, token: Any) -> None:
        self._open.pop()
        if token.type == "thead_close":
            self._header = self._cells
        elif token.type == "ordered_list_close":
            self._numbers.pop()
        elif token.type == "tr_close" and self._open[-1].type == "tbody_open":
            self._add("table_row", record(self._header, self._cells))
        elif token.type == "blockquote_close":
            self._close_quote(self._quotes.pop())

    def _close_quote(self, start: int) -> None:
        """A quotation that opens with a signal word is a warning as a whole."""
        inside = self.blocks[start:]
        if inside and inside[0].kind == "warning":
            self.blocks[start:] = [Block("warning", " ".join(block.text for block in inside))]

    def _inline(self, token: Any) -> None:
        text = inline_text(token)
        kinds = [entry.type for entry in self._open]
        if kinds and kinds[-1] in ("td_open", "th_open"):
            self._cells.append(text)
        elif "heading_open" in kinds:
            self._add("heading", _ATTRIBUTES.sub("", text), int(self._open[-1].tag[1]))
        elif "list_item_open" in kinds:
            self._add("list_item", f"{self._number()}{text}")
        else:
            self._add("paragraph", plain_signal(text))

    def _number(self) -> str:
        """The marker of the innermost list item, before its first paragraph only."""
        item = [entry for entry in self._open if entry.type == "list_item_open"][-1]
        if item.meta.get("marked"):
            return ""
        item.meta["marked"] = True
        # Writers put "1." before each item; a reader sees them counted.
        return f"{item.meta['number']}. " if item.info else "- "

    def _add(self, kind: BlockKind, text: str, level: int = 0) -> None:
        if not text.strip():
            return
        if kind in ("paragraph", "list_item") and warns(text):
            kind = "warning"
        self.blocks.append(Block(kind, text, level=level))


def inline_text(token: Any) -> str:
    """The words of an inline token: links and images keep their text, tags go."""
    parts: list[str] = []
    for child in token.children or ():
        if child.type in ("text", "code_inline", "image"):
            parts.append(child.content)
        elif child.type in ("softbreak", "hardbreak") or (
            child.type == "html_inline" and re.match(r"<br\b", child.content, re.IGNORECASE)
        ):
            parts.append("\n")
    return _one_paragraph("".join(parts))


def _one_paragraph(text: str) -> str:
    """One line; Chinese lines are joined without a space."""
    return one_line(
        re.sub(r"(?<=[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef])\n(?=[\u3000-\u9fff\uff00-\uffef])", "", text)
    )
