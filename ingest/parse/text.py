"""Plain text and logs: paragraphs, guessed headings, and log lines in small groups."""

import re

from ingest.clean import join_lines, one_line, visible, warning_signal
from ingest.errors import SourceError
from ingest.limits import Limits
from ingest.records import Block, Document
from ingest.text_encoding import decode

_LOG_LINE = re.compile(
    r"^\W{0,2}(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|[A-Z][a-z]{2} +\d+)"
    r"\D{1,3}\d{1,2}:\d{2}"
)
_NUMBERED = re.compile(r"^(\d{1,2}(?:\.\d{1,2}){0,4})\.?\s+\S|^第[一二三四五六七八九十百\d]+[章节部分]")
_ITEM = re.compile(r"^\s*(?:[-*•·▪◦]|\(?\d{1,2}[.)]|\(?[a-z][.)]|[①-⑳])\s+")
_UNDERLINE = re.compile(r"^([=\-~^*])\1{2,}$")
_LINES_A_BLOCK = 12


def parse(content: bytes, doc: str, limits: Limits) -> Document:
    """Read a text file in whatever encoding it is in."""
    text, warnings = read_text(content)
    lines = visible(text).split("\n")
    filled = [line for line in lines if line.strip()]
    if filled and sum(bool(_LOG_LINE.match(line)) for line in filled) > 0.6 * len(filled):
        return Document(doc.rsplit("/", 1)[-1], tuple(_log_blocks(filled)), warnings=warnings)
    blocks = _blocks(lines)
    title = next((block.text for block in blocks if block.kind == "heading"), "")
    return Document(title or doc.rsplit("/", 1)[-1], tuple(blocks), warnings=warnings)


def read_text(content: bytes) -> tuple[str, tuple[str, ...]]:
    """The text of a file, and what was guessed about its encoding.

    Raises:
        SourceError: It is not text.
    """
    decoded = decode(content)
    if decoded is None:
        raise SourceError("corrupt", "not readable as text in any known encoding")
    warnings: list[str] = []
    if decoded.encoding != "utf-8":
        warnings.append(f"read as {decoded.encoding}")
    if decoded.lossy:
        warnings.append("some bytes fit no encoding and are shown as \ufffd")
    return decoded.text, tuple(warnings)


def visible_spaced(text: str) -> str:
    """Visible text with its indentation and columns; tabs stay."""
    pieces = re.split(r"([ \t]+)", text)
    return "".join(piece if number % 2 else visible(piece) for number, piece in enumerate(pieces))


def _log_blocks(lines: list[str]) -> list[Block]:
    return [
        Block(
            "code",
            "\n".join(line.rstrip() for line in lines[start : start + _LINES_A_BLOCK]),
            label=f"line {start + 1}",
        )
        for start in range(0, len(lines), _LINES_A_BLOCK)
    ]


def _blocks(lines: list[str]) -> list[Block]:
    blocks: list[Block] = []
    paragraph: list[str] = []

    def close() -> None:
        blocks.extend(_paragraph(paragraph))
        paragraph.clear()

    for number, line in enumerate(lines):
        stripped = line.strip()
        following = lines[number + 1].strip() if number + 1 < len(lines) else ""
        if not stripped:
            close()
        elif _UNDERLINE.match(stripped) and len(paragraph) == 1:
            blocks.append(Block("heading", one_line(paragraph[0]), level=1 if stripped[0] == "=" else 2))
            paragraph.clear()
        elif not paragraph and not following and _is_heading(stripped):
            blocks.append(Block("heading", one_line(stripped), level=_level(stripped)))
        elif _ITEM.match(line):
            close()
            paragraph.append(line)
        else:
            paragraph.append(line)
    close()
    return blocks


def _paragraph(lines: list[str]) -> list[Block]:
    if not lines:
        return []
    text = join_lines(lines)
    if warning_signal(text):
        return [Block("warning", text)]
    return [Block("list_item" if _ITEM.match(lines[0]) else "paragraph", text)]


def _is_heading(line: str) -> bool:
    if len(line) > 80 or line.endswith((".", "。", ",", "，", ";", "；", ":", "：")):
        return False
    letters = [character for character in line if character.isalpha()]
    return bool(_NUMBERED.match(line)) or (len(letters) > 3 and line.isupper())


def _level(line: str) -> int:
    match = _NUMBERED.match(line)
    return min(6, 1 + match.group(1).count(".")) if match and match.group(1) else 1
