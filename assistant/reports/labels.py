"""The words of the form, in the languages it is written in."""

import json
from functools import cache
from importlib import resources
from typing import Literal

from assistant.records import Language

Group = Literal["words", "sections", "fields", "questions", "values", "entries"]


@cache
def _labels() -> dict[str, dict[str, dict[str, str]]]:
    loaded: dict[str, dict[str, dict[str, str]]] = json.loads(
        resources.files("assistant.reports").joinpath("labels.json").read_text(encoding="utf-8")
    )
    return loaded


def label(group: Group, name: str, language: Language, **values: object) -> str:
    """A word, the name of a part or field, or the question for a field; an unknown one is a KeyError."""
    return _labels()[language][group][name].format(**values)


def names(group: Group) -> list[str]:
    """What has a label in a group, in the order of the form."""
    return list(_labels()["en"][group])
