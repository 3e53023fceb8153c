"""Tickets from files: CSV, JSON lines and mails; whatever is no ticket is told by its row."""

import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from assistant.errors import SourceError, TicketError
from assistant.tickets.columns import field_of, given_of
from assistant.tickets.mail import read_mail
from assistant.tickets.records import Given
from ingest.limits import Limits
from ingest.load import read_plain
from ingest.text_encoding import decode

ENDINGS = (".csv", ".jsonl", ".ndjson", ".eml")
MOST_ROWS = 100_000
_LIMITS = Limits(file_bytes=25 << 20)


@dataclass(frozen=True, slots=True)
class Read:
    """One row or mail.

    Args:
        where: The file and, of a table, the line.
        given: None where it is no ticket.
        problem: Why not.
    """

    where: str
    given: Given | None = None
    problem: str = ""


def read_paths(paths: Sequence[Path]) -> Iterator[Read]:
    """Every ticket of some files, and of the files of some folders.

    Raises:
        TicketError: There is no such file or folder.
    """
    for path in paths:
        if path.is_dir():
            found = sorted(entry for entry in path.iterdir() if entry.suffix.lower() in ENDINGS)
            for entry in found:
                yield from read_file(entry)
        elif path.exists():
            yield from read_file(path)
        else:
            raise TicketError(f"{path}: no such file or folder")


def read_file(path: Path) -> Iterator[Read]:
    """The tickets of one file."""
    try:
        content = read_plain(path, _LIMITS)
    except SourceError as error:
        yield Read(path.name, problem=f"{error.reason}: {error.detail}")
        return
    yield from read_content(content, path.name)


def read_content(content: bytes, name: str) -> Iterator[Read]:
    """The tickets of a file that was read or uploaded; its name says what it is."""
    ending = Path(name).suffix.lower()
    if ending == ".eml":
        yield _one(name, partial(read_mail, content))
        return
    decoded = decode(content)
    if decoded is None or ending not in ENDINGS:
        yield Read(name, problem=f"not read: tickets come as {', '.join(ENDINGS)}")
        return
    rows = _csv_rows if ending == ".csv" else _json_rows
    for count, (line, row) in enumerate(rows(decoded.text), start=1):
        if count > MOST_ROWS:
            yield Read(f"{name}:{line}", problem=f"at most {MOST_ROWS:,} rows are read of one file")
            return
        if isinstance(row, str):
            yield Read(f"{name}:{line}", problem=row)
        else:
            yield _one(f"{name}:{line}", partial(given_of, row))


def _one(where: str, read: Callable[[], Given]) -> Read:
    try:
        return Read(where, read())
    except TicketError as error:
        return Read(where, problem=str(error))


def _json_rows(text: str) -> Iterator[tuple[int, dict[str, Any] | str]]:
    """Line and object; a text says what is wrong with the line."""
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            yield number, f"not JSON ({str(error)[:80]})"
            continue
        yield number, row if isinstance(row, dict) else "not a JSON object"


def _csv_rows(text: str) -> Iterator[tuple[int, dict[str, Any] | str]]:
    """Line and cells by column; a text says what is wrong with the line."""
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    header: list[str] = []
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield reader.line_num, f"not CSV ({error})"
            continue
        if not header:
            header = cells
            if not any(field_of(name) for name in header):
                yield 1, "its first line names no column that is known, such as id, subject, text"
                return
        elif any(cell.strip() for cell in cells):
            yield reader.line_num, dict(zip(header, cells, strict=False))
