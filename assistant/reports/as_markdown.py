"""A fault report as Markdown."""

from assistant.logs.markdown import plain
from assistant.reports.labels import label
from assistant.reports.parts import Cited
from assistant.reports.records import FaultReport
from assistant.reports.shown import open_questions, rows, sections, signatures, status_line


def report_markdown(report: FaultReport) -> str:
    """The report in its language; what no person has confirmed says so, and what is not known is listed."""
    language = report.language
    lines = [
        f"# {label('words', 'title', language, id=report.header.report_id)}",
        "",
        status_line(report),
        "",
    ]
    for section in sections(report):
        lines += [f"## {label('sections', section, language)}", ""]
        for name, texts, origin in rows(report, section):
            mark = f" *({plain(origin)})*" if origin else ""
            if len(texts) == 1:
                lines.append(f"- **{name}**: {plain(texts[0])}{mark}")
            else:
                lines += [
                    f"- **{name}**{mark}",
                    *(f"  {n}. {plain(text)}" for n, text in enumerate(texts, start=1)),
                ]
        lines.append("")
    if report.evidence.citations:
        lines += [f"## {label('fields', 'evidence.citations', language)}", ""]
        lines += [
            f"- [{cited.n}] “{plain(cited.quote)}” — {plain(place(cited))}"
            for cited in report.evidence.citations
        ]
        lines.append("")
    return "\n".join([*lines, *_missing(report), *_signed(report)]).rstrip() + "\n"


def _missing(report: FaultReport) -> list[str]:
    asked = open_questions(report)
    items = [f"- {plain(question)}" for _, question in asked] or [
        label("words", "missing_none", report.language)
    ]
    return [f"## {label('words', 'missing', report.language)}", "", *items, ""]


def _signed(report: FaultReport) -> list[str]:
    steps = [f"- {plain(step)}" for step in signatures(report)]
    return [f"## {label('words', 'signed', report.language)}", "", *steps] if steps else []


def place(cited: Cited) -> str:
    """Where a source stands, on one line."""
    page = f"p. {cited.label or cited.page}" if cited.page else cited.label
    revision = f"rev. {cited.revision}" if cited.revision else ""
    return ", ".join(part for part in (cited.title or cited.doc, revision, cited.section, page) if part)
