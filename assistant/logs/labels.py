"""The words of a log's summary and plots, in the languages it speaks."""

import json
from collections.abc import Callable
from functools import cache
from importlib import resources

from assistant.records import Language

Say = Callable[..., str]
"""A label by name, its values filled in: say("more_bursts", left=31)."""


@cache
def _labels() -> dict[str, dict[str, str]]:
    loaded: dict[str, dict[str, str]] = json.loads(
        resources.files("assistant.logs").joinpath("labels.json").read_text(encoding="utf-8")
    )
    return loaded


def speaker(language: Language) -> Say:
    """The labels of one language; an unknown name is a KeyError."""
    labels = _labels()[language]

    def say(label: str, /, **values: object) -> str:
        return labels[label].format(**values)

    return say


def width_told(seconds: float, say: Say) -> str:
    """A length of time in its natural unit: 90 s, 5 min, 2 h, 7 days."""
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= size and seconds % size == 0:
            return f"{seconds / size:g} {say(unit)}"
    return f"{seconds:g} {say('s')}"
