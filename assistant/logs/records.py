"""What is read from a log and what is found in it: Layout -> Events -> Alarm -> Burst -> LogAnalysis."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from assistant.logs.bursts import Bursts

LogFormat = Literal["csv", "tsv", "jsonl", "syslog", "text"]
LOG_FORMATS: tuple[LogFormat, ...] = get_args(LogFormat)

Integers = npt.NDArray[np.int64]
"""A column of whole numbers, shape (n,)."""


@dataclass(frozen=True, slots=True)
class LogOptions:
    """How a log is read and what counts as a burst; an empty text means: find it.

    Args:
        time_column: A column, or two joined by + (date and time of day).
        day_first: 03/02 is the third of February; None decides from the whole column.
        gap_s: Alarms of one machine at most so many seconds apart belong to one burst.
        across_machines: A burst goes over all machines instead of one.
        chatter_count: An alarm raised so often within `chatter_window_s` seconds chatters.
        known_machines: Machines that the documents name; they help to tell machine from code.
        most_alarms: Beyond so many the log is refused; each takes 24 to 32 bytes of memory.
    """

    format: LogFormat | None = None
    time_column: str = ""
    code_column: str = ""
    machine_column: str = ""
    day_first: bool | None = None
    gap_s: float = 60.0
    across_machines: bool = False
    chatter_count: int = 3
    chatter_window_s: float = 60.0
    known_machines: tuple[str, ...] = ()
    most_alarms: int = 20_000_000


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column plays which part; an empty name means that none does.

    Args:
        clock: The time of day where it stands apart from the day, which is then in `time`.
    """

    time: str
    code: str
    machine: str = ""
    state: str = ""
    level: str = ""
    text: str = ""
    clock: str = ""

    @property
    def times(self) -> tuple[str, ...]:
        """The columns of the time: one, or day and time of day."""
        return (self.time, self.clock) if self.clock else (self.time,)

    @property
    def wanted(self) -> tuple[str, ...]:
        """The columns to read, each once."""
        names = (*self.times, self.code, self.machine, self.state, self.level, self.text)
        return tuple(dict.fromkeys(name for name in names if name))


@dataclass(frozen=True, slots=True)
class Layout:
    """How a log was read, for a person to check and correct.

    Args:
        delimiter: What separates the cells; empty for other formats.
        names: Every column that there is, in order.
        time_format: In words: "ISO 8601", "day/month/year, decided by 17/02".
        zone: Offset of the clock, "+08:00", "UTC", or empty when the log does not say.
    """

    format: LogFormat
    encoding: str
    delimiter: str
    names: tuple[str, ...]
    columns: Columns
    time_format: str
    zone: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unread:
    """A line that could not be read."""

    line: int
    """1-based."""
    reason: str
    text: str
    """Its beginning, without what a terminal would obey."""


@dataclass(frozen=True, slots=True)
class Events:
    """The raised alarms in the order of their lines, as columns of one length.

    Args:
        times: Microseconds since 1970, on the log's own clock.
        machines: Index into `machine_names`.
        codes: Index into `code_names`.
        lines: 1-based.
        texts: What the log says beside a code when it is first raised, by code index.
    """

    times: Integers
    machines: Integers
    codes: Integers
    lines: Integers
    machine_names: tuple[str, ...]
    code_names: tuple[str, ...]
    texts: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class LineCounts:
    """What the lines of a file were.

    Args:
        total: Lines of the file that hold something.
        raised: Alarms raised: what bursts are made of.
        cleared: Alarms cleared or acknowledged.
        other: Lines with a time and no alarm.
        unread: Lines that could not be read; the first few stand in `first_unread`.
    """

    total: int
    raised: int
    cleared: int
    other: int
    unread: int
    first_unread: tuple[Unread, ...] = ()


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm raised."""

    time: str
    """ISO 8601 on the log's own clock, to the millisecond where it has them."""
    machine: str
    code: str
    line: int


@dataclass(frozen=True, slots=True)
class Burst:
    """Alarms that came close together.

    Args:
        number: 1-based, by start.
        first: The first-out alarm: the earliest, and of equal times the one on the earliest line.
        seconds: From the first alarm to the last.
        codes: Each code with how often it was raised, in order of appearance.
        tied: So many other alarms carry the same time as the first.
    """

    number: int
    first: Alarm
    end: str
    seconds: float
    alarms: int
    codes: tuple[tuple[str, int], ...]
    machines: tuple[str, ...]
    tied: int = 0


@dataclass(frozen=True, slots=True)
class CodeCount:
    """How often a code was raised.

    Args:
        share: Of all alarms, up to and with this code, when codes are ordered by count (Pareto).
        first_out: Bursts that began with it.
        machines: That raised it, most often first.
        chatters: Times that it was raised in a spell of chattering; 0 when it never chattered.
    """

    code: str
    text: str
    count: int
    share: float
    first_out: int
    machines: tuple[str, ...]
    first_seen: str
    last_seen: str
    chatters: int = 0


@dataclass(frozen=True, slots=True)
class Bin:
    """A stretch of the timeline."""

    start: str
    alarms: int


@dataclass(frozen=True, slots=True)
class LogAnalysis:
    """What was found in a log.

    Args:
        bursts: By start; made when they are asked for, so that a hundred thousand cost nothing.
        counts: By count, most first.
        bin_s: Width of the stretches of the timeline, in seconds.
        first_outs: Machine, code and number of bursts that this alarm began, most first.
    """

    name: str
    layout: Layout
    lines: LineCounts
    start: str
    end: str
    machines: tuple[tuple[str, int], ...]
    bursts: "Bursts"
    counts: tuple[CodeCount, ...]
    timeline: tuple[Bin, ...]
    bin_s: float
    first_outs: tuple[tuple[str, str, int], ...]
    options: LogOptions = field(default_factory=LogOptions)
