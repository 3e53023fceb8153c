"""Tables of a PDF as rows that make sense alone; a table that goes on over a page keeps its header."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.parse.pdf_cells import TableRow
from ingest.parse.pdf_frame import Frame
from ingest.parse.pdf_tables import Table
from ingest.parse.rows import Row, header_row, record
from ingest.records import Block

_SAME_POINTS = 12.0
_LONGEST_KEY = 40


@dataclass(frozen=True, slots=True)
class _Begun:
    """The table that may go on on the next page."""

    header: tuple[TableRow, ...]
    names: tuple[str, ...]
    caption: str
    columns: int
    left: float
    right: float
    page: int


class TableWriter:
    """Writes table after table, and remembers the last one."""

    def __init__(self) -> None:
        self._begun: _Begun | None = None

    def interrupt(self) -> None:
        """Something else stands below the last table: it does not go on."""
        self._begun = None

    def blocks(self, table: Table, caption: str, first: bool, frame: Frame) -> Iterator[Block]:
        """A block a row.

        Args:
            caption: Of the table, or an empty string.
            first: The table is the first thing on its page.
        """
        begun = self._begun if first and not caption else None
        if begun is not None and not _goes_on(begun, table, frame.number):
            begun = None
        start, names, titles = _header(table.rows)
        header = table.rows[:start]
        if begun is not None:
            repeated = _repeats(begun, table.rows)
            if repeated or not start or len(begun.names) == len(table.rows[0].cells):
                own = bool(start) and not repeated and bool(begun.names) and header[0].bold
                if not own:
                    start, names, header, titles = repeated, begun.names, begun.header, ()
                    caption = begun.caption
        for row in titles:
            text = " ".join(row.filled)
            yield Block("paragraph", text, page=frame.number, boxes=(frame.box(row.place),))
            caption = caption or text
        yield from _body(table.rows[start:], names, caption, frame)
        place = table.place
        self._begun = _Begun(
            header, names, caption, len(table.rows[0].cells), place.left, place.right, frame.number
        )


def _body(rows: Sequence[TableRow], names: Sequence[str], caption: str, frame: Frame) -> Iterator[Block]:
    for row in rows:
        cells = [cell if begins else "" for cell, begins in zip(row.cells, row.begins, strict=True)]
        spans = sum(row.begins) == 1 and len(row.cells) > 1
        text = row.filled[0] if spans else record(names, cells)
        if text:
            boxes = (frame.box(row.place),)
            yield Block("table_row", text, page=frame.number, boxes=boxes, header=caption)


def _goes_on(begun: _Begun, table: Table, page: int) -> bool:
    same = abs(begun.left - table.place.left) + abs(begun.right - table.place.right) < _SAME_POINTS
    repeated = _repeats(begun, table.rows)
    return begun.page + 1 == page and same and (bool(repeated) or begun.columns == len(table.rows[0].cells))


def _repeats(begun: _Begun, rows: Sequence[TableRow]) -> int:
    """How many rows of a table repeat the header of the one before."""
    count = len(begun.header)
    if not count or count > len(rows):
        return 0
    same = all(one.filled == other.filled for one, other in zip(begun.header, rows, strict=False))
    return count if same else 0


def _header(rows: Sequence[TableRow]) -> tuple[int, tuple[str, ...], Sequence[TableRow]]:
    """How many rows stand above the body, the names of the columns, and the rows that are titles."""
    plain = [
        Row(number, row.cells, row.bold, len(row.filled) == 1 and len(row.cells) > 1)
        for number, row in enumerate(rows, start=1)
    ]
    at = 0 if _has_groups(rows) else header_row(plain)
    if at is None or _is_list_of_facts(rows, at):
        return 0, (), ()
    names = rows[at].cells
    last = at
    if not all(rows[at].begins) and at + 1 < len(rows):
        # "Limits" over "Min" and "Max": the second row completes the names.
        names = tuple(
            name if name == below or not below else f"{name} {below}".strip()
            for name, below in zip(names, rows[at + 1].cells, strict=True)
        )
        last = at + 1
    return last + 1, names, rows[:at]


def _has_groups(rows: Sequence[TableRow]) -> bool:
    """Whether the first row only groups columns ("Limits" over "Min" and "Max")."""
    first = rows[0]
    reaching = [cell for cell, begins in zip(first.cells, first.begins, strict=True) if cell and not begins]
    return first.bold and bool(reaching) and len(set(first.cells)) > 1 and len(rows) > 2


def _is_list_of_facts(rows: Sequence[TableRow], at: int) -> bool:
    """Whether a table of two columns names what stands in each row, not in each column."""
    return at == 0 and len(rows[0].cells) == 2 and not rows[0].bold and len(rows[0].cells[0]) <= _LONGEST_KEY
