"""The words of the page, in the languages it speaks."""

import json
from collections.abc import Callable
from functools import cache
from importlib import resources

from assistant.records import Language

Say = Callable[..., str]
"""A label by name, its values filled in: say("page", page=31)."""

LANGUAGES: tuple[tuple[str, Language], ...] = (("English", "en"), ("中文", "zh"))


_FILES = ("labels.json", "library.json", "gaps.json", "reports.json", "tickets.json")


@cache
def _labels() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for name in _FILES:
        text = resources.files("assistant.ui").joinpath(name).read_text(encoding="utf-8")
        for language, words in json.loads(text).items():
            found.setdefault(language, {}).update(words)
    return found


def speaker(language: Language) -> Say:
    """The labels of one language; an unknown name is a KeyError."""
    labels = _labels()[language]

    def say(label: str, /, **values: object) -> str:
        return labels[label].format(**values)

    return say


def language_of(value: str | None) -> Language:
    """The page's language for a browser's Accept-Language header or a language tag; English if unsure."""
    first = (value or "").split(",")[0].strip().lower()
    return "zh" if first.startswith("zh") else "en"
