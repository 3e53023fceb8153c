"""Which table a question is about, and which of its rows: by what the question names of it, word for word."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.tables.frames import Table
from assistant.tables.wanted import Period, Wanted
from ingest.terms import identifiers, words

if TYPE_CHECKING:
    import pandas

_TRUE, _FALSE = frozenset({"true", "yes", "y", "1", "是"}), frozenset({"false", "no", "n", "0", "否"})
# What maintenance calls the two sides of a column, in the words of the index; EN 13306 names the first pair.
_OPPOSITE = {"prevent": "correct", "plan": "unplan", "schedul": "unschedul", "open": "close"}
_ABBREVIATED = {"PM": ("prevent", "预防"), "CM": ("correct", "纠正")}
_CATEGORIES = 40
"""A column of more different values names things, and groups nothing."""
_LONGEST_MARK = 3
_LATEST = ("finish", "complet", "close")
"""The date by which a record is counted, where it has several: when the work was done."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Rows of a table, and why these.

    Args:
        rows: Positions in the table, in the order of their dates.
        values: By column, what it must hold.
        period: The column of dates and what it must lie in.
        worth: How much of the question the table and its rows are named by.
    """

    table: Table
    rows: tuple[int, ...]
    values: dict[str, tuple[str, ...]]
    period: tuple[str, Period] | None
    worth: float

    @property
    def frame(self) -> "pandas.DataFrame":
        """The cells of the rows."""
        return self.table.frame.iloc[list(self.rows)]


def choose(
    asked: Sequence[str], want: Wanted, tables: Iterable[Table], codes: Iterable[str] = ()
) -> Chosen | None:
    """The rows that a question names, in the table that it names most of; None where it names none.

    The question must name a value of the rows or their time, and what the rows are: the table, or one of its
    columns or categories. "How many bolts has P-101?" is no question to a list of work orders.

    Args:
        asked: The words of the question, in its order, as the index has them.
        codes: Identifiers of the question. A table that does not hold each of them is not meant.
    """
    needed = {code.casefold() for code in codes if not code.isdigit()}
    found = [chosen for table in tables if (chosen := _rows(asked, want, table, needed))]
    return max(found, key=lambda chosen: chosen.worth, default=None)


def _rows(asked: Sequence[str], want: Wanted, table: Table, needed: set[str]) -> Chosen | None:
    known = set(asked)
    part = _named(table.part, known)
    name = _named(table.doc.rsplit("/", 1)[-1].rsplit(".", 1)[0], known) | part
    columns = set().union(*(_whole(column, known) for column in table.frame))
    values, by_values = _values(asked, table, part | columns)
    flags, by_flags = _marks(known, table.frame) if want.marked else _flags(known, table.frame)
    first = str(table.frame.columns[0])
    # What its rows are must be asked for, and none of them be named: then it is that row that is wanted.
    if want.marked and (not flags or not part or first in values or not _whole(first, known)):
        return None
    # "CWC04009" says which machine, and not what kind of thing is counted.
    codes = set().union(*(held for held in by_values if any(map(identifiers, held))))
    kinds = set().union(*by_values, by_flags) - codes
    when = _when(table, want.period)
    if not needed <= set().union(*by_values, (str(column).casefold() for column in table.frame)):
        return None
    if not (name or columns or kinds) or not (values or flags or when):
        return None
    if want.period is not None and when is None:
        return None
    mask = table.frame.index == table.frame.index
    for column, allowed in {**values, **flags}.items():
        mask &= table.frame[column].isin(allowed)
    order = None
    if when is not None:
        moments = table.dates[when[0]]
        mask &= moments.dt.year == when[1].year
        mask &= (moments.dt.month == when[1].month) if when[1].month else True
        order = moments
    rows = table.frame.index[mask]
    if order is not None:
        rows = order[rows].sort_values(kind="stable").index
    if not len(rows):
        return None
    explained = name | columns | kinds | codes
    # The words of its name say what a table's rows are; a column of another may happen to be called so.
    worth = len(explained) + 0.5 * len(name) + 0.5 * len(part)
    return Chosen(table, tuple(int(row) for row in rows), {**values, **flags}, when, worth)


def _named(name: str, asked: set[str]) -> set[str]:
    return {word for word in words(name.replace("_", " ")) if word in asked and not word.isdigit()}


def _whole(name: str, asked: set[str]) -> set[str]:
    """The words of a column's name, where the question holds all of them."""
    named = [word for word in words(name.replace("_", " ")) if not word.isdigit()]
    return set(named) if named and asked.issuperset(named) else set()


