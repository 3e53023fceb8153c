"""One PDF page taken apart: its text, its tables and boxes, and what is drawn on it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ingest.parse.pdf_figures import Figure, with_labels
from ingest.parse.pdf_frame import Frame, Rect, frame_of
from ingest.parse.pdf_graphics import Graphics, page_graphics
from ingest.parse.pdf_lines import reading_order, whole_lines
from ingest.parse.pdf_tables import Boxed, Table, find_tables
from ingest.parse.pdf_text import Line, page_text

Part = Line | Table | Boxed | Figure
"""What stands on a page, each in its place."""

_MOST_DRAWN = 4000


@dataclass(frozen=True, slots=True)
class Parts:
    """A page as it was found, not yet in reading order.

    Args:
        pieces: Text outside tables and boxes.
        drawn: Where lines and areas are drawn outside of tables.
        most_pixels: Of its largest picture, 0 without any.
        hidden: Characters that a reader cannot see.
        ocr: The text was read from a picture, by us or by whoever scanned it.
    """

    frame: Frame
    pieces: tuple[Line, ...] = ()
    tables: tuple[Table | Boxed, ...] = ()
    drawn: tuple[Rect, ...] = ()
    pictures: tuple[Rect, ...] = ()
    most_pixels: int = 0
    hidden: int = 0
    ocr: bool = False

    @property
    def sheet(self) -> Rect:
        """The page as it is read."""
        return Rect(0, 0, self.frame.width, self.frame.height)

    @property
    def characters(self) -> str:
        """All text, in no order."""
        rows = [row for table in self.tables if isinstance(table, Table) for row in table.rows]
        return " ".join(
            [
                *(piece.text for piece in self.pieces),
                *(table.text for table in self.tables if isinstance(table, Boxed)),
                *(cell for row in rows for cell in row.filled),
            ]
        )


def take_apart(page: Any, number: int) -> Parts:
    """What stands on a page."""
    frame = frame_of(page, number)
    graphics = page_graphics(page, frame)
    textpage = page.get_textpage()
    try:
        text, turned = page_text(textpage, frame, graphics)
    finally:
        textpage.close()
    if turned != frame:
        graphics = page_graphics(page, turned)
    sheet = Rect(0, 0, turned.width, turned.height)
    tables, rest = find_tables(text.pieces, graphics, sheet)
    drawn = [
        rect
        for rect in (*graphics.across, *graphics.down, *graphics.filled)
        if rect.width * rect.height < 0.5 * sheet.width * sheet.height
        and not any(table.place.holds(rect) for table in tables)
    ]
    return Parts(
        turned,
        tuple(rest),
        tuple(tables),
        tuple(drawn[:_MOST_DRAWN]),
        graphics.pictures,
        graphics.most_pixels,
        text.hidden,
        text.layer,
    )


def with_pieces(frame: Frame, pieces: Sequence[Line]) -> Parts:
    """A page whose text was read from a picture of it."""
    tables, rest = find_tables(pieces, Graphics(), Rect(0, 0, frame.width, frame.height))
    return Parts(frame, tuple(rest), tuple(tables), ocr=True)


def in_order(parts: Parts, leave_out: Callable[[Part], bool], body_size: float) -> list[Part]:
    """Everything on a page as it is read; text at an angle comes last."""
    kept: list[Part] = [part for part in (*parts.pieces, *parts.tables) if not leave_out(part)]
    aside = [part for part in kept if isinstance(part, Line) and part.aside]
    upright = [part for part in kept if not (isinstance(part, Line) and part.aside)]
    figures, upright = with_labels(parts.drawn, parts.pictures, upright, parts.sheet, body_size)
    ordered: list[Part] = []
    for group in reading_order([*upright, *figures], parts.sheet):
        ordered.extend(_lined_up(group))
    return [*ordered, *aside]


def _lined_up(group: Iterable[Part]) -> list[Part]:
    """A column: its pieces joined to lines, tables between them where they stand."""
    entries = list(group)
    lines = whole_lines([part for part in entries if isinstance(part, Line)])
    others = [part for part in entries if not isinstance(part, Line)]
    return sorted([*lines, *others], key=lambda part: (part.place.top, part.place.left))
