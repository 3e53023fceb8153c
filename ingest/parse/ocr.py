"""Reading pictures of text with rapidocr; its models are in the wheel, English and Chinese."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ingest.clean import one_line
from ingest.parse.pdf_frame import Rect
from ingest.parse.pdf_text import Line

_LEAST_SCORE = 0.5
_SIZE_OF_HEIGHT = 0.75
"""Type size by the height of the box that the reader draws around a line."""


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
        }
    )


def read_page(image: Any) -> list[OcrLine]:
    """The lines of a picture (a Pillow image), in no order; lines it is not sure of are left out."""
    import numpy as np

    result = _engine()(np.asarray(image.convert("RGB"))[:, :, ::-1])
    if result is None or result.boxes is None or result.txts is None:
        return []
    lines: list[OcrLine] = []
    for corners, text, score in zip(result.boxes, result.txts, result.scores, strict=True):
        if one_line(text) and score >= _LEAST_SCORE:
            left, top = corners.min(axis=0).tolist()
            right, bottom = corners.max(axis=0).tolist()
            lines.append(OcrLine(one_line(text), Rect(left, top, right, bottom), float(score)))
    return lines


def as_lines(lines: Sequence[OcrLine], points_per_pixel: float) -> list[Line]:
    """What was read as lines of a page in points; sizes that differ by a hair are made equal."""
    heights = sorted(line.place.height for line in lines)
    usual = heights[len(heights) // 2] if heights else 0.0
    made: list[Line] = []
    for line in lines:
        place = line.place
        height = usual if abs(place.height - usual) < 0.25 * usual else place.height
        scaled = Rect(
            *(value * points_per_pixel for value in (place.left, place.top, place.right, place.bottom))
        )
        made.append(Line(line.text, scaled, round(_SIZE_OF_HEIGHT * height * points_per_pixel, 1)))
    return made
