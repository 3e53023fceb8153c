"""The sheets of an XLSX file as a reader sees them, read in one pass over each part."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ingest.errors import Reason, SourceError
from ingest.limits import Limits
from ingest.ooxml import read_part, refuse_declarations
from ingest.parse.number_format import Formats, read_formats
from ingest.parse.rows import Row

_MOST_MERGED = 100_000
"""Cells that merged ranges may fill; a hostile file merges the whole sheet."""

_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_RANGE = re.compile(r"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A visible sheet: its rows, and what was left out of it."""

    name: str
    rows: tuple[Row, ...]
    warnings: tuple[str, ...] = ()


@dataclass
class _Grid:
    """A sheet while it is read; column and row numbers are 1-based."""

    rows: dict[int, dict[int, str]] = field(default_factory=dict)
    bold: set[int] = field(default_factory=set)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    without_value: int = 0


def sheets(archive: zipfile.ZipFile, limits: Limits) -> Iterator[Sheet | str]:
    """Each visible sheet in order; a text says which sheet was left out.

    Raises:
        SourceError: `corrupt`, `bomb`, `limit` or `xml_forbidden`.
    """
    strings = _shared_strings(archive, limits)
    formats = read_formats(_tree(archive, "xl/styles.xml", limits), _has_1904_dates(archive, limits))
    cells = 0
    for name, part, state in _sheet_parts(archive, limits):
        if state != "visible":
            yield f"sheet {name!r} is hidden and was left out"
            continue
        grid = _Grid()
        for element in _elements(archive, part, ("row", "mergeCell", "col"), limits):
            _take(element, grid, strings, formats, limits)
        cells += sum(max(row, default=0) for row in grid.rows.values())
        if cells > limits.cells:
            raise SourceError("limit", f"sheet {name!r}: more than {limits.cells:,} cells")
        yield _sheet(name, grid)


def _take(element: Any, grid: _Grid, strings: list[str], formats: Formats, limits: Limits) -> None:
    tag = element.tag.rsplit("}", 1)[-1]
    if tag == "mergeCell":
        match = _RANGE.fullmatch(element.get("ref", ""))
        if match:
            left, top, right, bottom = match.groups()
            grid.merged.append((_column(left), int(top), _column(right), int(bottom)))
    elif tag == "col":
        if _on(element.get("hidden")):
            first, last = int(element.get("min", "1")), int(element.get("max", "1"))
            grid.hidden_columns.update(range(first, min(last, limits.columns) + 1))
    else:
        _take_row(element, grid, strings, formats)


def _take_row(element: Any, grid: _Grid, strings: list[str], formats: Formats) -> None:
    number = int(element.get("r") or max(grid.rows, default=0) + 1)
    if _on(element.get("hidden")):
        grid.hidden_rows.add(number)
    row = grid.rows.setdefault(number, {})
    bold: list[bool] = []
    for cell in element.iterchildren("{*}c"):
        match = _REFERENCE.fullmatch(cell.get("r", ""))
        column = _column(match.group(1)) if match else max(row, default=0) + 1
        style = int(cell.get("s", "0"))
        value = _shown(cell, style, strings, formats)
        if value:
            row[column] = value
            bold.append(formats.is_bold(style))
        elif cell.find("{*}f") is not None and cell.find("{*}v") is None:
            grid.without_value += 1
    if bold and all(bold):
        grid.bold.add(number)


def _shown(cell: Any, style: int, strings: list[str], formats: Formats) -> str:
    """The text that a cell shows; a formula shows the value it was stored with."""
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return _rich_text(cell.find("{*}is"))
    value = cell.findtext("{*}v") or ""
    if not value:
        return ""
    if kind == "s":
        return strings[int(value)]
    if kind == "b":
        return "TRUE" if value == "1" else "FALSE"
    return formats.shown(value, style) if kind == "n" else value


def _rich_text(element: Any) -> str:
    """Text of all runs; phonetic guides over Chinese characters are not part of it."""
    if element is None:
        return ""
    texts = element.iterfind(".//{*}t")
    return "".join(text.text or "" for text in texts if not text.getparent().tag.endswith("}rPh"))


