"""The moments that an event names: date and time of day, both as they are written, neither guessed."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time

from assistant.fixed_numbers import Fixed, without_fixed
from assistant.quantities import tidy
from assistant.reports.event_text import Said
from assistant.reports.event_words import CLOCKS

_ISO_JOINT = re.compile(r"(?<=\d)T(?=\d\d:)")
_CLOCK = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d))?")
# "1:50" may be a ratio; a time of day has a word, a date or two digits before the colon.
_CLOCK_BEFORE = re.compile(
    r"(?:\bat|\bby|\baround|\babout|\bfrom|\buntil|\btill|\bto|\bsince|,|在|约|到|至|上午|下午|晚上|凌晨|早上|中午|于|\d|X)\s*$",
    re.IGNORECASE,
)
_AFTERNOON, _MORNING = re.compile(r"^\s*p\.?m\b", re.IGNORECASE), re.compile(r"^\s*a\.?m\b", re.IGNORECASE)
_AFTERNOON_BEFORE = re.compile(r"(?:下午|晚上|傍晚)\s*$")
_NEXT_DAY = re.compile(
    r"\b(?:(?:next|following|previous) (?:day|morning|night|shift|evening)|(?:day|night) (?:before|after)|"
    r"yesterday|tomorrow|overnight|midnight)\b|次日|第二天|翌日|隔天|前一天|昨天|昨日|明天|当晚|夜间",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[;；。]|,(?!\s*\d{1,2}:)\s|，|\b(?:and|then|but|after which)\b|，?(?:随后|然后|并)")


def only_date(said: Sequence[Said]) -> date | None:
    """The date of the event: the only one of its text, or the one it begins with where others are earlier.

    "Incident of 2026-02-18 … after the belt change on 2026-02-16": what is told of is the 18th. Where a text
    goes on to another day ("the next morning"), no time of day is given a date.
    """
    found = [[day for _, day, _ in _marks(entry.text) if day is not None] for entry in said]
    every = {day for days in found for day in days}
    if len(every) == 1:
        return every.pop()
    first = found[0] if found else []
    begun = len(first) == 1 and first[0] == max(every) and not any(_NEXT_DAY.search(s.text) for s in said)
    return first[0] if begun else None


def moments(said: Said, day: date | None) -> list[tuple[datetime, str]]:
    """The moments that a sentence names, each with its clause.

    Args:
        day: The event's only date, for a time of day without one.
    """
    found: list[tuple[datetime, str]] = []
    for clause in _clauses(said.text):
        own = day
        for _, named, clock in _marks(clause):
            own = named or own
            if clock is not None and own is not None:
                found.append((datetime.combine(own, clock), clause))
        # "2026-02-17" in one clause and "07:42" in the next.
        day = own
    return found


def moment_of(value: str, day: date | None = None) -> datetime | None:
    """The one moment that a labelled value names."""
    found = [moment for moment, _ in moments(Said(value, 1), day)]
    return found[0] if len(found) == 1 else None


def field_of(clause: str) -> str:
    """The field that a moment belongs to by the words around it; empty when they do not say."""
    return next((path for path, pattern in CLOCKS.items() if pattern.search(clause)), "")


def _clauses(text: str) -> Iterator[str]:
    plain = _ISO_JOINT.sub(" ", tidy(text))
    start = 0
    for match in _CLAUSE.finditer(plain):
        yield plain[start : match.start()]
        start = match.end()
    yield plain[start:]


def _marks(text: str) -> Iterator[tuple[int, date | None, time | None]]:
    """The dates and times of day of a text, in its order."""
    plain = _ISO_JOINT.sub(" ", tidy(text))
    blanked, found = without_fixed(plain)
    for entry in sorted(found, key=lambda entry: entry.start):
        day = _day(entry.exact)
        if day is not None:
            yield entry.start, day, None
        elif (clock := _clock(entry, plain, blanked)) is not None:
            yield entry.start, None, clock


def _day(exact: str) -> date | None:
    try:
        return date.fromisoformat(exact)
    except ValueError:
        return None


def _clock(entry: Fixed, plain: str, blanked: str) -> time | None:
    match = _CLOCK.fullmatch(entry.shown)
    if match is None:
        return None
    before, after = blanked[: entry.start], plain[entry.end :]
    told = _AFTERNOON.match(after) or _MORNING.match(after)
    if len(match[1]) < 2 and not told and not _CLOCK_BEFORE.search(before):
        return None
    hour = int(match[1])
    if hour < 12 and (_AFTERNOON.match(after) or _AFTERNOON_BEFORE.search(plain[: entry.start])):
        hour += 12
    try:
        return time(hour, int(match[2]), int(match[3] or 0))
    except ValueError:
        return None
