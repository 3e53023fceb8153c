"""Reading pictures of text with rapidocr; its models are in the wheel, English and Chinese."""

import hashlib
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.metadata import version
from typing import Any

from ingest.clean import one_line
from ingest.page_cache import ReadLine
from ingest.parse.page_memory import PAGES
from ingest.parse.pdf_frame import Rect
from ingest.parse.pdf_text import Line

_READING_VERSION = 2
"""Raise it when `read_page` would read the same picture differently: what was read before is then void."""

_NUMBERED = re.compile(r"\d{1,2}(?:\.\d{1,2}){1,3}\s+\D|\d{1,2}\s+[A-Z]|第\s*\S{1,3}\s*[章节]")
_LEAST_SCORE = 0.5
_UPRIGHT_SCORE = 0.75
"""A page that is read with less certainty than this may stand on its head."""

_MARGIN_PIXELS = 40
_FEWEST_ROWS, _FEWEST_COLUMNS = 600, 800
_SIZE_OF_HEIGHT = 0.75
"""Type size by the height of the box that the reader draws around a line."""


class UnreadableError(Exception):
    """The reader gave up on a picture, mostly for want of memory."""


@dataclass(frozen=True, slots=True)
class OcrLine:
    """A line of text, its place in pixels from the top left corner, and how sure the reader is, 0..1."""

    text: str
    place: Rect
    score: float


@lru_cache(maxsize=1)
def _engine() -> Any:
    """The reader, once a process: it takes a second to start."""
    from rapidocr import RapidOCR

    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    return RapidOCR(
        params={
            "Global.log_level": "error",
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            # Six at a time are padded to the longest line: slower on one core, and half as much memory again.
            "Rec.rec_batch_num": 1,
        }
    )


def read_page(image: Any) -> list[OcrLine]:
    """The lines of a picture (a Pillow image), in no order; lines it is not sure of are left out.

    A picture that was read before, in whatever file, is not read again.

    Raises:
        UnreadableError: The picture needs more memory than there is.
    """
    import numpy as np

    pixels = np.asarray(image.convert("RGB"))
    key = _key(pixels)
    known = PAGES.find(key)
    if known is not None:
        return [OcrLine(text, Rect(*place), score) for text, *place, score in known]
    lines = _read(pixels)
    PAGES.add(key, [_row(line) for line in lines])
    return lines


def _key(pixels: Any) -> str:
    """What a picture and its reader are known by."""
    reader = f"{_READING_VERSION} {version('rapidocr')} {pixels.shape}"
    digest = hashlib.sha256(reader.encode())
    digest.update(pixels)
    return digest.hexdigest()


def _row(line: OcrLine) -> ReadLine:
    place = line.place
    return line.text, place.left, place.top, place.right, place.bottom, line.score


def _read(pixels: Any) -> list[OcrLine]:
    import numpy as np

    left, top, right, bottom = _inked(pixels)
    if right <= left:
        return []
    # The reader misses single lines on large white pages, and paper costs it as much time as text.
    part = np.ascontiguousarray(pixels[top:bottom, left:right, ::-1])
    lines = _lines(part)
    if lines and _sureness(lines) < _UPRIGHT_SCORE:
        turned = _lines(np.ascontiguousarray(part[::-1, ::-1]))
        if _sureness(turned) > _sureness(lines) + 0.1:
            height, width = part.shape[:2]
            lines = [replace(line, place=_upside_down(line.place, width, height)) for line in turned]
    return [
        replace(line, place=_moved(line.place, left, top)) for line in lines if line.score >= _LEAST_SCORE
    ]


def _sureness(lines: Sequence[OcrLine]) -> float:
    characters = sum(len(line.text) for line in lines)
    return sum(line.score * len(line.text) for line in lines) / characters if characters else 0.0


def _upside_down(place: Rect, width: int, height: int) -> Rect:
    return Rect(width - place.right, height - place.bottom, width - place.left, height - place.top)


def _inked(pixels: Any) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of what is not paper, with a margin, and not too small for the reader."""
    import numpy as np

    grey = pixels.min(axis=2)
    dark = grey < max(60, int(np.percentile(grey[::7, ::7], 95)) - 40)
    down, across = np.flatnonzero(dark.any(axis=1)), np.flatnonzero(dark.any(axis=0))
    if not len(down):
        return 0, 0, 0, 0
    height, width = dark.shape
    top, bottom = _widened(int(down[0]), int(down[-1]), _FEWEST_ROWS, height)
    left, right = _widened(int(across[0]), int(across[-1]), _FEWEST_COLUMNS, width)
    return left, top, right, bottom


def _widened(first: int, last: int, fewest: int, most: int) -> tuple[int, int]:
    start = max(0, min(first - _MARGIN_PIXELS, most - fewest))
    return start, min(most, max(last + 1 + _MARGIN_PIXELS, start + fewest))


def _moved(place: Rect, across: int, down: int) -> Rect:
    return Rect(place.left + across, place.top + down, place.right + across, place.bottom + down)


def _lines(pixels: Any) -> list[OcrLine]:
    try:
        # Its own guess which lines stand on their head is wrong for one long line in thirty.
        result = _engine()(pixels, use_cls=False)
    except (MemoryError, RuntimeError, ValueError, OSError) as error:
        raise UnreadableError(f"{type(error).__name__}: {str(error)[-120:]}") from error
    except Exception as error:
        # rapidocr wraps what onnxruntime raises, mostly for want of memory, in a class of its own.
        if type(error).__name__ != "ONNXRuntimeError":
            raise
        raise UnreadableError("the reader ran out of memory") from error
    if result is None or result.boxes is None or result.txts is None:
        return []
    lines: list[OcrLine] = []
    for corners, text, score in zip(result.boxes, result.txts, result.scores, strict=True):
        if one_line(text):
            left, top = corners.min(axis=0).tolist()
            right, bottom = corners.max(axis=0).tolist()
            lines.append(OcrLine(one_line(text), Rect(left, top, right, bottom), float(score)))
    return lines


def as_lines(lines: Sequence[OcrLine], points_per_pixel: float) -> list[Line]:
    """What was read as lines of a page in points.

    The boxes of lines in one size differ with their letters, so sizes near the usual one are made equal;
    a numbered line that is a little taller is taken for the heading that it most likely is.
    """
    heights = sorted(line.place.height for line in lines)
    usual = heights[len(heights) // 2] if heights else 0.0
    made: list[Line] = []
    for line in lines:
        place = line.place
        height = usual if abs(place.height - usual) < 0.35 * usual else place.height
        if _NUMBERED.match(line.text) and place.height > 1.05 * usual:
            height = max(height, 1.2 * usual)
        scaled = Rect(
            *(value * points_per_pixel for value in (place.left, place.top, place.right, place.bottom))
        )
        made.append(Line(line.text, scaled, round(_SIZE_OF_HEIGHT * height * points_per_pixel, 1)))
    return made
