"""Tables of a Word document: a table with a header, a form of labels and values, or a frame around text."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ingest.parse.docx_parts import Parts, W, is_on, value
from ingest.parse.docx_text import children, is_bold, text_of
from ingest.parse.rows import Row, header_row, record
from ingest.parse.signals import warns
from ingest.records import Block

_MOST_SPAN = 64


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell; `marked` when it is bold or shaded, as headers and labels are."""

    text: str
    marked: bool = False


_Cells = tuple[_Cell, ...]


def is_frame(table: Any) -> bool:
    """Whether a table is one cell: a frame around text, such as a warning box."""
    rows = list(children(table, "tr"))
    return len(rows) == 1 and len(list(children(rows[0], "tc"))) == 1


def table_blocks(table: Any, parts: Parts, caption: str) -> Iterator[Block]:
    """The rows of a table, each as a record.

    Args:
        caption: Of the paragraph above it; empty when that is none.
    """
    rows, heads = _rows(table, parts)
    while rows and len(rows) > 1 and len(_filled(rows[0])) == 1 and len(rows[0]) > 1 and not heads:
        # A title over the whole width.
        title, rows = " ".join(cell.text for cell in _filled(rows[0])), rows[1:]
        yield Block("warning" if warns(title) else "paragraph", title)
        caption = caption or title
    width = max((len(_filled(row)) for row in rows), default=0)
    if width == 1 or len(rows) == 1:
        yield from _lines(rows)
        return
    if not heads and _is_form(rows):
        texts = [_form_record(row) for row in rows]
    else:
        heads = heads or _heads(rows, width)
        header = _header(rows[:heads])
        texts = [record(header, [cell.text for cell in row]) for row in rows[heads:]]
    for text in texts:
        yield Block("warning" if warns(text) else "table_row", text, header=caption)


def _lines(rows: Sequence[_Cells]) -> Iterator[Block]:
    """Rows that are no records: one column, or one row such as a sign beside its text."""
    for row in rows:
        texts = [cell.text for cell in _filled(row)]
        if texts and warns(texts[0]):
            yield Block("warning", " ".join(texts))
        elif texts:
            yield Block("table_row" if len(texts) > 1 else "paragraph", " | ".join(texts))


def _rows(table: Any, parts: Parts) -> tuple[list[_Cells], int]:
    """Rows that hold something, merged cells repeated; and how many of them Word marks as header."""
    rows: list[_Cells] = []
    heads = 0
    above: _Cells = ()
    for row in children(table, "tr"):
        if row.find(f"{W}trPr/{W}del") is not None:
            continue
        cells: list[_Cell] = []
        for cell in children(row, "tc"):
            cells += _cell(cell, above[len(cells) : len(cells) + 1], parts)
        above = tuple(cells)
        if _filled(above):
            is_head = is_on(row.find(f"{W}trPr/{W}tblHeader"))
            heads += is_head and heads == len(rows)
            rows.append(above)
    return rows, heads if heads < len(rows) else 0


def _cell(cell: Any, above: Sequence[_Cell], parts: Parts) -> list[_Cell]:
    """A cell, once for each column that it spans; the later ones stay empty."""
    properties = cell.find(f"{W}tcPr")
    merge = properties.find(f"{W}vMerge") if properties is not None else None
    if merge is not None and merge.get(f"{W}val") != "restart":
        made = above[0] if above else _Cell("")
    else:
        paragraphs = [entry for entry in children(cell, "p") if text_of(entry, parts)]
        text = " ".join(text_of(entry, parts) for entry in paragraphs)
        bold = bool(paragraphs) and all(is_bold(entry, parts) for entry in paragraphs)
        made = _Cell(text, bold or _is_shaded(properties))
    span = value(properties.find(f"{W}gridSpan")) if properties is not None else ""
    return [made, *[_Cell("")] * (min(int(span), _MOST_SPAN) - 1 if span.isdigit() else 0)]


def _is_shaded(properties: Any) -> bool:
    shading = properties.find(f"{W}shd") if properties is not None else None
    fill = shading.get(f"{W}fill", "auto") if shading is not None else "auto"
    return fill.lower() not in ("auto", "ffffff")


def _filled(row: _Cells) -> list[_Cell]:
    return [cell for cell in row if cell.text]


def _is_marked(row: _Cells) -> bool:
    return all(cell.marked for cell in _filled(row))


def _is_form(rows: Sequence[_Cells]) -> bool:
    """Labels on the left, values on the right: no header above them."""
    labels = [row[0] for row in rows if row[0].text]
    if len(labels) < 0.8 * len(rows):
        return False
    if _is_marked(rows[0]) and not all(_is_marked(row) for row in rows):
        return False
    if all(label.marked for label in labels):
        return not all(_is_marked(row) for row in rows)
    return all(label.text.endswith((":", "：")) for label in labels)


def _form_record(row: _Cells) -> str:
    """ "Machine: P-101 | Date: 2025-03-14" of a row that has one label or more."""
    parts: list[str] = []
    label = ""
    for place, cell in enumerate(_filled(row)):
        if not label and (place == 0 or cell.marked):
            label = cell.text.rstrip(":： ")
        else:
            parts.append(f"{label}: {cell.text}" if label else cell.text)
            label = ""
    return " | ".join([*parts, label] if label else parts)


def _heads(rows: Sequence[_Cells], width: int) -> int:
    """How many rows name the columns, by their look or by their words."""
    if _is_marked(rows[0]) and not all(_is_marked(row) for row in rows):
        return 1
    if width < 3:
        # Two plain columns may as well be labels and values: a wrong header would falsify each row.
        return 0
    plain = [Row(number, tuple(cell.text for cell in row)) for number, row in enumerate(rows)]
    return 1 if header_row(plain) == 0 else 0


def _header(rows: Sequence[_Cells]) -> list[str]:
    columns = max((len(row) for row in rows), default=0)
    names = [[row[place].text for row in rows if place < len(row)] for place in range(columns)]
    return [" ".join(dict.fromkeys(filter(None, column))) for column in names]
