"""A Word file to write into: readable fonts for both languages, narrow margins."""

from typing import Any


def new_document() -> Any:
    """An empty document of python-docx."""
    import docx
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    document = docx.Document()
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Arial", Pt(10)
    style.paragraph_format.space_after = Pt(3)
    for part in document.sections:
        part.left_margin = part.right_margin = part.top_margin = part.bottom_margin = Cm(2)
    # Word takes the font of Chinese characters from here.
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "Microsoft YaHei")
    return document
