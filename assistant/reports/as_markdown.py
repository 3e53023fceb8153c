"""A fault report as Markdown."""

from assistant.logs.markdown import plain
from assistant.reports.labels import label
from assistant.reports.records import FaultReport
from assistant.reports.shown import (
    heading,
    open_questions,
    origin,
    place,
    rows,
    sections,
    signatures,
    status_line,
)


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
        lines += [f"## {heading(report, section)}", ""]
        for row in rows(report, section):
            told_origin = origin(report, row.path)
            mark = f" *({plain(told_origin)})*" if told_origin else ""
            if len(row.texts) == 1:
                lines.append(f"- **{row.name}**: {plain(row.texts[0])}{mark}")
            else:
                lines += [
                    f"- **{row.name}**{mark}",
                    *(f"  {n}. {plain(text)}" for n, text in enumerate(row.texts, start=1)),
                ]
        lines.append("")
    if report.evidence.citations:
        lines += [f"## {label('fields', 'evidence.citations', language)}", ""]
        lines += [
            f"- [{cited.n}] “{plain(cited.quote)}” — {plain(place(cited, report.language))}"
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
    return [f"## {heading(report, 'signed')}", "", *steps] if steps else []
