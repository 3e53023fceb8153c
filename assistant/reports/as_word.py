"""A fault report as a Word file, on the site's own template where there is one."""

import io
from pathlib import Path
from typing import Any

from assistant.errors import ReportError
from assistant.reports.as_markdown import place
from assistant.reports.labels import label
from assistant.reports.records import FaultReport
from assistant.reports.shown import open_questions, rows, sections, signatures, status_line
from assistant.word_file import new_document
from ingest.clean import one_line

_WIDTHS_CM = (4.5, 8.5, 4.0)
_GREY, _AMBER = "5F6B70", "9A5B00"
_HEAD = "DCE6EA"


def report_word(report: FaultReport, template: Path | None = None) -> bytes:
    """The report as DOCX: a table for each part, sources, what is not known, and the signatures.

    Args:
        template: A DOCX whose styles, header and footer are used; its text stays above the report.

    Raises:
        ReportError: The template is no Word file.
    """
    document = _opened(template)
    language = report.language
    document.core_properties.title = label("words", "title", language, id=report.header.report_id)
    document.core_properties.author = report.header.author
    document.add_heading(document.core_properties.title, level=1)
    document.add_paragraph(status_line(report))
    for section in sections(report):
        document.add_heading(label("sections", section, language), level=2)
        _table(document, report, section)
    if report.evidence.citations:
        document.add_heading(label("fields", "evidence.citations", language), level=2)
        for cited in report.evidence.citations:
            document.add_paragraph(one_line(f"[{cited.n}] “{cited.quote}” — {place(cited)}"))
    document.add_heading(label("words", "missing", language), level=2)
    for _, question in open_questions(report):
        document.add_paragraph(one_line(question), style=_style(document, "List Bullet"))
    if not open_questions(report):
        document.add_paragraph(label("words", "missing_none", language))
    if report.history_of_status:
        document.add_heading(label("words", "signed", language), level=2)
        for step in signatures(report):
            document.add_paragraph(one_line(step))
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _opened(template: Path | None) -> Any:
    if template is None:
        return new_document()
    import docx

    try:
        return docx.Document(str(template))
    except Exception as error:  # python-docx raises KeyError, ValueError and zip errors alike
        raise ReportError(f"{template}: not a Word file that can be used as a template") from error


def _table(document: Any, report: FaultReport, section: str) -> None:
    from docx.shared import Cm, Pt, RGBColor

    table = document.add_table(rows=0, cols=len(_WIDTHS_CM))
    table.style = _style(document, "Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, _WIDTHS_CM, strict=True):
        column.width = Cm(width)
    for name, texts, origin in rows(report, section):
        cells = table.add_row().cells
        for cell, width in zip(cells, _WIDTHS_CM, strict=True):
            cell.width = Cm(width)
        cells[0].paragraphs[0].add_run(name).bold = True
        _shade(cells[0])
        numbered = len(texts) > 1
        for number, text in enumerate(texts):
            paragraph = cells[1].paragraphs[0] if number == 0 else cells[1].add_paragraph()
            paragraph.add_run(one_line(f"{number + 1}. {text}" if numbered else text))
        run = cells[2].paragraphs[0].add_run(one_line(origin))
        run.font.size = Pt(8)
        waiting = label("words", "unconfirmed", report.language) in origin
        run.font.color.rgb = RGBColor.from_string(_AMBER if waiting else _GREY)


def _shade(cell: Any) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    shading = OxmlElement("w:shd")
    shading.set(qn("w:val"), "clear")
    shading.set(qn("w:fill"), _HEAD)
    cell._tc.get_or_add_tcPr().append(shading)


def _style(document: Any, name: str) -> str | None:
    """A style by name; a template that lacks it gives its default."""
    return name if name in [style.name for style in document.styles] else None
