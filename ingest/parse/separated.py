"""CSV and TSV: each row a record under its header, with its row number."""

import csv
import io
from collections import Counter
from itertools import islice

from ingest.errors import SourceError
from ingest.limits import Limits
from ingest.parse.rows import Row, row_blocks, without_empty
from ingest.parse.text import read_text, visible_spaced
from ingest.records import Document

_DELIMITERS = (",", ";", "\t", "|")
_SAMPLE_ROWS = 60
_SAMPLE_CHARACTERS = 65536
_LINES_IN_A_CELL = 40
"""A cell of more lines is a quote that was never closed."""


def parse(content: bytes, doc: str, limits: Limits) -> Document:
    """Read a table of text; the delimiter is found by looking."""
    text, warnings = read_text(content)
    text = visible_spaced(text)
    csv.field_size_limit(limits.field_characters)
    delimiter = delimiter_of(text)
    rows = _rows(text, delimiter, limits)
    open_quote = next((r.number for r in rows for c in r.cells if c.count("\n") > _LINES_IN_A_CELL), 0)
    if open_quote:
        rows = _rows(text, delimiter, limits, quoted=False)
        warnings = (*warnings, f"row {open_quote}: a quote is never closed; quotes are taken as text")
    blocks = row_blocks(without_empty(rows), "")
    return Document(doc.rsplit("/", 1)[-1], tuple(blocks), warnings=warnings)


def _rows(text: str, delimiter: str, limits: Limits, quoted: bool = True) -> list[Row]:
    rows: list[Row] = []
    cells = 0
    lines = io.StringIO(text, newline="")
    reader = (
        csv.reader(lines, delimiter=delimiter)
        if quoted
        else csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE)
    )
    try:
        for number, row in enumerate(reader, start=1):
            cells += max(1, len(row))
            if len(row) > limits.columns or cells > limits.cells:
                raise SourceError(
                    "limit", f"row {number}: over {limits.columns:,} cells in it, or {limits.cells:,} in all"
                )
            rows.append(Row(number, tuple(row)))
    except csv.Error as error:
        raise SourceError("limit", f"row {len(rows) + 1}: {error}") from error
    return rows


def delimiter_of(text: str) -> str:
    """The delimiter that cuts the first rows into the same number of cells, more rather than fewer."""
    sample = text[:_SAMPLE_CHARACTERS]
    scores: dict[str, tuple[float, int]] = {}
    for delimiter in _DELIMITERS:
        try:
            reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
            widths = [len(row) for row in islice(reader, _SAMPLE_ROWS) if row]
        except csv.Error:
            continue
        if widths:
            width, count = Counter(widths).most_common(1)[0]
            scores[delimiter] = (count / len(widths) if width > 1 else 0.0, width)
    best = max(scores, key=lambda delimiter: scores[delimiter], default=",")
    return best if best in scores and scores[best][1] > 1 else ","
