"""Logs that are lines of text, with or without a syslog head: words, codes and fields beside a time."""

import re
from collections.abc import Sequence
from functools import lru_cache

from assistant.logs.records import LogFormat
from assistant.logs.rows import Rows
from assistant.logs.times import Family
from ingest.terms import identifiers

TIME, REST = "time", "message"
_WORDS, _CODES = 8, 3
_LONGEST_CODE = 48

_SYSLOG_NEW = re.compile(r"<(\d{1,3})>1 (\S+) (\S+) (\S+) (\S+) (\S+) (.*)", re.DOTALL)
_SYSLOG_OLD = re.compile(
    r"(?:<(\d{1,3})>)?([A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2}(?:\.\d+)?) (\S+) (.*)", re.DOTALL
)
_APP = re.compile(r"([\w./-]{1,48})(?:\[(\d+)\])?: ?")
_SYSLOG_COLUMNS = ("host", "app", "procid", "msgid", "severity")
_SEVERITIES = ("emerg", "alert", "crit", "error", "warning", "notice", "info", "debug")
_TOKEN = re.compile(r"[A-Za-z0-9À-ɏ]+(?:[-_./:+#][A-Za-z0-9À-ɏ]+)*")
_VALUE = re.compile(r"[=≈<>]\s?[-+]?[\d.,]+|(?<!\d)[-+]?\d+[.,]\d+|(?<!\d)\d+/\d+")
_WORD_EDGES = "[](){}<>:;,|\"'：；，【】"
_OWN = frozenset((TIME, *_SYSLOG_COLUMNS))


class Lines:
    """Plain lines and syslog: a time, and words, codes and fields in what stands beside it."""

    def __init__(self, log_format: LogFormat, family: Family | None, fields: Sequence[str]) -> None:
        self.format: LogFormat = log_format
        self._family = family
        own = _SYSLOG_COLUMNS if log_format == "syslog" else ()
        words = [f"word {number}" for number in range(1, _WORDS + 1)]
        codes = [f"code {number}" for number in range(1, _CODES + 1)]
        self.names = tuple(dict.fromkeys([TIME, *own, *fields, *words, *codes, REST]))

    def rows(self, lines: Sequence[str], wanted: Sequence[str]) -> Rows:
        """The wanted columns of each line; a line without a time has none."""
        starts = [place for place, line in enumerate(lines) if line.strip()]
        heads, rests = self._cut([lines[place] for place in starts])
        values: dict[str, list[str]] = {}
        for name in wanted:
            values[name] = (
                [head.get(name, "") for head in heads] if name in _OWN else self._column(name, rests)
            )
        return Rows(starts, values)

    def _cut(self, lines: Sequence[str]) -> tuple[list[dict[str, str]], list[str]]:
        """What stands in each line's head, and the rest of it."""
        heads: list[dict[str, str]] = []
        rests: list[str] = []
        cut = syslog_parts if self._family is None else self._timed
        for line in lines:
            head, rest = cut(line)
            heads.append(head)
            rests.append(rest)
        return heads, rests

    def _timed(self, line: str) -> tuple[dict[str, str], str]:
        match = self._family.pattern.search(line) if self._family else None
        if match is None:
            return {}, line
        return {TIME: match.group().strip()}, f"{line[: match.start()]} {line[match.end() :]}".strip()

    @staticmethod
    def _column(name: str, rests: Sequence[str]) -> list[str]:
        kind, _, number = name.partition(" ")
        if name == REST:
            return list(rests)
        if kind == "word" and number:
            place = int(number) - 1
            return [_word(rest, place) for rest in rests]
        if kind == "code" and number:
            place = int(number) - 1
            return [codes[place] if len(codes := codes_in(rest)) > place else "" for rest in rests]
        pattern = re.compile(
            rf'(?<![\w.-]){re.escape(name)}\s?[=:：]\s?("[^"]*"|[^\s,;，；\]|]+)', re.IGNORECASE
        )
        return [match[1].strip(_WORD_EDGES) if (match := pattern.search(rest)) else "" for rest in rests]


def syslog_parts(line: str) -> tuple[dict[str, str], str]:
    """The head of a syslog line (RFC 3164, RFC 5424) and its message."""
    new = _SYSLOG_NEW.match(line)
    if new:
        names = (TIME, "host", "app", "procid", "msgid")
        head = {name: value for name, value in zip(names, new.groups()[1:6], strict=True) if value != "-"}
        return head | {"severity": _SEVERITIES[int(new[1]) % 8]}, new[7].removeprefix("- ").lstrip("\ufeff")
    old = _SYSLOG_OLD.match(line)
    if old is None:
        return {}, line
    head = {TIME: old[2], "host": old[3]}
    if old[1]:
        head["severity"] = _SEVERITIES[int(old[1]) % 8]
    app = _APP.match(old[4])
    if app is None:
        return head, old[4]
    return head | {"app": app[1], "procid": app[2] or ""}, old[4][app.end() :]


def _word(rest: str, place: int) -> str:
    words = rest.split(None, place + 1)
    return words[place].strip(_WORD_EDGES) if len(words) > place else ""


def codes_in(text: str) -> list[str]:
    """The identifiers of a line, each once, in order, as printed; values and what is quoted are none."""
    plain = _VALUE.sub(" ", text) if "=" in text or "." in text or "/" in text else text
    found: dict[str, None] = {}
    for match in _TOKEN.finditer(plain.split('"', 1)[0]):
        token = match.group()
        if len(token) <= _LONGEST_CODE and "/" not in token and is_code(token):
            found.setdefault(token)
    return list(found)


@lru_cache(maxsize=65536)
def is_code(token: str) -> bool:
    """Whether a word is an alarm code, a part number or the designation of a machine."""
    if not any(character.isdigit() for character in token):
        return False
    return identifiers(token) == [token.upper()]


def is_syslog(line: str) -> bool:
    """Whether a line has a syslog head."""
    return bool(_SYSLOG_NEW.match(line) or _SYSLOG_OLD.match(line))
