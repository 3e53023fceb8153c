"""Markdown: headings, lists, tables, code and warnings, read with markdown-it-py."""

import re
from collections.abc import Sequence
from typing import Any

from ingest.clean import one_line, visible, warning_signal
from ingest.limits import Limits
from ingest.parse.rows import record
from ingest.parse.text import read_text
from ingest.records import Block, BlockKind, Document

_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
_ADMONITION = re.compile(r"^\s*[!?]{3}\+?\s+(\w+)(?:\s+\"([^\"]*)\")?\s*$|^\[!(\w+)\]", re.MULTILINE)
_SIGNALS = {"warning", "caution", "danger", "attention", "important"}
_TAG = re.compile(r"<[^>]{1,500}>")


def parse(content: bytes, doc: str, limits: Limits) -> Document:
    """Read a Markdown file; its front matter may state title, revision, date and language."""
    text, warnings = read_text(content)
    text = visible(text).expandtabs(4)
    stated = _front_matter(text)
    text = _FRONT_MATTER.sub("", text, count=1)
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark", {"maxNesting": 40}).enable("table").parse(text)
    blocks = _Walk().walk(tokens)
    heading = next((block.text for block in blocks if block.kind == "heading"), "")
    return Document(
        title=stated.get("title") or heading or doc.rsplit("/", 1)[-1],
        blocks=tuple(blocks),
        language=stated.get("language", ""),
        revision=stated.get("revision", ""),
        date=stated.get("date", ""),
        warnings=warnings,
    )


def _front_matter(text: str) -> dict[str, str]:
    match = _FRONT_MATTER.match(text)
    pairs = (line.split(":", 1) for line in match.group(1).splitlines() if ":" in line) if match else ()
    return {key.strip().lower(): value.strip().strip("\"'") for key, value in pairs}


class _Walk:
    """Turns the flat list of tokens into blocks; open containers are kept on a stack."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._open: list[Any] = []
        self._header: list[str] = []
        self._cells: list[str] = []
        self._in_head = False
        self._quote: list[str] | None = None

    def walk(self, tokens: Sequence[Any]) -> list[Block]:
        for token in tokens:
            if token.type in ("fence", "code_block"):
                self._add("code", token.content.rstrip("\n"))
            elif token.type == "html_block":
                self._add("paragraph", one_line(strip_tags(token.content)))
            elif token.type == "inline":
                self._inline(token)
            elif token.nesting == 1:
                self._opened(token)
            elif token.nesting == -1:
                self._closed(token)
        return self.blocks

    def _opened(self, token: Any) -> None:
        self._open.append(token)
        if token.type == "thead_open":
            self._in_head = True
        elif token.type == "tr_open":
            self._cells = []
        elif token.type == "blockquote_open" and self._quote is None:
            self._quote = []

    def _closed(self, token: Any) -> None:
        self._open.pop()
        if token.type == "thead_close":
            self._in_head = False
            self._header = self._cells
        elif token.type == "tr_close" and not self._in_head:
            self._add("table_row", record(self._header, self._cells))
        elif token.type == "blockquote_close":
            self._close_quote()

    def _close_quote(self) -> None:
        if self._quote is None or any(entry.type == "blockquote_open" for entry in self._open):
            return
        quoted, self._quote = " ".join(self._quote), None
        self._add(_kind_of(quoted), _plain_signal(quoted))

    def _inline(self, token: Any) -> None:
        text = inline_text(token)
        kinds = [entry.type for entry in self._open]
        if kinds and kinds[-1] in ("td_open", "th_open"):
            self._cells.append(text)
        elif self._quote is not None:
            self._quote.append(text)
        elif "heading_open" in kinds:
            self._add("heading", text, int(self._open[-1].tag[1]))
        elif "list_item_open" in kinds:
            self._add("list_item", f"{self._number()}{text}")
        else:
            self._add(_kind_of(text), _plain_signal(text))

    def _number(self) -> str:
        """The marker of the innermost list item, before its first paragraph only."""
        items = [entry for entry in self._open if entry.type == "list_item_open"]
        if items[-1].meta.get("numbered"):
            return ""
        items[-1].meta["numbered"] = True
        return f"{items[-1].info}. " if items[-1].info else "- "

    def _add(self, kind: BlockKind, text: str, level: int = 0) -> None:
        if not text.strip():
            return
        if kind in ("paragraph", "list_item") and warning_signal(text.lstrip("- ")):
            kind = "warning"
        self.blocks.append(Block(kind, text, level=level))


def inline_text(token: Any) -> str:
    """The words of an inline token: links and images keep their text, tags go."""
    parts: list[str] = []
    for child in token.children or ():
        if child.type in ("text", "code_inline") or child.type == "image":
            parts.append(child.content)
        elif child.type in ("softbreak", "hardbreak") or (
            child.type == "html_inline" and re.match(r"<br\b", child.content, re.IGNORECASE)
        ):
            parts.append(" ")
    return one_line("".join(parts))


def strip_tags(text: str) -> str:
    """Text of an HTML fragment; scripts, styles and comments go whole."""
    text = re.sub(r"<(script|style)\b.*?</\1\s*>|<!--.*?-->", " ", text, flags=re.DOTALL | re.IGNORECASE)
    return _TAG.sub(" ", text)


def _kind_of(text: str) -> BlockKind:
    match = _ADMONITION.match(text)
    named = (match.group(1) or match.group(3) or "").lower() if match else ""
    return "warning" if named in _SIGNALS or warning_signal(text) else "paragraph"


def _plain_signal(text: str) -> str:
    """`!!! warning "Hot surface"` and `[!WARNING]` as a reader sees them: WARNING: Hot surface."""
    match = _ADMONITION.match(text)
    if not match:
        return text
    named = (match.group(1) or match.group(3)).upper()
    return one_line(f"{named}: {match.group(2) or ''} {text[match.end() :]}")
