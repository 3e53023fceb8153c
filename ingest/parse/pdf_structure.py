"""Lines in reading order as blocks: headings, paragraphs, lists, warnings, captions, code, table rows."""

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from ingest.clean import is_signal_word, join_lines, warning_signal
from ingest.parse.pdf_figures import Figure
from ingest.parse.pdf_frame import Frame, Rect, around
from ingest.parse.pdf_headings import LONE_NUMBER, Headings, is_caption
from ingest.parse.pdf_margins import without_leaders
from ingest.parse.pdf_page import Part
from ingest.parse.pdf_rows import TableWriter
from ingest.parse.pdf_tables import Boxed, Table
from ingest.parse.pdf_text import Line
from ingest.records import Block, BlockKind

_ITEM = re.compile(
    r"^(?:[-–*•·▪◦●■➢✓]\s|\(?\d{1,2}[.)](?:\s|(?=[一-鿿]))|\(?[a-zA-Z][.)]\s|[①-⑳]|（\d{1,2}）)"
)
_SENTENCE_END = (".", "。", "!", "?", ":", "：", "！", "？", ";", "；")
_NOTE = re.compile(r"(?:Note|NOTE|Tip|TIP|Important|IMPORTANT|Remark|注|提示|说明|备注)[:：]?")
"""A word that leads in the paragraph below it, whatever its type."""

_CAPTION_POINTS = 40.0


