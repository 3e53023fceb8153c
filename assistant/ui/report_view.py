"""A fault report as HTML: what matters first, each field with its origin, sources, files; pure functions."""

from collections.abc import Collection, Mapping

from assistant.records import Citation, Language
from assistant.reports.exports import FORMATS, Format
from assistant.reports.labels import label
from assistant.reports.parts import Cited
from assistant.reports.records import FaultReport
from assistant.reports.shown import (
    Row,
    glance,
    heading,
    mark,
    open_questions,
    place,
    rows,
    sections,
    signatures,
)
from assistant.ui.labels import Say, speaker
from assistant.ui.links import view_link
from assistant.ui.markup import plain
from ingest.records import Place

_FORMAT_NAMES: Mapping[Format, str] = {"pdf": "PDF", "docx": "Word", "md": "Markdown", "json": "JSON"}


def report_view(report: FaultReport, documents: Collection[str], language: Language) -> str:
    """A report; its own words are in its own language, those around it in the page's.

    Args:
        documents: Those that can be opened; other sources are the event's own sentences.
    """
    say = speaker(language)
    parts = [
        _head(report),
        f'<dl class="mw-rep-glance">{"".join(_fact(row) for row in glance(report))}</dl>',
        *(_section(report, section) for section in sections(report) if section != "header"),
        _missing(report),
        _sources(report, documents, say, language),
        _signed(report),
        _files(report, say),
    ]
    return f'<article class="mw-report" lang="{report.language}">{"".join(parts)}</article>'


def _head(report: FaultReport) -> str:
    words = label("words", report.status, report.language)
    title = label("words", "title", report.language, id=report.header.report_id)
    colon = "：" if report.language == "zh" else ": "
    kind = f"{label('words', 'kind', report.language)}{colon}{label('words', report.kind, report.language)}"
    state = f'<span class="mw-rep-status mw-rep-{report.status}">{plain(words)}</span>'
    by = f'<span class="mw-muted">{plain(" · ".join(filter(None, (kind, report.header.author))))}</span>'
    return f'<header class="mw-rep-head"><h3>{plain(title)}</h3>{state}{by}</header>'


def _fact(row: Row) -> str:
    return f"<div><dt>{plain(row.name)}</dt><dd>{plain(' '.join(row.texts))}</dd></div>"


def _section(report: FaultReport, section: str) -> str:
    fields = "".join(_field(report, row) for row in rows(report, section))
    return f'<h4>{plain(heading(report, section))}</h4><dl class="mw-rep-fields">{fields}</dl>'


def _field(report: FaultReport, row: Row) -> str:
    told = mark(report, row.path)
    lines = "".join(f"<li>{plain(text)}</li>" for text in row.texts)
    value = f"<ol>{lines}</ol>" if len(row.texts) > 1 else plain(row.texts[0])
    kind = "mw-rep-waiting" if told.waiting else "mw-rep-origin"
    shown = f'<span class="{kind}">{plain(told.line)}</span>' if told.line else ""
    return f"<div><dt>{plain(row.name)}</dt><dd>{value}</dd><dd>{shown}</dd></div>"


def _missing(report: FaultReport) -> str:
    asked = "".join(f"<li>{plain(question)}</li>" for _, question in open_questions(report))
    body = (
        f"<ul>{asked}</ul>" if asked else f"<p>{plain(label('words', 'missing_none', report.language))}</p>"
    )
    return f"<h4>{plain(label('words', 'missing', report.language))}</h4>{body}"


def _sources(report: FaultReport, documents: Collection[str], say: Say, language: Language) -> str:
    if not report.evidence.citations:
        return ""
    entries = "".join(source_entry(cited, documents, language) for cited in report.evidence.citations)
    return f'<h4>{plain(say("rep_sources"))}</h4><ul class="mw-rep-sources">{entries}</ul>'


def source_entry(cited: Cited, documents: Collection[str], language: Language) -> str:
    """A numbered source with its quote and place; what can be opened is a link."""
    where = plain(place(cited, language))
    if cited.doc in documents:
        link = view_link(_citation(cited), language)
        where = f'<a href="{plain(link)}" target="_blank">{where}</a>'
    return f"<li><b>[{cited.n}]</b> <q>{plain(cited.quote)}</q> <span>{where}</span></li>"


def _citation(cited: Cited) -> Citation:
    at = Place(cited.doc, cited.title, cited.section, cited.page, cited.page, cited.label)
    return Citation(cited.n, "", at, cited.quote)


def _signed(report: FaultReport) -> str:
    steps = "".join(f"<li>{plain(step)}</li>" for step in signatures(report))
    return f"<h4>{plain(heading(report, 'signed'))}</h4><ul>{steps}</ul>" if steps else ""


def _files(report: FaultReport, say: Say) -> str:
    links = "".join(
        f'<a class="mw-rep-file" href="/reports/{plain(report.header.report_id)}.{to}" download>'
        f"{_FORMAT_NAMES[to]}</a>"
        for to in sorted(FORMATS, key=list(_FORMAT_NAMES).index)
    )
    return f'<p class="mw-rep-files"><span>{plain(say("rep_export"))}</span>{links}</p>'


def said(text: str) -> str:
    """What was done, in a line."""
    return f'<p class="mw-rep-said" role="status">{plain(text)}</p>' if text else ""
