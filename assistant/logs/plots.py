"""The two pictures of a log: which codes make most of the alarms, and when they came."""

from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.drawing import BAR, GREY, LINE, STRONG, png, short, whole_numbers
from assistant.drawing import figure as new_figure
from assistant.logs.labels import Say, speaker, width_told
from assistant.logs.records import LogAnalysis
from assistant.records import Language

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MOST_CODES, _MOST_LANES, _MOST_BURSTS, _NAMED = 25, 12, 3000, 10


def pareto(analysis: LogAnalysis, language: Language = "en") -> bytes:
    """Alarms by code, most first, with the share of all that they make together; a PNG."""
    say = speaker(language)
    counts = analysis.counts[:_MOST_CODES]
    figure = new_figure(9, 4.6)
    bars = figure.add_subplot()
    places = np.arange(len(counts))
    bars.bar(places, [count.count for count in counts], color=BAR, width=0.75)
    bars.bar(places, [count.first_out for count in counts], color=STRONG, width=0.75, label=say("first_out"))
    bars.set_xticks(places, [short(count.code) for count in counts], rotation=60, ha="right")
    bars.set_ylabel(say("count"))
    bars.set_title(f"{say('counts')} · {short(analysis.name, 60)}", loc="left")
    shares = bars.twinx()
    shares.plot(places, [100 * count.share for count in counts], color=LINE, marker="o", markersize=3)
    shares.set_ylim(0, 105)
    shares.set_ylabel(f"{say('share')}, %", color=LINE)
    shares.spines["top"].set_visible(False)
    whole_numbers(bars)
    # Above the bars, beside the title: within, it would stand on one of them.
    bars.legend(loc="lower right", bbox_to_anchor=(1, 1), borderaxespad=0.2, frameon=False)
    return png(figure)


def timeline(analysis: LogAnalysis, language: Language = "en") -> bytes:
    """Alarms over time, and the bursts of each machine below; a PNG."""
    say = speaker(language)
    lanes = [name for name, _ in analysis.machines[:_MOST_LANES]]
    if analysis.options.across_machines:
        lanes = [say("all")]
    figure = new_figure(9, 2.6 + 0.32 * len(lanes))
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(2, 0.6 + 0.32 * len(lanes)))
    starts = np.array([np.datetime64(entry.start.replace(" ", "T"), "us") for entry in analysis.timeline])
    width = np.timedelta64(round(analysis.bin_s * 1e6), "us")
    above.bar(starts, [entry.alarms for entry in analysis.timeline], width=width, align="edge", color=BAR)
    whole_numbers(above)
    above.set_ylabel(say("per_bin", width=width_told(analysis.bin_s, say)))
    above.set_title(f"{say('timeline')} · {short(analysis.name, 60)}", loc="left")
    _lanes(below, analysis, lanes, say)
    _plain_dates(below)
    return png(figure)


def _lanes(axes: "Axes", analysis: LogAnalysis, lanes: list[str], say: Say) -> None:
    """A bar a burst on the lane of its machine; the largest carry the code of their first-out alarm."""
    bursts = analysis.bursts
    starts, ends = bursts.spans()
    machines = bursts.machine_names()
    largest = np.argsort(-bursts.sizes, kind="stable")[:_MOST_BURSTS]
    # A burst of a single moment must still be seen.
    thinnest = max(1, int(ends.max() - starts.min()) // 400)
    for lane, name in enumerate(lanes):
        own = [place for place in largest if analysis.options.across_machines or machines[place] == name]
        spans = [(_date(starts[place]), _days(max(thinnest, ends[place] - starts[place]))) for place in own]
        axes.broken_barh(spans, (lane - 0.3, 0.6), facecolors=BAR, alpha=0.85)
    shown = {name: lane for lane, name in enumerate(lanes)}
    for place in [place for place in largest[:_NAMED].tolist() if bursts.sizes[place] > 1]:
        lane = 0 if analysis.options.across_machines else shown.get(machines[place], -1)
        if lane >= 0:
            code = short(bursts[place].first.code, 12)
            axes.text(_date(starts[place]), lane - 0.33, code, fontsize=7, color=STRONG, va="bottom")
    axes.set_yticks(range(len(lanes)), [short(name) or "–" for name in lanes])
    axes.set_ylim(len(lanes) - 0.4, -0.75)
    told = "lanes_all" if analysis.options.across_machines else "lanes"
    axes.set_title(say(told), loc="left", fontsize=9, color=GREY)


def _plain_dates(axes: "Axes") -> None:
    """The day once, then times of day; in numbers, which are read in any language."""
    from matplotlib import dates

    untyped: Any = dates
    places = untyped.AutoDateLocator()
    axes.xaxis.set_major_locator(places)
    shown = untyped.ConciseDateFormatter(
        places,
        formats=["%Y", "%Y-%m", "%d", "%H:%M", "%H:%M", "%S.%f"],
        zero_formats=["", "%Y", "%Y-%m", "%m-%d", "%H:%M", "%H:%M"],
        offset_formats=["", "%Y", "%Y-%m", "%Y-%m-%d", "%Y-%m-%d", "%Y-%m-%d %H:%M"],
    )
    axes.xaxis.set_major_formatter(shown)


def _date(time_us: int) -> float:
    """Days since 1970, as matplotlib counts them."""
    return float(time_us) / 86_400e6


def _days(length_us: int) -> float:
    return float(length_us) / 86_400e6
