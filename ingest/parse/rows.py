"""Table rows as records: each row says which value belongs to which column."""

from collections.abc import Sequence

from ingest.clean import one_line


def record(header: Sequence[str], cells: Sequence[str]) -> str:
    """A row as "Header: value | Header: value"; without a header the value stands alone."""
    parts: list[str] = []
    for column, cell in enumerate(cells):
        value = one_line(cell)
        if not value:
            continue
        name = one_line(header[column]) if column < len(header) else ""
        parts.append(f"{name}: {value}" if name and name != value else value)
    return " | ".join(parts)


def header_row(rows: Sequence[Sequence[str]], look: int = 15) -> int | None:
    """Which of the first rows names the columns; None when none does.

    The header is the first row that fills (nearly) as many cells as the rows below it do and holds no
    numbers; title rows above it fill fewer.
    """
    sample = rows[:look]
    widths = sorted(sum(1 for cell in row if cell.strip()) for row in rows[: 4 * look])
    if not widths:
        return None
    usual = widths[len(widths) // 2]
    for number, row in enumerate(sample):
        filled = [cell for cell in row if cell.strip()]
        distinct = len({cell.strip() for cell in filled})
        if len(filled) < max(2, 0.8 * usual) or distinct < len(filled):
            continue
        return None if any(_is_number(cell) for cell in filled) or number + 1 == len(rows) else number
    return None


def _is_number(cell: str) -> bool:
    return cell.strip().replace(",", "").replace(".", "", 1).lstrip("+-").isdigit()
