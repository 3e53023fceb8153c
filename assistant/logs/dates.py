"""What a single time does not say is settled from the whole column: day or month first, the year, the day."""

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from assistant.logs.records import Integers
from assistant.logs.times import NO_TIME, TimeReader, Times

_DAY_US = 86_400_000_000
_YEAR_US = 365 * _DAY_US
_GRACE_US = 14 * 3_600_000_000
"""The controller's clock may be ahead of the time (UTC) at which the file was written: local time is."""


@dataclass(frozen=True, slots=True)
class Settled:
    """The times of a column as they are meant.

    Args:
        times: Shape (n,); NO_TIME where the meaning of the others leaves none.
        told: How they were understood, in words.
        notes: What was assumed.
    """

    times: Integers
    told: str
    notes: tuple[str, ...] = ()


def settle(times: Times, reader: TimeReader, day_first: bool | None, written_us: int) -> Settled:
    """Decide what the column as a whole means.

    Args:
        times: In the order of the lines.
        day_first: What the user says of figures such as 03/02.
        written_us: When the file was last written; a year or day that no line states is taken from it.
    """
    told = reader.family.told + (", 12-hour clock" if reader.twelve_hours else "")
    example = f', as "{reader.example}"' if reader.example else ""
    if times.swapped is not None:
        return _day_or_month(times.read, times.swapped, reader, day_first, example)
    if reader.family.name == "syslog":
        moved = _unwound(times.read, _YEAR_US, written_us)
        year = datetime.fromtimestamp(written_us / 1e6, UTC).year
        return Settled(
            moved,
            told + example,
            (f"no line states the year; the last one is taken to be of {year} or before",),
        )
    if reader.family.name == "clock":
        moved = _unwound(times.read, _DAY_US, written_us)
        day = datetime.fromtimestamp(written_us / 1e6, UTC).date()
        return Settled(
            moved,
            told + example,
            (f"no line states the date; the last one is taken to be of {day} or before",),
        )
    return Settled(times.read, told + example)


def _day_or_month(
    read: Integers, swapped: Integers, reader: TimeReader, day_first: bool | None, example: str
) -> Settled:
    notes: list[str] = []
    why = "as you say"
    if day_first is None:
        day_first, why, notes = _decided(read, swapped, reader)
    chosen = swapped if day_first else read
    contrary = reader.only_month_first if day_first else reader.only_day_first
    if contrary:
        notes.append(f"{contrary:,} times have no such day and month and were not read")
    order = "day before month" if day_first else "month before day"
    half = ", 12-hour clock" if reader.twelve_hours else ""
    return Settled(chosen, f"{order}{half}, {why}{example}", tuple(notes))


def _decided(month_first: Integers, day_first: Integers, reader: TimeReader) -> tuple[bool, str, list[str]]:
    """Whether the day stands first, why, and what to say when nothing tells."""
    days, months = reader.only_day_first, reader.only_month_first
    if days != months:
        return days > months, f"since {max(days, months):,} times can be read no other way", []
    unordered = [_disorder(month_first), _disorder(day_first)]
    if unordered[0] != unordered[1]:
        return unordered[1] < unordered[0], "since the lines then stand in order of time", []
    told = "nothing in the column tells day from month; day first was taken, --no-day-first takes month first"
    return True, "taken so", [told]


def _disorder(times: Integers) -> tuple[int, int]:
    """Steps against the direction of most others, then the span: less of both is likelier."""
    known = times[times != NO_TIME]
    if len(known) < 2:
        return 0, 0
    steps = np.diff(known)
    against = min(int(np.count_nonzero(steps < 0)), int(np.count_nonzero(steps > 0)))
    return against, int(known.max() - known.min())


def _unwound(times: Integers, cycle_us: int, written_us: int) -> Integers:
    """Times that begin again after each cycle, laid out so that the last is not after the file was written.

    A step back over more than half a cycle is the turn of the year (or of the day), in a log with the
    newest line first a step forward.
    """
    known = np.flatnonzero(times != NO_TIME)
    if not len(known):
        return times
    ordered = times[known]
    steps = np.diff(ordered)
    turns = np.concatenate(
        [[0], np.cumsum((steps < -cycle_us // 2).astype(np.int64) - (steps > cycle_us // 2))]
    )
    cycles = turns - turns.max()
    laid = times.copy()
    if cycle_us == _DAY_US:
        laid[known] = ordered + (cycles - ordered // _DAY_US + written_us // _DAY_US) * _DAY_US
        while laid[known].max() > written_us + _GRACE_US:
            laid[known] -= _DAY_US
        return laid
    last = datetime.fromtimestamp(written_us / 1e6, UTC).year
    laid[known] = _in_years(ordered, cycles + last)
    if laid[known].max() > written_us + _GRACE_US:
        laid[known] = _in_years(ordered, cycles + last - 1)
    return laid


def _in_years(times: Integers, years: Integers) -> Integers:
    """Times of the year 2000 moved to other years; 29 February of a common year becomes 1 March."""
    moments = times.astype("datetime64[us]")
    months = moments.astype("datetime64[M]")
    into_month = moments - months
    moved = (months.astype(np.int64) % 12 + 12 * (years - 1970)).astype("datetime64[M]")
    result: Integers = (moved.astype("datetime64[us]") + into_month).astype(np.int64)
    return result
