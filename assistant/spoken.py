"""The words of a package's `labels.json`, in the languages it speaks."""

import json
from collections.abc import Callable
from functools import cache
from importlib import resources

from assistant.records import Language

Say = Callable[..., str]
"""A label by name, its values filled in: say("more_bursts", left=31)."""


def speaker_of(package: str, language: Language) -> Say:
    """The labels of one language; an unknown name is a KeyError."""
    labels = labels_of(package)[language]

    def say(label: str, /, **values: object) -> str:
        return labels[label].format(**values)

    return say


@cache
def labels_of(package: str) -> dict[str, dict[str, str]]:
    """Every label by language."""
    loaded: dict[str, dict[str, str]] = json.loads(
        resources.files(package).joinpath("labels.json").read_text(encoding="utf-8")
    )
    return loaded
