"""A log, analysed: bursts, counts, a timeline, and which alarm comes first most often."""

from collections import Counter
from pathlib import Path

import numpy as np

from assistant.logs.bursts import Bursts, chattering, moment
from assistant.logs.lines import LogFile
from assistant.logs.read import read_log
from assistant.logs.records import Bin, CodeCount, Events, Integers, LogAnalysis, LogOptions

_WIDTHS_S = (1, 5, 10, 30, 60, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400, 7 * 86400, 28 * 86400)
_MOST_BINS = 120


def analyse(path: Path, options: LogOptions, name: str = "") -> LogAnalysis:
    """Read a log and find what is in it; the documents are not asked.

    Args:
        name: What to call the file; its own name if empty.

    Raises:
        LogError: It is not a log that can be read.
    """
    log = read_log(LogFile(path), options)
    events = log.events
    bursts = Bursts(events, options.gap_s, options.across_machines)
    start, end = int(events.times.min()), int(events.times.max())
    width_s, timeline = _timeline(events.times, start, end)
    machines = np.bincount(events.machines, minlength=len(events.machine_names))
    by_count = sorted(enumerate(machines.tolist()), key=lambda entry: -entry[1])
    return LogAnalysis(
        name=name or path.name,
        layout=log.layout,
        lines=log.lines,
        start=moment(start),
        end=moment(end),
        machines=tuple((events.machine_names[place], count) for place, count in by_count if count),
        bursts=bursts,
        counts=_counts(events, bursts, options),
        timeline=timeline,
        bin_s=width_s,
        first_outs=_first_outs(events, bursts),
        options=options,
    )


def _counts(events: Events, bursts: Bursts, options: LogOptions) -> tuple[CodeCount, ...]:
    codes = len(events.code_names)
    counts = np.bincount(events.codes, minlength=codes)
    firsts = np.bincount(events.codes[bursts.first_outs], minlength=codes)
    chatters = chattering(events, options.chatter_count, options.chatter_window_s)
    earliest, latest = np.full(codes, np.iinfo(np.int64).max), np.full(codes, np.iinfo(np.int64).min)
    np.minimum.at(earliest, events.codes, events.times)
    np.maximum.at(latest, events.codes, events.times)
    machines = _machines_by_code(events)
    order = np.argsort(-counts, kind="stable")
    shares = np.cumsum(counts[order]) / len(events.times)
    return tuple(
        CodeCount(
            code=events.code_names[code],
            text=events.texts.get(code, ""),
            count=int(counts[code]),
            share=float(share),
            first_out=int(firsts[code]),
            machines=tuple(events.machine_names[machine] for machine in machines[code]),
            first_seen=moment(int(earliest[code])),
            last_seen=moment(int(latest[code])),
            chatters=int(chatters[code]),
        )
        for code, share in zip(order.tolist(), shares.tolist(), strict=True)
        if counts[code]
    )


def _machines_by_code(events: Events) -> dict[int, list[int]]:
    """The machines that raised each code, most often first."""
    width = len(events.machine_names)
    pairs, counts = np.unique(events.codes.astype(np.int64) * width + events.machines, return_counts=True)
    machines: dict[int, list[int]] = {}
    for pair in pairs[np.argsort(-counts, kind="stable")].tolist():
        machines.setdefault(pair // width, []).append(pair % width)
    return machines


def _first_outs(events: Events, bursts: Bursts) -> tuple[tuple[str, str, int], ...]:
    places = bursts.first_outs
    pairs = Counter(zip(events.machines[places].tolist(), events.codes[places].tolist(), strict=True))
    return tuple(
        (events.machine_names[machine], events.code_names[code], count)
        for (machine, code), count in pairs.most_common()
    )


def _timeline(times: Integers, start: int, end: int) -> tuple[float, tuple[Bin, ...]]:
    """Alarms in stretches of a round width, at most 120 of them; the empty ones stand too."""
    span_s = (end - start) / 1e6
    width_s = next((width for width in _WIDTHS_S if span_s / width < _MOST_BINS), 0)
    if not width_s:
        width_s = _WIDTHS_S[-1] * int(span_s / _WIDTHS_S[-1] / _MOST_BINS + 1)
    width_us = width_s * 1_000_000
    first = start // width_us
    counts = np.bincount(times // width_us - first)
    bins = (Bin(moment((first + place) * width_us), count) for place, count in enumerate(counts.tolist()))
    return float(width_s), tuple(bins)