@dataclass(slots=True)
class Writer:
    """Turns the parts of page after page into blocks.

    Args:
        words: Words of the document; see `join_lines`.
        pitch: Usual distance between lines of a size, top to top, in points.
        fixed_body: The whole document is set in a typewriter face, so that it does not mean code.
    """

    headings: Headings
    words: Container[str]
    pitch: dict[float, float]
    fixed_body: bool = False
    tables: TableWriter = field(default_factory=TableWriter)

    def page(self, parts: Sequence[Part], frame: Frame, ocr: bool) -> Iterator[Block]:
        """The blocks of one page."""
        blocks: list[Block] = []
        held: list[Line] = []
        for index, part in enumerate(parts):
            if isinstance(part, Line):
                if held and self._starts_anew(held, part, self._next_line(parts, index), frame.number):
                    blocks.extend(self._close(held, parts, index, frame))
                    held = []
                held.append(part)
                continue
            blocks.extend(self._close(held, parts, index, frame))
            held = []
            blocks.extend(self._other(part, parts, index, frame))
        blocks.extend(self._close(held, parts, len(parts), frame))
        for block in _announced(blocks):
            yield replace(block, ocr=ocr)

    def _next_line(self, parts: Sequence[Part], index: int) -> Line | None:
        following = parts[index + 1] if index + 1 < len(parts) else None
        return following if isinstance(following, Line) else None

    def _other(self, part: Part, parts: Sequence[Part], index: int, frame: Frame) -> Iterable[Block]:
        if isinstance(part, Boxed):
            boxes = tuple(frame.box(line.place) for line in part.lines)
            return [Block("warning", part.text, page=frame.number, boxes=boxes)]
        if isinstance(part, Table):
            first = not any(isinstance(before, Line | Table) for before in parts[:index])
            return self.tables.blocks(part, _caption_of(part, parts, index), first, frame)
        if isinstance(part, Figure) and part.labels:
            text = "; ".join(line.text for line in part.labels)
            boxes = tuple(frame.box(line.place) for line in part.labels)
            return [Block("paragraph", text, page=frame.number, boxes=boxes)]
        return []

    def _close(self, held: Sequence[Line], parts: Sequence[Part], index: int, frame: Frame) -> list[Block]:
        """The lines that belong together as a block."""
        if not held:
            return []
        boxes = tuple(frame.box(line.place) for line in held)
        level = self._level(held, frame.number, self._is_alone(held, parts, index))
        if level:
            self.tables.interrupt()
            text = join_lines([line.text for line in held], self.words)
            return [Block("heading", text, level=level, page=frame.number, boxes=boxes)]
        if self._is_code(held):
            self.tables.interrupt()
            return [Block("code", _listing(held), page=frame.number, boxes=boxes)]
        text = without_leaders(join_lines([line.text for line in held], self.words))
        kind: BlockKind = "paragraph"
        if warning_signal(text):
            kind = "warning"
        elif is_caption(text) and len(text) < 250:
            kind = "caption"
            boxes = (*boxes, *(frame.box(place) for place in _figure_of(held, parts, index)))
        elif _ITEM.match(text):
            kind = "list_item"
        if kind != "caption":
            self.tables.interrupt()
        return [Block(kind, text, page=frame.number, boxes=boxes)]

    def _level(self, held: Sequence[Line], page: int, alone: bool) -> int:
        first = held[0]
        if len(held) == 1:
            return 0 if _NOTE.fullmatch(first.text) else self.headings.level(first, page, alone)
        if LONE_NUMBER.fullmatch(first.text):
            joined = replace(held[1], text=join_lines([line.text for line in held]))
            return self.headings.level(joined, page, True)
        if len(held) > 4 or any(abs(line.size - first.size) > 1 or line.fixed for line in held):
            return 0
        joined = replace(first, text=join_lines([line.text for line in held], self.words))
        joined = replace(joined, bold=all(line.bold for line in held))
        if first.size > 1.12 * self.headings.body or self.headings.is_bookmarked(joined.text, page):
            return self.headings.level(joined, page, alone)
        return 0

    def _is_alone(self, held: Sequence[Line], parts: Sequence[Part], index: int) -> bool:
        """Whether no line in the same face stands close above or below."""
        first, last = held[0], held[-1]
        before = parts[index - len(held) - 1] if index > len(held) else None
        after = parts[index] if index < len(parts) else None
        for other, gap in (
            (before, first.place.top - before.place.bottom if before else 0.0),
            (after, after.place.top - last.place.bottom if after else 0.0),
        ):
            near = gap < 0.6 * first.place.height
            if isinstance(other, Line) and other.bold == first.bold and other.size == first.size and near:
                return False
        return True

    def _is_code(self, held: Sequence[Line]) -> bool:
        return not self.fixed_body and all(line.fixed for line in held)

    def _starts_anew(self, held: Sequence[Line], line: Line, after: Line | None, page: int) -> bool:
        """Whether a line opens a new block after those before it."""
        last = held[-1]
        if last.aside or line.aside or (last.fixed != line.fixed and not self.fixed_body):
            return True
        pitch = line.place.top - last.place.top
        if pitch < 0:
            return not _runs_on(held, line)
        usual = self.pitch.get(last.size, 1.25 * last.size)
        if LONE_NUMBER.fullmatch(last.text) and last.size > 1.12 * self.headings.body and len(held) == 1:
            return line.size <= 1.12 * self.headings.body
        if self._is_code(held):
            return pitch > 2.6 * usual
        if abs(line.size - last.size) > 0.1 * max(line.size, last.size) or pitch > 1.35 * usual + 0.5:
            return True
        if _ITEM.match(line.text) or is_caption(line.text) or warning_signal(line.text):
            return True
        if last.bold != line.bold and all(entry.bold == last.bold for entry in held):
            return line.bold or _is_short(held, line)
        if len(held) == 1 and self.headings.is_bookmarked(last.text, page):
            return not self.headings.is_bookmarked(f"{last.text} {line.text}", page)
        return _is_indented(held, line)


def _is_short(held: Sequence[Line], line: Line) -> bool:
    return held[-1].place.right < line.place.right - 2 * line.size or held[-1].text.endswith(_SENTENCE_END)


def _is_indented(held: Sequence[Line], line: Line) -> bool:
    """Whether the last line ended a paragraph early, or this one begins further in or out than it."""
    last, em = held[-1], line.size
    right = max(entry.place.right for entry in (*held, line))
    ended = last.text.endswith(_SENTENCE_END)
    short = last.place.right < right - 0.12 * (right - held[0].place.left) - em
    item = bool(_ITEM.match(held[0].text))
    if item and line.place.left < held[0].place.left - 2:
        return True
    if ended and line.place.left > last.place.left + 0.8 * em and len(held) > 1:
        return True
    if item and len(held) == 1:
        return short and ended and line.place.left <= last.place.left + 1
    return short and ended


