"""An analysed log as HTML: how it was read, what came first and when, and what the documents say."""

import base64
from collections.abc import Iterable, Sequence
from itertools import islice

from assistant.logs.bursts import codes_told
from assistant.logs.labels import Say, speaker
from assistant.logs.lookup import CodeEntry, Quoted
from assistant.logs.plots import pareto, timeline
from assistant.logs.records import LogAnalysis
from assistant.logs.report import LogReport
from assistant.logs.said import column, said
from assistant.places import label_told
from assistant.records import Language
from assistant.ui.links import citation_page, view_link
from assistant.ui.markup import plain
from assistant.ui.reading import told

_MOST_BURSTS, _MOST_FIRST_OUTS = 100, 10


def log_view(report: LogReport, language: Language) -> str:
    """Everything that was found, as one section."""
    say, analysis = speaker(language), report.analysis
    parts = [
        f"<h2>{plain(say('title', name=analysis.name))}</h2>",
        _read_as(analysis, say, language),
        _first_outs(analysis, say),
        _picture(timeline(analysis, language), say("timeline")),
        _bursts(analysis, say),
        _picture(pareto(analysis, language), say("counts")),
        _chattering(analysis, say),
        _codes(report, language, say),
    ]
    return f'<section class="mw-log">{"".join(parts)}</section>'


def _read_as(analysis: LogAnalysis, say: Say, language: Language) -> str:
    layout, lines = analysis.layout, analysis.lines
    colon, semicolon, comma = ("：", "；", "，") if language == "zh" else (": ", "; ", ", ")
    parts = ("time", "clock", "machine", "code", "state", "level")
    roles = [(say(part), getattr(layout.columns, part)) for part in parts]
    columns = [(role, column(name, language)) for role, name in roles if name]
    counts = say(
        "lines_told",
        total=lines.total,
        raised=lines.raised,
        cleared=lines.cleared,
        other=lines.other,
        unread=lines.unread,
    )
    rows = [
        (say("format"), f"{say(layout.format)}{comma}{layout.encoding}"),
        (say("columns"), semicolon.join(f"{role}{colon}{name}" for role, name in columns)),
        (say("times"), f"{said(layout.time_format, language)} {layout.zone}".strip()),
        (say("period"), f"{analysis.start} – {analysis.end}"),
        (say("lines"), counts),
        *((say("notes"), said(note, language)) for note in layout.notes),
        *((say("unread"), say("unread_line", line=line.line, reason=said(line.reason, language),
                              text=line.text)) for line in lines.first_unread),
    ]  # fmt: skip
    cells = "".join(
        f'<tr><th scope="row">{plain(name)}</th><td>{plain(value)}</td></tr>' for name, value in rows
    )
    return f'<table class="mw-log-read">{cells}</table>'


def _first_outs(analysis: LogAnalysis, say: Say) -> str:
    texts = {count.code: count.text for count in analysis.counts}
    rows = [
        (machine, code, texts[code], f"{count:,}")
        for machine, code, count in analysis.first_outs[:_MOST_FIRST_OUTS]
    ]
    header = (say("machine"), say("code"), say("message"), say("bursts"))
    return f"<h3>{plain(say('first_outs'))}</h3>{_table(header, rows)}"


def _bursts(analysis: LogAnalysis, say: Say) -> str:
    options, count = analysis.options, len(analysis.bursts)
    rule = say(
        "bursts_rule_across" if options.across_machines else "bursts_rule", count=count, gap=options.gap_s
    )
    if count > _MOST_BURSTS:
        rule = f"{rule} {say('shown_bursts', count=_MOST_BURSTS)}"
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
            burst.first.time, burst.first.machine, burst.first.code, str(burst.first.line), str(burst.alarms),
            f"{burst.seconds:.3g}", codes_told(burst),
        )
        for burst in islice(analysis.bursts, _MOST_BURSTS)
    )  # fmt: skip
    return f"<h3>{plain(say('bursts'))}</h3><p>{plain(rule)}</p>{_table(header, rows)}"


def _chattering(analysis: LogAnalysis, say: Say) -> str:
    options = analysis.options
    counts = [count for count in analysis.counts if count.chatters]
    told = say(
        "chattering_rule" if counts else "chattering_none",
        count=options.chatter_count,
        window=options.chatter_window_s,
    )
    named = [f"{', '.join(count.machines[:3])} {count.code} ({count.chatters:,})" for count in counts[:20]]
    return f"<h3>{plain(say('chattering'))}</h3><p>{plain(told)}</p>{_list(named)}"


def _codes(report: LogReport, language: Language, say: Say) -> str:
    heading = f"<h3>{plain(say('in_documents'))}</h3>"
    if report.note:
        return f"{heading}<p>{plain(say('no_documents', note=told(report.note, language)))}</p>"
    counts = {count.code: count for count in report.analysis.counts}
    known = [entry for entry in report.codes if entry.status != "unknown"]
    details = "".join(
        _code(entry, counts[entry.code].count, counts[entry.code].first_out, language) for entry in known
    )
    left = f"<p>{plain(say('not_looked_up', left=report.left))}</p>" if report.left else ""
    unknown = _list(report.unknown) or f"<p>{plain(say('unknown_none'))}</p>"
    return f"<h3>{plain(say('unknown'))}</h3>{unknown}{heading}{details}{left}"


def _code(entry: CodeEntry, count: int, first_out: int, language: Language) -> str:
    say = speaker(language)
    facts = [say("times_raised", count=count)] + ([say("began", count=first_out)] if first_out else [])
    facts += [say(entry.status)] if entry.status != "defined" else []
    name = f"{entry.machine} {entry.code}".strip()
    quotes = "".join(_quoted(quoted, language, say) for quoted in entry.quotes)
    return (
        f"<details><summary><strong>{plain(name)}</strong> <span>{plain(' · '.join(facts))}</span></summary>"
        f"<dl>{quotes}</dl></details>"
    )


def _quoted(quoted: Quoted, language: Language, say: Say) -> str:
    citation = quoted.citation
    page = citation_page(citation)
    where = (
        say("open_page", page=page)
        if page
        else label_told(citation.place.label, language) or say("open_section")
    )
    title = plain(citation.place.title or citation.place.doc)
    link = plain(view_link(citation, language))
    words = f'data-close="{plain(say("close"))}" data-tab="{plain(say("new_tab"))}"'
    return (
        f"<dt>{plain(say(quoted.part))}</dt><dd><blockquote>{plain(citation.quote)}</blockquote>"
        f'<a class="mw-open" href="{link}" target="_blank" data-title="{title}" {words}>'
        f"{title}, {plain(where)}</a></dd>"
    )


def _picture(png: bytes, told: str) -> str:
    # Part of the page, so that no address of a picture can be guessed.
    content = base64.b64encode(png).decode()
    picture = f'<img class="mw-log-plot" src="data:image/png;base64,{content}" alt="{plain(told)}">'
    return f'<div class="mw-plot" tabindex="0">{picture}</div>'


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    names = "".join(f'<th scope="col">{plain(name)}</th>' for name in header)
    body = "".join("<tr>" + "".join(f"<td>{plain(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    table = f"<table><thead><tr>{names}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div class="mw-log-scroll" tabindex="0">{table}</div>'


def _list(items: Sequence[str]) -> str:
    return f"<ul>{''.join(f'<li>{plain(item)}</li>' for item in items)}</ul>" if items else ""
