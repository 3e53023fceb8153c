"""Tables of a page: each row a record under its header; spans filled."""

from typing import Any

from ingest.clean import warning_signal
from ingest.parse.html_text import hidden, inline
from ingest.parse.rows import Row, header_row, record
from ingest.records import Block

_MOST_SPAN = 200
_MOST_COLUMNS = 1000
_CONTAINED = ("table", "h1", "h2", "h3", "h4", "h5", "h6")


def table_blocks(table: Any) -> list[Block] | None:
    """Rows as blocks; None for a table that only lays out the page and is read through."""
    rows = [row for row in table.iter("tr") if not hidden(row)]
    if next(table.iterdescendants(*_CONTAINED), None) is not None:
        return None
    grid = _grid(rows)
    if all(sum(1 for cell in cells if cell) < 2 for cells in grid):
        return None
    heads = _head_rows(rows, grid)
    header = _header(grid[:heads])
    caption = " ".join(inline(entry) for entry in table.iter("caption")).strip()
    texts = [record(header, cells) for cells in _whole_rows(grid[heads:], bool(header))]
    blocks = [
        Block("warning" if warning_signal(text) else "table_row", text, header=caption)
        for text in texts
        if text
    ]
    if not blocks and header:
        return [Block("table_row", record([], header), header=caption)]
    return blocks


def _whole_rows(rows: list[list[str]], has_header: bool) -> list[list[str]]:
    """Rows, with a long term that stands on a line of its own joined to its explanation below."""
    whole: list[list[str]] = []
    for cells in rows:
        above = whole[-1] if whole else []
        if not has_header and above[:1] > [""] and not any(above[1:]) and cells[:1] == [""] and any(cells):
            whole[-1] = [above[0], *cells[1:]]
        else:
            whole.append(cells)
    return whole


def _head_rows(rows: list[Any], grid: list[list[str]]) -> int:
    """How many of the first rows name the columns."""
    count = 0
    for row in rows:
        cells = [cell.tag for cell in row if cell.tag in ("td", "th")]
        if row.getparent().tag != "thead" and (not cells or set(cells) != {"th"}):
            break
        count += 1
    if count:
        return count if count < len(rows) else 0
    bold = [_is_bold(row) for row in rows]
    found = header_row([Row(number, tuple(cells), bold[number]) for number, cells in enumerate(grid)])
    return 1 if found == 0 and (bold[0] or len(grid) > 2) else 0


def _is_bold(row: Any) -> bool:
    """Whether every filled cell of a row is bold."""
    cells = [cell for cell in row if cell.tag in ("td", "th") and inline(cell)]
    return bool(cells) and all(
        cell.tag == "th" or "".join(inline(part) for part in cell.iter("b", "strong")) == inline(cell)
        for cell in cells
    )


def _header(rows: list[list[str]]) -> list[str]:
    """One name a column from one or more head rows; a name that spans rows stands once."""
    columns = [
        [row[place] for row in rows if place < len(row)] for place in range(max(map(len, rows), default=0))
    ]
    return [" ".join(dict.fromkeys(filter(None, names))) for names in columns]


def _grid(rows: list[Any]) -> list[list[str]]:
    """Cells by row and column; a cell that reaches over several is repeated in each."""
    grid: list[list[str]] = []
    reaching: dict[int, tuple[int, str]] = {}
    for row in rows:
        cells: list[str] = []

        def fill(cells: list[str] = cells) -> None:
            while len(cells) in reaching:
                left, text = reaching.pop(len(cells))
                if left > 1:
                    reaching[len(cells)] = (left - 1, text)
                cells.append(text)

        for cell in row:
            if cell.tag not in ("td", "th") or hidden(cell):
                continue
            fill()
            text = inline(cell)
            for _ in range(_span(cell, "colspan")):
                if len(cells) >= _MOST_COLUMNS:
                    break
                if _span(cell, "rowspan") > 1:
                    reaching[len(cells)] = (_span(cell, "rowspan") - 1, text)
                cells.append(text)
        fill()
        # A cell over the whole row is a title in the table; said once, it is no value of each column.
        whole = len(cells) > 1 and sum(1 for cell in row if cell.tag in ("td", "th")) == 1
        grid.append(cells[:1] if whole else cells)
    return grid


def _span(cell: Any, name: str) -> int:
    value = (cell.get(name) or "1").strip()
    return max(1, min(int(value), _MOST_SPAN)) if value.isascii() and value.isdigit() else 1
