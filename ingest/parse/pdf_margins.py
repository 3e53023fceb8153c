"""What a page carries for turning pages: running heads and feet, page numbers, tables of contents."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from ingest.clean import pattern, running_lines
from ingest.parse.pdf_frame import Rect
from ingest.parse.pdf_lines import rows
from ingest.parse.pdf_page import Part, Parts
from ingest.parse.pdf_tables import Table
from ingest.parse.pdf_text import Line

_ZONE = 0.13
"""Share of the page's height, at the top and at the bottom, where running heads and feet stand."""

_PAGE_NUMBER = re.compile(
    r"[-–—\s|]*(?:Page|page|PAGE|Seite|第)?\s*((?:[A-Z]{1,2}|\d{1,2})?[-–.]?\d{1,4}|[ivxlc]{1,7})\s*页?"
    r"(?:\s*(?:/|of|共)\s*\d{1,4}\s*页?)?[-–—\s|]*"
)
_PRINTED = re.compile(r"(?:Page|page|PAGE|Seite|第)\s*(\d{1,4})\b|\b(\d{1,4})\s*/\s*\d{1,4}$")
_LEADERS = re.compile(r"(?:\.\s?){4,}\s*[\divxlc–-]*$|…{2,}\s*[\divxlc]*$|(?:·\s?){4,}\s*\d*$")
_ENDS_IN_NUMBER = re.compile(r"\s(?:\d{1,4}|[ivxlc]{1,7}|[A-Z]{1,2}-\d{1,3}|\d{1,2}-\d{1,3})$")
_CONTENTS = re.compile(r"(?:table of )?contents|目\s*录|index|list of (?:figures|tables)|图目录|表目录", re.I)
_FEWEST_ENTRIES = 4
_MOST_FRONT_PAGES = 60
"""A number in a longer line that is further from the page's count is a code, not a page number."""


class Margins:
    """Knows what repeats from page to page.

    Args:
        body: Type size of the text, in points; page numbers and running heads are not set larger.
    """

    def __init__(self, pages: Sequence[Parts], body: float) -> None:
        self._largest = 1.1 * body
        self._numbers = True
        filled = [parts for parts in pages if parts.pieces or parts.tables]
        self._running = self._repeated(filled)
        emptied = [
            parts for parts in filled if len(self.furniture(parts)) == len(parts.pieces) + len(parts.tables)
        ]
        if len(emptied) > 0.5 * len(filled):
            # A line a page, and the same on each: that is what the document says, not what heads it.
            self._running, self._numbers = set(), False

    def _repeated(self, pages: Sequence[Parts]) -> set[str]:
        """Texts at the head or foot of many pages, also those that differ only in the page number."""
        zones = {parts.frame.number: _in_zone(parts) for parts in pages}
        patterns = running_lines([[_text(part) for part in zone] for zone in zones.values()])
        met: dict[str, dict[int, str]] = defaultdict(dict)
        for number, zone in zones.items():
            for part in zone:
                mark = pattern(_text(part))
                if mark in patterns and not (isinstance(part, Line) and part.size > self._largest):
                    met[mark][number] = _text(part)
        running: set[str] = set()
        for by_page in met.values():
            counts = Counter(by_page.values())
            running.update(text for text, count in counts.items() if count > 1)
            if _follow_the_page(by_page):
                running.update(counts)
        return running

    def furniture(self, parts: Parts) -> set[int]:
        """The `id` of each part of a page that is a running head or foot or a page number."""
        found: set[int] = set()
        for row in rows(_in_zone(parts)):
            # What stands on one line with a running head belongs to it: the chapter's title, say.
            if any(_text(part) in self._running for part in row) or (self._numbers and _number_of(row)):
                found.update(id(part) for part in row)
        return found


def _follow_the_page(by_page: Mapping[int, str]) -> bool:
    """Whether texts differ by a number that grows with the page: "Page 7", but not "Alarm 4711"."""
    offsets: Counter[tuple[int, int]] = Counter()
    for page, text in by_page.items():
        for place, digits in enumerate(re.findall(r"\d{1,6}", text)):
            if abs(int(digits) - page) <= _MOST_FRONT_PAGES:
                offsets[place, int(digits) - page] += 1
    return bool(offsets) and max(offsets.values()) > 0.5 * len(by_page)


