"""The cells of a ruled region: where columns begin, which cells are merged, and the text of each row."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.clean import join_lines
from ingest.parse.pdf_frame import Rect, around
from ingest.parse.pdf_grid import Region
from ingest.parse.pdf_lines import rows, whole_lines
from ingest.parse.pdf_text import Line

_NEAR_POINTS = 6.0


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a table.

    Args:
        cells: A merged cell's text stands in each of its rows and columns.
        begins: For each cell whether it begins here; false where it reaches over from the left.
    """

    cells: tuple[str, ...]
    begins: tuple[bool, ...]
    place: Rect
    bold: bool

    @property
    def filled(self) -> list[str]:
        """The cells that hold something, each merged one once."""
        return [cell for cell, begins in zip(self.cells, self.begins, strict=True) if cell and begins]


def column_sides(pieces: Sequence[Line], place: Rect) -> list[float]:
    """Borders of columns that no line marks, from how the text stands; two when there is one column."""
    lines = rows(pieces)
    template = max(lines, key=len)
    columns = [(piece.place.left, piece.place.right) for piece in template]
    for line in lines:
        for piece in line:
            left, right = piece.place.left, piece.place.right
            over = [i for i, (start, end) in enumerate(columns) if left < end - 1 and right > start + 1]
            if not over:
                columns.append((left, right))
                columns.sort()
            elif len(over) == 1:
                start, end = columns[over[0]]
                columns[over[0]] = (min(start, left), max(end, right))
    borders = [(min(end, start) + start) / 2 for (_, end), (start, _) in pairwise(columns)]
    return [place.left, *borders, place.right]


def cell_rows(region: Region, sides: Sequence[float], pieces: Sequence[Line]) -> list[TableRow]:
    """The rows of a region, without those that hold nothing."""
    heights = region.heights
    drawn = len(heights) > 3
    if not drawn:
        heights = _heights_of_text(heights, sides, pieces)
    grid = _Grid(region, heights, sides, pieces, drawn)
    return [row for row in grid.rows() if any(row.cells)]


def _heights_of_text(heights: Sequence[float], sides: Sequence[float], pieces: Sequence[Line]) -> list[float]:
    """Borders of rows that no line marks: a new row begins where its first and most other cells do."""
    borders = [*heights]
    for top, bottom in pairwise(heights):
        band = Rect(sides[0], top, sides[-1], bottom)
        lines = rows([piece for piece in pieces if band.holds(piece.place, 0)])
        if len(lines) < 2:
            continue
        for above, line in pairwise(lines):
            starts = {_column(piece.place, sides) for piece in line}
            if 0 in starts and 2 * len(starts) >= len(sides) - 1:
                upper = around(piece.place for piece in above)
                lower = around(piece.place for piece in line)
                borders.append((upper.bottom + lower.top) / 2)
    return sorted(borders)


def _column(place: Rect, sides: Sequence[float]) -> int:
    """The column that most of a piece stands in."""
    overlap = [min(place.right, right) - max(place.left, left) for left, right in pairwise(sides)]
    return overlap.index(max(overlap))


class _Grid:
    """Cells between all borders, those joined that no line parts.

    Args:
        drawn: Whether the borders of rows are drawn; otherwise each parts its rows over the whole width.
    """

    def __init__(
        self,
        region: Region,
        heights: Sequence[float],
        sides: Sequence[float],
        pieces: Sequence[Line],
        drawn: bool,
    ) -> None:
        self.region, self.heights, self.sides, self.drawn = region, heights, sides, drawn
        self.height, self.width = len(heights) - 1, len(sides) - 1
        # Borders of coloured cells (a header's, say) go on below them although nothing is drawn there.
        self.ruled = len(region.sides) > 2 and any(
            not edge.soft and region.place.left + 3 < edge.at < region.place.right - 3 for edge in region.down
        )
        self.owner = {(r, c): (r, c) for r in range(self.height) for c in range(self.width)}
        self.held: dict[tuple[int, int], list[Line]] = {}
        standing = [(self._row(piece.place), piece) for piece in pieces]
        for r, piece in standing:
            if not self.ruled:
                self._join_spanned(r, piece.place)
        self._join_unparted()
        for r, piece in standing:
            self.held.setdefault(self._find((r, _column(piece.place, sides))), []).append(piece)

    def _row(self, place: Rect) -> int:
        middle = (place.top + place.bottom) / 2
        below = [r for r, height in enumerate(self.heights[1:]) if middle < height]
        return below[0] if below else self.height - 1

    def _find(self, cell: tuple[int, int]) -> tuple[int, int]:
        while self.owner[cell] != cell:
            cell = self.owner[cell]
        return cell

    def _join(self, one: tuple[int, int], other: tuple[int, int]) -> None:
        first, second = sorted((self._find(one), self._find(other)))
        self.owner[second] = first

    def _join_spanned(self, r: int, place: Rect) -> None:
        """Where no line parts the columns, text that runs over a border is a cell over both."""
        for c in range(self.width - 1):
            border = self.sides[c + 1]
            if place.left < border - 2 and place.right > border + 4:
                self._join((r, c), (r, c + 1))

    def _join_unparted(self) -> None:
        for r in range(self.height):
            middle = (self.heights[r] + self.heights[r + 1]) / 2
            for c in range(self.width):
                across = (self.sides[c] + self.sides[c + 1]) / 2
                if self.ruled and c + 1 < self.width and not self._is_parted(c, middle):
                    self._join((r, c), (r, c + 1))
                if self.drawn and r + 1 < self.height and not self._is_floored(r, across):
                    self._join((r, c), (r + 1, c))

    def _is_parted(self, c: int, middle: float) -> bool:
        border = self.sides[c + 1]
        return any(abs(edge.at - border) < _NEAR_POINTS and edge.covers(middle) for edge in self.region.down)

    def _is_floored(self, r: int, across: float) -> bool:
        border = self.heights[r + 1]
        return any(
            abs(edge.at - border) < _NEAR_POINTS and edge.covers(across) for edge in self.region.across
        )

    def rows(self) -> list[TableRow]:
        """All rows; one that only repeats the one above, because no line parts them, is left out."""
        texts = {
            cell: join_lines([line.text for line in whole_lines(held)]) for cell, held in self.held.items()
        }
        made: list[TableRow] = []
        above: list[tuple[int, int]] = []
        for r in range(self.height):
            owners = [self._find((r, c)) for c in range(self.width)]
            held = [piece for cell in dict.fromkeys(owners) for piece in self.held.get(cell, [])]
            if owners == above:
                place = Rect(self.sides[0], made[-1].place.top, self.sides[-1], self.heights[r + 1])
                made[-1] = TableRow(made[-1].cells, made[-1].begins, place, made[-1].bold)
                continue
            above = owners
            made.append(
                TableRow(
                    tuple(texts.get(cell, "") for cell in owners),
                    tuple(c == 0 or owners[c] != owners[c - 1] for c in range(self.width)),
                    Rect(self.sides[0], self.heights[r], self.sides[-1], self.heights[r + 1]),
                    bool(held) and all(piece.bold for piece in held),
                )
            )
        return made
