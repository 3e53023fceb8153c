"""Reading pictures of text with rapidocr; its models are in the wheel, English and Chinese."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ingest.clean import join_lines, one_line, warning_signal
from ingest.records import Block, Box

_LEAST_SCORE = 0.5


@dataclass(frozen=True, slots=True)
class OcrLine:
    """A line of text with its box in pixels (left, top, right, bottom) and how sure the reader is, 0..1."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    score: float


@lru_cache(maxsize=1)
def _engine() -> Any:
    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    from rapidocr import RapidOCR

    threads = {"EngineConfig.onnxruntime.intra_op_num_threads": 1}
    return RapidOCR(params={"Global.log_level": "error", **threads})


def lines_of(picture: Any) -> list[OcrLine]:
    """The lines of a picture, top to bottom."""
    import numpy as np

    result = _engine()(np.asarray(picture.convert("RGB"))[:, :, ::-1])
    if result is None or result.boxes is None:
        return []
    lines: list[OcrLine] = []
    for corners, text, score in zip(result.boxes, result.txts, result.scores, strict=True):
        if one_line(text) and score >= _LEAST_SCORE:
            left, top = corners.min(axis=0).tolist()
            right, bottom = corners.max(axis=0).tolist()
            lines.append(OcrLine(one_line(text), left, top, right, bottom, float(score)))
    return sorted(lines, key=lambda line: (round(line.top / max(1.0, line.bottom - line.top)), line.left))


def text_blocks(lines: Sequence[OcrLine], page: int, points_per_pixel: float) -> list[Block]:
    """Lines that follow closely joined to paragraphs, with their boxes in points."""
    blocks: list[Block] = []
    held: list[OcrLine] = []
    for line in lines:
        height = line.bottom - line.top
        if held and line.top - held[-1].bottom > 0.8 * height:
            blocks.append(_block(held, page, points_per_pixel))
            held = []
        held.append(line)
    if held:
        blocks.append(_block(held, page, points_per_pixel))
    return blocks


def _block(lines: Sequence[OcrLine], page: int, scale: float) -> Block:
    text = join_lines([line.text for line in lines])
    boxes = tuple(
        Box(page, line.left * scale, line.top * scale, line.right * scale, line.bottom * scale)
        for line in lines
    )
    kind = "warning" if warning_signal(text) else "paragraph"
    return Block(kind, text, page=page, boxes=boxes, ocr=True)  # type: ignore[arg-type]
