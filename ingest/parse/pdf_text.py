"""The text of a PDF page as pieces of lines, each with its place, size and weight; hidden text left out."""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from ingest.clean import one_line
from ingest.parse.pdf_frame import Frame, Rect, Rectangles
from ingest.parse.pdf_graphics import Graphics

_PIECE_GAP = 0.95
"""A gap wider than so many line heights parts two pieces: columns, cells, a list's number."""

_SYMBOLS = str.maketrans("\uf0b7\uf0a7\uf0d8\uf06e\uf0fc\uf0b0\ufffe\u2011", "•▪➢■✓°--")
"""Bullets of symbol fonts, and the sign that PDFium puts for a hyphen at the end of a line."""

_SPACES = np.array([0x85, 0xA0, *range(0x2000, 0x200C), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000], np.uint32)
_MOST_CHARACTERS = 400_000
_SMALLEST_POINTS = 1.0


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text, or a piece of one.

    Args:
        place: On the page as it is read.
        size: In points.
        fixed: Set in a typewriter face.
        aside: It stands at an angle to the page's text.
    """

    text: str
    place: Rect
    size: float
    bold: bool = False
    fixed: bool = False
    aside: bool = False


@dataclass(frozen=True, slots=True)
class PageText:
    """The visible pieces in the order of the file.

    Args:
        hidden: Characters that a reader of the page cannot see.
        layer: The text lies unseen over a picture: it is what a scanner's OCR read.
    """

    pieces: tuple[Line, ...]
    hidden: int = 0
    layer: bool = False


def page_text(textpage: Any, frame: Frame, graphics: Graphics) -> tuple[PageText, Frame]:
    """Read a page; the frame comes back turned where the text of the page is set sideways."""
    reader = _Reader(textpage, frame, graphics)
    if not reader.count:
        return PageText(()), frame
    seen, hidden, layer = reader.seen()
    indexes = np.flatnonzero(seen & reader.inked)
    breaks = reader.breaks(indexes, frame)
    if len(breaks) + 1 > 12 and len(breaks) > 0.3 * len(indexes):
        turned, pieces = reader.sideways(indexes)
    else:
        turned, pieces = frame, list(reader.pieces(indexes, breaks, frame))
    inside = [piece for piece in pieces if _is_on_page(piece.place, turned)]
    gone = sum(len(piece.text) for piece in pieces) - sum(len(piece.text) for piece in inside)
    return PageText(tuple(inside), hidden + gone, layer), turned


def _is_on_page(place: Rect, frame: Frame) -> bool:
    if place.height < _SMALLEST_POINTS:
        return False
    return Rect(0, 0, frame.width, frame.height).holds(place, 0)


class _Reader:
    """Characters of one page with their boxes; PDFium is asked as seldom as can be."""

    def __init__(self, textpage: Any, frame: Frame, graphics: Graphics) -> None:
        import pypdfium2.raw as pdfium

        self.pdfium, self.raw = pdfium, textpage.raw
        self.frame, self.graphics = frame, graphics
        self.count = min(pdfium.FPDFText_CountChars(self.raw), _MOST_CHARACTERS)
        self.text = self._text(textpage) if self.count > 0 else ""
        self.user = self._boxes() if self.count > 0 else np.empty((0, 4), np.float32)
        codes = np.frombuffer(self.text.encode("utf-32-le", "replace"), dtype=np.uint32)
        self.inked = (codes > 0x20) & ~np.isin(codes, _SPACES)
        self.lines_before = np.cumsum((codes == 0x0A) | (codes == 0x0D))
        borders = [rect for rect in graphics.borders if rect.height > rect.width]
        self.upright = [*graphics.down, *borders]
        self.all_seen = True
        self._name, self._flags = ctypes.create_string_buffer(96), ctypes.c_int()

    def _text(self, textpage: Any) -> str:
        text: str = textpage.get_text_range(0, self.count)
        if len(text) == self.count:
            return text
        # Characters outside the basic plane shift the text against the boxes.
        codes = (self.pdfium.FPDFText_GetUnicode(self.raw, index) for index in range(self.count))
        return "".join(chr(code) if 0 < code < 0x110000 else " " for code in codes)

    def _boxes(self) -> Rectangles:
        """Boxes of all characters in user space: left, top, right, bottom."""
        boxes = np.zeros((self.count, 4), dtype=np.float32)
        # Through plain addresses the call costs half of what typed pointers cost.
        plain = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)
        get_box = ctypes.cast(self.pdfium.FPDFText_GetLooseCharBox, plain)
        page, base = ctypes.cast(self.raw, ctypes.c_void_p), boxes.ctypes.data
        for index in range(self.count):
            get_box(page, index, base + 16 * index)
        return np.nan_to_num(boxes, posinf=1e6, neginf=-1e6)

    def seen(self) -> tuple[npt.NDArray[np.bool_], int, bool]:
        """Which characters are painted, how many are not, and whether those are a scanner's text layer."""
        seen = np.ones(self.count, dtype=bool)
        unpainted, blank = self.graphics.unpainted, self.graphics.blank
        if not unpainted and not blank:
            return seen, 0, False
        get = self.pdfium.FPDFText_GetTextObject
        owners = [
            ctypes.cast(get(self.raw, index), ctypes.c_void_p).value or 0 if inked else 0
            for index, inked in enumerate(self.inked)
        ]
        invisible = np.array([owner in unpainted for owner in owners], dtype=bool)
        white = np.array([owner in blank for owner in owners], dtype=bool)
        painted = self.inked & ~invisible & ~white
        self.all_seen = False
        layer = bool(invisible.any()) and (not painted.any() or self._over_picture(invisible))
        seen = ~white if layer else ~(white | invisible)
        return seen, int((self.inked & ~seen).sum()), layer

    def _over_picture(self, chosen: npt.NDArray[np.bool_]) -> bool:
        """Whether most of some characters lie over a picture that fills most of the page."""
        whole = self.frame.width * self.frame.height
        large = [area for area in self.graphics.pictures if area.width * area.height > 0.5 * whole]
        if not large:
            return False
        left, top, right, bottom = self.frame.place(self.user[chosen]).T
        across, down = (left + right) / 2, (top + bottom) / 2
        over = np.zeros(len(across), dtype=bool)
        for area in large:
            over |= (across > area.left) & (across < area.right) & (down > area.top) & (down < area.bottom)
        return bool(over.mean() > 0.8)

    def breaks(self, indexes: npt.NDArray[np.intp], frame: Frame) -> npt.NDArray[np.intp]:
        """Positions in `indexes` after which a new piece begins."""
        if len(indexes) < 2:
            return np.empty(0, dtype=np.intp)
        left, top, right, bottom = frame.place(self.user[indexes]).T
        height = np.maximum(bottom - top, 0.1)
        overlap = np.minimum(bottom[1:], bottom[:-1]) - np.maximum(top[1:], top[:-1])
        gap = left[1:] - right[:-1]
        tall = np.maximum(height[1:], height[:-1])
        anew = self.lines_before[indexes[1:]] != self.lines_before[indexes[:-1]]
        anew |= overlap < 0.35 * np.minimum(height[1:], height[:-1])
        anew |= (gap > _PIECE_GAP * tall) | (left[1:] < left[:-1] - 1.5 * tall)
        middle = (top + bottom) / 2
        for rule in self.upright:
            beside = (right[:-1] <= rule.right + 1) & (left[1:] >= rule.left - 1)
            # A line through a drawing may cross a word; in a table there is room on both sides of it.
            anew |= beside & (gap > 0.12 * tall) & (middle[1:] > rule.top) & (middle[1:] < rule.bottom)
        return np.flatnonzero(anew)

    def pieces(
        self, indexes: npt.NDArray[np.intp], breaks: npt.NDArray[np.intp], frame: Frame
    ) -> Iterator[Line]:
        """The characters as pieces of lines."""
        if not len(indexes):
            return
        boxes = frame.place(self.user[indexes])
        starts = np.concatenate(([0], breaks + 1))
        low = np.minimum.reduceat(boxes, starts, axis=0).tolist()
        high = np.maximum.reduceat(boxes, starts, axis=0).tolist()
        ends = np.concatenate((starts[1:], [len(indexes)])) - 1
        for first, last, least, most in zip(
            indexes[starts].tolist(), indexes[ends].tolist(), low, high, strict=True
        ):
            text = one_line(self._between(first, last, indexes).translate(_SYMBOLS))
            if text:
                size, bold, fixed = self._style(first, last)
                yield Line(text, Rect(least[0], least[1], most[2], most[3]), size, bold, fixed)

    def _between(self, first: int, last: int, indexes: npt.NDArray[np.intp]) -> str:
        text = self.text[first : last + 1]
        if self.all_seen:
            return text
        at = np.searchsorted(indexes, [first, last])
        kept = set(indexes[at[0] : at[1] + 1].tolist())
        return "".join(
            self.text[index] if index in kept or not self.inked[index] else ""
            for index in range(first, last + 1)
        )

    def _style(self, first: int, last: int) -> tuple[float, bool, bool]:
        """Size in points, bold, typewriter."""
        matrix = self.pdfium.FS_MATRIX()
        size = float(self.pdfium.FPDFText_GetFontSize(self.raw, first))
        if self.pdfium.FPDFText_GetMatrix(self.raw, first, ctypes.byref(matrix)):
            size *= float(np.hypot(matrix.c, matrix.d)) or 1.0
        bold, fixed = self._face(first)
        if (bold or fixed) and last > first:
            # A word in another face at the start of a line does not set the line in it.
            others = [self._face(self._last_letter(first, last))]
            if fixed:
                middle = (first + last) // 2
                others.append(self._face(middle if self.inked[middle] else middle + 1))
            bold = bold and all(face[0] for face in others)
            fixed = fixed and all(face[1] for face in others)
        return round(size, 1), bold, fixed

    def _last_letter(self, first: int, last: int) -> int:
        """A sign at the end (an arrow where a listing's line was broken) may be from another font."""
        near = (index for index in range(last, max(first, last - 5), -1) if self.text[index].isalnum())
        return next(near, last)

    def _face(self, index: int) -> tuple[bool, bool]:
        self.pdfium.FPDFText_GetFontInfo(self.raw, index, self._name, 96, ctypes.byref(self._flags))
        return _face(self._name.value, self._flags.value)

    def sideways(self, indexes: npt.NDArray[np.intp]) -> tuple[Frame, list[Line]]:
        """Pieces of a page on which text stands at an angle; most of it decides how the page is read."""
        angle = self.pdfium.FPDFText_GetCharAngle
        radians = np.array([angle(self.raw, index) for index in indexes.tolist()])
        # PDFium counts the angle clockwise; the page has to be turned back by it.
        turns = np.mod(-np.rint(np.maximum(radians, 0) / (np.pi / 2)).astype(int), 4)
        most = int(np.bincount(turns, minlength=4).argmax())
        frame = replace(self.frame, turned=most)
        self.all_seen = False
        found = self._turned(indexes[turns == most], frame)
        for other in sorted(set(turns.tolist()) - {most}):
            own = replace(self.frame, turned=other)
            for piece in self._turned(indexes[turns == other], own):
                found.append(replace(piece, place=_moved(piece.place, own, frame), aside=True))
        return frame, found

    def _turned(self, indexes: npt.NDArray[np.intp], frame: Frame) -> list[Line]:
        return list(self.pieces(indexes, self.breaks(indexes, frame), frame))


def _moved(place: Rect, own: Frame, frame: Frame) -> Rect:
    """A rectangle of one reading of the page in another."""
    box = replace(own, shown=frame.turned).box(place)
    return Rect(box.left, box.top, box.right, box.bottom)


@lru_cache(maxsize=512)
def _face(name: bytes, flags: int) -> tuple[bool, bool]:
    """Bold and typewriter, by a font's name and descriptor flags."""
    lowered = name.lower()
    bold = any(word in lowered for word in (b"bold", b"black", b"heavy", b"demi", b"-bd", b"medi"))
    mono = (b"mono", b"courier", b"consol", b"typewriter", b"cmtt", b"nimbusmonl", b"menlo")
    fixed = bool(flags & 1) or any(word in lowered for word in mono)
    return bold or bool(flags & (1 << 18)), fixed
