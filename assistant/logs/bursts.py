"""Bursts of alarms with the first-out alarm of each, and alarms that chatter."""

from collections import Counter
from collections.abc import Sequence
from typing import overload

import numpy as np

from assistant.logs.records import Alarm, Burst, Events, Integers


class Bursts(Sequence[Burst]):
    """The bursts of a log, by start; each is made when it is asked for.

    Alarms of one machine (or of all) belong to one burst as long as none is more than the gap after the
    one before it. Equal times keep the order of their lines.

    Args:
        gap_s: Seconds.
        across: A burst goes over all machines.
    """

    def __init__(self, events: Events, gap_s: float, across: bool) -> None:
        self._events = events
        machines = np.zeros(len(events.times), dtype=np.int32) if across else events.machines
        order = np.lexsort((events.lines, events.times, machines))
        times, grouped = events.times[order], machines[order]
        new = np.ones(len(order), dtype=bool)
        new[1:] = (grouped[1:] != grouped[:-1]) | (np.diff(times) > gap_s * 1e6)
        begins = np.flatnonzero(new)
        ends = np.append(begins[1:], len(order))
        by_start = np.lexsort((events.lines[order[begins]], times[begins]))
        self._order = order
        self._begins, self._ends = begins[by_start], ends[by_start]

    @property
    def first_outs(self) -> Integers:
        """For each burst the place of its first-out alarm among the events."""
        places: Integers = self._order[self._begins]
        return places

    @property
    def sizes(self) -> Integers:
        """Alarms in each burst."""
        return self._ends - self._begins

    def members(self, index: int) -> Integers:
        """The places of a burst's alarms among the events, in order of time."""
        places: Integers = self._order[self._begins[index] : self._ends[index]]
        return places

    def moments(self, index: int) -> list[tuple[str, str, str]]:
        """Time, machine and code of each alarm of a burst, in order of time."""
        return [
            (one.time, one.machine, one.code)
            for one in (alarm(self._events, int(place)) for place in self.members(index))
        ]

    def spans(self) -> tuple[Integers, Integers]:
        """Start and end of each burst, microseconds."""
        times = self._events.times
        return times[self._order[self._begins]], times[self._order[self._ends - 1]]

    def machine_names(self) -> list[str]:
        """The machine of each burst's first-out alarm."""
        names = self._events.machine_names
        return [names[machine] for machine in self._events.machines[self.first_outs].tolist()]

    def __len__(self) -> int:
        return len(self._begins)

    @overload
    def __getitem__(self, index: int) -> Burst: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Burst]: ...

    def __getitem__(self, index: int | slice) -> Burst | Sequence[Burst]:
        """One burst, or several."""
        if isinstance(index, slice):
            return [self._burst(place) for place in range(*index.indices(len(self)))]
        if not -len(self) <= index < len(self):
            raise IndexError(index)
        return self._burst(index % len(self))

    def _burst(self, index: int) -> Burst:
        events, members = self._events, self.members(index)
        times = events.times[members]
        codes = Counter(events.codes[members].tolist())
        machines = dict.fromkeys(events.machines[members].tolist())
        return Burst(
            number=index + 1,
            first=alarm(events, int(members[0])),
            end=moment(int(times[-1])),
            seconds=float(times[-1] - times[0]) / 1e6,
            alarms=len(members),
            codes=tuple((events.code_names[code], count) for code, count in codes.items()),
            machines=tuple(events.machine_names[machine] for machine in machines),
            tied=int(np.count_nonzero(times == times[0])) - 1,
        )


def codes_told(burst: Burst, most: int = 12) -> str:
    """The codes of a burst in order of appearance: "E012, E015 ×3"."""
    return ", ".join(f"{code} ×{count}" if count > 1 else code for code, count in burst.codes[:most])


def alarm(events: Events, place: int) -> Alarm:
    """One of the events."""
    return Alarm(
        moment(int(events.times[place])),
        events.machine_names[events.machines[place]],
        events.code_names[events.codes[place]],
        int(events.lines[place]),
    )


def moment(time_us: int) -> str:
    """A time in ISO 8601, to the millisecond where it has one."""
    text = str(np.datetime64(time_us, "us")).replace("T", " ")
    whole, _, fraction = text.partition(".")
    return whole if fraction in ("", "000000") else f"{whole}.{fraction[:3]}"


def chattering(events: Events, count: int, window_s: float) -> Integers:
    """How many of each code's alarms came in spells of chattering, by code index.

    A spell is `count` alarms or more of one code and machine within `window_s` seconds. Source: ISA-18.2
    calls an alarm chattering that comes three or more times in one minute.
    """
    order = np.lexsort((events.lines, events.times, events.codes, events.machines))
    times, codes, machines = events.times[order], events.codes[order], events.machines[order]
    inside = np.zeros(len(order) + 1, dtype=np.int64)
    if len(order) >= count:
        first, last = np.arange(len(order) - count + 1), np.arange(count - 1, len(order))
        same = (codes[first] == codes[last]) & (machines[first] == machines[last])
        spells = first[same & (times[last] - times[first] <= window_s * 1e6)]
        # Each spell opens at its first alarm and closes after its last.
        inside += np.bincount(spells, minlength=len(inside))
        inside -= np.bincount(spells + count, minlength=len(inside))
    chatters = np.cumsum(inside)[:-1] > 0
    result: Integers = np.bincount(codes[chatters], minlength=len(events.code_names))
    return result
