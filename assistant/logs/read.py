"""A log file as events: every line read once in batches; what is kept is numbers, a few bytes an alarm."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from assistant.errors import LogError
from assistant.logs.columns import choose
from assistant.logs.dates import Settled, settle
from assistant.logs.formats import splitter_for
from assistant.logs.free_text import REST, Lines, codes_in, is_code
from assistant.logs.lines import Batch, LogFile, shown
from assistant.logs.records import Columns, Events, Integers, Layout, LineCounts, LogOptions, Unread
from assistant.logs.rows import Rows, Splitter
from assistant.logs.tables import Delimited
from assistant.logs.times import NO_TIME, Family, TimeReader, Times, family_of
from assistant.logs.words import is_alarm_level, is_over, says_over
from ingest.terms import normalise

_FIRST_UNREAD = 5
_LONGEST_NAME = 60
_STRUCTURED = re.compile(r"^(?:\[[^\]=]*=[^\]]*\]\s?)+")


@dataclass(frozen=True, slots=True)
class Log:
    """A log as it was read."""

    layout: Layout
    events: Events
    lines: LineCounts


def read_log(file: LogFile, options: LogOptions) -> Log:
    """Find the layout of a log, then read it.

    Raises:
        LogError: It has no format, time or code that could be found, or too many alarms.
    """
    where = str(file.path)
    splitter = splitter_for(file.sample(), options.format, where)
    sample = splitter.rows(file.sample(), splitter.names)
    try:
        columns = choose(splitter, sample.values, options)
        family = _family(sample, columns)
    except LogError as error:
        raise LogError(f"{where}: {error}") from error
    if not columns.code:
        raise LogError(
            f"{where}: no column looks like an alarm code; the columns are "
            f"{', '.join(map(repr, splitter.names[:20]))}. Name one with --code-column."
        )
    reading = _Reading(splitter, columns, family, options)
    for batch in file.batches():
        reading.add(batch)
        if reading.raised > options.most_alarms:
            raise LogError(f"{where}: more than {options.most_alarms:,} alarms; cut the log into parts")
    log = reading.finished(file, options.day_first)
    if not len(log.events.times):
        first = log.lines.first_unread[0] if log.lines.first_unread else None
        seen = f"; line {first.line}: {first.reason}" if first else ""
        raise LogError(
            f"{where}: no alarm in its {log.lines.total:,} lines, read as {splitter.format} with time "
            f"{columns.time!r} and code {columns.code!r}{seen}. Say more with --format, --time-column, "
            "--code-column."
        )
    return log


def _family(sample: Rows, columns: Columns) -> Family:
    found = family_of(_times(sample, columns))
    if found is None:
        raise LogError(f"the column {columns.time!r} holds no times that can be read")
    return found[0]


def _times(rows: Rows, columns: Columns) -> list[str]:
    """The texts of the times; a day and a time of day that stand apart are joined."""
    parts = [rows.values[name] for name in columns.times]
    return parts[0] if len(parts) == 1 else [" ".join(both) for both in zip(*parts, strict=True)]


class _Names:
    """Numbers for names; spellings that differ in case or width count as one, shown as first seen."""

    def __init__(self) -> None:
        self.shown: list[str] = []
        self._numbers: dict[str, int] = {}

    def number(self, name: str) -> int:
        """The number of a name, a new one if it is new."""
        key = normalise(name).upper()
        if key not in self._numbers:
            self._numbers[key] = len(self.shown)
            self.shown.append(name)
        return self._numbers[key]


class _Reading:
    """Collects batches."""

    def __init__(self, splitter: Splitter, columns: Columns, family: Family, options: LogOptions) -> None:
        self._splitter, self._columns, self._options = splitter, columns, options
        self._reader = TimeReader(family)
        self._machines, self._codes = _Names(), _Names()
        self._texts: dict[int, str] = {}
        self._kept: list[tuple[Times, Integers, Integers, Integers]] = []
        self._unread: list[Unread] = []
        self._counts = dict.fromkeys(("total", "cleared", "other", "unread"), 0)
        self.raised = 0
        # Where a word of a line is taken for the code, other lines may have any word there.
        self._only_identifiers = isinstance(splitter, Lines) and not options.code_column

    def add(self, batch: Batch) -> None:
        """Read some lines."""
        rows = self._splitter.rows(batch.lines, self._columns.wanted)
        broken = [(batch.first + place, reason, batch.lines[place]) for place, reason in rows.broken]
        broken += [(number, "too long", text) for number, text in batch.too_long]
        self._counts["total"] += len(rows.lines) + len(broken)
        times = self._reader.read(_times(rows, self._columns))
        known = times.read != NO_TIME if times.swapped is None else (
            (times.read != NO_TIME) | (times.swapped != NO_TIME)
        )  # fmt: skip
        broken += [
            (batch.first + rows.lines[row], "no time that can be read", batch.lines[rows.lines[row]])
            for row in np.flatnonzero(~known)
        ]
        self._note(broken)
        self._keep(batch, rows, times, known)

    def _note(self, broken: Sequence[tuple[int, str, str]]) -> None:
        self._counts["unread"] += len(broken)
        for line, reason, text in sorted(broken)[: _FIRST_UNREAD - len(self._unread)]:
            self._unread.append(Unread(line, reason, shown(text)))

    def _keep(self, batch: Batch, rows: Rows, times: Times, known: np.ndarray) -> None:
        columns = self._columns
        codes, names = _coded(rows.values[columns.code], self._only_identifiers)
        alarm = known & (codes >= 0)
        if columns.level:
            alarm &= np.array([is_alarm_level(value) for value in rows.values[columns.level]], dtype=bool)
        over = self._over(rows, alarm)
        self._counts["cleared"] += int(np.count_nonzero(over))
        alarm &= ~over
        chosen = np.flatnonzero(alarm)
        self._counts["other"] += int(np.count_nonzero(known)) - int(np.count_nonzero(over)) - len(chosen)
        self.raised += len(chosen)
        used = np.unique(codes[chosen])
        numbers = np.full(len(names), -1, dtype=np.int64)
        numbers[used] = [self._codes.number(names[place]) for place in used]
        self._remember_texts(rows, chosen, numbers[codes[chosen]])
        swapped = None if times.swapped is None else times.swapped[chosen]
        starts = np.array(rows.lines, dtype=np.int64)
        self._kept.append((
            Times(times.read[chosen], swapped),
            self._machine_numbers(rows, chosen),
            numbers[codes[chosen]].astype(np.int32),
            (starts[chosen] + batch.first).astype(np.uint32),
        ))  # fmt: skip

    def _over(self, rows: Rows, alarm: np.ndarray) -> np.ndarray:
        """The rows that say that an alarm is gone or acknowledged."""
        columns = self._columns
        if columns.state:
            said = [is_over(value) for value in rows.values[columns.state]]
        elif columns.text == REST:
            said = [says_over(value) for value in rows.values[REST]]
        else:
            return np.zeros(len(alarm), dtype=bool)
        over: np.ndarray = alarm & np.array(said, dtype=bool)
        return over

    def _machine_numbers(self, rows: Rows, chosen: Integers) -> Integers:
        if not self._columns.machine:
            return np.full(len(chosen), self._machines.number(""), dtype=np.int32)
        values = rows.values[self._columns.machine]
        places, names = pd.factorize(np.array([values[row] for row in chosen], dtype=object))
        numbers = np.array([self._machines.number(name[:_LONGEST_NAME]) for name in names], dtype=np.int32)
        chosen_numbers: Integers = numbers[places] if len(names) else np.empty(0, dtype=np.int32)
        return chosen_numbers

    def _remember_texts(self, rows: Rows, chosen: Integers, numbers: Integers) -> None:
        """What the log says beside a code, the first time."""
        if not self._columns.text:
            return
        texts = rows.values[self._columns.text]
        first, places = np.unique(numbers, return_index=True)
        for number, place in zip(first.tolist(), places.tolist(), strict=True):
            if number not in self._texts:
                self._texts[number] = _said(texts[chosen[place]], self._codes.shown[number])

    def finished(self, file: LogFile, day_first: bool | None) -> Log:
        """Everything that was read, its times settled."""
        times, machines, codes, lines = self._joined()
        settled = settle(times, self._reader, day_first, file.path.stat().st_mtime_ns // 1_000)
        impossible = settled.times == NO_TIME
        known = np.flatnonzero(~impossible)
        self._note([(int(line), "no such day", "") for line in lines[impossible][:_FIRST_UNREAD]])
        self._counts["unread"] += max(0, int(impossible.sum()) - _FIRST_UNREAD)
        events = Events(
            _own_clock(settled.times[known], self._reader.zone), machines[known], codes[known], lines[known],
            tuple(map(shown, self._machines.shown)), tuple(map(shown, self._codes.shown)), self._texts,
        )  # fmt: skip
        counts = self._counts
        counted = LineCounts(
            counts["total"],
            len(known),
            counts["cleared"],
            counts["other"],
            counts["unread"],
            tuple(self._unread),
        )
        return Log(self._layout(file, settled), events, counted)

    def _joined(self) -> tuple[Times, Integers, Integers, Integers]:
        """The batches as one, each column in turn, so that the parts of the others can go."""
        kept, self._kept = self._kept, []
        swapped = [times.swapped for times, *_ in kept if times.swapped is not None]
        read = np.concatenate([times.read for times, *_ in kept])
        both = Times(read, np.concatenate(swapped) if swapped else None)
        machines, codes, lines = (np.concatenate([part[place] for part in kept]) for place in (1, 2, 3))
        return both, machines, codes, lines

    def _layout(self, file: LogFile, settled: Settled) -> Layout:
        splitter = self._splitter
        delimiter = splitter.delimiter if isinstance(splitter, Delimited) else ""
        notes = list(settled.notes)
        if self._counts["unread"] > 0.5 * self._counts["total"]:
            notes.append("more than half of the lines could not be read: is this the right format?")
        return Layout(
            splitter.format, file.encoding, delimiter, splitter.names, self._columns,
            settled.told, self._reader.zone, tuple(notes),
        )  # fmt: skip


def _coded(values: Sequence[str], only_identifiers: bool) -> tuple[Integers, list[str]]:
    """For each value the place of its code among the names, -1 for none; a sentence gives its first code."""
    places, uniques = pd.factorize(np.array(values, dtype=object))
    names: list[str] = []
    place_of: dict[str, int] = {}
    numbers = np.full(len(uniques) + 1, -1, dtype=np.int64)
    for place, value in enumerate(uniques):
        code = _code(value)
        if code and (is_code(code) or not only_identifiers):
            numbers[place] = place_of.setdefault(code, len(names))
            if numbers[place] == len(names):
                names.append(code)
    return numbers[places], names


def _code(value: str) -> str:
    if not value or value in ("-", "--", "N/A", "n/a", "null", "None"):
        return ""
    if " " in value:
        found = codes_in(value)
        if found:
            return found[0]
    return value[:_LONGEST_NAME]


def _said(text: str, code: str) -> str:
    """The words beside a code: what is quoted, else what follows the code or the fields."""
    bare = _STRUCTURED.sub("", text)
    quoted = bare.split('"')
    if len(quoted) > 2:
        return shown(quoted[1])
    _, found, after = bare.partition(code)
    return shown(after.strip(" :;,-|]") if found and after.strip(" :;,-|]") else bare)


def _own_clock(times: Integers, zone: str) -> Integers:
    """Times on the clock of the log, whose offset is `zone`."""
    if not zone or zone == "UTC":
        return times
    hours, minutes = int(zone[1:3]), int(zone[4:6])
    offset = (60 * hours + minutes) * 60_000_000
    return times + (-offset if zone[0] == "-" else offset)
