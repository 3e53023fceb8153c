"""Tables and warning boxes of a PDF page, from its ruling and from how its text stands in columns."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ingest.clean import is_signal_word, join_lines, warning_signal
from ingest.parse.pdf_cells import TableRow, cell_rows, column_sides
from ingest.parse.pdf_frame import Rect, around
from ingest.parse.pdf_graphics import Graphics
from ingest.parse.pdf_grid import Edge, Region, regions
from ingest.parse.pdf_lines import rows, whole_lines
from ingest.parse.pdf_text import Line

_FEWEST_FILLED = 0.4
_LOOSE_COLUMNS = 3
_LOOSE_ROWS = 3
_LONGEST_CELL = 60


@dataclass(frozen=True, slots=True)
class Table:
    """A table; `sides` are the borders of its columns across the page, in points."""

    place: Rect
    rows: tuple[TableRow, ...]
    sides: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Boxed:
    """A warning in a frame, whole."""

    place: Rect
    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        """The signal word, then what it announces."""
        word = next((line for line in self.lines if is_signal_word(line.text)), None)
        rest = join_lines([line.text for line in self.lines if line is not word])
        return f"{word.text.rstrip(':：')}: {rest}" if word and rest else word.text if word else rest


def find_tables(
    pieces: Sequence[Line], graphics: Graphics, page: Rect
) -> tuple[list[Table | Boxed], list[Line]]:
    """The tables and warning boxes of a page, and the pieces of text that stand in none of them."""
    found: list[Table | Boxed] = []
    rest = list(pieces)
    for region in regions(graphics, page):
        for part in _parts(region, rest):
            inside = [piece for piece in rest if part.place.holds(piece.place)]
            made = _read(part, inside, graphics.filled)
            if made is not None:
                found.append(made)
                rest = [piece for piece in rest if not part.place.holds(piece.place)]
    loose = _loose_tables(rest)
    taken = {id(piece) for _, inside in loose for piece in inside}
    found.extend(table for table, _ in loose)
    return found, [piece for piece in rest if id(piece) not in taken]


def _parts(region: Region, pieces: Sequence[Line]) -> Iterator[Region]:
    """A framed region whole; of a stack of rules the runs of bands that hold columns, and the others."""
    if region.down:
        yield region
        return
    run: list[Edge] = []
    for upper, lower in zip(region.across, region.across[1:], strict=False):
        band = Rect(region.place.left, upper.at, region.place.right, lower.at)
        inside = [piece for piece in pieces if band.holds(piece.place, 0)]
        if _is_tabular(inside):
            run = [*run, lower] if run else [upper, lower]
            continue
        if run:
            yield _stack(region, run)
            run = []
        if inside:
            yield _stack(region, [upper, lower])
    if run:
        yield _stack(region, run)


def _stack(region: Region, run: Sequence[Edge]) -> Region:
    return Region(Rect(region.place.left, run[0].at, region.place.right, run[-1].at), tuple(run), ())


def _is_tabular(inside: Sequence[Line]) -> bool:
    lines = rows(inside)
    several = sum(1 for line in lines if len(line) > 1)
    return bool(lines) and several >= 0.5 * len(lines)


def _read(region: Region, inside: Sequence[Line], filled: Sequence[Rect]) -> Table | Boxed | None:
    """A region as a warning or a table; None when it is only a frame, or a drawing."""
    if not inside:
        return None
    lines = whole_lines(inside)
    words = [piece for piece in inside if is_signal_word(piece.text)]
    opens = warning_signal(lines[0].text) or bool(words and len(lines) > 1 and words[0] is inside[0])
    sides = region.sides if len(region.sides) > 2 else column_sides(inside, region.place)
    if len(sides) < 3:
        return Boxed(region.place, tuple(lines)) if opens else None
    if (opens or words) and len(region.heights) <= 2:
        return _boxed(region, sides, inside)
    made = cell_rows(region, sides, inside)
    if opens and len(made) <= 2 and len(made[0].filled) == 1:
        return _boxed(region, sides, inside)
    if not _is_table(made):
        return None
    return Table(region.place, tuple(_marked(made, filled)), tuple(sides))


def _boxed(region: Region, sides: Sequence[float], inside: Sequence[Line]) -> Boxed:
    """A box with the signal word in a cell of its own: column by column."""
    lines: list[Line] = []
    for left, right in pairwise(sides):
        column = Rect(left, region.place.top, right, region.place.bottom)
        lines.extend(whole_lines([piece for piece in inside if column.holds(piece.place, 0)]))
    return Boxed(region.place, tuple(lines))


def _is_table(made: Sequence[TableRow]) -> bool:
    """Whether enough cells hold text; the lines of a drawing make cells too, but mostly empty ones."""
    several = sum(1 for row in made if len(row.filled) > 1)
    if several < 2 or several < 0.4 * len(made):
        return False
    cells = sum(len(row.cells) for row in made)
    return sum(len(row.filled) for row in made) >= _FEWEST_FILLED * cells


def _marked(made: Sequence[TableRow], filled: Sequence[Rect]) -> list[TableRow]:
    """A first row on a coloured ground that the second does not have is a header, bold or not."""
    first, second = made[0], made[1]
    grounds = [area for area in filled if area.holds(first.place) and area.height < 3 * first.place.height]
    if any(not area.holds(second.place, 0) for area in grounds):
        return [replace(first, bold=True), *made[1:]]
    return list(made)


def _loose_tables(pieces: Sequence[Line]) -> list[tuple[Table, list[Line]]]:
    """Tables without any ruling: rows of short pieces that begin at the same places."""
    found: list[tuple[Table, list[Line]]] = []
    run: list[list[Line]] = []
    for row in [*rows([piece for piece in pieces if not piece.aside]), []]:
        if row and run and _continues(run, row):
            run.append(row)
            continue
        if len(run) >= _LOOSE_ROWS:
            table = _loose(run)
            if table is not None:
                found.append((table, [piece for line in run for piece in line]))
        run = [row] if len(row) >= _LOOSE_COLUMNS and _is_short(row) else []
    return found


def _is_short(row: Sequence[Line]) -> bool:
    return all(len(piece.text) <= _LONGEST_CELL and not piece.fixed for piece in row)


def _continues(run: Sequence[Sequence[Line]], row: Sequence[Line]) -> bool:
    last = around(piece.place for piece in run[-1])
    if row[0].place.top - last.bottom > 1.6 * last.height or not _is_short(row):
        return False
    starts = [piece.place.left for line in run for piece in line]
    ends = [piece.place.right for line in run for piece in line]
    aligned = [
        piece
        for piece in row
        if any(abs(piece.place.left - start) < 3 for start in starts)
        or any(abs(piece.place.right - end) < 3 for end in ends)
    ]
    return len(row) > 1 and len(aligned) >= 0.7 * len(row)


def _loose(run: Sequence[Sequence[Line]]) -> Table | None:
    pieces = [piece for line in run for piece in line]
    place = around(piece.place for piece in pieces)
    sides = column_sides(pieces, place)
    if len(sides) - 1 < _LOOSE_COLUMNS:
        return None
    middles = [
        (around(piece.place for piece in upper).bottom + around(piece.place for piece in lower).top) / 2
        for upper, lower in pairwise(run)
    ]
    edges = [Edge(at, place.left, place.right) for at in [place.top, *middles, place.bottom]]
    made = cell_rows(Region(place, tuple(edges), ()), sides, pieces)
    return Table(place, tuple(made), tuple(sides)) if len(made) > 2 and _is_table(made) else None
