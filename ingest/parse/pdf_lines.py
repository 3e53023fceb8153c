"""The visible lines of a PDF page, with box, font size and weight."""

import ctypes
from dataclasses import dataclass
from typing import Any

from ingest.clean import one_line
from ingest.records import Box


@dataclass(frozen=True, slots=True)
class Line:
    """One line; `size` in points."""

    text: str
    box: Box
    size: float
    bold: bool


def page_lines(page: Any, number: int) -> tuple[list[Line], int]:
    """The lines in the order the file gives them, and how many were left out as not visible."""
    import pypdfium2.raw as pdfium

    textpage = page.get_textpage()
    try:
        width, height = page.get_size()
        text = textpage.get_text_range()
        lines: list[Line] = []
        hidden = 0
        start = 0
        for raw in text.split("\n"):
            shown = one_line(raw)
            if shown and len(raw) < 20_000:
                line = _line(pdfium, textpage, (start, len(raw.rstrip("\r"))), number, (width, height))
                if line is None:
                    hidden += 1
                else:
                    lines.append(Line(shown, line[0], line[1], line[2]))
            start += len(raw) + 1
        return _rejoined(lines), hidden
    finally:
        textpage.close()
        page.close()


def _line(
    pdfium: Any, textpage: Any, span: tuple[int, int], number: int, page_size: tuple[float, float]
) -> tuple[Box, float, bool] | None:
    """Box, size and weight of a run of characters; None when it is off the page or not painted."""
    start, count = span
    width, height = page_size
    rectangles = pdfium.FPDFText_CountRects(textpage, start, count)
    left, bottom, right, top = [], [], [], []
    for index in range(min(rectangles, 400)):
        values = [ctypes.c_double() for _ in range(4)]
        pdfium.FPDFText_GetRect(textpage, index, *(ctypes.byref(value) for value in values))
        left.append(values[0].value)
        top.append(values[1].value)
        right.append(values[2].value)
        bottom.append(values[3].value)
    if not left:
        return None
    box = Box(number, min(left), height - max(top), max(right), height - min(bottom))
    if box.right < 0 or box.bottom < 0 or box.left > width or box.top > height:
        return None
    size = float(pdfium.FPDFText_GetFontSize(textpage, start))
    # A font may be set at size 1 and scaled by the text matrix: the box then tells the size.
    tall = box.bottom - box.top
    if size < 0.5 * tall or size > 3 * tall + 4:
        size = tall
    weight = int(pdfium.FPDFText_GetFontWeight(textpage, start))
    return box, size, weight >= 600 or _bold_name(pdfium, textpage, start)


def _bold_name(pdfium: Any, textpage: Any, index: int) -> bool:
    buffer = ctypes.create_string_buffer(128)
    flags = ctypes.c_int()
    pdfium.FPDFText_GetFontInfo(textpage, index, buffer, 128, ctypes.byref(flags))
    return b"bold" in buffer.value.lower() or b"black" in buffer.value.lower()


def _rejoined(lines: list[Line]) -> list[Line]:
    """Pieces that stand on one line side by side ("3.2" and its heading) become one."""
    joined: list[Line] = []
    for line in lines:
        last = joined[-1] if joined else None
        if last is not None and _beside(last, line):
            box = Box(
                line.box.page,
                min(last.box.left, line.box.left),
                min(last.box.top, line.box.top),
                max(last.box.right, line.box.right),
                max(last.box.bottom, line.box.bottom),
            )
            joined[-1] = Line(f"{last.text} {line.text}", box, max(last.size, line.size), last.bold)
        else:
            joined.append(line)
    return joined


def _beside(last: Line, line: Line) -> bool:
    height = max(1.0, min(last.box.bottom - last.box.top, line.box.bottom - line.box.top))
    overlap = min(last.box.bottom, line.box.bottom) - max(last.box.top, line.box.top)
    return overlap > 0.6 * height and -2 <= line.box.left - last.box.right < 2.5 * height
