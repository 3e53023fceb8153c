"""Draws one page with marked lines; run as a program of its own, so that a hostile file can only kill it.

Arguments: file, type (pdf or image), page (1-based), JSON {"boxes": [[left, top, right, bottom]], "quote"}.
To stdout: one line of JSON {"width", "height", "pixels_per_point", "located"}, then the picture as PNG. It
imports nothing of ours: it runs isolated from the environment.
"""

import json
import re
import resource
import sys
from typing import Any

DOTS_PER_INCH = 110
LONGEST_SIDE_PIXELS = 2200
_MEMORY_BYTES = 2 << 30
_CPU_SECONDS = 20
_STRONG = (255, 224, 84)
_FAINT = (255, 244, 196)
_MARGIN_POINTS = 1.5
_BETWEEN_CELLS = " | "
_COLUMN = re.compile("[^:：]{1,60}[:：]")
_LEAST_LOCATED = 0.5
"""Of a quote; less would mark what was not quoted."""

Rectangle = tuple[float, float, float, float]


def main(path: str, kind: str, page: int, request: str) -> int:
    """Draw and write; an exception ends the program with its traceback on stderr."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
    wanted = json.loads(request)
    boxes: list[Rectangle] = [(box[0], box[1], box[2], box[3]) for box in wanted["boxes"]]
    if kind == "pdf":
        picture, scale, strong = _pdf(path, page, boxes, wanted["quote"])
    else:
        picture, scale = _picture(path)
        strong = set(range(len(boxes)))
    if strong is None:
        boxes, strong = [], set()
    marked = _marked(picture, boxes, scale, strong)
    size = {"width": marked.width, "height": marked.height, "pixels_per_point": scale, "located": bool(boxes)}
    sys.stdout.buffer.write(json.dumps(size).encode() + b"\n")
    marked.save(sys.stdout.buffer, "PNG", compress_level=6)
    return 0


def _pdf(path: str, page: int, boxes: list[Rectangle], quote: str) -> tuple[Any, float, set[int] | None]:
    """The page, pixels a point, and which boxes hold words of the quote; None where too few do."""
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    drawn = document[page - 1]
    width, height = drawn.get_size()
    scale = min(DOTS_PER_INCH / 72, LONGEST_SIDE_PIXELS / max(width, height))
    picture = drawn.render(scale=scale).to_pil().convert("RGB")
    words = drawn.get_textpage()
    lines = [
        words.get_text_bounded(left, height - bottom, right, height - top)
        for left, top, right, bottom in boxes
    ]
    return picture, scale, _lines_of(quote, lines)


def _lines_of(quote: str, lines: list[str]) -> set[int] | None:
    """Which lines are the quote's; all of a scan, None where they hold less than half of it."""
    if not _triples(quote) or not any(line.strip() for line in lines):
        return set(range(len(lines)))
    strong = {number for number, line in enumerate(lines) if _belongs(line, quote)}
    held: set[str] = set().union(*(_triples(lines[number]) for number in strong))
    wanted = _triples(_printed(quote)) or _triples(quote)
    return strong if len(held & wanted) / len(wanted) >= _LEAST_LOCATED else None


def _printed(quote: str) -> str:
    """Of a table's rows the cells alone: the names of the columns are printed once, above all the rows."""
    rows = [line for line in quote.splitlines() if _BETWEEN_CELLS in line]
    cells = [_COLUMN.sub("", cell) for row in rows for cell in row.split(_BETWEEN_CELLS)]
    return " ".join(cells) or quote


def _picture(path: str) -> tuple[Any, float]:
    from PIL import Image

    picture = Image.open(path).convert("RGB")
    scale = min(1.0, LONGEST_SIDE_PIXELS / max(picture.size))
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    return picture.resize(size), scale


def _belongs(line: str, quote: str) -> bool:
    """Whether a printed line is part of the quote, whatever the line breaks did to it."""
    in_line, in_quote = _triples(line), _triples(quote)
    if not in_line or not in_quote:
        return False
    shared = len(in_line & in_quote)
    return shared / len(in_line) >= 0.5 or shared / len(in_quote) >= 0.7


def _triples(text: str) -> set[str]:
    joined = "".join(text.casefold().split())
    return {joined[start : start + 3] for start in range(len(joined) - 2)}


def _marked(picture: Any, boxes: list[Rectangle], scale: float, strong: set[int]) -> Any:
    """Multiplied, as a marker pen does, so that the print under it stays black."""
    from PIL import Image, ImageChops, ImageDraw

    pen = Image.new("RGB", picture.size, "white")
    drawing = ImageDraw.Draw(pen)
    order = sorted(range(len(boxes)), key=lambda number: number in strong)
    for number in order:
        left, top, right, bottom = boxes[number]
        corners = (
            left - _MARGIN_POINTS,
            top - _MARGIN_POINTS,
            right + _MARGIN_POINTS,
            bottom + _MARGIN_POINTS,
        )
        scaled = tuple(corner * scale for corner in corners)
        if scaled[0] < scaled[2] and scaled[1] < scaled[3]:
            drawing.rectangle(scaled, fill=_STRONG if number in strong else _FAINT)
    return ImageChops.multiply(picture, pen)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]))
