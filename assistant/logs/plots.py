"""The two pictures of a log: which codes make most of the alarms, and when they came."""

import io
import logging
import warnings
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.logs.labels import Say, speaker, width_told
from assistant.logs.records import LogAnalysis
from assistant.records import Language

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_BAR, _LINE, _FIRST, _GREY = "#1f5f74", "#d9791a", "#b3261e", "#5f6b70"
_MOST_CODES, _MOST_LANES, _MOST_BURSTS, _NAMED = 25, 12, 3000, 10
_LONGEST_LABEL = 24
_FONTS = (
    "DejaVu Sans", "Noto Sans CJK SC", "WenQuanYi Micro Hei", "Microsoft YaHei", "PingFang SC", "SimHei",
    "Noto Sans CJK JP",
)  # fmt: skip


def pareto(analysis: LogAnalysis, language: Language = "en") -> bytes:
    """Alarms by code, most first, with the share of all that they make together; a PNG."""
    say = speaker(language)
    counts = analysis.counts[:_MOST_CODES]
    figure = _figure(9, 4.6)
    bars = figure.add_subplot()
    places = np.arange(len(counts))
    bars.bar(places, [count.count for count in counts], color=_BAR, width=0.75)
    bars.bar(places, [count.first_out for count in counts], color=_FIRST, width=0.75, label=say("first_out"))
    bars.set_xticks(places, [_short(count.code) for count in counts], rotation=60, ha="right")
    bars.set_ylabel(say("count"))
    bars.set_title(f"{say('counts')} · {_short(analysis.name, 60)}", loc="left")
    shares = bars.twinx()
    shares.plot(places, [100 * count.share for count in counts], color=_LINE, marker="o", markersize=3)
    shares.set_ylim(0, 105)
    shares.set_ylabel(f"{say('share')}, %", color=_LINE)
    shares.spines["top"].set_visible(False)
    _whole_numbers(bars)
    bars.legend(loc="center right", frameon=False)
    return _png(figure)


def timeline(analysis: LogAnalysis, language: Language = "en") -> bytes:
    """Alarms over time, and the bursts of each machine below; a PNG."""
    say = speaker(language)
    lanes = [name for name, _ in analysis.machines[:_MOST_LANES]]
    if analysis.options.across_machines:
        lanes = [say("all")]
    figure = _figure(9, 2.6 + 0.32 * len(lanes))
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(2, 0.6 + 0.32 * len(lanes)))
    starts = np.array([np.datetime64(entry.start.replace(" ", "T"), "us") for entry in analysis.timeline])
    width = np.timedelta64(round(analysis.bin_s * 1e6), "us")
    above.bar(starts, [entry.alarms for entry in analysis.timeline], width=width, align="edge", color=_BAR)
    _whole_numbers(above)
    above.set_ylabel(say("per_bin", width=width_told(analysis.bin_s, say)))
    above.set_title(f"{say('timeline')} · {_short(analysis.name, 60)}", loc="left")
    _lanes(below, analysis, lanes, say)
    _plain_dates(below)
    return _png(figure)


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
        axes.broken_barh(spans, (lane - 0.3, 0.6), facecolors=_BAR, alpha=0.85)
    shown = {name: lane for lane, name in enumerate(lanes)}
    for place in [place for place in largest[:_NAMED].tolist() if bursts.sizes[place] > 1]:
        lane = 0 if analysis.options.across_machines else shown.get(machines[place], -1)
        if lane >= 0:
            code = _short(bursts[place].first.code, 12)
            axes.text(_date(starts[place]), lane - 0.33, code, fontsize=7, color=_FIRST, va="bottom")
    axes.set_yticks(range(len(lanes)), [_short(name) or "–" for name in lanes])
    axes.set_ylim(len(lanes) - 0.4, -0.75)
    told = "lanes_all" if analysis.options.across_machines else "lanes"
    axes.set_title(say(told), loc="left", fontsize=9, color=_GREY)


def _whole_numbers(axes: "Axes") -> None:
    from matplotlib import ticker

    untyped: Any = ticker
    axes.yaxis.set_major_locator(untyped.MaxNLocator(integer=True))


def _plain_dates(axes: "Axes") -> None:
    """The day once, then times of day."""
    from matplotlib import dates

    untyped: Any = dates
    places = untyped.AutoDateLocator()
    axes.xaxis.set_major_locator(places)
    axes.xaxis.set_major_formatter(untyped.ConciseDateFormatter(places))


def _date(time_us: int) -> float:
    """Days since 1970, as matplotlib counts them."""
    return float(time_us) / 86_400e6


def _days(length_us: int) -> float:
    return float(length_us) / 86_400e6


def _figure(width: float, height: float) -> "Figure":
    from matplotlib.figure import Figure

    _prepare()
    return Figure(figsize=(width, height), dpi=130, layout="constrained")


@cache
def _prepare() -> None:
    """Fonts that are here, Chinese ones too; text is never read as a formula."""
    import matplotlib
    from matplotlib import font_manager

    # A font that is missing is told once a text otherwise.
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    here = set(font_manager.get_font_names())
    matplotlib.rcParams.update({
        "font.family": [name for name in _FONTS if name in here] or ["sans-serif"],
        "text.parse_math": False,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.titlesize": 11,
        "font.size": 9,
        "axes.unicode_minus": False,
    })  # fmt: skip


def _png(figure: "Figure") -> bytes:
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    FigureCanvasAgg(figure)
    picture = io.BytesIO()
    with warnings.catch_warnings():
        # A character that no font here has is drawn as a box.
        warnings.filterwarnings("ignore", message="Glyph")
        metadata: dict[str, Any] = {"Software": None}
        figure.savefig(picture, format="png", metadata=metadata)
    return picture.getvalue()


def _short(text: str, most: int = _LONGEST_LABEL) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
