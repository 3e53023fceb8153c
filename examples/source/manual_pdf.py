"""One manual as a PDF: cover, changes, contents, chapters, bookmarks, page labels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from markup import Block
from pdf_blocks import TEXT_WIDTH_POINTS, BlockWriter
from pdf_type import BRAND, INK
from reportlab.lib.colors import HexColor, white
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
    Spacer,
    TableStyle,
)
from reportlab.platypus.tableofcontents import TableOfContents

_LEFT, _BOTTOM, _HEIGHT = 72.0, 74.0, 694.0
_ROMAN = ("", "i", "ii", "iii", "iv", "v", "vi")
_WORDS = {
    "en": ("Document", "Revision", "Date", "About this document", "Contents", "Page", "Asset"),
    "zh": ("文件编号", "版本", "日期", "关于本手册", "目录", "第 {} 页", "设备位号"),
}


@dataclass(frozen=True, slots=True)
class Manual:
    """What stands on the cover of a manual, and what is inside."""

    title: str
    subtitle: str
    kind: str
    maker: str
    number: str
    revision: str
    date: str
    asset: str
    language: str
    changes: Sequence[Block] = field(repr=False)
    blocks: Sequence[Block] = field(repr=False)


class _Template(BaseDocTemplate):  # type: ignore[misc]
    """Page furniture, bookmarks and the entries of the table of contents."""

    def __init__(self, path: Path, manual: Manual) -> None:
        self.manual = manual
        self.chapter_title = self.page_title = ""
        self.body_start = 0
        self.headings = 0
        super().__init__(
            str(path),
            pagesize=A4,
            title=f"{manual.title} – {manual.kind}",
            author=manual.maker,
            subject=f"{manual.number} Rev. {manual.revision} {manual.date}",
            invariant=1,
        )
        full = Frame(_LEFT, _BOTTOM, TEXT_WIDTH_POINTS, _HEIGHT, 0, 0, 0, 0, id="main")
        self.addPageTemplates(
            [
                PageTemplate("cover", [full], onPage=self._draw_cover),
                PageTemplate("front", [full], onPage=self._begin_page, onPageEnd=self._draw_furniture),
                PageTemplate("body", [full], onPage=self._begin_page, onPageEnd=self._draw_furniture),
            ]
        )

    def beforeDocument(self) -> None:
        """Forget what the previous pass has seen."""
        self.chapter_title = self.page_title = ""
        self.body_start = 0
        self.headings = 0

    def afterFlowable(self, flowable: Flowable) -> None:
        """Give each heading a bookmark and a line in the contents."""
        outline = getattr(flowable, "outline", None)
        if outline is None:
            return
        level, text = outline
        if level == 1:
            self.chapter_title = text
            if self.frame._y > _BOTTOM + 0.9 * _HEIGHT:
                self.page_title = text
            if not self.body_start and text.startswith("1 "):
                self.body_start = self.page
        self.headings += 1
        key = f"heading-{self.headings}"
        self.canv.bookmarkPage(key, fit="XYZ", left=0, top=self.frame._y + 30, zoom=0)
        self.canv.addOutlineEntry(text, key, level - 1, closed=True)
        if level < 3 and self.body_start:
            self.notify("TOCEntry", (level - 1, text, self.page - self.body_start + 1, key))

    def _begin_page(self, *_: object) -> None:
        """The header names the chapter that the page begins in."""
        self.page_title = self.chapter_title

    def _printed_page(self) -> str:
        """The number at the foot: roman before chapter 1, arabic from there on."""
        if self.body_start:
            return str(self.page - self.body_start + 1)
        return _ROMAN[self.page - 1]

    def _draw_cover(self, canvas: Canvas, _: Any) -> None:
        """Colour, maker and the box with number, revision and date."""
        manual, words = self.manual, _WORDS[self.manual.language]
        plain, bold = ("PlantHan", "PlantHan") if manual.language == "zh" else ("Plant", "PlantBold")
        canvas.addPageLabel(0, style=None, prefix="Cover")
        canvas.addPageLabel(1, style="ROMAN_LOWER", start=1)
        canvas.setFillColor(BRAND[manual.language])
        canvas.rect(0, A4[1] - 118, A4[0], 118, stroke=0, fill=1)
        canvas.setFillColor(white)
        canvas.setFont(bold, 22)
        canvas.drawString(_LEFT, A4[1] - 72, manual.maker)
        canvas.setFillColor(INK)
        canvas.setStrokeColor(HexColor("#b8c4cc"))
        canvas.rect(_LEFT, 96, TEXT_WIDTH_POINTS, 96, fill=0)
        rows = zip((words[0], words[1], words[2]), (manual.number, manual.revision, manual.date), strict=True)
        for place, (name, value) in enumerate([*rows, (words[6], manual.asset)]):
            canvas.setFont(bold, 10)
            canvas.drawString(_LEFT + 14, 170 - 21 * place, name)
            canvas.setFont(plain, 10)
            canvas.drawString(_LEFT + 130, 170 - 21 * place, value)

    def _draw_furniture(self, canvas: Canvas, _: Any) -> None:
        """Running header and footer."""
        manual = self.manual
        page_word = _WORDS[manual.language][5]
        font = "PlantHan" if manual.language == "zh" else "Plant"
        number = self._printed_page()
        if self.body_start == self.page:
            canvas.addPageLabel(self.page - 1, style="ARABIC", start=1)
        canvas.setFont(font, 8)
        canvas.setFillColor(INK)
        canvas.setStrokeColor(BRAND[manual.language])
        canvas.drawString(_LEFT, 794, f"{manual.maker}  |  {manual.title}")
        canvas.drawRightString(_LEFT + TEXT_WIDTH_POINTS, 794, self.page_title)
        canvas.line(_LEFT, 787, _LEFT + TEXT_WIDTH_POINTS, 787)
        canvas.line(_LEFT, 56, _LEFT + TEXT_WIDTH_POINTS, 56)
        canvas.drawString(_LEFT, 44, f"{manual.number}  Rev. {manual.revision}  {manual.date}")
        shown = page_word.format(number) if "{}" in page_word else f"{page_word} {number}"
        canvas.drawRightString(_LEFT + TEXT_WIDTH_POINTS, 44, shown)


def write_manual(path: Path, manual: Manual, alarms: Sequence[Mapping[str, str]]) -> None:
    """Write the manual; the same input gives the same bytes."""
    writer = BlockWriter(manual.language, alarms)
    words = _WORDS[manual.language]
    contents = TableOfContents(
        dotsMinLevel=0,
        levelStyles=[writer.styles["toc1"], writer.styles["toc2"]],
        tableStyle=TableStyle([("TOPPADDING", (0, 0), (-1, -1), 0), ("BOTTOMPADDING", (0, 0), (-1, -1), 0)]),
    )
    story: list[Flowable] = [
        Spacer(1, 190),
        writer.paragraph(manual.title, "title"),
        Spacer(1, 8),
        writer.paragraph(manual.subtitle, "subtitle"),
        Spacer(1, 26),
        writer.paragraph(manual.kind, "subtitle"),
        NextPageTemplate("front"),
        PageBreak(),
        _front_heading(writer, words[3]),
        *_front_matter(writer, manual),
        Spacer(1, 14),
        _front_heading(writer, words[4]),
        contents,
        NextPageTemplate("body"),
        PageBreak(),
        *writer.flowables(manual.blocks),
    ]
    _Template(path, manual).multiBuild(story)


def _front_heading(writer: BlockWriter, text: str) -> Flowable:
    """A heading without a number, in the bookmarks only."""
    heading = writer.paragraph(text, "h1")
    heading.outline = (1, text)
    return heading


def _front_matter(writer: BlockWriter, manual: Manual) -> list[Flowable]:
    """The record of changes; its table bears no chapter number."""
    made: list[Flowable] = []
    for block in manual.changes:
        if block.kind == "table":
            made += writer.grid(block)
        else:
            made += writer.flowables([block])
    return made
