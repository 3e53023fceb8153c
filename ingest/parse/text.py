"""Plain text and logs: paragraphs, guessed headings, columns, and log lines in small groups."""

import re
from collections.abc import Sequence

from ingest.clean import join_lines, one_line, visible
from ingest.errors import SourceError
from ingest.limits import Limits
from ingest.parse.rows import Row, header_row, record
from ingest.parse.signals import joined, warns
from ingest.records import Block, Document
from ingest.text_encoding import decode

_LOG_LINE = re.compile(
    r"^\W{0,2}(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|[A-Z][a-z]{2} +\d+)"
    r"\D{1,3}\d{1,2}:\d{2}"
)
_NUMBERED = re.compile(r"^(\d{1,2}(?:\.\d{1,2}){0,4})\.?\s+\S|^第[一二三四五六七八九十百\d]+[章节部分]")
_ITEM = re.compile(r"^\s*(?:(?:[-*•▪◦]|\(?\d{1,2}[.)]|\(?[a-z][.)])\s+|(?:\d{1,2}[、．]|[①-⑳]|·)\s*)\S")
_UNDERLINE = re.compile(r"^([=\-~^*])\1{2,}$")
_FIELD = re.compile(r"^\s*[^\s:：][^:：]{0,30}[:：](?:\s|$|[\u4e00-\u9fff])")
_GAP = re.compile(r"\t+| {2,}")
_LINES_A_BLOCK = 12


def parse(content: bytes, doc: str, limits: Limits) -> Document:
    """Read a text file in whatever encoding it is in."""
    text, warnings = read_text(content)
    lines = visible_spaced(text).split("\n")
    name = doc.rsplit("/", 1)[-1]
    filled = [line for line in lines if line.strip()]
    if filled and sum(bool(_LOG_LINE.match(line)) for line in filled) > 0.6 * len(filled):
        return Document(name, tuple(_log_blocks(lines)), warnings=warnings)
    blocks = tuple(joined(_blocks(lines)))
    title = next((block.text for block in blocks if block.kind == "heading"), "")
    return Document(title or name, blocks, warnings=warnings)


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
    pieces = re.split(r"(\t+| {2,})", text)
    return "".join(piece if number % 2 else visible(piece) for number, piece in enumerate(pieces))


def _log_blocks(lines: Sequence[str]) -> list[Block]:
    filled = [(number, line.rstrip()) for number, line in enumerate(lines, start=1) if line.strip()]
    groups = [filled[start : start + _LINES_A_BLOCK] for start in range(0, len(filled), _LINES_A_BLOCK)]
    return [
        Block("code", "\n".join(line for _, line in group), label=f"line {group[0][0]}") for group in groups
    ]


def _blocks(lines: Sequence[str]) -> list[Block]:
    blocks: list[Block] = []
    paragraph: list[str] = []
    after = _next_filled(lines)

    def close() -> None:
        blocks.extend(_paragraph(paragraph))
        paragraph.clear()

    for number, line in enumerate(lines):
        stripped = line.strip()
        stands_alone = not paragraph and (number + 1 == len(lines) or not lines[number + 1].strip())
        if not stripped:
            close()
        elif _UNDERLINE.match(stripped) and len(paragraph) == 1 and not _GAP.search(paragraph[0].strip()):
            blocks.append(Block("heading", one_line(paragraph[0]), level=1 if stripped[0] == "=" else 2))
            paragraph.clear()
        elif stands_alone and _is_heading(stripped, blocks, after[number]):
            blocks.append(Block("heading", one_line(stripped), level=_level(stripped)))
        elif _ITEM.match(line):
            close()
            paragraph.append(line)
        else:
            paragraph.append(line)
    close()
    return blocks


def _next_filled(lines: Sequence[str]) -> list[str]:
    """For each line the next one that is not blank; "" after the last."""
    following, after = "", [""] * len(lines)
    for number in range(len(lines) - 1, -1, -1):
        after[number] = following
        following = lines[number].strip() or following
    return after


def _paragraph(lines: list[str]) -> list[Block]:
    if not lines:
        return []
    columns = [_GAP.split(line.strip()) for line in lines]
    widths = {len(cells) for cells in columns}
    if len(lines) > 2 and len(widths) == 1 and widths != {1}:
        return _rows(columns)
    if len(lines) > 2 and sum(len(cells) > 1 for cells in columns) > 0.7 * len(lines):
        return [Block("code", "\n".join(line.rstrip() for line in lines))]
    fields = sum(bool(_FIELD.match(line)) for line in lines)
    text = "\n".join(map(one_line, lines)) if 1 < fields > 0.6 * len(lines) else one_line(join_lines(lines))
    if not text:
        return []
    if warns(text):
        return [Block("warning", text)]
    return [Block("list_item" if _ITEM.match(lines[0]) else "paragraph", text)]


def _rows(columns: Sequence[Sequence[str]]) -> list[Block]:
    """Lines whose words stand in columns, as records."""
    rows = [Row(number, tuple(cells)) for number, cells in enumerate(columns) if not _is_rule(cells)]
    header = rows[0].cells if header_row(rows) == 0 else ()
    body = rows[1:] if header else rows
    return [Block("table_row", record(header, row.cells)) for row in body]


def _is_rule(cells: Sequence[str]) -> bool:
    return all(_UNDERLINE.match(cell) for cell in cells)


def _is_heading(line: str, before: Sequence[Block], following: str) -> bool:
    if len(line) > 80 or line.endswith((".", "。", ",", "，", ";", "；", ":", "：")) or warns(line):
        return False
    match = _NUMBERED.match(line)
    if match and match.group(1) and "." not in match.group(1):
        # Steps with blank lines between them look like numbered headings, but come one after another.
        is_step = bool(before) and before[-1].kind == "list_item" and before[-1].text[0].isdigit()
        return not is_step and not re.match(r"\(?\d{1,2}[.)、\s]", following)
    letters = [character for character in line if character.isalpha()]
    return bool(match) or (len(letters) > 3 and line.isupper())


def _level(line: str) -> int:
    match = _NUMBERED.match(line)
    return min(6, 1 + match.group(1).count(".")) if match and match.group(1) else 1
