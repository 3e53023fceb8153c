"""A fault report as a PDF to be signed: what matters first, a table for each part, signatures, sources."""

import io
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    KeepTogether,
    PageTemplate,
    Spacer,
    Table,
)

from assistant.reports import pdf_type as type_
from assistant.reports.labels import label
from assistant.reports.pdf_type import AMBER, BLUE, GREEN, GREY, RULE, TINT, Text
from assistant.reports.records import FaultReport
from assistant.reports.shown import (
    Row,
    form,
    glance,
    heading,
    mark,
    open_questions,
    place,
    rows,
    sections,
    signatures,
    to_sign,
)
from ingest.clean import one_line

_MARGIN, _FOOT = 18 * mm, 20 * mm
_LEAST = 28 * mm
"""Room for a heading with some lines below it."""
_WIDTH = A4[0] - 2 * _MARGIN
_COLUMNS = (34 * mm, _WIDTH - 68 * mm, 34 * mm)
_GRID = [("VALIGN", (0, 0), (-1, -1), "TOP"), ("LINEBELOW", (0, 0), (-1, -1), 0.4, RULE)]
_TIGHT = [("TOPPADDING", (0, 0), (-1, -1), 2.5), ("BOTTOMPADDING", (0, 0), (-1, -1), 3.5),
          ("LEFTPADDING", (0, 0), (-1, -1), 4), ("RIGHTPADDING", (0, 0), (-1, -1), 4)]  # fmt: skip


def report_pdf(report: FaultReport) -> bytes:
    """The report as PDF, A4, in its language; the font is embedded."""
    written = io.BytesIO()
    language = report.language
    document = BaseDocTemplate(
        written,
        pagesize=A4,
        title=one_line(label("words", "title", language, id=report.header.report_id)),
        author=one_line(report.header.author),
        creator="Millwright",
        lang=language,
    )
    frame = Frame(_MARGIN, _FOOT, _WIDTH, A4[1] - _FOOT - 14 * mm, 0, 0, 0, 0)
    document.addPageTemplates([PageTemplate("page", [frame])])
    document.build(_story(report), canvasmaker=_numbered(report))
    return written.getvalue()


def _story(report: FaultReport) -> list[Flowable]:
    language = report.language
    story: list[Flowable] = [_head(report), Spacer(1, 3 * mm), _glance(report)]
    waiting = False
    for section in sections(report):
        filled = list(rows(report, section))
        waiting = waiting or any(mark(report, row.path).waiting for row in filled)
        story += _part(heading(report, section), _fields(report, filled))
    if waiting:
        story += [
            Spacer(1, 1.5 * mm),
            Text(label("words", "legend", language), type_.style(7.5, AMBER)),
        ]
    story += _missing(report)
    story.append(KeepTogether(_signed(report)))
    if report.evidence.citations:
        small = type_.style(7.5, leftIndent=6 * mm, firstLineIndent=-6 * mm, spaceAfter=1.5)
        entries = [
            Text(f"[{cited.n}] “{cited.quote}” — {place(cited, report.language)}", small)
            for cited in report.evidence.citations
        ]
        story += _part(label("fields", "evidence.citations", language), entries[0])
        story += entries[1:]
    return story


def _head(report: FaultReport) -> Flowable:
    """The title, and beside it what state the report is in."""
    language = report.language
    colour = {"draft": AMBER, "in_review": AMBER}.get(report.status, GREEN)
    title = Text(label("words", "title", language, id=report.header.report_id), type_.style(17, BLUE))
    stand = " · ".join(filter(None, (report.equipment.site, report.equipment.area, report.equipment.line)))
    left = [title, Text(" · ".join(filter(None, (form(report), stand))), type_.style(8.5, GREY))]
    state = Text(label("words", report.status, language).upper(), type_.style(11, colour, alignment=1))
    badge = Table([[state]], colWidths=[30 * mm], style=[("BOX", (0, 0), (-1, -1), 1.2, colour), *_TIGHT])
    return Table(
        [[left, badge]],
        colWidths=[_WIDTH - 30 * mm, 30 * mm],
        style=[
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("LINEBELOW", (0, 0), (-1, -1), 1.6, BLUE),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), 0),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 6),
        ],
    )


