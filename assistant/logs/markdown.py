"""An analysed log as Markdown, for people to read, keep and send on."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from assistant.logs.bursts import codes_told
from assistant.logs.labels import Say, speaker
from assistant.logs.lookup import CodeEntry
from assistant.logs.records import LogAnalysis
from assistant.logs.report import LogReport
from assistant.logs.said import column, said
from assistant.places import where
from assistant.records import Citation, Language

_MOST_BURSTS, _MOST_COUNTS, _MOST_FIRST_OUTS = 50, 40, 15
_MARKS = re.compile(r"([\\`*_\[\]<>#|~$])")


def report_markdown(report: LogReport, language: Language = "en", pictures: bool = True) -> str:
    """The summary of a log.

    Args:
        pictures: `pareto.png` and `timeline.png` stand beside it.
    """
    say, analysis = speaker(language), report.analysis
    parts = [
        [f"# {say('title', name=plain(analysis.name))}", ""],
        _first_outs(analysis, say),
        _timeline(analysis, say, pictures),
        _bursts(analysis, say),
        _counts(analysis, say, pictures),
        _chattering(analysis, say),
        _codes(report, say),
        [f"## {say('suggested')}", "", plain(report.suggestion.question), ""],
        _read_as(analysis, say, language),
    ]
    return "\n".join(line for part in parts for line in part).rstrip() + "\n"


def plain(text: str) -> str:
    """Text of a log or a document on one line, none of it read as markup."""
    return _MARKS.sub(r"\\\1", " ".join(text.split()))


def _table(header: Sequence[str], rows: Iterator[Sequence[object]]) -> list[str]:
    lines = [f"| {' | '.join(header)} |", f"|{'---|' * len(header)}"]
    return [*lines, *(f"| {' | '.join(plain(str(cell)) for cell in row)} |" for row in rows), ""]


def _read_as(analysis: LogAnalysis, say: Say, language: Language) -> list[str]:
    layout, lines = analysis.layout, analysis.lines
    parts = ("time", "clock", "machine", "code", "state", "level")
    named = [(say(part), getattr(layout.columns, part)) for part in parts]
    columns = [f"{role}: {column(name, language)}" for role, name in named if name]
    delimiter = f", {layout.delimiter!r}" if layout.delimiter else ""
    told = [
        (say("format"), f"{say(layout.format)}, {layout.encoding}{delimiter}"),
        (say("columns"), "; ".join(columns)),
        (say("times"), said(layout.time_format, language)),
        (say("zone"), layout.zone or "–"),
        (say("period"), f"{analysis.start} – {analysis.end}"),
        (say("lines"), say("lines_told", total=lines.total, raised=lines.raised, cleared=lines.cleared,
                           other=lines.other, unread=lines.unread)),
    ]  # fmt: skip
    items = [f"- {name}: {plain(value)}" for name, value in told]
    items += [f"- {plain(said(note, language))}" for note in layout.notes]
    items += [
        f"- {plain(say('unread_line', line=line.line, reason=said(line.reason, language), text=line.text))}"
        for line in lines.first_unread
    ]
    return [f"## {say('read_as')}", "", *items, ""]


def _first_outs(analysis: LogAnalysis, say: Say) -> list[str]:
    texts = {count.code: count.text for count in analysis.counts}
    rows = (
        (machine, code, texts[code], count) for machine, code, count in analysis.first_outs[:_MOST_FIRST_OUTS]
    )
    header = (say("machine"), say("code"), say("message"), say("bursts"))
    return [f"## {say('first_outs')}", "", *_table(header, rows)]


def _bursts(analysis: LogAnalysis, say: Say) -> list[str]:
    count, options = len(analysis.bursts), analysis.options
    rule = say(
        "bursts_rule_across" if options.across_machines else "bursts_rule", count=count, gap=options.gap_s
    )
    header = (
        say("start"),
        say("machine"),
        say("first_out"),
        say("line"),
        say("alarms"),
        say("seconds"),
        say("codes"),
    )
    rows = (
        (
            burst.first.time, burst.first.machine, burst.first.code, burst.first.line, burst.alarms,
            f"{burst.seconds:.3g}", codes_told(burst),
        )
        for burst in islice(analysis.bursts, _MOST_BURSTS)
    )  # fmt: skip
    left = [say("more_bursts", left=count - _MOST_BURSTS), ""] if count > _MOST_BURSTS else []
    return [f"## {say('bursts')}", "", rule, "", *_table(header, rows), *left]


def _timeline(analysis: LogAnalysis, say: Say, pictures: bool) -> list[str]:
    return [f"## {say('timeline')}", "", f"![{say('timeline')}](timeline.png)", ""] if pictures else []


def _counts(analysis: LogAnalysis, say: Say, pictures: bool) -> list[str]:
    picture = [f"![{say('counts')}](pareto.png)", ""] if pictures else []
    header = (say("code"), say("message"), say("machine"), say("count"), say("share"), say("first_out"))
    rows = (
        (
            count.code, count.text, ", ".join(count.machines[:5]), f"{count.count:,}",
            f"{100 * count.share:.1f} %", count.first_out,
        )
        for count in analysis.counts[:_MOST_COUNTS]
    )  # fmt: skip
    return [f"## {say('counts')}", "", *picture, *_table(header, rows)]


def _chattering(analysis: LogAnalysis, say: Say) -> list[str]:
    options = analysis.options
    counts = [count for count in analysis.counts if count.chatters]
    told = "chattering_rule" if counts else "chattering_none"
    rule = say(told, count=options.chatter_count, window=options.chatter_window_s)
    named = [(", ".join([*count.machines[:3], count.code]), count.chatters) for count in counts[:20]]
    items = [f"- {plain(name)}: {chatters:,}" for name, chatters in named]
    return [f"## {say('chattering')}", "", rule, "", *items, *([""] if items else [])]


def _codes(report: LogReport, say: Say) -> list[str]:
    lines = [f"## {say('in_documents')}", ""]
    if report.note:
        return [*lines, plain(say("no_documents", note=report.note)), ""]
    known = [entry for entry in report.codes if entry.status != "unknown"]
    for entry in known:
        lines += _code(entry, say)
    unknown = [f"- {plain(code)}" for code in report.unknown] or [say("unknown_none")]
    left = [say("not_looked_up", left=report.left), ""] if report.left else []
    cited = {quoted.citation.marker: quoted.citation for entry in known for quoted in entry.quotes}
    sources = [_source(citation) for citation in cited.values()]
    return [
        *lines, *left, f"## {say('unknown')}", "", *unknown, "", f"## {say('sources')}", "", *sources, ""
    ]  # fmt: skip


def _code(entry: CodeEntry, say: Say) -> list[str]:
    caution = f" ({say(entry.status)})" if entry.status in ("mentioned", "other_machine") else ""
    name = f"{entry.machine} {entry.code}".strip()
    quotes = [
        f"- **{say(quoted.part)}**: “{plain(quoted.citation.quote)}” [{quoted.citation.marker}]"
        for quoted in entry.quotes
    ]
    return [f"### {plain(name)}{caution}", "", *quotes, ""]


def _source(citation: Citation) -> str:
    return f"- [{citation.marker}] {plain(where(citation.place))}"
