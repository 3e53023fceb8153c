"""Pages of a PDF that are pictures of text: which they are, and their text by OCR."""

import re
from collections.abc import Iterable
from typing import Any

from ingest.limits import Limits
from ingest.parse.page_memory import ReadingTime
from ingest.parse.pdf_frame import frame_of
from ingest.parse.pdf_page import Parts, with_pieces

_FEWEST_CHARACTERS = 25
"""A scan may bear a stamp or a page number as text."""

_SAMPLE_CHARACTERS = 2000
_DOTS_PER_INCH = 200
_COARSEST_PER_INCH = 60
_MOST_PIXELS = 8_000_000
_UNREADABLE = re.compile("[\ue000-\uf8ff\ufffd\U000f0000-\U0010ffff]")
"""Codes for private use, and the sign for a character that is not known."""

_MOST_UNREADABLE = 0.3


class Scans:
    """Reads the pages that need it, up to a limit, and remembers what became of them."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._read: list[int] = []
        self._empty: list[int] = []
        self._beyond: list[int] = []
        self._too_large: list[int] = []
        self._late: list[int] = []
        self._failed: list[int] = []
        self._time = ReadingTime(limits)

    def read(self, page: Any, parts: Parts) -> Parts:
        """The page as it is, or with the text of its picture where it has none that can be read."""
        text = parts.characters
        if not _is_picture(parts, text):
            return parts
        number = parts.frame.number
        frame = frame_of(page, number)
        scale = _DOTS_PER_INCH / 72
        most = min(self._limits.pixels, _MOST_PIXELS)
        scale = min(scale, (most / max(1.0, frame.width * frame.height)) ** 0.5)
        if parts.most_pixels > self._limits.pixels or scale < _COARSEST_PER_INCH / 72:
            self._too_large.append(number)
            return parts
        if len(self._read) + len(self._empty) >= self._limits.ocr_pages:
            self._beyond.append(number)
            return parts
        if self._time.is_used_up():
            self._late.append(number)
            return parts
        from ingest.parse.ocr import UnreadableError, as_lines, read_page

        try:
            lines = as_lines(read_page(page.render(scale=scale, may_draw_forms=False).to_pil()), 1 / scale)
        except UnreadableError:
            self._failed.append(number)
            return parts
        if sum(len(line.text) for line in lines) <= len(text) and not _is_garbage(text):
            if not text:
                self._empty.append(number)
            return parts
        self._read.append(number)
        return with_pieces(frame, lines)

    def warnings(self) -> list[str]:
        """What became of the pages without text, named by page."""
        met = (
            (self._read, "read from a picture (OCR)"),
            (self._empty, "no text was found in the picture"),
            (self._failed, "a scan; reading it needs more memory than a file may use"),
            (self._too_large, "the picture is too large to be read"),
            (self._late, "a scan; not read, the time that one file may take was used up"),
            (self._beyond, "a scan; not read, it is beyond the limit of pages read as pictures"),
        )
        return [f"{named(pages)}: {what}" for pages, what in met if pages]


def _is_picture(parts: Parts, text: str) -> bool:
    """Whether a page shows its text only as a picture, or has text that no one can read."""
    if parts.ocr:
        return False
    if _is_garbage(text):
        return True
    sheet = parts.sheet
    largest = max((area.width * area.height for area in parts.pictures), default=0.0)
    if not text.strip():
        return bool(parts.pictures) and largest > 0.02 * sheet.width * sheet.height
    return len(text) < _FEWEST_CHARACTERS and largest > 0.5 * sheet.width * sheet.height


def _is_garbage(text: str) -> bool:
    """Whether a font without a table of its characters left codes where letters should be."""
    if text.isascii() or not _UNREADABLE.search(text):
        return False
    sample = "".join(text[:_SAMPLE_CHARACTERS].split())
    bad = len(_UNREADABLE.findall(sample))
    return len(sample) >= _FEWEST_CHARACTERS and bad > _MOST_UNREADABLE * len(sample)


def named(pages: Iterable[int]) -> str:
    """Pages in words: "page 7", "pages 2-5, 9"."""
    runs: list[list[int]] = []
    for page in sorted(set(pages)):
        if runs and page == runs[-1][-1] + 1:
            runs[-1].append(page)
        else:
            runs.append([page])
    text = ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)
    return f"page {text}" if len(runs) == 1 and len(runs[0]) == 1 else f"pages {text}"
