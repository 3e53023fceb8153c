"""Pieces of text as whole lines, and everything on a page in the order in which it is read."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Protocol, TypeVar

from ingest.clean import join_lines
from ingest.parse.pdf_frame import Rect, around
from ingest.parse.pdf_text import Line

_GUTTER_POINTS = 8.0
_FEWEST_LINES = 3
_APART_POINTS = 24.0


class Placed(Protocol):
    """Anything that stands somewhere on a page."""

    @property
    def place(self) -> Rect:
        """Where, on the page as it is read."""
        ...


Item = TypeVar("Item", bound=Placed)


def rows(pieces: Sequence[Item]) -> list[list[Item]]:
    """Things that stand on one line, top to bottom, each row left to right."""
    found: list[list[Item]] = []
    for piece in sorted(pieces, key=lambda piece: (piece.place.top + piece.place.bottom) / 2):
        row = found[-1] if found else []
        if row and _level(row[-1].place, piece.place) and _level(row[0].place, piece.place):
            row.append(piece)
        else:
            found.append([piece])
    return [sorted(row, key=lambda piece: piece.place.left) for row in found]


def _level(one: Rect, other: Rect) -> bool:
    overlap = min(one.bottom, other.bottom) - max(one.top, other.top)
    return overlap > 0.5 * min(one.height, other.height)


def whole_lines(pieces: Sequence[Line]) -> list[Line]:
    """Pieces side by side joined: a list's number and its text, the words of a line with wide gaps."""
    return [_joined(row) for row in rows(pieces)]


def _joined(row: Sequence[Line]) -> Line:
    if len(row) == 1:
        return row[0]
    longest = max(row, key=lambda piece: len(piece.text))
    fixed = all(piece.fixed for piece in row)
    return Line(
        _spaced(row) if fixed else join_lines([piece.text for piece in row]),
        around(piece.place for piece in row),
        longest.size,
        all(piece.bold for piece in row),
        fixed,
    )


def _spaced(row: Sequence[Line]) -> str:
    """A line in a typewriter face keeps its columns."""
    text = row[0].text
    width = row[0].place.width / max(1, len(text))
    for before, piece in pairwise(row):
        spaces = (piece.place.left - before.place.right) / max(1.0, width)
        text += " " * max(1, round(spaces)) + piece.text
    return text


def reading_order(items: Sequence[Item], page: Rect) -> list[list[Item]]:
    """Groups of things to be read one after the other: a column each, or what stands in one column.

    Two columns are seen by the lines of the right one: they begin at one place well inside the page,
    fill their column, and nothing crosses the gutter before them.
    """
    lines = rows(items)
    start = _right_column(lines)
    if start is None:
        return [list(items)] if items else []
    groups: list[list[Item]] = []
    single: list[Item] = []
    for band, is_open in _bands(lines, start):
        left = [item for row in band for item in row if item.place.left < start - 2]
        right = [item for row in band for item in row if item.place.left >= start - 2]
        if is_open and _fill_columns(left, right, start, page):
            groups.extend([single, left, right])
            single = []
        else:
            single = [*single, *left, *right]
    return [group for group in (*groups, single) if group]


def _right_column(lines: Sequence[Sequence[Item]]) -> float | None:
    """Where the right one of two columns begins, if there are two."""
    everything = [item.place for row in lines for item in row]
    if len(everything) < 2 * _FEWEST_LINES:
        return None
    text = around(everything)
    inner = [place for place in everything if 0.3 < (place.left - text.left) / max(1.0, text.width) < 0.75]
    starts = Counter(round(place.left / 2) for place in inner)
    at, count = starts.most_common(1)[0] if starts else (0, 0)
    if count + starts[at - 1] + starts[at + 1] < _FEWEST_LINES:
        return None
    return min(place.left for place in inner if abs(round(place.left / 2) - at) <= 1)


def _bands(lines: Sequence[Sequence[Item]], start: float) -> Iterator[tuple[list[Sequence[Item]], bool]]:
    """Runs of rows, and whether they may be in two columns: from the first line of the right one on."""
    band: list[Sequence[Item]] = []
    is_open = False
    for row in lines:
        crossed = any(item.place.left < start - 2 and item.place.right > start - 4 for item in row)
        begins = any(abs(item.place.left - start) < 4 for item in row)
        apart = bool(band) and row[0].place.top - max(i.place.bottom for i in band[-1]) > _APART_POINTS
        if (is_open and (crossed or (apart and not begins))) or (not is_open and begins and not crossed):
            if band:
                yield band, is_open
            band, is_open = [], not is_open
        band.append(row)
    if band:
        yield band, is_open


def _fill_columns(left: Sequence[Item], right: Sequence[Item], start: float, page: Rect) -> bool:
    """Whether both sides are text that fills its column, with room between."""
    for side in (left, right):
        lines = rows(side)
        if len(lines) < _FEWEST_LINES:
            return False
        column = around(item.place for item in side)
        widths = sorted(around(item.place for item in row).width for row in lines)
        if column.width < 0.2 * page.width or widths[len(widths) // 2] < 0.5 * column.width:
            return False
    return start - max(item.place.right for item in left) >= _GUTTER_POINTS
