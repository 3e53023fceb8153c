"""What a log says of a fault: one burst becomes the event of a report, with its codes and their documents."""

from datetime import datetime
from itertools import groupby

import numpy as np

from assistant.errors import ReportError
from assistant.logs.lookup import CodeEntry
from assistant.logs.records import Burst, LogAnalysis
from assistant.logs.report import LogReport
from assistant.reports.fields import Change
from assistant.reports.parts import AlarmCode, Check, Cited, Hypothesis, Moment

_MOST_MOMENTS, _MOST_CODES, _MOST_COMPARED = 40, 20, 200


def changes_from_log(log: LogReport, burst_number: int | None = None) -> list[Change]:
    """The fields that a burst of a log fills: asset, time, alarms, timeline, sources; nothing is guessed.

    What the documents quote as the cause of a code is a possible cause; the root cause a person must find.

    Args:
        burst_number: 1-based; None for the burst with most different codes, the longest of those.

    Raises:
        ReportError: There is no such burst.
    """
    analysis = log.analysis
    burst = _burst(analysis, burst_number)
    source = f"{analysis.name}, burst {burst.number}, from line {burst.first.line}"
    entries = {entry.code: entry for entry in log.codes}
    chosen = [entries[code] for code, _ in burst.codes[:_MOST_CODES] if code in entries]
    cited, numbers = _cited(chosen)
    values: list[tuple[str, object]] = [
        ("equipment.asset_id", burst.first.machine if len(burst.machines) == 1 else ""),
        ("event.failed_at", _time(burst.first.time)),
        ("event.detected_at", _time(burst.first.time)),
        ("event.detection_method", "alarm"),
        ("event.alarm_codes", _alarms(analysis, burst)),
        ("event.timeline", _timeline(analysis, burst)),
    ]
    changes = [Change(path, value, "log", source=source) for path, value in values if value]
    if cited:
        sources = f"looked up for {', '.join(entry.code for entry in chosen)}"
        entry = [item.model_dump(mode="json") for item in cited]
        changes.append(
            Change("evidence.citations", entry, "document", source=sources, citations=tuple(numbers.values()))
        )
    return [*changes, *_from_documents(entries.get(burst.first.code), numbers)]


def _from_documents(first_out: CodeEntry | None, numbers: dict[int, int]) -> list[Change]:
    """What the documents say of the first-out alarm: possible causes, and checks still to be made."""
    if first_out is None or first_out.status != "defined":
        return []
    causes = [quoted.citation for quoted in first_out.of("cause")]
    checks = [quoted.citation for quoted in first_out.of("check")]
    hypotheses = [
        Hypothesis(cause=one.quote, evidence=f"[{numbers[one.marker]}]").model_dump() for one in causes
    ]
    steps = [Check(step=one.quote, citations=[numbers[one.marker]]).model_dump() for one in checks]
    entries = (("diagnosis.hypotheses", hypotheses, causes), ("diagnosis.checks", steps, checks))
    return [
        Change(
            path,
            value,
            "document",
            source=f"of {first_out.code}",
            citations=tuple(numbers[one.marker] for one in quotes),
        )
        for path, value, quotes in entries
        if value
    ]


def _burst(analysis: LogAnalysis, number: int | None) -> Burst:
    if number is None:
        # One alarm that chatters is a long burst, and seldom the fault that a report is written of.
        longest = np.argsort(-analysis.bursts.sizes, kind="stable")[:_MOST_COMPARED]
        found = [analysis.bursts[int(place)] for place in longest]
        return max(found, key=lambda burst: (len(burst.codes), burst.alarms, -burst.number))
    if not 1 <= number <= len(analysis.bursts):
        raise ReportError(f"{analysis.name}: it has the bursts 1 to {len(analysis.bursts)}, not {number}")
    return analysis.bursts[number - 1]


def _time(text: str) -> str:
    return datetime.fromisoformat(text).isoformat()


def _alarms(analysis: LogAnalysis, burst: Burst) -> list[dict[str, object]]:
    """Each code of the burst, with the words of the log."""
    texts = {count.code: count.text for count in analysis.counts}
    first: dict[str, str] = {}
    for time, _, code in analysis.bursts.moments(burst.number - 1):
        first.setdefault(code, time)
    return [
        AlarmCode(
            code=code, text=texts.get(code, ""), first_seen=datetime.fromisoformat(first[code]), count=count
        ).model_dump(mode="json")
        for code, count in burst.codes[:_MOST_CODES]
    ]


def _timeline(analysis: LogAnalysis, burst: Burst) -> list[dict[str, object]]:
    """Alarm after alarm with the words of the log; one that comes again and again in a row is one entry."""
    texts = {count.code: count.text for count in analysis.counts}
    found: list[dict[str, object]] = []
    moments = analysis.bursts.moments(burst.number - 1)
    for (machine, code), alike in groupby(moments, key=lambda moment: moment[1:]):
        times = [time for time, _, _ in alike]
        words = " ".join(filter(None, (machine, code, texts.get(code, ""))))
        again = f" (× {len(times)}, – {times[-1][11:19]})" if len(times) > 1 else ""
        found.append(
            Moment(time=datetime.fromisoformat(times[0]), event=f"{words}{again}").model_dump(mode="json")
        )
    return found[:_MOST_MOMENTS]


def _cited(entries: list[CodeEntry]) -> tuple[list[Cited], dict[int, int]]:
    """The quotes about the codes, numbered from 1, and the number of each by its marker."""
    found = {quoted.citation.marker: quoted.citation for entry in entries for quoted in entry.quotes}
    numbers = {marker: number for number, marker in enumerate(found, start=1)}
    cited = [
        Cited(
            n=numbers[marker],
            doc=citation.place.doc,
            title=citation.place.title,
            page=citation.place.first_page,
            label=citation.place.label,
            section=citation.place.section,
            quote=citation.quote,
        )
        for marker, citation in found.items()
    ]
    return cited, numbers
