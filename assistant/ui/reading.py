"""What was met while a file was read, in the language of the page; ingest writes it down in English."""

import json
import re
from functools import cache
from importlib import resources

from assistant.records import Language


@cache
def _chinese() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Whole sentences with what they hold, and how they read in Chinese; the first that fits is taken."""
    text = resources.files("assistant.ui").joinpath("reading.json").read_text(encoding="utf-8")
    return tuple((re.compile(english), chinese) for english, chinese in json.loads(text).items())


def told(detail: str, language: Language) -> str:
    """A detail of an outcome, or a warning; what a library said of a broken file stays as it is."""
    if language == "en" or not detail:
        return detail
    parts = detail.split("; ")
    for pattern, chinese in _chinese():
        if met := pattern.fullmatch(detail):
            held = [told(part, language) for part in met.groups() if part is not None]
            return chinese.format(*held)
    # Several of them stand in one line; one that holds a semicolon has been met above.
    return "；".join(told(part, language) for part in parts) if len(parts) > 1 else detail
