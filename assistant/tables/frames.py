"""A document's table rows as a pandas frame, each row with the passage it is cited from."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.records import Chunk
from ingest.terms import words

if TYPE_CHECKING:
    import pandas

_FEWEST_ROWS = 5
"""What is smaller is read at a glance, and quoted like any text."""
_DATES = 0.8
"""A column is one of dates when this share of what fills it reads as a date."""
_DAY_FIRST = re.compile(r"(?:1[3-9]|2\d|3[01])[/.]\d{1,2}[/.]\d")
_DATE = re.compile(r"\d{1,4}[-/.年]\d{1,2}[-/.月]\d{1,4}")


Value = tuple[str, str, list[str]]
"""A column, a value in it, and the words of the value as the index has them."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a document.

    Args:
        part: The sheet; empty for a file without sheets.
        chunks: The passage of each row, in the document's order.
        frame: The cells as text, one column a name; an empty cell is an empty string.
        dates: The columns that hold dates, as moments; what is none is NaT.
        values: Every value that a question may name, by its first word: the column, the value, its words.
    """

    doc: str
    part: str
    chunks: tuple[Chunk, ...]
    frame: "pandas.DataFrame"
    dates: "pandas.DataFrame"
    values: "Mapping[str, Sequence[Value]]"

    @property
    def name(self) -> str:
        """The document, with the sheet behind it."""
        return f"{self.doc} ({self.part})" if self.part else self.doc


def tables_of(chunks: Iterable[Chunk], fewest: int = _FEWEST_ROWS) -> list[Table]:
    """The tables that the row passages of one document make up; those of fewer rows are left out."""
    parts: dict[str, list[Chunk]] = {}
    for chunk in chunks:
        parts.setdefault(_part(chunk), []).append(chunk)
    return [_table(part, rows) for part, rows in parts.items() if len(rows) >= fewest]


def _part(chunk: Chunk) -> str:
    """The sheet that a row stands on, or the heading that its table stands under."""
    sheet, mark, _row = chunk.place.label.rpartition("!")
    if mark or chunk.place.label.startswith("row "):
        return sheet
    return chunk.place.section.rpartition(" > ")[2]


def row_line(chunk: Chunk) -> str:
    """A row as it stands in its passage, below the caption or heading of its table."""
    return chunk.text.rpartition("\n")[2]


def cells(chunk: Chunk) -> dict[str, str]:
    """What a row says under which column; a cell without a name is none."""
    pairs = (cell.partition(": ") for cell in row_line(chunk).split(" | "))
    return {name: value for name, colon, value in pairs if colon}


def _table(part: str, rows: Sequence[Chunk]) -> Table:
    import pandas

    frame = pandas.DataFrame([cells(row) for row in rows], dtype=str).fillna("")
    dates = {name: moments for name in frame if (moments := _moments(frame[name])) is not None}
    moments = pandas.DataFrame(dates, index=frame.index)
    return Table(rows[0].place.doc, part, tuple(rows), frame, moments, _by_first_word(frame))


def _by_first_word(frame: "pandas.DataFrame") -> dict[str, list[Value]]:
    """The values of a table by their first word; a bare number or a letter or two names nothing."""
    found: dict[str, list[Value]] = {}
    for column in frame:
        for value in map(str, frame[column].unique()):
            sought = words(value.replace("_", " ")) if len(value) >= 3 else []
            if sought and not value.replace(".", "").isdigit():
                found.setdefault(sought[0], []).append((str(column), value, sought))
    return found


def _moments(column: "pandas.Series") -> "pandas.Series | None":
    """A column of dates as moments; None where it holds something else."""
    import pandas

    filled = column[column != ""]
    looks = filled.str.match(_DATE)
    if filled.empty or looks.mean() < _DATES:
        return None
    day_first = bool(filled.str.match(_DAY_FIRST).any())
    moments = pandas.to_datetime(column, errors="coerce", format="mixed", dayfirst=day_first)
    return moments if moments.notna().sum() >= _DATES * len(filled) else None