def _number_of(row: Sequence[Part]) -> str:
    """The page number that is all there is in a row."""
    match = _PAGE_NUMBER.fullmatch(" ".join(_text(part) for part in row))
    return match[1] if match else ""


def _text(part: Part) -> str:
    if isinstance(part, Line):
        return part.text
    if isinstance(part, Table):
        return " ".join(cell for row in part.rows for cell in row.filled)
    return ""


def _in_zone(parts: Parts) -> list[Part]:
    height = parts.sheet.height
    everything: Iterable[Part] = (*parts.pieces, *parts.tables)
    return [part for part in everything if _is_margin(part.place, height)]


def _is_margin(place: Rect, height: float) -> bool:
    return place.bottom < _ZONE * height or place.top > (1 - _ZONE) * height


def printed_numbers(pages: Sequence[Parts], margins: Margins) -> dict[int, str]:
    """The number printed on each page, by page; only where numbers go on from page to page."""
    met: dict[int, str] = {}
    for parts in pages:
        found = margins.furniture(parts)
        for part in _in_zone(parts):
            text = _text(part)
            number = _number_of([part]) or next(filter(None, _printed(text)), "")
            if number and id(part) in found:
                met[parts.frame.number] = number
    offsets = Counter(int(text) - page for page, text in met.items() if text.isdigit())
    usual = {offset for offset, count in offsets.items() if count >= 3 or count == len(pages)}
    return {
        page: text
        for page, text in met.items()
        if (text.isdigit() and int(text) - page in usual) or re.fullmatch(r"[ivxlc]+|[A-Z\d]+[-–.]\d+", text)
    }


def _printed(text: str) -> tuple[str, ...]:
    match = _PRINTED.search(text)
    return match.groups("") if match else ()


def contents_entries(lines: Sequence[Line]) -> set[int]:
    """The `id` of each line of a page that belongs to a table of contents, its heading included.

    Such lines repeat headings that stand in the document; as passages they would be found instead of them.
    """
    leaders = [line for line in lines if _has_leaders(line.text)] or _numbered_entries(lines)
    if len(leaders) < _FEWEST_ENTRIES or len(leaders) < 0.3 * len(lines):
        return set()
    edge = max(line.place.right for line in leaders)
    found = {
        id(line)
        for line in lines
        if _has_leaders(line.text)
        or (_ENDS_IN_NUMBER.search(line.text) and abs(line.place.right - edge) < 6)
        or (len(line.text) < 40 and _CONTENTS.fullmatch(line.text))
    }
    for before, line, after in zip(lines, lines[1:], lines[2:], strict=False):
        close = after.place.top - line.place.top < 2.2 * line.place.height
        if id(line) not in found and id(before) in found and id(after) in found and close:
            found.add(id(line))  # the first line of an entry that is too long for one
    return found


def _has_leaders(text: str) -> bool:
    dotted = ".." in text or ". ." in text or "…" in text or "·" in text
    return dotted and bool(_LEADERS.search(text))


def _numbered_entries(lines: Sequence[Line]) -> list[Line]:
    """Entries without dot leaders: most lines of the page end at one edge in a number that only grows."""
    edge = max((line.place.right for line in lines), default=0.0)
    found = [line for line in lines if edge - line.place.right < 3 and re.search(r"\s\d{1,4}$", line.text)]
    numbers = [int(line.text.split()[-1]) for line in found]
    if len(found) < 0.5 * len(lines) or numbers != sorted(numbers) or len(set(numbers)) < 2:
        return []
    return found


def without_leaders(text: str) -> str:
    """A line of a list that is set with dot leaders ("Weight ........ 12 kg") without them."""
    if ".." not in text and ". ." not in text and "……" not in text:
        return text
    return re.sub(r"\s*(?:\.\s?){5,}\s*|\s*…{2,}\s*", " … ", text).strip()
