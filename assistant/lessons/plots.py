"""The pictures of what incidents teach: Pareto by mode, machine and cause, and the trend over time."""

from typing import Any

import numpy as np

from assistant.drawing import BAR, LINE, SERIES, figure, png, short, whole_numbers
from assistant.lessons.codes import Codes
from assistant.lessons.counts import OTHER
from assistant.lessons.labels import speaker, value_told
from assistant.lessons.records import UNKNOWN, Findings
from assistant.records import Language

_MOST_BARS, _MOST_TICKS = 15, 16
_UNKNOWN = SERIES[-1]
_HATCHES = ("", "//", "..", "xx", "\\\\", "")
"""Beside the colours, for whoever prints in grey."""


def pareto(found: Findings, name: str, codes: Codes, language: Language) -> bytes:
    """Incidents by one axis, most first, with the share of all that they make together; a PNG.

    Args:
        name: One of the keys of `found.paretos`.
    """
    say = speaker(language)
    counts = found.paretos[name][:_MOST_BARS]
    drawn = figure(8, 1.5 + 0.3 * max(3, len(counts)))
    bars = drawn.add_subplot()
    places = np.arange(len(counts))
    colours = [_UNKNOWN if count.value == UNKNOWN else BAR for count in counts]
    bars.barh(places, [count.count for count in counts], color=colours, height=0.7)
    bars.set_yticks(places, [short(value_told(name, count.value, codes, language), 34) for count in counts])
    bars.invert_yaxis()
    for place, count in zip(places, counts, strict=True):
        bars.annotate(f" {count.count:,}", (count.count, place), va="center", fontsize=8)
    bars.margins(x=0.12)
    bars.set_xlabel(say("count"))
    bars.set_title(say("pareto", name=say(name)), loc="left")
    whole_numbers(bars, "x")
    shares = bars.twiny()
    shares.plot([100 * count.share for count in counts], places, color=LINE, marker="o", markersize=4)
    shares.set_xlim(0, 105)
    shares.set_xlabel(f"{say('share')}, %", color=LINE)
    return png(drawn)


def trend(found: Findings, codes: Codes, language: Language) -> bytes:
    """Incidents by month or year, the most frequent failure modes in colours of their own; a PNG."""
    say, over = speaker(language), found.trend
    drawn = figure(9, 4)
    bars = drawn.add_subplot()
    places = np.arange(len(over.periods))
    below = np.zeros(len(places))
    for number, (mode, counts) in enumerate(over.counts.items()):
        at = len(SERIES) - 1 if mode == OTHER else number
        told = value_told("mode", mode, codes, language)
        style: dict[str, Any] = {"color": SERIES[at], "hatch": _HATCHES[at], "edgecolor": "white"}
        bars.bar(places, counts, bottom=below, width=0.85, linewidth=0.3, label=told, **style)
        below += np.array(counts)
    step = max(1, -(-len(places) // _MOST_TICKS))
    bars.set_xticks(places[::step], over.periods[::step], rotation=45, ha="right")
    bars.set_ylabel(say(f"per_{over.unit}"))
    bars.set_title(say("trend"), loc="left")
    whole_numbers(bars, "y")
    if over.counts:
        bars.legend(frameon=False, fontsize=8, ncols=2)
        bars.set_ylim(0, max(1.0, float(below.max())) * 1.3)
    return png(drawn)
