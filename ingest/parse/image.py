"""Pictures: read by OCR."""

import io
import warnings as python_warnings
from typing import Any

from ingest.errors import SourceError
from ingest.limits import Limits
from ingest.parse.ocr import lines_of, text_blocks
from ingest.records import Document


def parse(content: bytes, doc: str, limits: Limits) -> Document:
    """Read the text in a picture; one page, in points at 72 to the inch as if one pixel were one point."""
    picture = open_picture(content, limits)
    lines = lines_of(picture)
    if not lines:
        raise SourceError("no_text", "no text was found in the picture")
    return Document(
        doc.rsplit("/", 1)[-1],
        tuple(text_blocks(lines, page=1, points_per_pixel=1.0)),
        pages=1,
        warnings=("read from a picture (OCR)",),
    )


def open_picture(content: bytes, limits: Limits) -> Any:
    """The picture in RGB.

    Raises:
        SourceError: `bomb` when it has too many pixels, `corrupt` when it cannot be decoded.
    """
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = limits.pixels
    try:
        with python_warnings.catch_warnings():
            python_warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(content))
            if picture.width * picture.height > limits.pixels:
                raise SourceError("bomb", f"{picture.width} x {picture.height} pixels")
            return picture.convert("RGB")
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise SourceError("bomb", str(error)[:100]) from error
    except (SourceError, MemoryError):
        raise
    except Exception as error:  # Pillow's decoders raise whatever a broken file happens to cause
        raise SourceError("corrupt", f"{type(error).__name__}: {str(error)[:100]}") from error
