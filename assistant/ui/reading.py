"""What went wrong or was met, in the language of the page; it is written down in English."""

import json
import re
from functools import cache
from importlib import resources

from assistant.records import Language
from assistant.reports.labels import label, names

_FILES = ("reading.json", "told_asking.json", "told_keeping.json", "told_working.json")
_WORDS = "told_words.json"
_BETWEEN = re.compile(r"(, or | or | and |, )")
_JOINED = {", ": "、", " or ": "或", ", or ": "或", " and ": "和"}
_ENTRY = re.compile(r"(.+?)\.(\d+)(?:\.(\w+)(?:\.\d+)?)?")


@cache
def sentences() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Whole sentences with what they hold, and how they read in Chinese; the first that fits is taken.

    A group whose name begins with `w` holds words of ours, such as a status; any other is a text, which may
    be one of these sentences itself.
    """
    return tuple(
        (re.compile(english), chinese) for name in _FILES for english, chinese in _read(name).items()
    )


@cache
def _words() -> dict[str, str]:
    """Our own words where they stand in a sentence: fields of the report, statuses, roles."""
    return {path: label("fields", path, "zh") for path in names("fields")} | _read(_WORDS)


def _read(name: str) -> dict[str, str]:
    text = resources.files("assistant.ui").joinpath(name).read_text(encoding="utf-8")
    found: dict[str, str] = json.loads(text)
    return found


def told(detail: str, language: Language) -> str:
    """A detail of an outcome, a warning or an error; what a library said of it stays as it is."""
    if language != "zh" or not detail:
        return detail
    parts = detail.split("; ")
    for pattern, chinese in sentences():
        if met := pattern.fullmatch(detail):
            return chinese.format(*_held(met))
    # Several of them stand in one line; one that holds a semicolon has been met above.
    return "；".join(told(part, language) for part in parts) if len(parts) > 1 else detail


def _held(met: re.Match[str]) -> list[str]:
    """What a sentence holds, in Chinese; a group that took no part is left out."""
    ours = {place for name, place in met.re.groupindex.items() if name.startswith("w")}
    return [
        _named(part) if place in ours else told(part, "zh")
        for place, part in enumerate(met.groups(), start=1)
        if part is not None
    ]


def _named(text: str) -> str:
    """Words of ours, one or several; one that is not known stays."""
    return "".join(_JOINED.get(part) or _word(part) for part in _BETWEEN.split(text))


def _word(word: str) -> str:
    """A word, a choice of the report in quotes, or the path of an entry of a list: repair.parts.0.qty."""
    known, value, entry = _words(), word.strip("'"), _ENTRY.fullmatch(word)
    if value != word and value in names("values"):
        return f"{label('values', value, 'zh')}（{value}）"
    if word in known or entry is None or entry[1] not in known:
        return known.get(word, word)
    part = entry[3] or ""
    last = label("entries", part, "zh") if part in names("entries") else part
    return f"{known[entry[1]]} 第 {int(entry[2]) + 1} 条{' ' if last else ''}{last}"
