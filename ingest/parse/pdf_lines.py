"""Pieces of text as whole lines, and everything on a page in the order in which it is read."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise
from typing import Protocol, TypeVar

from ingest.clean import join_lines
from ingest.parse.pdf_frame import Rect, around
from ingest.parse.pdf_text import Line

_GUTTER_POINTS = 8.0
_FEWEST_LINES = 3
_STEP_POINTS = 3.0


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
    """Groups of things to be read one after the other: a column each, or what runs over both columns.

    A page is in two columns where a gutter near its middle parts lines that fill both sides; what
    crosses the gutter (a title, a wide figure) ends the columns above it and starts new ones below.
    """
    gutter = _gutter(items, page)
    if gutter is None:
        return [list(items)] if items else []
    groups: list[list[Item]] = []
    left: list[Item] = []
    right: list[Item] = []
    wide: list[Item] = []

    def close() -> None:
        if left and right and _are_columns(left, right, gutter, page):
            groups.extend([left[:], right[:]])
        elif left or right:
            groups.append([*left, *right])
        left.clear()
        right.clear()

    for row in rows(items):
        for item in row:
            if item.place.left < gutter - 1 and item.place.right > gutter + 1:
                close()
                wide.append(item)
                continue
            if wide:
                groups.append(wide[:])
                wide.clear()
            (left if item.place.right <= gutter + 1 else right).append(item)
    close()
    if wide:
        groups.append(wide)
    return groups


def _gutter(items: Sequence[Item], page: Rect) -> float | None:
    """Where the fewest lines cross, near the middle; None when the page has one column."""
    if len(items) < 2 * _FEWEST_LINES:
        return None
    text = around(item.place for item in items)
    lefts = sorted(item.place.left for item in items)
    rights = sorted(item.place.right for item in items)
    best: tuple[int, float] | None = None
    at = text.left + 0.3 * text.width
    while at < text.left + 0.7 * text.width:
        crossing = bisect_left(lefts, at - 1) - bisect_right(rights, at + 1)
        off = abs(at - (text.left + text.right) / 2)
        if best is None or (crossing, off) < (best[0], abs(best[1] - (text.left + text.right) / 2)):
            best = (crossing, at)
        at += _STEP_POINTS
    if best is None or best[0] > 0.5 * len(items):
        return None
    left = [item for item in items if item.place.right <= best[1] + 1]
    right = [item for item in items if item.place.left >= best[1] - 1]
    return best[1] if _are_columns(left, right, best[1], page) else None


def _are_columns(left: Sequence[Item], right: Sequence[Item], gutter: float, page: Rect) -> bool:
    """Whether both sides are text that fills its column, with room between."""
    sides = (left, right)
    if any(len(rows(side)) < _FEWEST_LINES for side in sides):
        return False
    if min(item.place.left for item in right) - max(item.place.right for item in left) < _GUTTER_POINTS:
        return False
    for side in sides:
        column = around(item.place for item in side)
        lines = rows(side)
        mean = sum(around(item.place for item in row).width for row in lines) / len(lines)
        if column.width < 0.2 * page.width or mean < 0.45 * column.width:
            return False
    return gutter > 0
