"""CSV and TSV: each row a record under its header, with its row number."""

import csv
import io

from ingest.clean import one_line, visible
from ingest.errors import SourceError
from ingest.limits import Limits
from ingest.parse.rows import header_row, record
from ingest.parse.text import read_text
from ingest.records import Block, Document

_DELIMITERS = ",;\t|"


def parse(content: bytes, doc: str, limits: Limits) -> Document:
    """Read a table of text; the delimiter is found by looking."""
    text, warnings = read_text(content)
    csv.field_size_limit(limits.field_characters)
    sample = text[:16384]
    try:
        dialect: type[csv.Dialect] | csv.Dialect = csv.Sniffer().sniff(sample, _DELIMITERS)
    except csv.Error:
        dialect = csv.excel
    rows: list[tuple[int, list[str]]] = []
    cells = 0
    try:
        reader = csv.reader(io.StringIO(text, newline=""), dialect)
        for row in reader:
            cells += max(1, len(row))
            if len(row) > limits.columns or cells > limits.cells:
                raise SourceError("limit", f"row {reader.line_num}: more cells than {limits.columns:,} a row "
                                           f"or {limits.cells:,} in all")  # fmt: skip
            if any(cell.strip() for cell in row):
                rows.append((reader.line_num, [visible(cell) for cell in row]))
    except csv.Error as error:
        raise SourceError("limit", f"a cell that cannot be read: {error}") from error
    return Document(
        doc.rsplit("/", 1)[-1],
        tuple(row_blocks(rows, "")),
        warnings=warnings,
    )


def row_blocks(rows: list[tuple[int, list[str]]], sheet: str) -> list[Block]:
    """Rows with their numbers as blocks: title rows first, then each row under the header."""
    at = header_row([row for _, row in rows])
    header = rows[at][1] if at is not None else []
    titles = rows[:at] if at is not None else []
    caption = " ".join(one_line(" ".join(row)) for _, row in titles).strip()
    blocks = [Block("paragraph", record([], row), label=_label(sheet, number)) for number, row in titles]
    body = rows[at + 1 :] if at is not None else rows
    if at is not None and not body:
        blocks.append(Block("paragraph", record([], header), label=_label(sheet, rows[at][0])))
    blocks.extend(
        Block("table_row", record(header, row), label=_label(sheet, number), header=caption)
        for number, row in body
    )
    return [block for block in blocks if block.text]


def _label(sheet: str, number: int) -> str:
    return f"{sheet}!{number}" if sheet else f"row {number}"