def _runs_on(held: Sequence[Line], line: Line) -> bool:
    """Whether a sentence goes on at the top of the next column."""
    last = held[-1]
    if last.text.endswith(_SENTENCE_END) or last.bold or line.bold or last.size != line.size:
        return False
    return line.text[0].islower() or "一" <= line.text[0] <= "鿿"


def _listing(held: Sequence[Line]) -> str:
    """Lines in a typewriter face with their indentation."""
    left = min(line.place.left for line in held)
    widths = [line.place.width / len(line.text) for line in held if len(line.text) > 3]
    width = max(2.0, sorted(widths)[len(widths) // 2]) if widths else 5.0
    return "\n".join(" " * min(40, round((line.place.left - left) / width)) + line.text for line in held)


def _caption_of(table: Table, parts: Sequence[Part], index: int) -> str:
    """The caption just above a table, or just below it."""
    above: list[str] = []
    top = table.place.top
    for part in reversed(parts[:index]):
        if not isinstance(part, Line) or top - part.place.bottom > _CAPTION_POINTS or len(above) > 2:
            break
        above.insert(0, part.text)
        if is_caption(part.text):
            return join_lines(above)
        top = part.place.top
    below = parts[index + 1] if index + 1 < len(parts) else None
    if isinstance(below, Line) and below.place.top - table.place.bottom < _CAPTION_POINTS / 2:
        following = parts[index + 2] if index + 2 < len(parts) else None
        if is_caption(below.text) and not isinstance(following, Table):
            return below.text
    return ""


def _figure_of(held: Sequence[Line], parts: Sequence[Part], index: int) -> list[Rect]:
    """The figure that a caption stands under, or over."""
    place = around(line.place for line in held)
    figures = [part.place for part in parts if isinstance(part, Figure)]
    near = [
        (gap, figure.top, figure)
        for figure in figures
        for gap in (place.top - figure.bottom, figure.top - place.bottom)
        if -6 < gap < 3 * _CAPTION_POINTS and figure.left < place.right and figure.right > place.left
    ]
    return [min(near)[2]] if near else []


def _announced(blocks: Sequence[Block]) -> Iterator[Block]:
    """A lone signal word or "Note" joined to what it announces, and a list to the warning that opens it."""
    held: Block | None = None
    for block in blocks:
        if held is not None and block.kind in ("paragraph", "list_item") and _announces(held, block):
            lone = is_signal_word(held.text) or _NOTE.fullmatch(held.text)
            text = f"{held.text.rstrip(':：')}: {block.text}" if lone else f"{held.text} {block.text}"
            held = replace(held, text=text, boxes=(*held.boxes, *block.boxes))
            continue
        if held is not None:
            yield held
        held = block
    if held is not None:
        yield held


def _announces(held: Block, block: Block) -> bool:
    if held.kind == "warning":
        return is_signal_word(held.text) or (held.text.endswith((":", "：")) and block.kind == "list_item")
    return held.kind == "paragraph" and bool(_NOTE.fullmatch(held.text))


def line_pitches(pages: Iterable[Sequence[Line]]) -> dict[float, float]:
    """For each type size the smallest distance between lines, top to top, that is common in it."""
    met: dict[float, Counter[float]] = {}
    for lines in pages:
        for upper, lower in pairwise(lines):
            pitch = lower.place.top - upper.place.top
            if upper.size == lower.size and 0.8 * upper.size < pitch < 2.5 * upper.size:
                met.setdefault(upper.size, Counter())[round(2 * pitch) / 2] += 1
    return {
        size: min(pitch for pitch, count in pitches.items() if count >= 0.1 * pitches.total())
        for size, pitches in met.items()
        if pitches.total() >= 3
    }
