"""Word files of the plant: SOPs and incident reports, with tracked changes and footnotes.

In the text `{+new+}` is a tracked insertion, `{-old-}` a tracked deletion, `{^note^}` a footnote.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from docx import Document
from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt, RGBColor
from docx.text.paragraph import Paragraph
from markup import Block

_MARK = re.compile(r"\{([+^-])(.+?)\1\}")
_REVIEWER = 'w:author="R. Calloway" w:date="2025-09-02T10:15:00Z"'
_BOX_FILLS = {
    "DANGER": "F6D5D2",
    "WARNING": "FCE5C8",
    "CAUTION": "FBF3C4",
    "NOTICE": "D6E4F3",
    "危险": "F6D5D2",
    "警告": "FCE5C8",
    "小心": "FBF3C4",
    "注意": "D6E4F3",
}
_FOOTNOTES_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"


@dataclass(frozen=True, slots=True)
class WordText:
    """A Word file to be written: the heading block of its first page, and its text."""

    title: str
    header: str
    footer: str
    language: str
    blocks: Sequence[Block]


def write_word(path: Path, text: WordText) -> None:
    """Write the file; dates in it are fixed, its zip still carries the time of the run."""
    document = Document()
    _set_look(document, text)
    document.add_paragraph(text.title, style="Title")
    writer = _Writer(document)
    for block in text.blocks:
        writer.write(block)
    writer.write_footnotes()
    document.save(str(path))


class _Writer:
    """Writes blocks and keeps the footnotes and the list that is being numbered."""

    def __init__(self, document: WordDocument) -> None:
        self.document = document
        self.footnotes: list[str] = []
        self.tables = 0
        self.changes = 100
        self.list_id = 0

    def write(self, block: Block) -> None:
        """Append one block."""
        if block.kind == "heading":
            self.document.add_heading(block.text, level=block.level)
        elif block.kind == "table":
            self._write_table(block)
        elif block.kind == "box":
            self._write_box(block)
        elif block.kind == "step":
            self._write_step(block)
        else:
            style = "List Bullet" if block.kind == "bullet" else None
            self._write_runs(self.document.add_paragraph(style=style), block.text)

    def _write_runs(self, paragraph: Paragraph, text: str) -> None:
        """Plain words, tracked changes and footnote marks."""
        position = 0
        for match in _MARK.finditer(text):
            paragraph.add_run(text[position : match.start()])
            position = match.end()
            if match[1] == "^":
                self.footnotes.append(match[2])
                mark = f'<w:footnoteReference w:id="{len(self.footnotes) + 1}"/>'
                raised = '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
                paragraph._p.append(parse_xml(f"<w:r {nsdecls('w')}>{raised}{mark}</w:r>"))
                continue
            self.changes += 1
            change, words = ("ins", "t") if match[1] == "+" else ("del", "delText")
            inner = f'<w:r><w:{words} xml:space="preserve">{escape(match[2])}</w:{words}></w:r>'
            attributes = f'{nsdecls("w")} w:id="{self.changes}" {_REVIEWER}'
            paragraph._p.append(parse_xml(f"<w:{change} {attributes}>{inner}</w:{change}>"))
        paragraph.add_run(text[position:])

    def _write_step(self, block: Block) -> None:
        """A numbered step; step 1 starts a new list."""
        if block.label == "1":
            numbering = self.document.part.numbering_part.numbering_definitions._numbering
            style = self.document.styles["List Number"].element.pPr.numPr.numId.val
            abstract = next(num for num in numbering.num_lst if num.numId == style).abstractNumId.val
            number = numbering.add_num(abstract)
            number.add_lvlOverride(ilvl=0).add_startOverride(1)
            self.list_id = number.numId
        paragraph = self.document.add_paragraph(style="List Number")
        properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
        properties.get_or_add_ilvl().val = 0
        properties.get_or_add_numId().val = self.list_id
        self._write_runs(paragraph, block.text)

    def _write_box(self, block: Block) -> None:
        """A warning: a shaded paragraph with a border that begins with the signal word."""
        paragraph = self.document.add_paragraph()
        paragraph.paragraph_format.keep_with_next = True
        border = 'w:val="single" w:sz="12" w:space="4" w:color="404040"'
        sides = "".join(f"<w:{side} {border}/>" for side in ("top", "left", "bottom", "right"))
        properties = paragraph._p.get_or_add_pPr()
        properties.append(parse_xml(f"<w:pBdr {nsdecls('w')}>{sides}</w:pBdr>"))
        fill = _BOX_FILLS[block.label]
        properties.append(parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="{fill}"/>'))
        colon = "：" if block.label[0] > "z" else ": "
        paragraph.add_run(block.label + colon).bold = True
        self._write_runs(paragraph, block.text)

    def _write_table(self, block: Block) -> None:
        """A caption and a grid whose bold first row is repeated on each page."""
        if block.text:
            caption = self.document.add_paragraph(block.text, style="Caption")
            caption.paragraph_format.keep_with_next = True
        table = self.document.add_table(rows=0, cols=len(block.rows[0]), style="Table Grid")
        for place, row in enumerate(block.rows):
            for cell, text in zip(table.add_row().cells, row, strict=True):
                self._write_runs(cell.paragraphs[0], text)
                if place == 0:
                    cell.paragraphs[0].runs[0].bold = True
                    shade = f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="E1E8EC"/>'
                    cell._tc.get_or_add_tcPr().append(parse_xml(shade))
        table.rows[0]._tr.get_or_add_trPr().append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))
        self.document.add_paragraph()

    def write_footnotes(self) -> None:
        """Add the part that holds the footnotes; python-docx has none of its own."""
        if not self.footnotes:
            return
        notes = "".join(
            f'<w:footnote w:id="{number}"><w:p><w:r>'
            f'<w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p></w:footnote>'
            for number, text in enumerate(self.footnotes, start=2)
        )
        separators = "".join(
            f'<w:footnote w:type="{kind}" w:id="{number}"><w:p><w:r><w:{kind}/></w:r></w:p></w:footnote>'
            for number, kind in enumerate(("separator", "continuationSeparator"))
        )
        head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        xml = f"{head}<w:footnotes {nsdecls('w')}>{separators}{notes}</w:footnotes>"
        main = self.document.part
        part = Part(PackURI("/word/footnotes.xml"), _FOOTNOTES_TYPE, xml.encode(), main.package)
        main.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)


def _set_look(document: WordDocument, text: WordText) -> None:
    """Fonts, header, footer and the properties that Word would fill with the time of writing."""
    for name, size_points in (("Normal", 10.5), ("Title", 22), ("Heading 1", 15), ("Heading 2", 12)):
        style = document.styles[name]
        style.font.name, style.font.size = "Arial", Pt(size_points)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        fonts.set(qn("w:eastAsia"), "Microsoft YaHei")
        if name != "Normal":
            style.font.color.rgb = RGBColor(0x0F, 0x4C, 0x5C)
    document.styles["Caption"].font.color.rgb = RGBColor(0x1D, 0x27, 0x33)
    section = document.sections[0]
    section.header.paragraphs[0].text = text.header
    section.footer.paragraphs[0].text = text.footer
    properties = document.core_properties
    properties.title = text.title
    properties.author = "Harrow Mill maintenance"
    properties.comments = ""
    properties.language = "zh-CN" if text.language == "zh" else "en-GB"
