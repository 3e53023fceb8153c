"""What is drawn on a PDF page: ruled lines, filled areas, pictures, and which text is not painted."""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from ingest.parse.pdf_frame import Frame, Rect

_TEXT, _PATH, _IMAGE, _SHADING, _FORM = 1, 2, 3, 4, 5  # FPDF_PAGEOBJ_*
_LINE_TO, _MOVE_TO = 0, 2  # FPDF_SEGMENT_*; 1 is a curve
_INVISIBLE_MODES = (3, 7)
_MOST_OBJECTS = 20_000
_MOST_SEGMENTS = 8_000
_MOST_SEGMENTS_A_PATH = 400
_DEEPEST_FORM = 6
_THIN_POINTS = 3.0
_SHORTEST_EDGE_POINTS = 4.0
_WHITE = 248
Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Graphics:
    """Drawn things of one page, as it is read.

    Args:
        across: Horizontal lines, as flat rectangles.
        down: Vertical lines.
        borders: Edges of areas that are painted in a colour but have no outline.
        filled: Areas painted in a colour.
        pictures: Images.
        most_pixels: Of the largest image, 0 without any.
        unpainted: Addresses of text objects that are invisible by their render mode.
        blank: Addresses of text objects painted white on white.
    """

    across: tuple[Rect, ...] = ()
    down: tuple[Rect, ...] = ()
    borders: tuple[Rect, ...] = ()
    filled: tuple[Rect, ...] = ()
    pictures: tuple[Rect, ...] = ()
    most_pixels: int = 0
    unpainted: frozenset[int] = frozenset()
    blank: frozenset[int] = frozenset()


def page_graphics(page: Any, frame: Frame) -> Graphics:
    """Look at a page's objects once; only the first ones of a page that is a huge drawing."""
    walk = _Walk()
    walk.look(page, None, _IDENTITY, 0)
    edges = _long(_placed(walk.edges, frame))
    filled, pictures = _placed(walk.filled, frame), _placed(walk.pictures, frame)
    # A white area behind text is paper; one that covers the whole page in a colour is not.
    coloured = [*filled, *pictures]
    white = zip(walk.white, _placed(list(walk.white.values()), frame), strict=True)
    blank = frozenset(address for (address, rect) in white if not any(area.holds(rect) for area in coloured))
    return Graphics(
        across=tuple(rect for rect in edges if rect.width >= rect.height),
        down=tuple(rect for rect in edges if rect.width < rect.height),
        borders=tuple(_long(_placed(walk.borders, frame))),
        filled=tuple(filled),
        pictures=tuple(pictures),
        most_pixels=walk.most_pixels,
        unpainted=frozenset(walk.unpainted),
        blank=blank,
    )


_UserBox = tuple[float, float, float, float]
"""Left, top, right, bottom in user space."""


def _long(edges: list[Rect]) -> list[Rect]:
    return [rect for rect in edges if max(rect.width, rect.height) >= _SHORTEST_EDGE_POINTS]


def _placed(boxes: list[_UserBox], frame: Frame) -> list[Rect]:
    if not boxes:
        return []
    return [Rect(*row) for row in frame.place(np.array(boxes, dtype=np.float32)).tolist()]