def _values(
    asked: Sequence[str], table: Table, explained: set[str]
) -> tuple[dict[str, tuple[str, ...]], list[set[str]]]:
    """By column, the values that the question names; each word of it counts for one column only.

    Args:
        explained: What names the table or its columns, and so no value.
    """
    candidates: dict[str, dict[str, set[int]]] = {}
    for column, value, places in _places(asked, table):
        if not explained.issuperset(asked[place] for place in places):
            candidates.setdefault(column, {}).setdefault(value, set()).update(places)
    values: dict[str, tuple[str, ...]] = {}
    named: list[set[str]] = []
    taken: set[int] = set()
    while candidates:
        column = max(candidates, key=lambda name: len(set().union(*candidates[name].values()) - taken))
        held = {value: places for value, places in candidates.pop(column).items() if not places & taken}
        if held:
            values[column] = tuple(held)
            named += [{asked[place] for place in places} for places in held.values()]
            taken |= set().union(*held.values())
    return values, named


def _places(asked: Sequence[str], table: Table) -> Iterator[tuple[str, str, set[int]]]:
    """Where the question holds values of a table, word after word, or what abbreviates them."""
    for place, word in enumerate(asked):
        for column, value, sought in table.values.get(word, ()):
            if list(asked[place : place + len(sought)]) == sought:
                yield column, value, set(range(place, place + len(sought)))
    for short, long in _ABBREVIATED.items():
        places = {place for place, word in enumerate(asked) if word in long}
        for column in table.frame if places else ():
            if (table.frame[column] == short).any():
                yield str(column), short, places


def _flags(asked: set[str], frame: "pandas.DataFrame") -> tuple[dict[str, tuple[str, ...]], set[str]]:
    """By column of yes and no, which of them the question's words want."""
    flags: dict[str, tuple[str, ...]] = {}
    named: set[str] = set()
    for column in frame:
        held = [str(value) for value in frame[column].unique() if value]
        name = words(str(column).replace("_", " "))
        if len(name) != 1 or not held or any(v.casefold() not in _TRUE | _FALSE for v in held):
            continue
        opposite = _OPPOSITE.get(name[0], f"un{name[0]}")
        if name[0] in asked and opposite not in asked:
            flags[str(column)] = tuple(value for value in held if value.casefold() in _TRUE)
            named.add(name[0])
        elif opposite in asked and name[0] not in asked:
            flags[str(column)] = tuple(value for value in held if value.casefold() in _FALSE)
            named.add(opposite)
    return flags, named


def _marks(asked: set[str], frame: "pandas.DataFrame") -> tuple[dict[str, tuple[str, ...]], set[str]]:
    """By column that only ticks rows off, its mark, where the question names the column; and these words."""
    named = {str(column): words for column in frame if (words := _whole(str(column), asked))}
    flags: dict[str, tuple[str, ...]] = {}
    for column, words_of in named.items():
        held = [value for value in frame[column].unique() if value]
        # "Pressure ratio" is not the column of the pressure.
        within = any(words_of < others for others in named.values())
        if len(held) == 1 and len(held[0]) <= _LONGEST_MARK and not within:
            flags[column] = (held[0],)
    return flags, set().union(*(named[column] for column in flags))


def _when(table: Table, period: Period | None) -> tuple[str, Period] | None:
    names = [str(name) for name in table.dates]
    if period is None or not names:
        return None
    done = [name for name in names if any(word.startswith(_LATEST) for word in words(name.replace("_", " ")))]
    return (done or names)[0], period


def groups(asked: Sequence[str], chosen: Chosen) -> list[str]:
    """The columns to count by: the one that the question names, else those with few different values."""
    frame, held = chosen.frame, set(asked)
    few = [str(column) for column in frame if 1 < frame[column].nunique() <= _CATEGORIES]
    named = [str(c) for c in frame if _whole(str(c), held) and frame[c].nunique() <= _CATEGORIES]
    kept = [column for column in named if column not in chosen.values or len(chosen.values[column]) > 1]
    if kept:
        return kept[:2]
    rare = [column for column in few if frame[column].nunique() <= max(12, len(frame) // 3)]
    return sorted((c for c in rare if c not in chosen.table.dates), key=lambda c: frame[c].nunique())[:4]
