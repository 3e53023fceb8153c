"""XLSX (openpyxl) and XLS (python-calamine): each row a record with its sheet and row number."""

import datetime
import io
import zipfile
from collections.abc import Iterator
from typing import Any

from ingest.errors import SourceError
from ingest.limits import Limits
from ingest.ooxml import read_part, refuse_declarations
from ingest.parse.separated import row_blocks
from ingest.records import Block, Document

_MOST_MERGED = 100_000
"""Cells that merged ranges may fill; a hostile file merges the whole sheet."""

Rows = list[tuple[int, list[str]]]


def parse(content: bytes, doc: str, limits: Limits) -> Document:
    """Read every sheet that a reader sees."""
    warnings: list[str] = []
    blocks: list[Block] = []
    sheets = 0
    read = _xlsx if content.startswith(b"PK") else _xls
    for name, rows in read(content, limits, warnings):
        sheets += 1
        body = row_blocks(rows, name)
        if body:
            blocks.append(Block("heading", name, level=1, label=name))
            blocks.extend(body)
    return Document(doc.rsplit("/", 1)[-1], tuple(blocks), pages=sheets, warnings=tuple(warnings))


def _xlsx(content: bytes, limits: Limits, warnings: list[str]) -> Iterator[tuple[str, Rows]]:
    _refuse_bad_parts(content, limits)
    import openpyxl

    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        hidden_rows, merged = _layout(content, limits)
        cells = 0
        for sheet in book.worksheets:
            if sheet.sheet_state != "visible":
                warnings.append(f"sheet {sheet.title!r} is hidden and was left out")
                continue
            sheet.reset_dimensions()
            rows: Rows = []
            for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
                cells += max(1, len(row))
                if cells > limits.cells or len(row) > limits.columns:
                    raise SourceError("limit", f"sheet {sheet.title!r}: more than {limits.cells:,} cells")
                rows.append((number, [shown(value) for value in row]))
            _fill_merged(rows, merged.get(sheet.title, []))
            hidden = hidden_rows.get(sheet.title, set())
            if hidden:
                warnings.append(f"sheet {sheet.title!r}: {len(hidden)} hidden rows were left out")
            yield (
                sheet.title,
                [(n, row) for n, row in rows if n not in hidden and any(cell.strip() for cell in row)],
            )
    except (SourceError, MemoryError):
        raise
    except Exception as error:  # openpyxl raises whatever a broken part happens to cause
        raise SourceError("corrupt", f"{type(error).__name__}: {str(error)[:100]}") from error


def _refuse_bad_parts(content: bytes, limits: Limits) -> None:
    """openpyxl unpacks parts whole and reads their DTDs, so each is counted and looked at first."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        total = 0
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                part = read_part(archive, name, limits)
                refuse_declarations(part, name)
                total += len(part)
                if total > 4 * limits.part_bytes:
                    raise SourceError("bomb", f"its parts expand beyond {4 * limits.part_bytes:,} bytes")


def _layout(
    content: bytes, limits: Limits
) -> tuple[dict[str, set[int]], dict[str, list[tuple[int, int, int, int]]]]:
    """Hidden rows and merged ranges by sheet; openpyxl's reading mode that streams does not tell them."""
    import re

    from openpyxl.utils import range_boundaries

    hidden: dict[str, set[int]] = {}
    merged: dict[str, list[tuple[int, int, int, int]]] = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for title, part_name in _sheet_parts(archive, limits).items():
            part = read_part(archive, part_name, limits)
            for row in re.finditer(rb"<(?:\w+:)?row\b([^>]*)>", part):
                if re.search(rb'\bhidden="(?:1|true)"', row.group(1)):
                    number = re.search(rb'\br="(\d+)"', row.group(1))
                    if number:
                        hidden.setdefault(title, set()).add(int(number.group(1)))
            for reference in re.findall(rb'<(?:\w+:)?mergeCell\b[^>]*\bref="([A-Z]+\d+:[A-Z]+\d+)"', part):
                merged.setdefault(title, []).append(range_boundaries(reference.decode()))
    return hidden, merged


def _sheet_parts(archive: zipfile.ZipFile, limits: Limits) -> dict[str, str]:
    """Sheet titles with the part that holds each."""
    from lxml import etree

    names = set(archive.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return {}
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    relations = etree.fromstring(read_part(archive, "xl/_rels/workbook.xml.rels", limits), parser)
    targets = {entry.get("Id"): entry.get("Target", "") for entry in relations}
    book = etree.fromstring(read_part(archive, "xl/workbook.xml", limits), parser)
    parts: dict[str, str] = {}
    for sheet in book.iter("{*}sheet"):
        identity = next((value for key, value in sheet.attrib.items() if key.endswith("}id")), "")
        target = targets.get(identity, "").lstrip("/")
        part = target if target.startswith("xl/") else f"xl/{target}"
        if part in names:
            parts[sheet.get("name", "")] = part
    return parts


def _fill_merged(rows: Rows, ranges: list[tuple[int, int, int, int]]) -> None:
    """Repeat a merged cell's value down its rows, so that each record is complete.

    Across columns it stays once: a title that spans the table is no value of every column.
    """
    by_number = dict(rows)
    filled = 0
    for left, top, _right, bottom in ranges:
        first = by_number.get(top)
        if first is None or left > len(first):
            continue
        for number in range(top + 1, bottom + 1):
            row = by_number.get(number)
            filled += 1
            if filled > _MOST_MERGED:
                return
            if row is not None and left <= len(row) and not row[left - 1]:
                row[left - 1] = first[left - 1]


def _xls(content: bytes, limits: Limits, warnings: list[str]) -> Iterator[tuple[str, Rows]]:
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        cells = 0
        for name in book.sheet_names:
            rows: Rows = []
            for number, row in enumerate(book.get_sheet_by_name(name).to_python(), start=1):
                cells += max(1, len(row))
                if cells > limits.cells:
                    raise SourceError("limit", f"sheet {name!r}: more than {limits.cells:,} cells")
                if any(str(value).strip() for value in row):
                    rows.append((number, [shown(value) for value in row]))
            yield name, rows
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise SourceError("corrupt", str(error)[:100]) from error


def shown(value: Any) -> str:
    """A cell's value as a sheet shows it: whole numbers without a point, dates in ISO form."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.10g}"
    if isinstance(value, datetime.datetime):
        plain_day = value.time() == datetime.time(0)
        return value.date().isoformat() if plain_day else value.isoformat(" ", "seconds")
    return str(value)