class _Walk:
    """Collects from a page's objects, those inside forms included."""

    def __init__(self) -> None:
        import pypdfium2.raw as pdfium

        self.pdfium = pdfium
        self.edges: list[_UserBox] = []
        self.borders: list[_UserBox] = []
        self.filled: list[_UserBox] = []
        self.pictures: list[_UserBox] = []
        self.white: dict[int, _UserBox] = {}
        self.unpainted: set[int] = set()
        self.most_pixels = 0
        self.objects = 0
        self.segments = 0
        self._mode = (ctypes.c_int(), ctypes.c_int())
        self._colour = tuple(ctypes.c_uint() for _ in range(4))
        self._floats = tuple(ctypes.c_float() for _ in range(4))

    def look(self, page: Any, form: Any, matrix: Matrix, depth: int) -> None:
        """Look at the objects of a page or of a form on it."""
        raw = self.pdfium
        count = raw.FPDFFormObj_CountObjects(form) if form else raw.FPDFPage_CountObjects(page)
        get = raw.FPDFFormObj_GetObject if form else raw.FPDFPage_GetObject
        kind_of = raw.FPDFPageObj_GetType
        for index in range(count):
            self.objects += 1
            if self.objects > _MOST_OBJECTS:
                return
            entry = get(form or page, index)
            kind = kind_of(entry)
            if kind == _TEXT:
                self._text(entry, matrix)
            elif kind == _PATH:
                self._path(entry, matrix)
            elif kind == _IMAGE:
                self._picture(entry, matrix)
            elif kind == _SHADING:
                self.filled.append(self._bounds(entry, matrix))
            elif kind == _FORM and depth < _DEEPEST_FORM:
                self.look(page, entry, _product(self._matrix(entry), matrix), depth + 1)

    def _text(self, entry: Any, matrix: Matrix) -> None:
        if self.pdfium.FPDFTextObj_GetTextRenderMode(entry) in _INVISIBLE_MODES:
            self.unpainted.add(_address(entry))
        elif self._fill(entry) == "white":
            self.white[_address(entry)] = self._bounds(entry, matrix)
        elif self._colour[3].value == 0:
            self.unpainted.add(_address(entry))

    def _fill(self, entry: Any) -> str:
        red, green, blue, alpha = self._colour
        refs = (ctypes.byref(red), ctypes.byref(green), ctypes.byref(blue), ctypes.byref(alpha))
        if not self.pdfium.FPDFPageObj_GetFillColor(entry, *refs):
            return "pattern"
        return "white" if min(red.value, green.value, blue.value) >= _WHITE else "colour"

    def _picture(self, entry: Any, matrix: Matrix) -> None:
        self.pictures.append(self._bounds(entry, matrix))
        width, height = self._colour[:2]
        if self.pdfium.FPDFImageObj_GetImagePixelSize(entry, ctypes.byref(width), ctypes.byref(height)):
            self.most_pixels = max(self.most_pixels, width.value * height.value)

    def _path(self, entry: Any, matrix: Matrix) -> None:
        fill, stroke = self._mode
        self.pdfium.FPDFPath_GetDrawMode(entry, ctypes.byref(fill), ctypes.byref(stroke))
        painted = bool(fill.value) and self._fill(entry) != "white"
        if not painted and not stroke.value:
            return
        box = self._bounds(entry, matrix)
        width, height = box[2] - box[0], box[1] - box[3]
        if min(width, height) <= _THIN_POINTS:
            self.edges.append(box)
            return
        if painted:
            self.filled.append(box)
        count = self.pdfium.FPDFPath_CountSegments(entry)
        self.segments += count
        if count > _MOST_SEGMENTS_A_PATH or self.segments > _MOST_SEGMENTS:
            return
        edges = list(self._edges(entry, count, _product(self._matrix(entry), matrix)))
        if stroke.value:
            self.edges.extend(edges)
        elif len(edges) == 4:
            self.borders.extend(edges)

    def _edges(self, entry: Any, count: int, matrix: Matrix) -> Iterator[_UserBox]:
        """The straight edges of a path that run along the page."""
        raw = self.pdfium
        x, y = self._floats[:2]
        start = last = None
        for index in range(count):
            segment = raw.FPDFPath_GetPathSegment(entry, index)
            raw.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y))
            point = _apply(matrix, x.value, y.value)
            kind = raw.FPDFPathSegment_GetType(segment)
            if kind == _MOVE_TO:
                start = point
            elif kind == _LINE_TO and last is not None:
                yield from _edge(last, point)
            if raw.FPDFPathSegment_GetClose(segment) and start is not None and start != point:
                yield from _edge(point, start)
            last = point

    def _bounds(self, entry: Any, matrix: Matrix) -> _UserBox:
        values = self._floats
        self.pdfium.FPDFPageObj_GetBounds(entry, *(ctypes.byref(value) for value in values))
        left, bottom, right, top = (value.value for value in values)
        if matrix is _IDENTITY:
            return left, top, right, bottom
        corners = [_apply(matrix, x, y) for x in (left, right) for y in (bottom, top)]
        across, up = zip(*corners, strict=True)
        return min(across), max(up), max(across), min(up)

    def _matrix(self, entry: Any) -> Matrix:
        found = self.pdfium.FS_MATRIX()
        if not self.pdfium.FPDFPageObj_GetMatrix(entry, ctypes.byref(found)):
            return _IDENTITY
        return found.a, found.b, found.c, found.d, found.e, found.f


def _edge(start: tuple[float, float], end: tuple[float, float]) -> Iterator[_UserBox]:
    (x0, y0), (x1, y1) = start, end
    if abs(x1 - x0) < 0.5 or abs(y1 - y0) < 0.5:
        yield min(x0, x1), max(y0, y1), max(x0, x1), min(y0, y1)


def _apply(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


@lru_cache(maxsize=256)
def _product(inner: Matrix, outer: Matrix) -> Matrix:
    """First the inner matrix, then the outer one."""
    a, b, c, d, e, f = inner
    start, across, up = _apply(outer, e, f), _apply(outer, a, b), _apply(outer, c, d)
    return (
        across[0] - outer[4], across[1] - outer[5], up[0] - outer[4], up[1] - outer[5], start[0], start[1],
    )  # fmt: skip


def _address(entry: Any) -> int:
    return ctypes.cast(entry, ctypes.c_void_p).value or 0