def _glance(report: FaultReport) -> Flowable:
    """Eight facts in two lines."""
    cells = [
        [Text(row.name, type_.style(7.5, GREY)), Text(" ".join(row.texts), type_.style(10))]
        for row in glance(report)
    ]
    half = len(cells) // 2
    return Table(
        [cells[:half], cells[half:]],
        colWidths=[_WIDTH / half] * half,
        style=[
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("BACKGROUND", (0, 0), (-1, -1), TINT),
            ("BOX", (0, 0), (-1, -1), 0.6, RULE),
            ("INNERGRID", (0, 0), (-1, -1), 0.6, RULE),
        ],
    )


def _part(title: str, first: Flowable) -> list[Flowable]:
    """A heading that does not stand alone at the foot of a page; what stands below it may go on over."""
    above = type_.style(11.5, BLUE, spaceBefore=4 * mm, spaceAfter=1.2 * mm)
    return [CondPageBreak(_LEAST), Text(title, above), first]


def _fields(report: FaultReport, filled: list[Row]) -> Flowable:
    table = []
    for row in filled:
        told = mark(report, row.path)
        numbered = len(row.texts) > 1
        hanging = type_.style(9, leftIndent=4 * mm, firstLineIndent=-4 * mm) if numbered else type_.style(9)
        texts = [
            Text(f"{number}. {text}" if numbered else text, hanging)
            for number, text in enumerate(row.texts, start=1)
        ]
        small = type_.style(7, AMBER if told.waiting else GREY, spaceBefore=1.5)
        table.append([Text(row.name, type_.style(9, BLUE)), texts, Text(told.line, small)])
    top = ("LINEABOVE", (0, 0), (-1, 0), 0.8, BLUE)
    return Table(table, colWidths=_COLUMNS, style=[*_GRID, *_TIGHT, top], splitInRow=1)


def _missing(report: FaultReport) -> list[Flowable]:
    language = report.language
    asked = [question for _, question in open_questions(report)]
    bullets = [f"•  {question}" for question in asked] or [label("words", "missing_none", language)]
    hanging = type_.style(9, leftIndent=4 * mm, firstLineIndent=-4 * mm)
    entries = [Text(text, hanging) for text in bullets]
    return [*_part(label("words", "missing", language), entries[0]), *entries[1:]]


def _signed(report: FaultReport) -> list[Flowable]:
    """A line for each signature, with the names that are known."""
    language = report.language
    names = [label("words", name, language) for name in ("name", "date", "signature")]
    table: list[list[Any]] = [[Text(text, type_.style(7.5, GREY)) for text in ("", *names)]]
    for role, by, day in to_sign(report):
        table.append(
            [Text(role, type_.style(9, BLUE)), Text(by, type_.style(9)), Text(day, type_.style(9)), ""]
        )
    widths = (30 * mm, 52 * mm, 32 * mm, _WIDTH - 114 * mm)
    lines = Table(
        table,
        colWidths=widths,
        rowHeights=[None, *[11 * mm] * (len(table) - 1)],
        style=[*_GRID, *_TIGHT, ("VALIGN", (0, 1), (-1, -1), "BOTTOM")],
    )
    small = type_.style(7.5, GREY)
    steps = [Text(step, small) for step in signatures(report)]
    return [*_part(heading(report, "signed"), lines), Spacer(1, 1.5 * mm), *steps]


def _numbered(report: FaultReport) -> type[Canvas]:
    """A canvas that knows at the end how many pages there are, and writes the foot of each."""
    language = report.language
    words = [
        label("words", "title", language, id=report.header.report_id),
        label("words", report.status, language),
        report.header.updated_at.isoformat(sep=" ", timespec="minutes"),
    ]

    class Numbered(Canvas):  # type: ignore[misc]
        def __init__(self, *arguments: Any, **named: Any) -> None:
            super().__init__(*arguments, **named)
            self._pages: list[dict[str, Any]] = []

        def showPage(self) -> None:
            self._pages.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            of = len(self._pages)
            for number, state in enumerate(self._pages, start=1):
                self.__dict__.update(state)
                self._foot(number, of)
                super().showPage()
            super().save()

        def _foot(self, number: int, of: int) -> None:
            self.setStrokeColor(RULE)
            self.line(_MARGIN, 14 * mm, A4[0] - _MARGIN, 14 * mm)
            self.setFont(type_.style(7.5).fontName, 7.5)
            self.setFillColor(GREY)
            self.drawString(_MARGIN, 10 * mm, " · ".join(words))
            self.drawRightString(A4[0] - _MARGIN, 10 * mm, label("words", "page", language, n=number, of=of))

    return Numbered
