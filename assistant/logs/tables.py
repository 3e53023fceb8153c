"""Logs that are tables: CSV and its like, and JSON lines."""

import csv
import json
from collections.abc import Iterable, Sequence
from typing import Any

from assistant.logs.records import LogFormat
from assistant.logs.rows import Rows

_LINES_IN_A_CELL = 40
"""A cell of more lines is a quote that was never closed."""


class Delimited:
    """CSV, TSV and the like.

    Args:
        header: The row that names the columns; None when there is none.
    """

    def __init__(self, delimiter: str, width: int, header: Sequence[str] | None) -> None:
        self.format: LogFormat = "tsv" if delimiter == "\t" else "csv"
        self.delimiter = delimiter
        self._header = list(header) if header else None
        given = [cell.strip() for cell in header or ()]
        self.names = tuple(
            given[place] if place < len(given) and given[place] and given.index(given[place]) == place
            else f"column {place + 1}"
            for place in range(width)
        )  # fmt: skip

    def rows(self, lines: Sequence[str], wanted: Sequence[str]) -> Rows:
        """Rows under the header; a header that is repeated is left out."""
        places = [self.names.index(name) for name in wanted]
        starts: list[int] = []
        columns: list[list[str]] = [[] for _ in wanted]
        for start, row in self.cells(lines):
            if row == self._header:
                continue
            starts.append(start)
            width = len(row)
            for place, column in zip(places, columns, strict=True):
                column.append(row[place].strip() if place < width else "")
        return Rows(starts, dict(zip(wanted, columns, strict=True)))

    def cells(self, lines: Sequence[str]) -> Iterable[tuple[int, list[str]]]:
        """Every row with the line it begins on; a quote that is never closed is taken as text."""
        rows: list[tuple[int, list[str]]] = []
        reader = csv.reader(lines, delimiter=self.delimiter)
        before = 0
        try:
            for row in reader:
                if reader.line_num - before > _LINES_IN_A_CELL:
                    break
                if row:
                    rows.append((before, row))
                before = reader.line_num
            else:
                return rows
        except csv.Error:
            pass
        unquoted = csv.reader(lines, delimiter=self.delimiter, quoting=csv.QUOTE_NONE)
        return [(number, row) for number, row in enumerate(unquoted) if row]


class JsonLines:
    """One JSON object a line; the keys of an object within it are joined by a point."""

    format: LogFormat = "jsonl"

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)

    def rows(self, lines: Sequence[str], wanted: Sequence[str]) -> Rows:
        """The values of the wanted keys."""
        starts: list[int] = []
        broken: list[tuple[int, str]] = []
        columns: list[list[str]] = [[] for _ in wanted]
        paths = [(name, name.split(".")) for name in wanted]
        for place, line in enumerate(lines):
            text = line.strip().rstrip(",")
            if text in ("", "[", "]"):
                continue
            entry = json_object(text)
            if entry is None:
                broken.append((place, "not a JSON object"))
                continue
            starts.append(place)
            for (name, path), column in zip(paths, columns, strict=True):
                column.append(_text(_value(entry, name, path)))
        return Rows(starts, dict(zip(wanted, columns, strict=True)), tuple(broken))


def json_object(text: str) -> dict[str, Any] | None:
    """The object of a line; None when it is none."""
    if not text.startswith("{"):
        return None
    try:
        entry = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return entry if isinstance(entry, dict) else None


def keys_of(entry: dict[str, Any], prefix: str = "", depth: int = 3) -> Iterable[str]:
    """The keys of an object; those of an object within it joined by a point."""
    for key, value in entry.items():
        if isinstance(value, dict) and depth > 1:
            yield from keys_of(value, f"{prefix}{key}.", depth - 1)
        else:
            yield f"{prefix}{key}"


def _value(entry: dict[str, Any], name: str, path: Sequence[str]) -> Any:
    if name in entry:
        return entry[name]
    value: Any = entry
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value.strip()
    if value is None or isinstance(value, dict | list):
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
