"""How often: Pareto counts by mode, machine and cause, and the trend over time."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from assistant.lessons.records import AXES, UNKNOWN, Coded, Count, Trend

if TYPE_CHECKING:
    import pandas

PARETOS = ("mode", "machine", "cause", "component", "hazard")
OTHER = "other_modes"
_MOST_MODES, _MOST_MONTHS = 5, 60


def paretos(failures: Sequence[Coded]) -> Mapping[str, tuple[Count, ...]]:
    """Counts by each of `PARETOS`, most first; of equal counts in the order of their names."""
    frame = _frame(failures)
    return {name: _pareto(frame, name) for name in PARETOS}


def _pareto(frame: "pandas.DataFrame", name: str) -> tuple[Count, ...]:
    if frame.empty:
        return ()
    grouped = frame.groupby(name, sort=True).agg(count=("id", "size"), minutes=("minutes", "sum"))
    ordered = grouped.sort_values("count", ascending=False, kind="stable")
    shares = ordered["count"].cumsum() / len(frame)
    return tuple(
        Count(str(value), int(row["count"]), float(share), float(row["minutes"]))
        for (value, row), share in zip(ordered.iterrows(), shares, strict=True)
    )


def trend(failures: Sequence[Coded]) -> Trend:
    """Incidents by month, or by year where the months would be too many."""
    import pandas

    frame = _frame(failures)
    dated = frame[frame["date"].str.len() >= 7] if len(frame) else frame
    unit: Literal["month", "year"] = "month"
    if dated.empty:
        return Trend(unit, (), {}, len(frame))
    first, last = str(dated["date"].min())[:7], str(dated["date"].max())[:7]
    periods = pandas.period_range(first, last, freq="M").astype(str).tolist()
    length = 7
    if len(periods) > _MOST_MONTHS:
        unit, length = "year", 4
        periods = pandas.period_range(first[:4], last[:4], freq="Y").astype(str).tolist()
    often = [count.value for count in _pareto(dated, "mode") if count.value != UNKNOWN][:_MOST_MODES]
    mode = dated["mode"].where(dated["mode"].isin(often), OTHER)
    table = pandas.crosstab(dated["date"].str[:length], mode).reindex(periods, fill_value=0)
    counts = {
        name: tuple(int(value) for value in table[name]) for name in (*often, OTHER) if name in table.columns
    }
    return Trend(unit, tuple(periods), counts, len(frame) - len(dated))


def _frame(failures: Sequence[Coded]) -> "pandas.DataFrame":
    import pandas

    columns = ["id", "machine", "date", "minutes", *AXES]
    rows = [
        (one.id, one.machine or UNKNOWN, one.date, one.minutes or 0.0, *map(entry.code, AXES))
        for entry in failures
        for one in (entry.incident,)
    ]
    return pandas.DataFrame(rows, columns=columns)
