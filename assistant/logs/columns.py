"""Which column of a log is the time, which the code and which the machine: by name, then by content."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.errors import LogError
from assistant.logs.free_text import REST, TIME, is_code
from assistant.logs.records import Columns, LogOptions
from assistant.logs.rows import Splitter
from assistant.logs.times import family_of
from assistant.logs.words import Role, is_alarm_level, is_level, is_state, rank
from ingest.terms import look_alike

_MOST_MACHINES = 60
_CODE_CHARACTERS = 24

Sample = Mapping[str, Sequence[str]]
"""The values of each column in the first rows, all of one length."""


def choose(splitter: Splitter, sample: Sample, options: LogOptions) -> Columns:
    """The columns of a log, those that the options name first.

    Raises:
        LogError: An option names a column that is not there, or no column holds times.
    """
    names = splitter.names
    times = _times(names, options.time_column) or _Finder(splitter, sample, options.known_machines).times()
    if not times:
        raise LogError(
            f"no column holds times that can be read; the columns are {_listed(names)}. "
            "Name one with --time-column."
        )
    code = _named(names, options.code_column, "--code-column")
    machine = _named(names, options.machine_column, "--machine-column")
    # Titles and comments say nothing of what stands in the columns.
    timed = [row for row, text in enumerate(sample[times[0]]) if text]
    rows = {name: [values[row] for row in timed] for name, values in sample.items()}
    found = _Finder(splitter, rows, options.known_machines)
    return found.others(Columns(times[0], code, machine, clock=times[1] if len(times) > 1 else ""))


def _times(names: Sequence[str], asked: str) -> tuple[str, ...]:
    """The column asked for, or two joined by a plus that is not part of a name."""
    day, plus, clock = asked.partition("+")
    if plus and _found(names, asked) is None:
        return (_named(names, day, "--time-column"), _named(names, clock, "--time-column"))
    return (_named(names, asked, "--time-column"),) if asked else ()


def _named(names: Sequence[str], asked: str, option: str) -> str:
    """A column's name as it is written; empty if none was asked for."""
    found = _found(names, asked) if asked else ""
    if found is None:
        raise LogError(f"{option} {asked!r}: no such column; the columns are {_listed(names)}")
    return found


def _found(names: Sequence[str], asked: str) -> str | None:
    """By name, else by number: it counts the columns from 1, or the words in lines of text."""
    name = asked.strip()
    by_name = next((known for known in names if known.casefold() == name.casefold()), None)
    if by_name is not None or not name.isdecimal():
        return by_name
    if f"word {name}" in names:
        return f"word {name}"
    return names[int(name) - 1] if 0 < int(name) <= len(names) else None


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(repr(name) for name in names[:20])
    return f"{shown} and {len(names) - 20} more" if len(names) > 20 else shown


@dataclass(frozen=True, slots=True)
class _Looks:
    """What stands in a column: shares of its rows, and how many different values."""

    codes: float
    words: float
    distinct: int
    known: float
    """Share of values that are machines which the documents name."""


