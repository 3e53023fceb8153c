"""The small markup that the plant's texts are written in, and the blocks it becomes.

`# ` to `### ` are headings, `1. ` steps, `- ` bullets, `!WORD text` a warning box, `Table: caption {widths}`
with `| a | b |` rows a table, `@figure name | caption` a drawing, `@alarms asset | caption` a table of
alarm codes, `@columns`, `@single` and `@page` change the page. Each other line is a paragraph.
"""

import re
from dataclasses import dataclass
from typing import Literal

BlockKind = Literal["heading", "paragraph", "step", "bullet", "box", "table", "figure", "alarms", "layout"]

_STEP = re.compile(r"(\d+)\. (.*)")
_BOX = re.compile(r"!(\S+) (.*)")
_TABLE = re.compile(r"Table: (.*?)\s*(?:\{([\d,]+)\})?")


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a text.

    Args:
        text: What is printed; the caption of a table or figure; the word of a layout change.
        label: Signal word of a box, number of a step, name of a figure, asset of an alarm table.
        level: 1 to 3 for a heading, 0 otherwise.
        rows: Cells of a table, header first.
        widths: Column widths in per cent of the text width; empty for equal ones.
    """

    kind: BlockKind
    text: str = ""
    label: str = ""
    level: int = 0
    rows: tuple[tuple[str, ...], ...] = ()
    widths: tuple[int, ...] = ()


def read_blocks(text: str) -> list[Block]:
    """Turn a text into its blocks, in order.

    Raises:
        ValueError: A table has rows of different lengths.
    """
    blocks: list[Block] = []
    lines = [line.rstrip() for line in text.splitlines()]
    position = 0
    while position < len(lines):
        line = lines[position]
        position += 1
        if not line:
            continue
        if line.startswith("Table:"):
            first = position
            while position < len(lines) and lines[position].startswith("|"):
                position += 1
            blocks.append(_table(line, lines[first:position]))
        else:
            blocks.append(_single(line))
    return blocks


def _single(line: str) -> Block:
    """A block that stands on one line."""
    if line.startswith("#"):
        marks, _, title = line.partition(" ")
        return Block("heading", title, level=len(marks))
    if line.startswith(("@figure ", "@alarms ")):
        command, _, rest = line[1:].partition(" ")
        name, _, caption = rest.partition(" | ")
        return Block("figure" if command == "figure" else "alarms", caption, label=name)
    if line.startswith("@"):
        return Block("layout", line[1:])
    if match := _BOX.fullmatch(line):
        return Block("box", match[2], label=match[1])
    if match := _STEP.fullmatch(line):
        return Block("step", match[2], label=match[1])
    if line.startswith("- "):
        return Block("bullet", line[2:])
    return Block("paragraph", line)


def _table(caption: str, lines: list[str]) -> Block:
    """A table from its caption line and its rows."""
    match = _TABLE.fullmatch(caption)
    rows = tuple(tuple(cell.strip() for cell in line[1:-1].split("|")) for line in lines)
    if match is None or len({len(row) for row in rows}) != 1:
        raise ValueError(f"table {caption!r}: rows of different lengths")
    widths = tuple(int(width) for width in match[2].split(",")) if match[2] else ()
    return Block("table", match[1], rows=rows, widths=widths)
