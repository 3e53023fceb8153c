"""Table rows as records: each row says which value belongs to which column."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ingest.clean import one_line
from ingest.records import Block

_LOOK_ROWS = 15
"""A header stands in the first rows; titles may come before it."""

_LONGEST_NAME = 80
"""Characters; what is longer is mostly a sentence and names no column."""

_LONG_NAMES, _LONGEST_OF_ALL = 0.2, 200
"""A wide header may spell out a few of its names: at most this share of its cells, of so many characters."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a sheet.

    Args:
        number: 1-based, as the sheet shows it.
        bold: All its filled cells are bold.
        spans: One cell was merged over the whole width of the table.
    """

    number: int
    cells: tuple[str, ...]
    bold: bool = False
    spans: bool = False

    @property
    def filled(self) -> list[str]:
        """The cells that hold something."""
        return [cell for cell in self.cells if cell.strip()]


def record(header: Sequence[str], cells: Sequence[str]) -> str:
    """A row as "Header: value | Header: value"; without a header the value stands alone."""
    parts: list[str] = []
    for column, cell in enumerate(cells):
        value = one_line(cell)
        if not value:
            continue
        name = one_line(header[column]).rstrip(":：") if column < len(header) else ""
        parts.append(f"{name}: {value}" if name and name != value else value)
    return " | ".join(parts)


def row_blocks(rows: Sequence[Row], sheet: str) -> list[Block]:
    """The rows of a sheet as blocks: titles first, then each row under its header; none is lost.

    Args:
        rows: Without the empty ones; a gap in their numbers is where those were.
        sheet: Its name, or an empty string for a file without sheets.
    """
    at = header_row(rows)
    if at is None:
        return [_row([], row, sheet, "") for row in rows]
    group = at - 1 if at and _is_group(rows[at - 1], rows[at]) else at
    header = _named(rows[group].cells, rows[at].cells) if group != at else rows[at].cells
    titles, body = rows[:group], rows[at + 1 :]
    caption = " ".join(one_line(" ".join(row.filled)) for row in titles)
    blocks = [Block("paragraph", record([], row.cells), label=_label(sheet, row)) for row in titles]
    return [*blocks, *_body(rows[at], header, body, sheet, caption)]


def _body(
    first: Row, header: Sequence[str], body: Sequence[Row], sheet: str, caption: str
) -> Iterator[Block]:
    above = first
    for place, row in enumerate(body):
        following = body[place + 1] if place + 1 < len(body) else None
        after_gap = row.number > above.number + 1
        above = row
        if row.cells == first.cells:
            continue  # the header again, for a reader who prints it
        if after_gap and first.bold and row.bold and following and not following.bold and len(row.filled) > 1:
            header, first = row.cells, row
        elif row.spans:
            yield Block("heading", one_line(row.filled[0]), level=2, label=_label(sheet, row))
        else:
            yield _row(header, row, sheet, caption)


def _row(header: Sequence[str], row: Row, sheet: str, caption: str) -> Block:
    return Block("table_row", record(header, row.cells), label=_label(sheet, row), header=caption)


def _label(sheet: str, row: Row) -> str:
    return f"{sheet}!{row.number}" if sheet else f"row {row.number}"


def _is_group(above: Row, header: Row) -> bool:
    """Whether a row names groups of columns: "Limits", merged over "Min" and "Max"."""
    if above.number != header.number - 1 or above.spans:
        return False
    names = [*above.cells, ""]
    return any(one and one == other for one, other in pairwise(names))


def _named(groups: Sequence[str], names: Sequence[str]) -> tuple[str, ...]:
    groups = [*groups, *[""] * (len(names) - len(groups))]
    return tuple(
        name if not group.strip() or group == name else f"{group} {name}".strip()
        for group, name in zip(groups, [*names, *[""] * (len(groups) - len(names))], strict=True)
    )


def header_row(rows: Sequence[Row]) -> int | None:
    """Which of the first rows names the columns; None when none does.

    The header is the first row that fills (nearly) as many cells as the rows below it do; title rows
    above it fill fewer. Its cells are names: short, each once, and unlike what stands below them.
    """
    widths = sorted(len(row.filled) for row in rows[: 4 * _LOOK_ROWS])
    if not widths:
        return None
    usual = widths[len(widths) // 2]
    for place, row in enumerate(rows[:_LOOK_ROWS]):
        if len(row.filled) < max(2, 0.8 * usual) or row.spans:
            continue
        if len(set(row.filled)) < len(row.filled) and not row.bold:
            continue
        below = rows[place + 1 : place + 1 + 4 * _LOOK_ROWS]
        body = [other for other in below if other.cells != row.cells]
        return place if body and _names_columns(row, body) else None
    return None


def _names_columns(row: Row, body: Sequence[Row]) -> bool:
    lengths = [len(cell) for cell in row.filled]
    long_names = sum(length > _LONGEST_NAME for length in lengths)
    if long_names > _LONG_NAMES * len(lengths) or max(lengths) > _LONGEST_OF_ALL:
        return False
    if row.bold and not all(other.bold for other in body):
        return True
    if any(_is_number(cell) for cell in row.filled):
        return False
    for column, cell in enumerate(row.cells):
        below = [other.cells[column] for other in body if column < len(other.cells)]
        if cell.strip() and _belongs(cell, [value for value in below if value.strip()]):
            return False
    return True


def _belongs(cell: str, below: Sequence[str]) -> bool:
    """Whether a cell is a value like the ones below it: one of them, or a code of the same shape."""
    if cell in below:
        return True
    shapes = Counter(map(_shape, below))
    return len(below) > 1 and "9" in _shape(cell) and shapes[_shape(cell)] > 0.5 * len(below)


def _shape(cell: str) -> str:
    """ "E-1047" and "E-22" have one shape."""
    return re.sub(r"\d+", "9", re.sub(r"[^\W\d_]+", "A", cell.strip()))


def _is_number(cell: str) -> bool:
    return bool(re.fullmatch(r"[+-]?[\d.,]*\d[\d.,]*\s*%?", cell.strip()))


def without_empty(rows: Sequence[Row]) -> list[Row]:
    """The rows that hold something, and only their columns up to the last that any row fills."""
    width = max(
        (place + 1 for row in rows for place, cell in enumerate(row.cells) if cell.strip()), default=0
    )
    return [replace(row, cells=row.cells[:width]) for row in rows if row.filled]
