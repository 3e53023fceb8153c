"""Fonts, paragraph styles and line breaking of the manuals."""

from pathlib import Path
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph

INK = HexColor("#1d2733")
BRAND = {"en": HexColor("#0f4c5c"), "zh": HexColor("#7a1f2b")}

# TrueType outlines only: reportlab cannot embed the CFF outlines of the Noto CJK collections.
FONT_FILES = {
    "Plant": "/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf",
    "PlantBold": "/usr/share/fonts/truetype/liberation/LiberationSans-Bold.ttf",
    "PlantHan": "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
}
_NO_LINE_START = "，。；：、！？）》”’%,.;:!?)℃°"
_NO_LINE_END = "（《“‘("


def register_fonts() -> None:
    """Make the fonts known to reportlab.

    Raises:
        FileNotFoundError: A font file is absent; the message names the Debian packages.
    """
    for name, path in FONT_FILES.items():
        if not Path(path).is_file():
            raise FileNotFoundError(f"{path}: not found; install fonts-liberation and fonts-wqy-microhei")
        pdfmetrics.registerFont(TTFont(name, path))
    pdfmetrics.registerFontFamily("Plant", normal="Plant", bold="PlantBold", italic="Plant")


def paragraph_styles(language: str) -> dict[str, ParagraphStyle]:
    """The styles of one language by name; Chinese has no bold cut and uses size and colour instead."""
    body, bold = ("PlantHan", "PlantHan") if language == "zh" else ("Plant", "PlantBold")
    colour = BRAND[language]
    base = ParagraphStyle(
        "body", fontName=body, fontSize=9.5, leading=13.5, textColor=INK, spaceAfter=5, bulletFontName=body
    )

    def style(name: str, **changes: object) -> ParagraphStyle:
        return ParagraphStyle(name, parent=base, **changes)

    return {
        "body": base,
        "h1": style(
            "h1", fontName=bold, fontSize=17, leading=22, textColor=colour, spaceBefore=22, spaceAfter=9
        ),
        "h2": style("h2", fontName=bold, fontSize=12, leading=16, spaceBefore=11, spaceAfter=5),
        "h3": style("h3", fontName=bold, fontSize=10, leading=14, spaceBefore=6, spaceAfter=3),
        "step": style("step", leftIndent=18, bulletIndent=2, spaceAfter=3.5),
        "bullet": style("bullet", leftIndent=14, bulletIndent=4, spaceAfter=3),
        "cell": style("cell", fontSize=8.5, leading=11.2, spaceAfter=0),
        "cellhead": style(
            "cellhead", fontName=bold, fontSize=8.5, leading=11.2, textColor=HexColor("#ffffff")
        ),
        "caption": style("caption", fontName=bold, fontSize=8.5, leading=11.5, spaceBefore=7, spaceAfter=4),
        "boxword": style("boxword", fontName=bold, fontSize=10, leading=13, spaceAfter=0),
        "boxword_white": style(
            "boxword_white",
            fontName=bold,
            fontSize=10,
            leading=13,
            spaceAfter=0,
            textColor=HexColor("#ffffff"),
        ),
        "boxtext": style("boxtext", spaceAfter=0),
        "toc1": style("toc1", fontName=bold, fontSize=9.5, leading=13.5, spaceBefore=3, spaceAfter=0),
        "toc2": style("toc2", leftIndent=14, fontSize=9, leading=11.6, spaceAfter=0),
        "title": style("title", fontName=bold, fontSize=28, leading=35, textColor=colour),
        "subtitle": style("subtitle", fontSize=15, leading=21),
    }


class HanParagraph(Paragraph):  # type: ignore[misc]
    """A Chinese paragraph that breaks between characters, but never inside `LC-HPU-45` or `16 MPa`."""

    def __init__(self, text, style=None, bulletText=None, **options) -> None:  # type: ignore[no-untyped-def]
        self.unbroken = text
        self.bullet = bulletText
        super().__init__(escape(text) if text else text, style, bulletText=bulletText, **options)

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        """Break the lines ourselves, then let reportlab measure them."""
        if self.unbroken:
            style = self.style
            room = available_width - style.leftIndent - style.rightIndent - 0.5
            lines = break_lines(self.unbroken, room, style.fontName, style.fontSize)
            broken = "<br/>".join(escape(line) for line in lines)
            self._setup(broken, style, self.bullet, None, lambda text: text)
        size: tuple[float, float] = super().wrap(available_width, available_height)
        return size


def break_lines(text: str, room: float, font: str, size: float) -> list[str]:
    """Break a text that has Chinese in it.

    Args:
        text: One line.
        room: Width of a line in points.
        font: A registered font.
        size: In points.

    Returns:
        Lines no wider than `room`, unless one Latin word alone is.
    """
    lines, line = [], ""
    for unit in _units(text):
        if line and pdfmetrics.stringWidth((line + unit).rstrip(), font, size) > room:
            lines.append(line.rstrip())
            line = unit.lstrip()
        else:
            line += unit
    return [*lines, line.rstrip()]


def _units(text: str) -> list[str]:
    """The pieces between which a line may break: a character, or a Latin word with its unit."""
    units: list[str] = []
    for character in text:
        joined = bool(units) and (
            character in _NO_LINE_START
            or units[-1][-1] in _NO_LINE_END
            or (_is_narrow(character) and _is_narrow(units[-1][-1]))
        )
        if joined:
            units[-1] += character
        else:
            units.append(character)
    return units


def _is_narrow(character: str) -> bool:
    """Whether a character belongs to a Latin word, a number or the space between a number and its unit."""
    return ord(character) < 0x2E80 and character not in "，。"
