"""The shape of an analysed log, for the OpenAPI description; what builds it is `assistant.log_wire`."""

from assistant.api_shapes import Citation, Shape
from assistant.logs.lookup import Part, Status
from assistant.logs.records import LogFormat


class Columns(Shape):
    """Which column plays which part; empty where none does."""

    time: str
    code: str
    machine: str
    state: str
    level: str
    text: str
    clock: str


class Format(Shape):
    """How the log was read."""

    format: LogFormat
    encoding: str
    delimiter: str
    names: list[str]
    columns: Columns
    time_format: str
    zone: str
    notes: list[str]


class Unread(Shape):
    """A line that could not be read."""

    line: int
    reason: str
    text: str


class Lines(Shape):
    """What the lines were."""

    total: int
    raised: int
    cleared: int
    other: int
    unread: int
    first_unread: list[Unread]


class MachineAlarms(Shape):
    """A machine and its alarms."""

    machine: str
    alarms: int


class Alarm(Shape):
    """One alarm raised."""

    time: str
    machine: str
    code: str
    line: int


class CodeOften(Shape):
    """A code and how often it was raised."""

    code: str
    count: int


class Burst(Shape):
    """Alarms that came close together; `first_out` is the earliest."""

    number: int
    first_out: Alarm
    end: str
    seconds: float
    alarms: int
    codes: list[CodeOften]
    machines: list[str]
    tied: int


class FirstOut(Shape):
    """An alarm and the bursts that it began."""

    machine: str
    code: str
    bursts: int


class Count(Shape):
    """How often a code was raised; `share` adds up, most frequent code first."""

    code: str
    text: str
    count: int
    share: float
    first_out: int
    machines: list[str]
    first_seen: str
    last_seen: str
    chatters: int


class Bin(Shape):
    """A stretch of the timeline."""

    start: str
    alarms: int


class Timeline(Shape):
    """Alarms over time."""

    bin_s: float
    bins: list[Bin]


class Quoted(Citation):
    """What a document says of a code."""

    part: Part
    name: str


class Code(Shape):
    """A code as the documents know it."""

    code: str
    machine: str
    status: Status
    quotes: list[Quoted]


class Suggested(Shape):
    """A question about the alarm that comes first most often."""

    question: str
    machine: str


class Log(Shape):
    """A log, its bursts, and what the documents say of its codes."""

    file: str
    format: Format
    lines: Lines
    start: str
    end: str
    machines: list[MachineAlarms]
    gap_s: float
    burst_count: int
    bursts: list[Burst]
    first_outs: list[FirstOut]
    counts: list[Count]
    chattering: list[str]
    timeline: Timeline
    codes: list[Code]
    unknown: list[str]
    not_looked_up: int
    suggested: Suggested
    note: str
