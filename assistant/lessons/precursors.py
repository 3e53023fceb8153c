"""Near misses before an injury or a stop: by a stated rule, counted, without a claim of cause."""

from collections.abc import Iterable, Sequence
from datetime import date

from assistant.lessons.records import UNKNOWN, Coded, Precursor, Precursors


def precursors(failures: Sequence[Coded], within_days: int) -> Precursors:
    """The nearest near miss before each injury or stop, on the same machine or else of the same failure mode.

    Args:
        within_days: A near miss at most so many days before it counts; one of the same day counts as before
            only where both tell the time.
    """
    dated = sorted(
        (entry for entry in failures if len(entry.incident.date) >= 10),
        key=lambda entry: (entry.incident.date, entry.incident.id),
    )
    near = [entry for entry in dated if entry.incident.safety == "near_miss"]
    severe = [entry for entry in dated if _severe(entry)]
    pairs = [pair for entry in severe if (pair := _before(entry, near, within_days))]
    return Precursors(tuple(pairs), len(near), len(severe), within_days)


def _severe(entry: Coded) -> bool:
    incident = entry.incident
    return incident.safety == "injury" or (incident.stopped and incident.safety != "near_miss")


def _before(after: Coded, near: Iterable[Coded], within_days: int) -> Precursor | None:
    found: list[tuple[int, int, str]] = []
    for entry in near:
        days = (_day(after) - _day(entry)).days
        earlier = days > 0 or (
            days == 0 and _both_timed(entry, after) and entry.incident.date < after.incident.date
        )
        if not earlier or days > within_days:
            continue
        if entry.incident.machine and entry.incident.machine == after.incident.machine:
            found.append((0, days, entry.incident.id))
        elif entry.code("mode") == after.code("mode") != UNKNOWN:
            found.append((1, days, entry.incident.id))
    if not found:
        return None
    other, days, before = min(found)
    return Precursor(before, after.incident.id, days, "mode" if other else "machine")


def _day(entry: Coded) -> date:
    return date.fromisoformat(entry.incident.date[:10])


def _both_timed(one: Coded, other: Coded) -> bool:
    return len(one.incident.date) > 10 and len(other.incident.date) > 10
