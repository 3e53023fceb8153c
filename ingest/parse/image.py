"""Pictures: read by OCR, as a page of a document."""

import io
import warnings as python_warnings
from typing import Any

from ingest.errors import SourceError
from ingest.limits import Limits
from ingest.parse.ocr import UnreadableError, as_lines, read_page
from ingest.parse.page_memory import ReadingTime
from ingest.parse.pdf_frame import Frame
from ingest.parse.pdf_headings import Headings, body_size
from ingest.parse.pdf_page import in_order, with_pieces
from ingest.parse.pdf_scan import named
from ingest.parse.pdf_structure import Writer, line_pitches
from ingest.parse.pdf_text import Line
from ingest.records import Block, Document

_LONGEST_SIDE_PIXELS = 3000
_FAILED = "reading it needs more memory than a file may use"
_LATE = "not read, the time that one file may take was used up"


def parse(content: bytes, doc: str, limits: Limits) -> Document:
    """Read the text in a picture, each page of a TIFF; one pixel of the file counts as one point.

    Raises:
        SourceError: `no_text` when no text is found in it, `bomb` when it has too many pixels, `limit` when
            memory or time did not do for a single page.
    """
    blocks: list[Block] = []
    failed: list[int] = []
    late: list[int] = []
    time = ReadingTime(limits)
    pages = 0
    for number, (picture, scale) in enumerate(_pictures(content, limits), start=1):
        pages = number
        if time.is_used_up():
            late.append(number)
            continue
        try:
            lines = as_lines(read_page(picture), scale)
        except UnreadableError:
            failed.append(number)
            continue
        blocks.extend(_page_blocks(lines, number, picture.width * scale, picture.height * scale))
    warnings = [
        f"{named(numbers)}: {what}" for numbers, what in ((failed, _FAILED), (late, _LATE)) if numbers
    ]
    if not blocks and warnings:
        raise SourceError("limit", "; ".join(warnings))
    if not blocks:
        raise SourceError("no_text", "no text was found in the picture")
    return Document(
        doc.rsplit("/", 1)[-1], tuple(blocks), pages, warnings=("read from a picture (OCR)", *warnings)
    )


def _page_blocks(lines: list[Line], number: int, width: float, height: float) -> list[Block]:
    body = body_size(lines)
    parts = with_pieces(Frame(number, 0, 0, width, height, 0, 0), lines)
    ordered = in_order(parts, lambda _: False, body)
    whole = [part for part in ordered if isinstance(part, Line)]
    writer = Writer(Headings({}, {number: whole}, body), frozenset(), line_pitches([whole]))
    return list(writer.page(ordered, parts.frame, True))


def _pictures(content: bytes, limits: Limits) -> Any:
    """Each picture of a file in RGB, not larger than is read well, and points per pixel.

    Raises:
        SourceError: `bomb` when it has too many pixels, `corrupt` when it cannot be decoded.
    """
    from PIL import Image, ImageOps, ImageSequence

    Image.MAX_IMAGE_PIXELS = limits.pixels
    try:
        with python_warnings.catch_warnings():
            python_warnings.simplefilter("error", Image.DecompressionBombWarning)
            file = Image.open(io.BytesIO(content))
            for count, frame in enumerate(ImageSequence.Iterator(file)):
                if count >= limits.ocr_pages:
                    raise SourceError("limit", f"more than {limits.ocr_pages} pictures in one file")
                if frame.width * frame.height > limits.pixels:
                    raise SourceError("bomb", f"{frame.width:,} x {frame.height:,} pixels")
                # Cameras store how they were held; a reader sees the picture upright.
                picture = ImageOps.exif_transpose(frame.copy()).convert("RGB")
                width = picture.width
                picture.thumbnail((_LONGEST_SIDE_PIXELS, _LONGEST_SIDE_PIXELS))
                yield picture, width / picture.width
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise SourceError("bomb", str(error)[:100]) from error
    except (SourceError, MemoryError):
        raise
    except Exception as error:  # Pillow's decoders raise whatever a broken file happens to cause
        raise SourceError("corrupt", f"{type(error).__name__}: {str(error)[:100]}") from error
