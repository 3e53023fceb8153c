"""Pictures of document pages with marked lines, drawn in a child process and kept for a while."""

import json
import logging
import subprocess
import sys
import threading
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from assistant.errors import MillwrightError
from ingest.records import Box

log = logging.getLogger(__name__)

_CHILD = Path(__file__).with_name("page_child.py")
_WAIT_S = 30.0
_AT_ONCE = threading.BoundedSemaphore(2)


class PageError(MillwrightError):
    """A page could not be drawn."""


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A drawn page.

    Args:
        width: In pixels, as is the height.
        located: Whether lines are marked: at least half of the quote was met in them.
    """

    png: bytes
    width: int
    height: int
    pixels_per_point: float
    located: bool = False


@lru_cache(maxsize=48)
def page_image(original: Path, is_pdf: bool, page: int, boxes: tuple[Box, ...], quote: str) -> PagePicture:
    """A page, about 110 dots to the inch, the lines of the quote marked.

    Args:
        original: A kept original; its name is its sha256, so a picture that was drawn stays right.
        page: 1-based.
        boxes: The passage's lines on this page; those with words of the quote are marked strongly. Where
            they hold less than half of it, nothing is marked; where the page is a scan, all of them are.

    Raises:
        PageError: No such page, or the drawing died or took too long.
    """
    corners = [[box.left, box.top, box.right, box.bottom] for box in boxes]
    request = json.dumps({"boxes": corners, "quote": quote})
    command = [
        sys.executable,
        "-I",
        str(_CHILD),
        str(original),
        "pdf" if is_pdf else "image",
        str(page),
        request,
    ]
    with _AT_ONCE:
        try:
            done = subprocess.run(command, capture_output=True, timeout=_WAIT_S, env={}, check=False)
        except subprocess.TimeoutExpired as error:
            raise PageError(f"page {page} took longer than {_WAIT_S:.0f} s to draw") from error
    if done.returncode != 0 or not done.stdout:
        last = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        log.warning("page %s of %s was not drawn: %s", page, original.name, last)
        raise PageError(f"page {page} cannot be drawn; open the original instead")
    header, _, png = done.stdout.partition(b"\n")
    size = json.loads(header)
    return PagePicture(png, size["width"], size["height"], size["pixels_per_point"], size["located"])
