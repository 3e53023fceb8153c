"""Units of measure as manuals write them, in English and Chinese, and what a value in one of them amounts to.

Pint converts; it is loaded by the first comparison of two different units, never before.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from assistant.unit_table import EITHER, NOT_BEFORE, TABLE

# "3 in the box" counts, "3 in wide" measures.
_NO_INCH = re.compile(
    r"\s+(?:the|a|an|this|that|these|those|each|any|all|every|its|your|our|total|order|case|turn|use|place|"
    r"sequence|parallel|series|accordance|addition|front|both|one|which|table|figure|section|chapter|step|"
    r"direction|mode|menu|advance|good|position|\d)\b",
    re.IGNORECASE,
)
_TIMES = re.compile(r"\s*(/|·|\*|\bper\b)\s*", re.IGNORECASE)
_EXPONENT = re.compile(r"\^?([23])(?![\d.])")
_LETTER = re.compile(r"[A-Za-z0-9_]")
_RAISED = frozenset(("m", "mm", "cm", "dm", "km", "μm", "in", "inch", "ft", "s"))
_FOLDS_ALONE = frozenset("v")


def unit_at(text: str, start: int) -> tuple[tuple[str, ...], int] | None:
    """The unit that stands at a place of a tidied text.

    Returns:
        What it may mean, as names for `same` ("" for no unit at all), and where it ends; None when no unit
        stands there.
    """
    first = _atom(text, start)
    if first is None:
        return None
    names, end = first
    while len(names) == 1 and (sign := _TIMES.match(text, end)):
        following = _atom(text, sign.end())
        if following is None or len(following[0]) != 1:
            break
        joint = "*" if sign.group(1) in "·*" else "/"
        names, end = (f"({names[0]}){joint}({following[0][0]})",), following[1]
    return names, end


def same(value: float, unit: str, other: float, other_unit: str) -> bool:
    """Whether two values in named units are one quantity, to nine digits; never across families."""
    if unit == other_unit or not (unit and other_unit):
        return unit == other_unit and _near(value, other)
    if not _one_kind(_family(unit), _family(other_unit)):
        return False
    return _near(_amount(value, unit), _amount(other, other_unit))


def kind_of(unit: str) -> str:
    """What a named unit measures: its family ("torque"), or its dimension as Pint writes it."""
    return _family(unit) if unit else ""


def load() -> None:
    """Load Pint and the spellings now: half a second that the first comparison need not wait for."""
    _patterns()
    same(1.0, "inch|", 25.4, "millimeter|")


def _near(one: float, other: float) -> bool:
    return abs(one - other) <= 1e-9 * max(abs(one), abs(other), 1e-12)


def _one_kind(family: str, other: str) -> bool:
    """A bare pressure may be read as gauge or absolute, which are not each other."""
    if family == other:
        return True
    return "pressure" in (family, other) and family.endswith("pressure") and other.endswith("pressure")


@lru_cache(maxsize=4096)
def _amount(value: float, unit: str) -> float:
    return float(_registry().Quantity(value, _expression(unit)).to_base_units().magnitude)


@lru_cache(maxsize=1024)
def _family(unit: str) -> str:
    """The family of a unit, or its dimension where none is set."""
    name, _, family = unit.partition("|")
    if family and "(" not in unit:
        return family
    return str(_registry().Quantity(1, _expression(name if "(" not in unit else unit)).dimensionality)


def _expression(unit: str) -> str:
    return re.sub(r"\|[a-z ]*", "", unit)


@lru_cache(maxsize=1)
def _registry() -> Any:
    import pint

    registry: Any = pint.UnitRegistry(autoconvert_offset_to_baseunit=True, cache_folder=None)
    registry.define("hundredth_millimeter = 0.01 * millimeter")
    return registry


def _atom(text: str, start: int) -> tuple[tuple[str, ...], int] | None:
    exact, folded = _patterns()
    match = exact.match(text, start) or folded.match(text, start)
    if match is None:
        return None
    spelled, end = " ".join(match.group().split()), match.end()
    known = _spellings()
    names = known.get(spelled) or known.get(spelled.casefold()) or _folded()[spelled.casefold()]
    if text[end : end + 1] and text[end] in NOT_BEFORE.get(spelled[-1], "") and len(spelled) == 1:
        return None
    if spelled.casefold() == "in" and _NO_INCH.match(text, end):
        return None
    power = _EXPONENT.match(text, end) if spelled in _RAISED else None
    if power and not _LETTER.match(text[power.end() : power.end() + 1]):
        return tuple(f"({name})**{power.group(1)}" for name in names if name), power.end()
    if spelled[-1].isascii() and spelled[-1].isalpha() and _LETTER.match(text[end : end + 1]):
        return None
    return names, end


@lru_cache(maxsize=1)
def _spellings() -> dict[str, tuple[str, ...]]:
    """What each spelling may mean."""
    names: dict[str, tuple[str, ...]] = {spelling: (name,) for name, spelling in _rows()}
    by_expression = {name.split("|")[0]: name for name, _ in _rows()}
    for spelling, either in EITHER.items():
        names[spelling] = tuple(by_expression.get(expression, expression) for expression in either)
    return names


def _rows() -> Iterator[tuple[str, str]]:
    for line in TABLE.strip().splitlines():
        expression, family, spellings = (part.strip() for part in line.split("|"))
        for spelling in map(str.strip, spellings.split(";")):
            yield f"{expression}|{family}", spelling
            if spelling.isascii() and len(spelling) > 2 and spelling[-1] != "s" and spelling.islower():
                yield f"{expression}|{family}", f"{spelling}s"


@lru_cache(maxsize=1)
def _folded() -> dict[str, tuple[str, ...]]:
    """Spellings that mean one thing however they are cased: KW and Rpm, but not mW or MW."""
    meanings: dict[str, set[tuple[str, ...]]] = {}
    for spelling, names in _spellings().items():
        meanings.setdefault(spelling.casefold(), set()).add(names)
    return {
        spelling: next(iter(names))
        for spelling, names in meanings.items()
        if len(names) == 1 and (len(spelling) > 1 or spelling in _FOLDS_ALONE)
    }


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    exact = "|".join(_pattern(spelling) for spelling in sorted(_spellings(), key=len, reverse=True))
    folded = "|".join(_pattern(spelling) for spelling in sorted(_folded(), key=len, reverse=True))
    return re.compile(exact), re.compile(folded, re.IGNORECASE)


def _pattern(spelling: str) -> str:
    """A spelling ends where its word ends, or the shorter one is tried: "min" is not "minimum"."""
    pattern = r"\s+".join(map(re.escape, spelling.split(" ")))
    ends_a_word = spelling[-1].isascii() and spelling[-1].isalpha()
    return pattern + (r"(?![A-Za-z_])" if ends_a_word else "")
