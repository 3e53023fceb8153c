"""The formats of logs: which one a file has, and its lines as columns."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from assistant.errors import LogError
from assistant.logs.free_text import Lines, is_syslog, syslog_parts
from assistant.logs.records import LogFormat
from assistant.logs.rows import Splitter
from assistant.logs.tables import Delimited, JsonLines, json_object, keys_of
from assistant.logs.times import family_of
from assistant.logs.words import rank
from ingest.parse.rows import Row, header_row
from ingest.parse.separated import delimiter_of

_LOOKED_AT = 600
"""Lines from which a format is told."""

_FIELD = re.compile(r'([A-Za-z_][\w.-]{0,29}|[一-鿿]{2,8})\s?[=:：]\s?("[^"]*"|[^\s,;，；\]|]+)')


def splitter_for(lines: Sequence[str], forced: LogFormat | None, where: str) -> Splitter:
    """The splitter that fits the first lines of a file.

    Raises:
        LogError: None does, or the one that was asked for does not.
    """
    filled = [line for line in lines if line.strip()][:_LOOKED_AT]
    tried: list[tuple[LogFormat, Any]] = [
        ("jsonl", _json_lines),
        ("syslog", _syslog),
        ("csv", _delimited),
        ("tsv", _delimited),
        ("text", _text_lines),
    ]
    for name, make in tried:
        if forced in (None, name):
            found: Splitter | None = make(filled, forced)
            if found is not None:
                return found
    as_asked = forced or "CSV, JSON lines, syslog, or lines with a time"
    raise LogError(
        f"{where}: its lines could not be read as {as_asked}; the first is {filled[0][:80]!r}. "
        "Say what it is with --format and --time-column."
    )


def _json_lines(lines: Sequence[str], forced: LogFormat | None) -> Splitter | None:
    texts = [text for line in lines if (text := line.strip().rstrip(",")) not in ("", "[", "]")]
    entries = [entry for text in texts if (entry := json_object(text)) is not None]
    if not entries or (not forced and len(entries) < 0.5 * len(texts)):
        return None
    return JsonLines(list(dict.fromkeys(name for entry in entries for name in keys_of(entry))))


def _syslog(lines: Sequence[str], forced: LogFormat | None) -> Splitter | None:
    fitting = sum(map(is_syslog, lines))
    if not fitting or (not forced and fitting < 0.5 * len(lines)):
        return None
    return Lines("syslog", None, _fields([syslog_parts(line)[1] for line in lines]))


def _delimited(lines: Sequence[str], forced: LogFormat | None) -> Splitter | None:
    delimiter = "\t" if forced == "tsv" else delimiter_of("\n".join(lines))
    cells = list(Delimited(delimiter, 1, None).cells(lines))
    widths = sorted(len(row) for _, row in cells)
    width = widths[len(widths) // 2] if widths else 0
    if width < 2:
        return None
    rows = [Row(number + 1, tuple(row)) for number, row in cells]
    at = header_row(rows)
    body = [row.cells for row in rows[0 if at is None else at + 1 :] if len(row.cells) == width]
    if not forced and not _has_times(body, width, len(lines)):
        return None
    return Delimited(delimiter, width, None if at is None else rows[at].cells)


def _has_times(body: Sequence[Sequence[str]], width: int, lines: int) -> bool:
    """Whether a column holds times and nothing else, in most rows; "10:42:01,350 ALARM …" is no table."""
    if len(body) < 0.5 * lines - 3:
        return False
    for column in range(width):
        found = family_of([row[column] for row in body])
        if found and found[1] > 0.6:
            following = [row[column + 1] for row in body] if column + 1 < width else []
            return sum(bool(re.match(r"\d{3,6}\s", cell)) for cell in following) < 0.5 * len(body)
    return False


def _text_lines(lines: Sequence[str], forced: LogFormat | None) -> Splitter | None:
    found = family_of([line[:400] for line in lines], whole=False)
    if found is None or (not forced and found[1] < 0.3):
        return None
    family = found[0]
    return Lines("text", family, _fields([family.pattern.sub(" ", line, count=1) for line in lines]))


def _fields(rests: Iterable[str]) -> list[str]:
    """The names of fields such as code=E012 whose names say which part they play."""
    names = dict.fromkeys(match[1] for rest in rests for match in _FIELD.finditer(rest))
    return [
        name
        for name in names
        if any(rank(role, name) is not None for role in ("code", "machine", "state", "level", "text"))
    ]
