"""Type for a report as PDF: one embedded font that has Latin and Chinese, and where a line may break."""

from collections.abc import Iterator
from functools import cache
from importlib import resources
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph

from ingest.clean import one_line

INK, GREY, AMBER, BLUE, GREEN = map(HexColor, ("#1d2733", "#5f6b70", "#9a5b00", "#0f4c5c", "#2e6b3a"))
RULE, TINT = HexColor("#b9c6cc"), HexColor("#eef3f5")

_FONT, _OTHER = "ReportText", "ReportSigns"
_NO_LINE_START = "，。；：、！？）》”’%,.;:!?)]℃°"
_NO_LINE_END = "（《“‘(["


@cache
def _letters() -> frozenset[int]:
    """What the text font can write; makes both fonts known to reportlab.

    WenQuanYi Micro Hei (Apache-2.0) has no bold cut, so that headings tell themselves by size and colour.
    """
    face = TTFont(_FONT, str(resources.files("paperang_p2_fonts_cjk") / "fonts" / "wqy-microhei.ttc"))
    pdfmetrics.registerFont(face)
    pdfmetrics.registerFontFamily(_FONT, normal=_FONT, bold=_FONT, italic=_FONT, boldItalic=_FONT)
    # Signs that it lacks come from the font that matplotlib brings; matplotlib itself is not loaded.
    found = find_spec("matplotlib")
    for folder in (found.submodule_search_locations or ()) if found else ():
        signs = Path(folder) / "mpl-data" / "fonts" / "ttf" / "DejaVuSans.ttf"
        if signs.is_file():
            pdfmetrics.registerFont(TTFont(_OTHER, str(signs)))
    return frozenset(face.face.charToGlyph)


def style(points: float, colour: Any = INK, **changes: Any) -> ParagraphStyle:
    """A paragraph style.

    Args:
        points: Size of the letters.
    """
    _letters()
    return ParagraphStyle(
        f"{points:g}", fontName=_FONT, fontSize=points, leading=points * 1.4, textColor=colour, **changes
    )


class Text(Paragraph):  # type: ignore[misc]
    """A paragraph of plain text; nothing in it is markup, and Chinese breaks between characters."""

    def __init__(
        self, text: str | None, style: ParagraphStyle, bulletText: None = None, **parts: Any
    ) -> None:
        # What goes on over a page comes from reportlab with its lines instead of a text.
        self._plain = one_line(text or "")
        self._room = -1.0
        super().__init__(marked(self._plain) if text is not None else None, style, bulletText, **parts)

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        """Break the lines ourselves, then let reportlab measure them."""
        form = self.style
        room = available_width - form.leftIndent - form.rightIndent - 0.5
        # A table that goes over pages asks again and again for the same width.
        if self._plain and room != self._room:
            self._room = room
            lines = broken(self._plain, room, form.fontSize)
            self._setup("<br/>".join(map(marked, lines)), form, None, None, lambda text: text)
        size: tuple[float, float] = super().wrap(available_width, available_height)
        return size


def marked(text: str) -> str:
    """A text as reportlab's markup: escaped, each sign in a font that has it."""
    known = _letters()
    parts = []
    for has, signs in groupby(text, key=lambda sign: ord(sign) in known or _OTHER not in _registered()):
        part = escape("".join(signs))
        parts.append(part if has else f'<font name="{_OTHER}">{part}</font>')
    return "".join(parts)


def width(text: str, points: float) -> float:
    """How wide a text is, in points."""
    _letters()
    return float(pdfmetrics.stringWidth(text, _FONT, points))


def broken(text: str, room: float, points: float) -> list[str]:
    """The lines of a text, none wider than the room, in points."""
    lines: list[str] = []
    line, used = "", 0.0
    for unit in _units(text):
        # Widths add up, and what is measured once is not measured again: long reports have long lines.
        if line and used + width(unit.rstrip(), points) > room:
            lines.append(line.rstrip())
            line, used = "", 0.0
        more = unit if line else unit.lstrip()
        line += more
        used += width(more, points)
        while used > room and width(line.rstrip(), points) > room and len(line) > 1:
            cut = _fitting(line, room, points)
            lines.append(line[:cut])
            line = line[cut:]
            used = width(line, points)
    return [*lines, line.rstrip()]


def _fitting(word: str, room: float, points: float) -> int:
    """How many letters of a word that is longer than a line stand in it; at least one."""
    cut = len(word) - 1
    while cut > 1 and width(word[:cut], points) > room:
        cut -= 1
    return cut


def _units(text: str) -> Iterator[str]:
    """The pieces between which a line may break: a Chinese character, or a word with the space after it."""
    unit = ""
    for sign in text:
        joined = not unit or (
            sign in _NO_LINE_START
            or sign == " "
            or unit[-1] in _NO_LINE_END
            or (_is_narrow(sign) and _is_narrow(unit[-1]) and unit[-1] != " ")
        )
        if joined:
            unit += sign
        else:
            yield unit
            unit = sign
    if unit:
        yield unit


def _is_narrow(sign: str) -> bool:
    return ord(sign) < 0x2E80


@cache
def _registered() -> frozenset[str]:
    _letters()
    return frozenset(pdfmetrics.getRegisteredFontNames())
