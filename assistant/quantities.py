"""The quantities of a text: numbers with their units, ranges, tolerances, dates, times of day and steps."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from assistant.fixed_numbers import without_fixed
from assistant.spelled_numbers import spelled_numbers
from assistant.units import same, unit_at
from ingest.terms import identifiers, normalise

_FRACTIONS = {
    "¼": "1/4", "½": "1/2", "¾": "3/4", "⅓": "1/3", "⅔": "2/3", "⅛": "1/8", "⅜": "3/8", "⅝": "5/8", "⅞": "7/8"
}  # fmt: skip
_SIGNS = str.maketrans({"º": "°", "⋅": "·", "•": "·", "∙": "·", "・": "·", "‧": "·", "⁄": "/", "〜": "~"})
_THIN_SPACE = re.compile(r"(?<=\d)[\u00a0\u202f\u2009](?=\d{3}(?!\d))")
_CODE = re.compile(r"[A-Za-z0-9À-ɏ]+(?:[-_./:+#][A-Za-z0-9À-ɏ]+)*")
_VALUE = r"\d+(?:,\d{3})+(?:\.\d+)?|\d+/\d+|\d+[.,]\d+|\d+|\.\d+"
_NUMBER = re.compile(
    rf"(?P<sign>±\s*|\+/-\s*|\+-\s*|(?<![\w.%°)\]])[-+](?=\d))?(?<![A-Za-z_\d.])(?P<whole>\d+[ -](?=\d/\d))?"
    rf"(?P<value>{_VALUE})(?!\d)"
)
_DENOMINATORS = frozenset((2, 3, 4, 5, 6, 8, 10, 16, 32, 64))
# "24-hour" is a measure, "6308-C3" is not.
_GAP = re.compile(r"[ \t]?(?:-(?=[A-Za-z]{2}))?(?=\S)")
_RANGE = re.compile(r"\s*(?:-|~|…|\.{2,3}|to|through|up to|至|到|and|与|和|而)\s*", re.IGNORECASE)
_LOOSE = re.compile(r"\s*(?:/|[x×*]|,|;|or|and|或|和|及|、)\s*", re.IGNORECASE)
_LABEL = re.compile(
    r"[(\[,/]\s*([^()\[\],|:]{1,14}?)\s*[)\]]?\s*[:=|]\s*$|\bin\s+([A-Za-z·°/%]{1,8})\s*:\s*$"
)
_HEADED = re.compile(
    r"[(\[]\s*([^()\[\]|:]{1,14}?)\s*[)\]]|\bin\s+([A-Za-z·°/%]{1,8})\s*(?=[|:]|$)", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """One number of a text with what it measures.

    Args:
        shown: As it is written.
        start: Where in the tidied text.
        end: Where it ends.
        value: In the unit named.
        units: What the unit may be, as `units.same` names them; "" for none.
        exact: What must stand letter by letter instead: a date, a time of day, a ratio, a version, a step.
        tolerance: Written with ±.
        spelled: Written in words.
    """

    shown: str
    start: int
    end: int
    value: float = 0.0
    units: tuple[str, ...] = ("",)
    exact: str = ""
    tolerance: bool = False
    spelled: bool = False

    @property
    def bare(self) -> bool:
        """Whether it has no unit for certain."""
        return self.units == ("",)


@dataclass(frozen=True, slots=True)
class Measures:
    """What a text measures and names.

    Args:
        quantities: In reading order.
        codes: Alarm codes, part numbers and designations, upper-cased.
        headings: Units that stand without a number, as in the head of a column: "Torque (N·m)".
    """

    quantities: tuple[Quantity, ...]
    codes: frozenset[str]
    headings: frozenset[str]


@lru_cache(maxsize=512)
def measures(text: str) -> Measures:
    """Read the quantities and codes of a text."""
    plain = tidy(text)
    codes, blanked = _without_codes(plain)
    blanked, fixed = without_fixed(blanked)
    exact = [Quantity(entry.shown, entry.start, entry.end, exact=entry.exact) for entry in fixed]
    found = _with_shared_units(_numbers(blanked, plain), blanked)
    covered = [(entry.start, entry.end) for entry in found]
    spelled = [
        Quantity(word.shown, word.start, word.end, word.value, word.units, spelled=True)
        for word in spelled_numbers(blanked)
        if not any(start < word.end and word.start < end for start, end in covered)
    ]
    ordered = sorted([*exact, *found, *spelled], key=lambda entry: entry.start)
    return Measures(tuple(ordered), codes, _headings(blanked))


def tidy(text: str) -> str:
    """Full-width forms, dashes, dots and fractions in one spelling; digit groups joined."""
    for sign, written in _FRACTIONS.items():
        text = re.sub(rf"(?<=\d)\s*{sign}", f" {written}", text).replace(sign, written)
    return normalise(_THIN_SPACE.sub("", text).translate(_SIGNS)).translate(_SIGNS)


def unknown_quantities(said: str, source: str) -> list[str]:
    """The quantities of a sentence, as written, that a passage does not hold."""
    ours, theirs = measures(said), measures(source)
    alone = all(entry.bare or entry.exact for entry in ours.quantities)
    return [
        entry.shown
        for entry in ours.quantities
        if not _needs_nothing(entry) and not _held(entry, theirs, alone)
    ]


def unknown_codes(said: str, source: str) -> list[str]:
    """The codes of a sentence that a passage does not hold, letter by letter but for case and dashes."""
    return sorted(measures(said).codes - measures(source).codes)


def _needs_nothing(entry: Quantity) -> bool:
    """Number words count only with a unit ("ten minutes"), list numbers not at all."""
    return (entry.spelled and "" in entry.units) or (entry.exact.startswith("step") and entry.start == 0)


def _held(entry: Quantity, theirs: Measures, alone: bool) -> bool:
    if entry.exact:
        return any(entry.exact == other.exact for other in theirs.quantities)
    others = [other for other in theirs.quantities if not other.exact]
    return any(_agrees(entry, other, alone, theirs.headings) for other in others)


def _agrees(entry: Quantity, other: Quantity, alone: bool, headings: frozenset[str]) -> bool:
    """Whether a number of an answer is one of a passage.

    Args:
        alone: The answer's sentence names no unit at all, so a bare number of it may have left one out.
        headings: A bare number of the passage may be in one of these units.
    """
    if entry.tolerance and not other.tolerance:
        return False
    if any(same(entry.value, unit, other.value, theirs) for unit in entry.units for theirs in other.units):
        return True
    if entry.value != other.value:
        return False
    if "" in entry.units and alone:
        return True
    return "" in other.units and any(unit in headings for unit in entry.units)


def _without_codes(plain: str) -> tuple[frozenset[str], str]:
    codes: set[str] = set()

    def blank(match: re.Match[str]) -> str:
        token = match.group()
        named = [name for name in identifiers(token) if not name.isdigit() or name[0] == "0"]
        if not named or _is_measure(token):
            return token
        codes.update(named)
        # "P-101/P-102" names both.
        codes.update(name for part in re.split(r"[/+]", token) for name in identifiers(part) if part != token)
        return "X" * len(token)

    blanked = _CODE.sub(blank, plain)
    return frozenset(codes), blanked


def _is_measure(token: str) -> bool:
    """Whether a token is a number glued to its unit: 24V, 50/60Hz, 1/4-inch, 24-hour; or to a word: 6-pin."""
    if not token[0].isdigit():
        return False
    if re.fullmatch(r"\d+(?:[.,]\d+)?-[a-z]{3,}", token):
        return True
    at = 0
    while number := _NUMBER.match(token, at):
        gap = _GAP.match(token, number.end())
        unit = unit_at(token, gap.end()) if gap else None
        at = unit[1] if unit else number.end()
        if at == len(token):
            return unit is not None
        joint = re.compile(r"[-/x]").match(token, at)
        if joint is None:
            return False
        at = joint.end()
    return False


def _numbers(text: str, plain: str) -> Iterator[Quantity]:
    end = 0
    for match in _NUMBER.finditer(text):
        if match.start() < end or _inside_word(text, match):
            continue
        for value, start, stop in _values(match):
            gap = _GAP.match(text, stop)
            unit = unit_at(text, gap.end()) if gap and stop == match.end() else None
            end = unit[1] if unit else stop
            sign = match.group("sign") or ""
            yield Quantity(
                plain[start:end].strip(),
                start,
                end,
                -value if sign == "-" else value,
                unit[0] if unit else _labelled(text[:start]),
                tolerance="±" in sign or ("+" in sign and "-" in sign),
            )


def _inside_word(text: str, match: re.Match[str]) -> bool:
    """Whether a number is part of a word: 4th."""
    return bool(re.match(r"(?:st|nd|rd|th)\b|_", text[match.end() : match.end() + 3]))


def _values(match: re.Match[str]) -> list[tuple[float, int, int]]:
    """The values of a match with their places: "50/60" are two, "1/2" is one."""
    text, start, stop = match.group("value"), match.start(), match.end()
    if "/" in text:
        above, below = text.split("/")
        if int(below) in _DENOMINATORS and int(above) < int(below):
            whole = int((match.group("whole") or "0").strip(" -"))
            return [(whole + int(above) / int(below), start, stop)]
        middle = match.start("value") + len(above)
        return [(float(above), start, middle), (float(below), middle + 1, stop)]
    if re.fullmatch(r"\d+,\d+", text) and not re.fullmatch(r"[1-9]\d{0,2},\d{3}", text):
        return [(float(text.replace(",", ".")), start, stop)]
    return [(float(text.replace(",", "")), start, stop)]


def _labelled(before: str) -> tuple[str, ...]:
    """The unit of a label: "Torque (N·m): 55"."""
    match = _LABEL.search(before[-24:])
    if match is None:
        return ("",)
    units = _whole_unit(match.group(1) or match.group(2))
    return (*units, "") if units else ("",)


def _whole_unit(text: str) -> tuple[str, ...]:
    unit = unit_at(text, 0)
    return unit[0] if unit and unit[1] == len(text) else ()


def _headings(text: str) -> frozenset[str]:
    found = (_whole_unit(match.group(1) or match.group(2)) for match in _HEADED.finditer(text))
    return frozenset(unit for units in found for unit in units if unit)


def _with_shared_units(found: Iterable[Quantity], text: str) -> Sequence[Quantity]:
    """Give the numbers of a range or list the unit that only the last of them names."""
    entries = list(found)
    for at in range(len(entries) - 2, -1, -1):
        entry, following = entries[at], entries[at + 1]
        if not entry.bare or following.bare:
            continue
        between = text[entry.end : following.start]
        if _RANGE.fullmatch(between) or (following.tolerance and not between.strip()):
            entries[at] = replace(entry, units=following.units)
        elif _LOOSE.fullmatch(between):
            entries[at] = replace(entry, units=(*following.units, ""))
    return entries
