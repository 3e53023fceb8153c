"""An analysed log as lines for a terminal."""

from collections.abc import Iterator
from itertools import islice

from assistant.logs.bursts import codes_told
from assistant.logs.lookup import CodeEntry
from assistant.logs.records import Burst, CodeCount, Layout, LogAnalysis
from assistant.logs.report import LogReport
from assistant.places import where

_FORMATS = {"csv": "CSV", "tsv": "TSV", "jsonl": "JSON lines", "syslog": "syslog", "text": "lines of text"}
_BURSTS, _COUNTS, _CODES, _BAR = 12, 12, 12, 30
_CODES_OF_A_BURST = 8

_CAUTIONS = {
    "mentioned": " (mentioned, not explained)",
    "other_machine": " (explained for other machines only: check whether it means the same here)",
}


def report_lines(report: LogReport) -> Iterator[str]:
    """What a person needs first: how the log was read, then what was found."""
    analysis = report.analysis
    yield from layout_lines(analysis)
    yield from _bursts(analysis)
    yield from _timeline(analysis)
    yield from _counts(analysis)
    yield from _codes(report)
    if analysis.first_outs:
        machine, code, count = analysis.first_outs[0]
        yield ""
        yield (
            f"Most frequent first-out alarm: {name(machine, code)}, in {count:,} of "
            f"{len(analysis.bursts):,} bursts."
        )


def layout_lines(analysis: LogAnalysis) -> Iterator[str]:
    """How the log was read, with the options that correct it."""
    layout, lines = analysis.layout, analysis.lines
    clock = f" ({layout.zone})" if layout.zone else ""
    yield (
        f"{analysis.name}: {_FORMATS[layout.format]}, {layout.encoding}"
        + (f", separated by {layout.delimiter!r}" if layout.delimiter not in ("", ",", "\t") else "")
    )
    yield f"  read with   {columns_told(layout)}"
    yield f"  times       {layout.time_format}{clock}"
    yield "  wrong?      --format, --time-column, --code-column, --machine-column, --day-first correct it"
    yield (
        f"  lines       {lines.total:,}: {lines.raised:,} alarms, {lines.cleared:,} cleared or acknowledged, "
        f"{lines.other:,} others, {lines.unread:,} not read"
    )
    for unread in lines.first_unread:
        yield f"              line {unread.line}: {unread.reason}: {unread.text}"
    for note in layout.notes:
        yield f"  note        {note}"
    yield f"  from, to    {analysis.start}, {analysis.end}"


def columns_told(layout: Layout) -> str:
    """The columns in use: time = 'Timestamp', code = 'Alarm'."""
    parts = ("time", "clock", "machine", "code", "state", "level", "text")
    return ", ".join(
        f"{part} = {getattr(layout.columns, part)!r}" for part in parts if getattr(layout.columns, part)
    )


def name(machine: str, code: str) -> str:
    """A code with its machine."""
    return f"{machine} {code}".strip()


def _bursts(analysis: LogAnalysis) -> Iterator[str]:
    over = "all machines" if analysis.options.across_machines else "one machine"
    yield ""
    yield f"Bursts ({len(analysis.bursts):,}; alarms of {over} at most {analysis.options.gap_s:g} s apart):"
    for burst in islice(analysis.bursts, _BURSTS):
        yield f"  {burst.number:>4}. {burst_told(burst)}"
    if len(analysis.bursts) > _BURSTS:
        yield f"        and {len(analysis.bursts) - _BURSTS:,} more; --out FOLDER writes them all"


def burst_told(burst: Burst) -> str:
    """A burst on one line."""
    first = burst.first
    told = f"{first.time}  first-out {name(first.machine, first.code)} (line {first.line})"
    if burst.alarms == 1:
        return told
    more = len(burst.codes) - _CODES_OF_A_BURST
    shown = codes_told(burst, _CODES_OF_A_BURST) + (f" and {more} more" if more > 0 else "")
    tied = f"; {burst.tied} more at the same time" if burst.tied else ""
    return f"{told}  {burst.alarms} alarms in {burst.seconds:.3g} s: {shown}{tied}"


def _timeline(analysis: LogAnalysis) -> Iterator[str]:
    most = max(entry.alarms for entry in analysis.timeline)
    step = -(-len(analysis.timeline) // 24)
    yield ""
    yield "Timeline:"
    groups = [analysis.timeline[start : start + step] for start in range(0, len(analysis.timeline), step)]
    totals = [sum(entry.alarms for entry in group) for group in groups]
    most = max(totals)
    for group, total in zip(groups, totals, strict=True):
        yield f"  {group[0].start}  {'█' * round(_BAR * total / most):{_BAR}} {total:,}"


def _counts(analysis: LogAnalysis) -> Iterator[str]:
    yield ""
    yield f"Alarms by code ({len(analysis.counts):,} codes):"
    for count in analysis.counts[:_COUNTS]:
        yield f"  {count.count:>8,}  {100 * count.share:5.1f} %  {count_told(count)}"
    if len(analysis.counts) > _COUNTS:
        yield f"  and {len(analysis.counts) - _COUNTS:,} more codes"


def count_told(count: CodeCount) -> str:
    """A code with what is notable of it."""
    machines = ", ".join(count.machines[:3]) + (" …" if len(count.machines) > 3 else "")
    told = f"{name(machines, count.code)}" + (f" “{count.text}”" if count.text else "")
    notable = [f"first-out in {count.first_out:,}"] if count.first_out else []
    notable += [f"chatters ({count.chatters:,} of them)"] if count.chatters else []
    return f"{told}  [{', '.join(notable)}]" if notable else told


def _codes(report: LogReport) -> Iterator[str]:
    yield ""
    if report.note:
        yield f"Codes were not looked up: {report.note}"
        return
    if report.unknown:
        yield f"In no document: {', '.join(report.unknown)}"
        yield ""
    known = [entry for entry in report.codes if entry.status != "unknown"]
    yield f"What the documents say ({len(known)} of {len(report.codes)} codes looked up):"
    for entry in known[:_CODES]:
        yield from _code(entry)
    if len(known) > _CODES:
        yield f"  and {len(known) - _CODES} more; --out FOLDER writes them all"


def _code(entry: CodeEntry) -> Iterator[str]:
    yield f"  {name(entry.machine, entry.code)}{_CAUTIONS.get(entry.status, '')}"
    place = ""
    for quoted in entry.quotes:
        cited = where(quoted.citation.place)
        yield f"    {quoted.part + ':':9}{' '.join(quoted.citation.quote.split())}"
        if cited != place:
            yield f"             {cited}"
        place = cited
