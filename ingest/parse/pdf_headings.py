"""Which lines of a PDF are headings, and of what level: by its bookmarks, its type sizes, its numbers."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ingest.clean import one_line, warning_signal
from ingest.parse.pdf_text import Line

_NUMBERED = re.compile(
    r"^(?:(?P<digits>[A-Z]?\d{0,2}(?:\.\d{1,2}){1,5})\.?\s+\S|(?:\d{1,2}|[A-Z])\.?\s+[A-Z一-鿿]"
    r"|第\s*[一二三四五六七八九十百\d]+\s*(?P<part>[章节篇])|附录|(?:Chapter|Appendix|Part|Section)\s+[A-Z\d]+\b)"
)
_NUMBER = re.compile(
    r"^(?:(?:Chapter|Appendix|Part|Section)\s+[A-Z\d]{1,3}[.:]?\s*|[A-Z]?\d{0,2}(?:\.\d+)*[.:]?\s+"
    r"|[A-Z](?:\.\d+)*[.:]?\s+|第\s*[一二三四五六七八九十百\d]+\s*[章节篇]\s*)",
    re.IGNORECASE,
)
LONE_NUMBER = re.compile(
    r"(?:(?:Chapter|Appendix|Part)\s+[A-Z\d]{1,3}|第\s*[一二三四五六七八九十百\d]+\s*[章篇])[.:]?"
)
_CAPTION = re.compile(
    r"^(?:Figure|FIGURE|Fig\.|FIG\.|Table|TABLE|图|表)\s*[A-Z]?-?\d+(?:[-.–]\d+)*\s*(?=$|[A-Z\d(一-鿿:：.–—-])"
)
_SENTENCE_END = (".", ",", ";", ":", "。", "，", "；", "：", "…")
_LARGER = 1.12
_LONGEST_HEADING = 120
_MOST_BOOKMARKS = 5000
_FEWEST_LINES = 6
_Style = tuple[float, bool]


def heading_key(text: str) -> str:
    """A heading without its number, case and spaces, so that bookmarks and pages agree."""
    bare = _NUMBER.sub("", text, count=1)
    return re.sub(r"[\s\W]+", "", bare or text).casefold()


def told(read: Callable[[], str | None]) -> str:
    """A text that the file states about itself in one line; empty where it is absent or garbled."""
    try:
        return one_line(read() or "")
    except UnicodeDecodeError:
        return ""


def bookmarks(pdf: Any) -> dict[str, list[tuple[int, int]]]:
    """Bookmarks by the key of their title: 1-based page (0 where it is unknown) and level from 1."""
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for count, entry in enumerate(pdf.get_toc(max_depth=6)):
        if count >= _MOST_BOOKMARKS:
            break
        key = heading_key(told(entry.get_title))
        target = entry.get_dest()
        index = target.get_index() if target is not None else None
        if key:
            found[key].append(((index or 0) + 1 if index is not None else 0, min(6, entry.level + 1)))
    return dict(found)


def body_size(lines: Iterable[Line]) -> float:
    """The type size that most characters have, in points."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.size] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 10.0


class Headings:
    """Tells headings from text.

    Args:
        marks: Bookmarks of the document, as `bookmarks` finds them.
        pages: The lines of each page by its 1-based number; they tell the sizes that headings have.
    """

    def __init__(
        self, marks: dict[str, list[tuple[int, int]]], pages: Mapping[int, Sequence[Line]], body: float
    ) -> None:
        self.marks, self.body = marks, body
        # On a cover everything is large: a title, a maker, an author; none of it heads the pages after it.
        small = [line for line in pages.get(1, ()) if line.size <= _LARGER * body]
        self.covers = {1} if len(pages) > 1 and len(small) < _FEWEST_LINES else set()
        known: dict[_Style, Counter[int]] = defaultdict(Counter)
        larger: Counter[_Style] = Counter()
        for number, lines in pages.items():
            for line in lines:
                if not self._is_marked(line):
                    continue
                level = self._bookmarked(line.text, number)
                if level:
                    known[_style(line)][level] += 1
                elif line.size > _LARGER * body and self._reads_like_one(line):
                    larger[_style(line)] += 1
        self.levels = {style: levels.most_common(1)[0][0] for style, levels in known.items()}
        self._rank(larger)

    def _rank(self, larger: Counter[_Style]) -> None:
        """Levels of sizes that no bookmark tells: one below the next larger size."""
        for style in sorted(larger, key=lambda style: -style[0]):
            if style in self.levels:
                continue
            above = [level for other, level in self.levels.items() if other[0] > style[0] + 0.4]
            alike = [level for other, level in self.levels.items() if abs(other[0] - style[0]) <= 0.4]
            self.levels[style] = alike[0] if alike else min(6, max(above, default=0) + 1)

    def level(self, line: Line, page: int, alone: bool) -> int:
        """1 to 6 for a heading, 0 for text.

        Args:
            alone: Nothing of its kind goes on in the lines before and after it.
        """
        if len(line.text) > _LONGEST_HEADING or line.fixed or _CAPTION.match(line.text):
            return 0
        marked = self._is_marked(line)
        known = self._bookmarked(line.text, page)
        if known and (marked or line.bold or (alone and line.size >= 0.95 * self.body)):
            return known
        if page in self.covers:
            return 0
        if not marked or not self._reads_like_one(line):
            return 0
        larger = line.size > _LARGER * self.body
        if not larger and not alone:
            return 0
        style = self.levels.get(_style(line))
        numbered = _numbered_level(line.text)
        if numbered > 1 and not self.marks:
            return numbered
        if style or numbered:
            return style or numbered
        return min(6, max([level for level in self.levels.values() if level], default=2) + 1)

    def is_bookmarked(self, text: str, page: int) -> bool:
        """Whether a bookmark leads from this text to this page."""
        return bool(self._bookmarked(text, page))

    def _is_marked(self, line: Line) -> bool:
        return line.size > _LARGER * self.body or (line.bold and line.size >= 0.88 * self.body)

    def _reads_like_one(self, line: Line) -> bool:
        text = line.text
        if text.endswith(_SENTENCE_END) or warning_signal(text) or text[0] in "•▪■➢✓-–*([":
            return False
        letters = sum(character.isalpha() for character in text)
        words = re.search(r"[^\W\d_]{3}|[一-鿿]{2}", text)
        return bool(words) and letters >= 0.4 * len(text.replace(" ", ""))

    def _bookmarked(self, text: str, page: int) -> int:
        entries = self.marks.get(heading_key(text), ())
        near = [level for at, level in entries if not at or abs(at - page) <= 1]
        # "E Documentation" and "F.1 Documentation" may be neighbours.
        numbered = _numbered_level(text)
        return numbered if numbered in near else near[0] if near else 0


def _style(line: Line) -> _Style:
    return round(line.size * 2) / 2, line.bold


def _numbered_level(text: str) -> int:
    match = _NUMBERED.match(text)
    if not match:
        return 0
    if match["digits"]:
        return min(6, 1 + match["digits"].count("."))
    return 2 if match["part"] == "节" else 1


def is_caption(text: str) -> bool:
    """Whether a line is the caption of a figure or table: "Figure 3-1 …", "图 3-1"."""
    return bool(_CAPTION.match(text)) and not text.endswith("。")
