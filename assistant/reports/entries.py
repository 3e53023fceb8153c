"""A field as a person types it: a list has one entry a line, and an entry its parts after semicolons.

Check the strainers of P-102; owner: J. Kerr; due: 2026-03-01
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from inspect import isclass
from types import NoneType
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel

from assistant.records import Language
from assistant.reports.fields import value_at
from assistant.reports.labels import label, names
from assistant.reports.records import FaultReport
from assistant.reports.shown import told

_BETWEEN = re.compile(r"\s*[;；]\s*")
_PART = re.compile(r"([^:：]{1,30}?)\s*[:：]\s*(.*)", re.DOTALL)
_YES, _NO = ("yes", "true", "是"), ("no", "false", "否")


@dataclass(frozen=True, slots=True)
class FieldForm:
    """How a field is entered.

    Args:
        choices: The values that it may have; empty where any text may stand.
        entry: What an entry of a list is made of; None for plain texts.
    """

    choices: tuple[str, ...] = ()
    is_list: bool = False
    entry: type[BaseModel] | None = None


def form_of(path: str) -> FieldForm:
    """How a field is entered; an unknown one is a KeyError."""
    model: Any = FaultReport
    for name in path.split("."):
        model = _plain(model.model_fields[name].annotation)
    if get_origin(model) is list:
        inner = _plain(get_args(model)[0])
        return FieldForm(
            is_list=True, entry=inner if isclass(inner) and issubclass(inner, BaseModel) else None
        )
    if get_origin(model) is Literal:
        return FieldForm(tuple(get_args(model)))
    return FieldForm(("true", "false") if model is bool else ())


def _plain(annotation: Any) -> Any:
    """A type without what may be None beside it."""
    kept = [one for one in get_args(annotation) if one is not NoneType]
    return kept[0] if len(kept) == 1 and NoneType in get_args(annotation) else annotation


def parts_of(entry: type[BaseModel], language: Language) -> list[str]:
    """What the parts of an entry behind the first are called."""
    return [_named(name, language) for name in list(entry.model_fields)[1:]]


def typed(report: FaultReport, path: str) -> str:
    """What stands in a field, as it is typed; of a choice the value itself."""
    value, language = value_at(report, path), report.language
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if form_of(path).choices:
        return str(value)
    if isinstance(value, list):
        return "\n".join(_line(entry, language) for entry in value)
    return told(value, language)[0] if value != "" else ""


def _line(entry: Any, language: Language) -> str:
    if not isinstance(entry, BaseModel):
        return " ".join(str(entry).split())
    first, *rest = type(entry).model_fields
    parts = [f"{_named(name, language)}: {_text(getattr(entry, name), language)}" for name in rest
             if getattr(entry, name) not in (None, "", [])]  # fmt: skip
    # A semicolon in a text would begin the next part.
    return "; ".join(_BETWEEN.sub(", ", part) for part in [_text(getattr(entry, first), language), *parts])


def _text(value: Any, language: Language) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else told(value, language)[0]


def read(path: str, text: str, language: Language) -> Any:
    """A value for a change of the field; what is wrong with it, the change tells."""
    form = form_of(path)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not form.is_list:
        return text.strip()
    if form.entry is None:
        return lines
    return [dict(_entry(line, form.entry, language)) for line in lines]


def _entry(line: str, model: type[BaseModel], language: Language) -> Iterator[tuple[str, Any]]:
    first, *rest = model.model_fields
    known = {_named(name, language).casefold(): name for name in rest} | {name: name for name in rest}
    told_first: list[str] = []
    for part in _BETWEEN.split(line):
        match = _PART.fullmatch(part)
        name = known.get(match[1].strip().casefold()) if match else None
        if match and name:
            yield name, _value(model, name, match[2].strip(), language)
        else:
            told_first.append(part)
    yield first, "; ".join(filter(None, told_first))


def _value(model: type[BaseModel], name: str, text: str, language: Language) -> Any:
    annotation = _plain(model.model_fields[name].annotation)
    if get_origin(annotation) is list:
        return [part for part in re.split(r"\s*[,，]\s*", text) if part]
    if annotation is bool:
        return _truth(text)
    if get_origin(annotation) is Literal:
        return _choice(get_args(annotation), text, language)
    return text


def _truth(text: str) -> Any:
    return True if text.casefold() in _YES else False if text.casefold() in _NO else text


def _choice(choices: Sequence[str], text: str, language: Language) -> str:
    known = {label("values", choice, language).casefold(): choice for choice in choices}
    return known.get(text.casefold(), text)


def _named(name: str, language: Language) -> str:
    return label("entries", name, language) if name in names("entries") else name
