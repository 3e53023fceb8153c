"""Blocks of the markup as reportlab flowables: numbered headings, boxes, tables, figures."""

import re
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

from figures import FIGURES
from markup import Block
from pdf_type import BRAND, INK, HanParagraph, paragraph_styles
from reportlab.lib.colors import HexColor, white
from reportlab.platypus import (
    BalancedColumns,
    CondPageBreak,
    Flowable,
    KeepTogether,
    LongTable,
    Paragraph,
    Spacer,
    Table,
)

TEXT_WIDTH_POINTS = 451.0
_CHAPTER_ROOM_POINTS = 240
_TABLE_ROOM_POINTS = 230
_SHORT_ROWS = 14
BOX_COLOURS = {
    "DANGER": "#b3261e",
    "WARNING": "#e07a00",
    "CAUTION": "#e8c100",
    "NOTICE": "#1f5fa8",
    "危险": "#b3261e",
    "警告": "#e07a00",
    "小心": "#e8c100",
    "注意": "#1f5fa8",
}
# White letters cannot be read on yellow and orange.
_DARK_WORDS = ("WARNING", "CAUTION", "警告", "小心")
_CAPTION_WORDS = {"en": {"table": "Table", "figure": "Figure"}, "zh": {"table": "表", "figure": "图"}}
_ALARM_HEADERS = {
    "en": ("Code", "Class", "Meaning", "Cause", "Remedy"),
    "zh": ("代码", "级别", "含义", "原因", "措施"),
}


