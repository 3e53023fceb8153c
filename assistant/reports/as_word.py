"""A fault report as a Word file, on the site's own template where there is one."""

import io
from pathlib import Path
from typing import Any

from assistant.errors import ReportError
from assistant.reports.labels import label
from assistant.reports.records import FaultReport
from assistant.reports.shown import (
    glance,
    heading,
    mark,
    open_questions,
    place,
    rows,
    sections,
    signatures,
    status_line,
    to_sign,
)
from assistant.word_file import new_document
from ingest.clean import one_line

_WIDTHS_CM = (3.8, 9.8, 3.4)
_SIGN_WIDTHS_CM = (3.2, 5.2, 3.2, 5.4)
_GREY, _AMBER, _BLUE = "5F6B70", "9A5B00", "0F4C5C"
_HEAD, _RULE = "EEF3F5", "B9C6CC"
_SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")
_SMALL = 8


def report_word(report: FaultReport, template: Path | None = None) -> bytes:
    """The report as DOCX: what matters first, a table for each part, lines for signatures, sources.

    Args:
        template: A DOCX whose styles, header and footer are used; its text stays above the report.

    Raises:
        ReportError: The template is no Word file.
    """
    document = _opened(template)
    language = report.language
    document.core_properties.title = label("words", "title", language, id=report.header.report_id)
    document.core_properties.author = report.header.author
    if template is None:
        _foot(document, document.core_properties.title)
    document.add_heading(document.core_properties.title, level=1)
    document.add_paragraph(status_line(report))
    _glance(document, report)
    waiting = False
    for section in sections(report):
        document.add_heading(heading(report, section), level=2)
        waiting = _fields(document, report, section) or waiting
    if waiting:
        _small(document.add_paragraph(), label("words", "legend", language), _AMBER)
    document.add_heading(label("words", "missing", language), level=2)
    for _, question in open_questions(report):
        document.add_paragraph(one_line(question), style=_style(document, "List Bullet"))
    if not open_questions(report):
        document.add_paragraph(label("words", "missing_none", language))
    _signed(document, report)
    if report.evidence.citations:
        document.add_heading(label("fields", "evidence.citations", language), level=2)
        for cited in report.evidence.citations:
            _small(document.add_paragraph(), f"[{cited.n}] “{cited.quote}” — {place(cited, report.language)}")
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


def _glance(document: Any, report: FaultReport) -> None:
    found = glance(report)
    half = len(found) // 2
    table = _grid(document, (17 / half,) * half, rows=2)
    for number, row in enumerate(found):
        cell = table.cell(number // half, number % half)
        _small(cell.paragraphs[0], row.name)
        cell.add_paragraph(one_line(" ".join(row.texts)))
        _shade(cell)


def _fields(document: Any, report: FaultReport, section: str) -> bool:
    """The table of a part; whether any field of it waits to be confirmed."""
    table = _grid(document, _WIDTHS_CM)
    waiting = False
    for row in rows(report, section):
        cells = table.add_row().cells
        for cell, width in zip(cells, _WIDTHS_CM, strict=True):
            cell.width = _cm(width)
        _coloured(cells[0].paragraphs[0].add_run(row.name), _BLUE)
        _shade(cells[0])
        numbered = len(row.texts) > 1
        for number, text in enumerate(row.texts):
            paragraph = cells[1].paragraphs[0] if number == 0 else cells[1].add_paragraph()
            paragraph.add_run(one_line(f"{number + 1}. {text}" if numbered else text))
        told = mark(report, row.path)
        waiting = waiting or told.waiting
        _small(cells[2].paragraphs[0], told.line, _AMBER if told.waiting else _GREY)
    return waiting


def _signed(document: Any, report: FaultReport) -> None:
    """A line for each signature, with the names that are known, and who moved the report on."""
    language = report.language
    document.add_heading(heading(report, "signed"), level=2)
    table = _grid(document, _SIGN_WIDTHS_CM, rows=1)
    for cell, name in zip(table.rows[0].cells[1:], ("name", "date", "signature"), strict=True):
        _small(cell.paragraphs[0], label("words", name, language))
    for role, by, day in to_sign(report):
        row = table.add_row()
        row.height = _cm(1.1)
        for cell, text, width in zip(row.cells, (role, by, day, ""), _SIGN_WIDTHS_CM, strict=True):
            cell.width = _cm(width)
            cell.paragraphs[0].add_run(one_line(text))
    for step in signatures(report):
        _small(document.add_paragraph(), step)


def _grid(document: Any, widths_cm: tuple[float, ...], rows: int = 0) -> Any:
    table = document.add_table(rows=rows, cols=len(widths_cm))
    table.style = _style(document, "Table Grid")
    table.autofit = False
    _ruled(table)
    for column, width in zip(table.columns, widths_cm, strict=True):
        column.width = _cm(width)
        for cell in column.cells:
            cell.width = _cm(width)
    return table


def _ruled(table: Any) -> None:
    """Thin grey lines and some room around the text, whatever the template has."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    form = table._tbl.tblPr
    for tag, sides, values in (
        ("w:tblBorders", _SIDES, {"w:val": "single", "w:sz": "4", "w:space": "0", "w:color": _RULE}),
        ("w:tblCellMar", ("top", "bottom"), {"w:w": "45", "w:type": "dxa"}),
    ):
        group = OxmlElement(tag)
        for side in sides:
            line = OxmlElement(f"w:{side}")
            for name, value in values.items():
                line.set(qn(name), value)
            group.append(line)
        # Word wants the parts in the order of the schema: borders, layout, margins, look.
        later = form.find(qn("w:tblLayout" if tag == "w:tblBorders" else "w:tblLook"))
        later.addprevious(group) if later is not None else form.append(group)


def _cm(width: float) -> Any:
    from docx.shared import Cm

    return Cm(width)


def _small(paragraph: Any, text: str, colour: str = _GREY) -> None:
    from docx.shared import Pt

    run = paragraph.add_run(one_line(text))
    run.font.size = Pt(_SMALL)
    _coloured(run, colour)


def _coloured(run: Any, colour: str) -> None:
    from docx.shared import RGBColor

    run.font.color.rgb = RGBColor.from_string(colour)


def _shade(cell: Any) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    shading = OxmlElement("w:shd")
    shading.set(qn("w:val"), "clear")
    shading.set(qn("w:fill"), _HEAD)
    cell._tc.get_or_add_tcPr().append(shading)


def _foot(document: Any, title: str) -> None:
    """Title and page number at the foot of each page."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    paragraph = document.sections[0].footer.paragraphs[0]
    _small(paragraph, f"{title} · ")
    for instruction in ("PAGE", " / ", "NUMPAGES"):
        if not instruction.strip().isalpha():
            paragraph.add_run(instruction)
            continue
        field = OxmlElement("w:fldSimple")
        field.set(qn("w:instr"), instruction)
        paragraph._p.append(field)


def _style(document: Any, name: str) -> str | None:
    """A style by name; a template that lacks it gives its default."""
    return name if name in [style.name for style in document.styles] else None
