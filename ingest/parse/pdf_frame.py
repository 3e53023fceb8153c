"""Where things stand on a page: from PDF user space to points from the top left corner as it is read."""

import ctypes
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from ingest.records import Box

Rectangles = npt.NDArray[np.float32] | npt.NDArray[np.float64]
"""Shape (n, 4), points. In user space: left, top, right, bottom with y upwards; on a page: y downwards."""


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle on a page as it is read, in points from its top left corner."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """In points."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """In points."""
        return self.bottom - self.top

    def holds(self, other: "Rect", slack: float = 1.0) -> bool:
        """Whether the middle of another one is inside."""
        across, down = (other.left + other.right) / 2, (other.top + other.bottom) / 2
        return (
            self.left - slack <= across <= self.right + slack
            and self.top - slack <= down <= self.bottom + slack
        )


def around(rectangles: Iterable[Rect]) -> Rect:
    """The smallest rectangle around some; there must be one."""
    entries = list(rectangles)
    return Rect(
        min(entry.left for entry in entries),
        min(entry.top for entry in entries),
        max(entry.right for entry in entries),
        max(entry.bottom for entry in entries),
    )


@dataclass(frozen=True, slots=True)
class Frame:
    """A page's crop box in user space, and how it is turned.

    Args:
        shown: Quarter turns clockwise in which the page is shown.
        turned: Quarter turns clockwise in which its text reads upright; differs for a table set sideways.
    """

    number: int
    left: float
    bottom: float
    right: float
    top: float
    shown: int
    turned: int

    @property
    def width(self) -> float:
        """Of the page as it is read, in points."""
        return self.right - self.left if self.turned % 2 == 0 else self.top - self.bottom

    @property
    def height(self) -> float:
        """Of the page as it is read, in points."""
        return self.top - self.bottom if self.turned % 2 == 0 else self.right - self.left

    def place(self, boxes: Rectangles) -> Rectangles:
        """Rectangles of user space on the page as it is read."""
        # In single precision a page of two million millimetres would lose its text.
        left, top, right, bottom = boxes.astype(np.float64).T
        turned: tuple[Any, Any, Any, Any]
        if self.turned == 0:
            turned = (left - self.left, self.top - top, right - self.left, self.top - bottom)
        elif self.turned == 1:
            turned = (bottom - self.bottom, left - self.left, top - self.bottom, right - self.left)
        elif self.turned == 2:
            turned = (self.right - right, bottom - self.bottom, self.right - left, top - self.bottom)
        else:
            turned = (self.top - top, self.right - right, self.top - bottom, self.right - left)
        return np.stack(turned, axis=1)

    def box(self, rect: Rect) -> Box:
        """A rectangle of the page as it is read on the page as it is shown."""
        if self.turned == self.shown:
            return Box(self.number, *(round(value, 2) for value in _corners(rect)))
        x0, y0, x1, y1 = _corners(rect)
        if self.turned == 0:
            user = (self.left + x0, self.top - y0, self.left + x1, self.top - y1)
        elif self.turned == 1:
            user = (self.left + y0, self.bottom + x1, self.left + y1, self.bottom + x0)
        elif self.turned == 2:
            user = (self.right - x1, self.bottom + y1, self.right - x0, self.bottom + y0)
        else:
            user = (self.right - y1, self.top - x0, self.right - y0, self.top - x1)
        upright = replace(self, turned=self.shown)
        placed = upright.place(np.array([user], dtype=np.float32))[0]
        return Box(self.number, *(round(float(value), 2) for value in placed))


def _corners(rect: Rect) -> tuple[float, float, float, float]:
    return rect.left, rect.top, rect.right, rect.bottom


def frame_of(page: Any, number: int) -> Frame:
    """The frame of a page as it is shown.

    Raises:
        PdfiumError: The page states no size.
    """
    import pypdfium2 as pdfium
    from pypdfium2 import raw

    # The boxes of the page itself would leave out the ones it inherits from the page tree.
    box = raw.FS_RECTF()
    if not raw.FPDF_GetPageBoundingBox(page, ctypes.byref(box)):
        raise pdfium.PdfiumError("a page without size")
    turns = (page.get_rotation() // 90) % 4
    return Frame(number, box.left, box.bottom, box.right, box.top, turns, turns)