class BlockWriter:
    """Turns blocks into flowables and keeps the numbers of headings, tables and figures.

    Args:
        language: `en` or `zh`.
        alarms: Rows of the alarm list, keys as in `alarms.csv`.
    """

    def __init__(self, language: str, alarms: Sequence[Mapping[str, str]]) -> None:
        self.language = language
        self.styles = paragraph_styles(language)
        self.alarms = alarms
        self.chapter = 0
        self.section = 0
        self.counts = {"table": 0, "figure": 0}

    def flowables(self, blocks: Sequence[Block]) -> list[Flowable]:
        """All blocks; headings and boxes stay on one page with what follows them."""
        story: list[Flowable] = []
        waiting: list[Flowable] = []
        columns: list[Flowable] | None = None
        for block in blocks:
            if block.kind == "layout" and block.text == "columns":
                columns = []
            elif block.kind == "layout" and columns is not None:
                story += [CondPageBreak(190), *waiting, BalancedColumns(columns, nCols=2, innerPadding=22)]
                columns, waiting = None, []
            elif columns is not None:
                columns += self._block(block)
            elif block.kind in ("heading", "box"):
                if block.level == 1:
                    story.append(CondPageBreak(_CHAPTER_ROOM_POINTS))
                waiting += self._block(block)
            else:
                made = self._block(block)
                if isinstance(made[-1], LongTable):
                    # The headings stay with at least the first rows of a table that runs over pages.
                    story += [CondPageBreak(_TABLE_ROOM_POINTS), *waiting, *made, Spacer(1, 8)]
                else:
                    story.append(KeepTogether([*waiting, *made]))
                waiting = []
        return story + waiting

    def paragraph(self, text: str, style: str, bullet: str | None = None) -> Paragraph:
        """A paragraph in the manual's language; `**bold**` is understood in English."""
        if self.language == "zh":
            return HanParagraph(text, self.styles[style], bulletText=bullet)
        marked = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", escape(text))
        return Paragraph(marked, self.styles[style], bulletText=bullet)

    def _block(self, block: Block) -> list[Flowable]:
        """One block."""
        if block.kind == "heading":
            return self._heading(block)
        if block.kind == "box":
            return [self._box(block), Spacer(1, 6)]
        if block.kind == "table":
            return self._table(block)
        if block.kind == "alarms":
            return self._table(self._alarm_table(block))
        if block.kind == "figure":
            return self._figure(block)
        bullet = {"step": f"{block.label}.", "bullet": "•"}.get(block.kind)
        return [self.paragraph(block.text, block.kind if bullet else "body", bullet)]

    def _heading(self, block: Block) -> list[Flowable]:
        """A heading with its number; it carries `outline` for the table of contents and the bookmarks."""
        if block.level == 1:
            self.chapter, self.section = self.chapter + 1, 0
            self.counts = {"table": 0, "figure": 0}
            text = f"{self.chapter}  {block.text}"
        elif block.level == 2:
            self.section += 1
            text = f"{self.chapter}.{self.section}  {block.text}"
        else:
            text = block.text
        heading = self.paragraph(text, f"h{block.level}")
        heading.outline = (block.level, text)
        return [heading]

    def _box(self, block: Block) -> Flowable:
        """A warning box: the signal word on colour, the text beside it."""
        colour = HexColor(BOX_COLOURS[block.label])
        word = self.paragraph(block.label, "boxword" if block.label in _DARK_WORDS else "boxword_white")
        style = [
            ("BACKGROUND", (0, 0), (0, 0), colour),
            ("BOX", (0, 0), (-1, -1), 1.2, colour),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("LEFTPADDING", (0, 0), (-1, -1), 8),
            ("TOPPADDING", (0, 0), (-1, -1), 6),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 7),
        ]
        word_width_points = 74 if self.language == "en" else 52
        cells = [[word, self.paragraph(block.text, "boxtext")]]
        return Table(cells, colWidths=[word_width_points, TEXT_WIDTH_POINTS - word_width_points], style=style)

    def _caption(self, kind: str, text: str) -> Paragraph:
        """ "Table 6-2  …", numbered within the chapter."""
        self.counts[kind] += 1
        return self.paragraph(
            f"{_CAPTION_WORDS[self.language][kind]} {self.chapter}-{self.counts[kind]}  {text}", "caption"
        )

    def _table(self, block: Block) -> list[Flowable]:
        """A numbered caption and its table; only a short table can be kept on one page."""
        caption = self._caption("table", block.text)
        if len(block.rows) <= _SHORT_ROWS:
            return [caption, *self.grid(block)]
        return [caption, self._ruled(block, LongTable)]

    def grid(self, block: Block) -> list[Flowable]:
        """A table without caption."""
        return [self._ruled(block, Table), Spacer(1, 8)]

    def _ruled(self, block: Block, kind: type[Table]) -> Table:
        """The table itself; its header is repeated on each page."""
        head, *body = block.rows
        cells = [[self.paragraph(cell, "cellhead") for cell in head]]
        cells += [[self.paragraph(cell, "cell") for cell in row] for row in body]
        widths = block.widths or (100 / len(head),) * len(head)
        table = kind(
            cells, colWidths=[TEXT_WIDTH_POINTS * width / sum(widths) for width in widths], repeatRows=1
        )
        table.setStyle(
            [
                ("BACKGROUND", (0, 0), (-1, 0), BRAND[self.language]),
                ("ROWBACKGROUNDS", (0, 1), (-1, -1), [white, HexColor("#f2f5f7")]),
                ("LINEBELOW", (0, 0), (-1, -1), 0.4, HexColor("#b8c4cc")),
                ("BOX", (0, 0), (-1, -1), 0.7, INK),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("TOPPADDING", (0, 0), (-1, -1), 3),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
                *_spans(body),
            ]
        )
        return table

    def _alarm_table(self, block: Block) -> Block:
        """The alarm codes of one machine as a table."""
        keys = [f"{name}_{self.language}" for name in ("meaning", "cause", "action")]
        rows = [
            (alarm["code"], alarm["class"], *(alarm[key] for key in keys))
            for alarm in self.alarms
            if alarm["asset"] == block.label
        ]
        return Block(
            "table", block.text, rows=(_ALARM_HEADERS[self.language], *rows), widths=(9, 9, 20, 27, 35)
        )

    def _figure(self, block: Block) -> list[Flowable]:
        """A drawing with its caption below it."""
        drawing = FIGURES[block.label]()
        drawing.hAlign = "CENTER"
        return [Spacer(1, 4), drawing, self._caption("figure", block.text), Spacer(1, 6)]


def _spans(body: Sequence[Sequence[str]]) -> list[tuple[str, tuple[int, int], tuple[int, int]]]:
    """Styles that join an empty first cell with the one above it; rows count from below the header."""
    spans = []
    first = 1
    for row, cells in enumerate(body, start=1):
        if cells[0]:
            first = row
        else:
            spans.append(("SPAN", (0, first), (0, row)))
    return spans
