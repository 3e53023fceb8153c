"""Tables of a PDF page, found by their ruling with pdfplumber."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from ingest.clean import one_line, warning_signal
from ingest.parse.rows import record
from ingest.records import Block, Box

_FEWEST_PATHS = 6
_LEAST_GAP_POINTS = 5.0
_PATH = 2  # FPDF_PAGEOBJ_PATH


@dataclass(frozen=True, slots=True)
class Table:
    """A table with the box of each row."""

    box: Box
    rows: tuple[tuple[tuple[str, ...], Box], ...]

    def holds(self, box: Box) -> bool:
        """Whether a line stands inside it, by its middle."""
        across, down = (box.left + box.right) / 2, (box.top + box.bottom) / 2
        return (
            self.box.left - 1 <= across <= self.box.right + 1
            and self.box.top - 1 <= down <= self.box.bottom + 1
        )

    def blocks(self, caption: str) -> Iterator[Block]:
        """One block a row; a frame of one cell is a warning or a paragraph."""
        filled = [(cells, box) for cells, box in self.rows if any(cells)]
        widest = max((sum(1 for cell in cells if cell) for cells, _ in filled), default=0)
        if widest <= 1 or len(filled) == 1:
            text = " ".join(cell for cells, _ in filled for cell in cells if cell)
            if text:
                kind = "warning" if warning_signal(text) else "paragraph"
                yield Block(kind, text, page=self.box.page, boxes=(self.box,))  # type: ignore[arg-type]
            return
        header, body = filled[0][0], filled[1:]
        for cells, box in body:
            text = record(header, cells)
            if text:
                yield Block("table_row", text, page=box.page, boxes=(box,), header=caption)


def looks_tabular(page: Any) -> bool:
    """Whether a page has enough drawn lines or boxes for a table; cheap, so that few pages are searched."""
    try:
        paths = page.get_objects(filter=[_PATH], max_depth=2)
        return sum(1 for _ in islice(paths, _FEWEST_PATHS)) == _FEWEST_PATHS
    finally:
        page.close()


def page_tables(file: io.BytesIO, numbers: Sequence[int], warnings: list[str]) -> dict[int, list[Table]]:
    """The tables of some pages, 1-based."""
    import pdfplumber

    found: dict[int, list[Table]] = {}
    try:
        with pdfplumber.open(file) as pdf:
            for number in numbers:
                page = pdf.pages[number - 1]
                tables = [_table(table, page, number) for table in page.find_tables()]
                found[number] = [table for table in tables if table is not None]
                page.close()
    except Exception as error:  # pdfminer raises many classes; the text of the page is read in any case
        warnings.append(f"tables were read as plain text ({type(error).__name__})")
    return found


def _table(table: Any, page: Any, number: int) -> Table | None:
    rows = [
        (tuple(one_line(cell or "") for cell in cells), Box(number, *row.bbox))
        for row, cells in zip(table.rows, table.extract(), strict=True)
    ]
    if len(rows) > 1 and max(len(cells) for cells, _ in rows) == 1:
        # Ruled between its rows only: the columns are where no word of any row stands.
        words = page.crop(table.bbox, strict=False).extract_words()
        edges = column_edges([(word["x0"], word["x1"]) for word in words])
        rows = [(_cells(words, box, edges), box) for _, box in rows]
    if not any(any(cells) for cells, _ in rows):
        return None
    return Table(Box(number, *table.bbox), tuple(_filled_down(rows)))


def column_edges(spans: Sequence[tuple[float, float]]) -> list[float]:
    """The middles of the gaps that no word crosses, left to right.

    Args:
        spans: Left and right end of each word, in points.
    """
    edges: list[float] = []
    reached = None
    for left, right in sorted(spans):
        if reached is not None and left - reached >= _LEAST_GAP_POINTS:
            edges.append((reached + left) / 2)
        reached = right if reached is None else max(reached, right)
    return edges


def _cells(words: Sequence[dict[str, Any]], row: Box, edges: Sequence[float]) -> tuple[str, ...]:
    cells: list[list[str]] = [[] for _ in range(len(edges) + 1)]
    for word in words:
        if row.top <= (word["top"] + word["bottom"]) / 2 <= row.bottom:
            column = sum(edge < (word["x0"] + word["x1"]) / 2 for edge in edges)
            cells[column].append(word["text"])
    return tuple(one_line(" ".join(cell)) for cell in cells)


def _filled_down(rows: Sequence[tuple[tuple[str, ...], Box]]) -> Iterator[tuple[tuple[str, ...], Box]]:
    """A first cell that spans several rows is repeated, so that each row says what it is about."""
    above = ""
    for cells, box in rows:
        if len(cells) > 2 and not cells[0] and any(cells[1:]):
            yield (above, *cells[1:]), box
        else:
            above = cells[0] if cells else ""
            yield cells, box