class _Finder:
    """Finds the columns of one sample."""

    def __init__(self, splitter: Splitter, sample: Sample, known_machines: Sequence[str]) -> None:
        self._sample = sample
        self._lines = splitter.format in ("text", "syslog")
        self._machines = frozenset(map(look_alike, known_machines))
        self._names = list(splitter.names)

    def times(self) -> tuple[str, ...]:
        """The column of times; a column of days is joined by one of times of day."""
        if self._lines:
            return (TIME,)
        families = {name: family_of(self._sample[name]) for name in self._names}
        fitting = [name for name, found in families.items() if found and found[1] > 0.4]
        named = [name for name in fitting if rank("time", name) is not None]
        if not fitting:
            return ()
        chosen = min(named, key=lambda name: rank("time", name) or 0) if named else fitting[0]
        return self._joined(chosen, fitting)

    def _joined(self, chosen: str, fitting: Sequence[str]) -> tuple[str, ...]:
        days = [n for n in fitting if not any(":" in value or "时" in value for value in self._sample[n])]
        clocks = [name for name in fitting if self._is_clock(name)]
        if chosen in days and clocks:
            return chosen, clocks[0]
        return (days[0], chosen) if chosen in clocks and days else (chosen,)

    def _is_clock(self, name: str) -> bool:
        found = family_of(self._sample[name])
        return found is not None and found[0].name == "clock"

    def others(self, columns: Columns) -> Columns:
        """The remaining columns beside those that are known."""
        free = [name for name in self._names if name not in columns.wanted]
        level = self._level(free)
        columns = replace(columns, level=level)
        rows = self._alarm_rows(level)
        columns = replace(columns, state=self._state([n for n in free if n != level], rows))
        free = [name for name in free if name not in columns.wanted and not self._is_rest(name)]
        looks = {name: self._look(name, rows) for name in free}
        if not columns.code:
            columns = replace(columns, code=self._code(free, looks, columns.machine))
        if not columns.machine:
            columns = replace(columns, machine=self._machine(free, looks, columns.code))
        free = [name for name in free if name not in columns.wanted]
        return replace(columns, text=REST if self._lines else self._by_name("text", free))

    def _values(self, name: str, rows: Sequence[int]) -> list[str]:
        column = self._sample[name]
        return [column[row] for row in rows]

    def _by_name(self, role: Role, names: Sequence[str]) -> str:
        ranked = [(place, name) for name in names if (place := rank(role, name)) is not None]
        filled = [(place, name) for place, name in ranked if any(self._sample[name])]
        return min(filled, key=lambda entry: entry[0])[1] if filled else ""

    def _most(self, names: Sequence[str], rows: Sequence[int], fits: object) -> str:
        """The first column nearly all of whose filled values are words of a kind; half the rows fill it."""
        for name in names:
            filled = [value for value in self._values(name, rows) if value]
            fitting = sum(bool(fits(value)) for value in filled) if callable(fits) else 0
            if filled and len(filled) >= 0.5 * len(rows) and fitting >= 0.9 * len(filled):
                return name
        return ""

    def _level(self, names: Sequence[str]) -> str:
        every = range(len(self._sample[self._names[0]]))
        return self._most([name for name in names if not self._is_rest(name)], every, is_level)

    def _state(self, names: Sequence[str], rows: Sequence[int]) -> str:
        names = [name for name in names if not self._is_rest(name) and not name.startswith("code ")]
        words = [name for name in names if any(value and not value.isdigit() for value in self._sample[name])]
        found = self._most([*words], rows, is_state)
        if found:
            return found
        named = [name for name in names if rank("state", name) is not None]
        return self._most(named, rows, is_state)

    def _alarm_rows(self, level: str) -> list[int]:
        """The rows whose level is one of alarms; all of them when none is, or none has a level."""
        every = list(range(len(self._sample[self._names[0]])))
        if not level:
            return every
        chosen = [
            row for row in every if self._sample[level][row] and is_alarm_level(self._sample[level][row])
        ]
        return chosen or every

    def _look(self, name: str, rows: Sequence[int]) -> _Looks:
        values = self._values(name, rows)
        filled = [value for value in values if value]
        whole = max(1, len(values))
        return _Looks(
            codes=sum(len(value) <= _CODE_CHARACTERS and is_code(value) for value in filled) / whole,
            words=sum(" " not in value and not value[:1].isdigit() for value in filled) / whole,
            distinct=len(set(filled)),
            known=sum(look_alike(value) in self._machines for value in filled) / max(1, len(filled)),
        )

    def _code(self, names: Sequence[str], looks: Mapping[str, _Looks], machine: str) -> str:
        """The column of codes: by its name, else the one with most different identifiers."""
        if not self._lines:
            named = self._by_name("code", [name for name in names if looks[name].known < 0.5])
            if named:
                return named
        fields = [name for name in names if self._is_field(name) and rank("code", name) is not None]
        fields = [name for name in fields if looks[name].codes > 0.2]
        if fields:
            return min(fields, key=lambda name: rank("code", name) or 0)
        places = [n for n in names if n != machine and not n.startswith("code ") and looks[n].known < 0.5]
        fitting = [name for name in places if looks[name].codes > 0.6]
        if not fitting:
            # Codes that stand now here, now there: whichever come first and second in a line.
            fitting = [
                n for n in names if n.startswith("code ") and looks[n].codes > 0.3 and looks[n].known < 0.5
            ]
        # Machines stand before codes, and there are fewer of them.
        return max(reversed(fitting), key=lambda name: looks[name].distinct, default="")

    def _is_rest(self, name: str) -> bool:
        return self._lines and name == REST

    def _is_field(self, name: str) -> bool:
        return self._lines and not name.startswith(("word ", "code ")) and name not in (TIME, REST)

    def _machine(self, names: Sequence[str], looks: Mapping[str, _Looks], code: str) -> str:
        """The column of machines: known ones, else by its name, else what stands before the code."""
        others = [name for name in names if name != code]
        known = [name for name in others if looks[name].known > 0.5]
        if known:
            return max(known, key=lambda name: looks[name].known)
        if not self._lines:
            named = self._by_name("machine", others)
            return named or self._before(others, looks, code)
        fields = [name for name in others if self._is_field(name) and name not in ("host", "app")]
        field = self._by_name("machine", fields)
        return (
            field
            or self._before(others, looks, code)
            or ("host" if "host" in others and looks["host"].distinct else "")
        )

    def _before(self, names: Sequence[str], looks: Mapping[str, _Looks], code: str) -> str:
        """The nearest column before the code whose values look like names of machines."""
        order = self._names
        if code not in order:
            return ""
        kind = code.split(" ", maxsplit=1)[0] if self._lines else ""
        before = [name for name in names if order.index(name) < order.index(code) and name.startswith(kind)]
        few = [
            name
            for name in before
            if 0 < looks[name].distinct <= min(_MOST_MACHINES, looks[code].distinct + 1)
        ]
        fitting = [name for name in few if looks[name].codes > 0.6]
        words = [name for name in few if looks[name].words > 0.9 and looks[name].distinct > 1]
        return (fitting or words or [""])[-1]