def _sheet(name: str, grid: _Grid) -> Sheet:
    width = max((max(row) for row in grid.rows.values() if row), default=0)
    spanning = _fill_merged(grid, width)
    rows: list[Row] = []
    for number, cells in sorted(grid.rows.items()):
        last = max(cells, default=0)
        kept = [cells.get(column, "") for column in range(1, last + 1) if column not in grid.hidden_columns]
        if number not in grid.hidden_rows:
            rows.append(Row(number, tuple(kept), number in grid.bold, number in spanning))
    warnings = [
        f"sheet {name!r}: {count} {what}"
        for count, what in (
            (len(grid.hidden_rows & grid.rows.keys()), "hidden rows were left out"),
            (len([c for c in grid.hidden_columns if c <= width]), "hidden columns were left out"),
            (grid.without_value, "formulas have no stored value"),
        )
        if count
    ]
    return Sheet(name, tuple(rows), tuple(warnings))


def _fill_merged(grid: _Grid, width: int) -> set[int]:
    """Repeat a merged cell's value where it reaches, so that each record is complete.

    Returns:
        Rows where one cell reaches over the whole table: a title, which is no value of every column.
    """
    spanning: set[int] = set()
    filled = 0
    for left, top, right, bottom in grid.merged:
        value = grid.rows.get(top, {}).get(left, "")
        if not value:
            continue
        if right > left and right - left + 1 >= width - 1 and len(grid.rows[top]) == 1:
            spanning.add(top)
            continue
        for number in range(top, bottom + 1):
            row = grid.rows.get(number)
            if row is None:
                if number > max(grid.rows):
                    break
                continue
            for column in range(left, min(right, width) + 1):
                filled += 1
                if filled > _MOST_MERGED:
                    return spanning
                row.setdefault(column, value)
    return spanning


def _shared_strings(archive: zipfile.ZipFile, limits: Limits) -> list[str]:
    return [_rich_text(entry) for entry in _elements(archive, "xl/sharedStrings.xml", ("si",), limits)]


def _elements(archive: zipfile.ZipFile, part: str, names: tuple[str, ...], limits: Limits) -> Iterator[Any]:
    """Elements of a part as they end; what was read is let go. Empty when there is no such part."""
    if part not in archive.namelist():
        return
    content = read_part(archive, part, limits)
    refuse_declarations(content, part)
    from lxml import etree

    try:
        tags = [f"{{*}}{name}" for name in names]
        for _, element in etree.iterparse(
            io.BytesIO(content), tag=tags, resolve_entities=False, no_network=True, load_dtd=False
        ):
            yield element
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    except etree.XMLSyntaxError as error:
        reason: Reason = "limit" if "depth" in str(error).lower() else "corrupt"
        raise SourceError(reason, f"{part}: {str(error)[:100]}") from error


def _tree(archive: zipfile.ZipFile, part: str, limits: Limits) -> Any:
    """A small part as a tree; None when there is no such part."""
    if part not in archive.namelist():
        return None
    content = read_part(archive, part, limits)
    refuse_declarations(content, part)
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise SourceError("corrupt", f"{part}: {str(error)[:100]}") from error


def _has_1904_dates(archive: zipfile.ZipFile, limits: Limits) -> bool:
    book = _tree(archive, "xl/workbook.xml", limits)
    properties = book.find("{*}workbookPr") if book is not None else None
    return properties is not None and _on(properties.get("date1904"))


def _sheet_parts(archive: zipfile.ZipFile, limits: Limits) -> Iterator[tuple[str, str, str]]:
    """Name, part and state (visible, hidden, veryHidden) of each sheet, in the order of the tabs."""
    book = _tree(archive, "xl/workbook.xml", limits)
    relations = _tree(archive, "xl/_rels/workbook.xml.rels", limits)
    if book is None or relations is None:
        raise SourceError("corrupt", "its main part is missing")
    targets = {entry.get("Id"): entry.get("Target", "") for entry in relations}
    for sheet in book.iter("{*}sheet"):
        identity = next((value for key, value in sheet.attrib.items() if key.endswith("}id")), "")
        target = targets.get(identity, "").lstrip("/")
        part = target if target.startswith("xl/") else f"xl/{target}"
        yield sheet.get("name", ""), part, sheet.get("state", "visible")


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number


def _on(value: str | None) -> bool:
    return value in ("1", "true", "on")
