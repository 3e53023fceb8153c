"""The words around what a reply quotes, in the languages of tickets."""

import json
from functools import cache
from importlib import resources

from assistant.records import Language


@cache
def _labels() -> dict[str, dict[str, str]]:
    found = resources.files("assistant.tickets").joinpath("labels.json").read_text(encoding="utf-8")
    loaded: dict[str, dict[str, str]] = json.loads(found)
    return loaded


def label(label: str, language: Language, **values: object) -> str:
    """A word or sentence, its values filled in; an unknown name is a KeyError."""
    return _labels()[language][label].format(**values)


def every(language: Language) -> list[str]:
    """All of them, as they are written in the file."""
    return list(_labels()[language].values())
