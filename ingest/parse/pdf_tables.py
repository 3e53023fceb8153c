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
                tables = [_table(table, number) for table in page.find_tables()]
                found[number] = [table for table in tables if table is not None]
                page.close()
    except Exception as error:  # pdfminer raises many classes; the text of the page is read in any case
        warnings.append(f"tables were read as plain text ({type(error).__name__})")
    return found


def _table(table: Any, number: int) -> Table | None:
    rows: list[tuple[tuple[str, ...], Box]] = []
    for row, cells in zip(table.rows, table.extract(), strict=True):
        left, top, right, bottom = row.bbox
        shown = tuple(one_line(cell or "") for cell in cells)
        rows.append((shown, Box(number, left, top, right, bottom)))
    if not any(any(cells) for cells, _ in rows):
        return None
    left, top, right, bottom = table.bbox
    return Table(Box(number, left, top, right, bottom), tuple(rows))
