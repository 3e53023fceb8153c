"""Numbers in words, where a unit follows them or they count: "ten minutes", 半小时, "every month", 每年."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.units import unit_at

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_VALUES = {word: number for number, word in enumerate(_ONES)}
_VALUES |= {word: 10 * number for number, word in enumerate(_TENS, start=2)} | {"hundred": 100, "dozen": 12}
_ENGLISH = re.compile(
    rf"\b(?:(half)(?:\s+an?)?|({'|'.join(_TENS)})[- ]({'|'.join(_ONES[1:10])})|({'|'.join(_VALUES)}))\b",
    re.IGNORECASE,
)
# A numeral that opens with 百, 千 or 万 is part of a word or unit more often: 千瓦, 万用表.
_CHINESE = re.compile(r"半|[零一二两三四五六七八九十][零一二两三四五六七八九十百千万]*")
_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"两": 2}
_POWERS = {"十": 10, "百": 100, "千": 1000, "万": 10000}
_NO_NUMERAL = re.compile(r"十分(?!钟)|[一二三四五六七八九十]分(?:之|为)|一(?:度|旦|般|定|致|起|样|些|直)")
_EVERY = re.compile(
    r"\b(?:every|each|once an?|once per)\s+(?=[a-z])|每(?=[年月周天日星个小秒])", re.IGNORECASE
)
_ADVERBS = {
    "hourly": "hour",
    "daily": "day",
    "weekly": "week",
    "monthly": "month",
    "yearly": "year",
    "annually": "year",
    "annual": "year",
}
_ADVERB = re.compile(rf"\b(?:{'|'.join(_ADVERBS)})\b", re.IGNORECASE)
_PERIODS = {"月": "month", "年": "year", "日": "day"}
_TIMES = ("second|", "minute|", "hour|", "day|", "week|", "month|", "year|")


@dataclass(frozen=True, slots=True)
class Spelled:
    """A number in words: what it is worth, and the unit after it (("",) when there is none)."""

    shown: str
    start: int
    end: int
    value: float
    units: tuple[str, ...]


def spelled_numbers(text: str) -> Iterator[Spelled]:
    """The numbers in words of a tidied text, and periods such as "every month"."""
    for match in _ENGLISH.finditer(text):
        yield _followed(text, match, _english(match))
    for match in _CHINESE.finditer(text):
        if not _NO_NUMERAL.match(text, match.end() - 1) and not _NO_NUMERAL.match(text, match.start()):
            yield _followed(text, match, _chinese(match.group()))
    for match in _EVERY.finditer(text):
        period = _period(text, match.end())
        if period:
            yield Spelled(text[match.start() : period[1]], match.start(), period[1], 1.0, period[0])
    for match in _ADVERB.finditer(text):
        unit = f"{_ADVERBS[match.group().lower()]}|"
        yield Spelled(match.group(), match.start(), match.end(), 1.0, (unit,))


def _followed(text: str, match: re.Match[str], value: float) -> Spelled:
    gap = re.compile(r"[ -]?").match(text, match.end())
    unit = unit_at(text, gap.end() if gap else match.end())
    if unit is None or text[match.end() : unit[1]].strip().casefold() in ("in", "a", "s", "d", "t"):
        return Spelled(match.group(), match.start(), match.end(), value, ("",))
    return Spelled(text[match.start() : unit[1]], match.start(), unit[1], value, unit[0])


def _period(text: str, start: int) -> tuple[tuple[str, ...], int] | None:
    if text[start : start + 1] in _PERIODS:
        return (f"{_PERIODS[text[start]]}|",), start + 1
    unit = unit_at(text, start)
    return unit if unit and unit[0][0] in _TIMES else None


def _english(match: re.Match[str]) -> float:
    half, tens, ones, word = match.groups()
    if half:
        return 0.5
    return float(_VALUES[tens.lower()] + _VALUES[ones.lower()] if tens else _VALUES[word.lower()])


def _chinese(numeral: str) -> float:
    if numeral == "半":
        return 0.5
    total, section, digit = 0, 0, 0
    for character in numeral:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character == "万":
            total, section, digit = (total + section + digit) * 10000, 0, 0
        else:
            section += max(digit, 1) * _POWERS[character]
            digit = 0
    return float(total + section + digit)
