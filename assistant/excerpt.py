"""How much is quoted with a sentence: the list or steps it belongs to, and what follows it."""

import re
from collections.abc import Sequence

from assistant.sentences import Span
from ingest.terms import han_characters

_ITEM = re.compile(
    r"[-*+•·●○■□◆◇▪▶✓–] ?\S|\(?\d{1,2}[.)、）] ?\S|[①-⑳]|[（(]?[一二三四五六七八九十]{1,2}[、.)）]|[a-z][.)] "
)
_ANNOUNCES = (":", "：", "?", "？")
_LIST_SHARE = 1.5
"""A list is quoted whole up to this share of the width; half a procedure is worse than a long quote."""


def width(text: str) -> int:
    """Length as read: a Chinese character says as much as three letters."""
    return len(text) + 2 * han_characters(text)


def excerpt(text: str, spans: Sequence[Span], at: int, most: int) -> tuple[int, int]:
    """First and last span of what is quoted around one of a text's sentences.

    A list comes whole, with the line that announces it. Then what follows is added while there is room: it
    explains a sentence more often than what stands before it, and the answer begins with its best words.

    Args:
        most: Width that is filled; a list may go beyond it, and the sentence itself may.
    """
    widths = [width(span.text) for span in spans]
    first, last = _whole_list(text, spans, at)
    if sum(widths[first : last + 1]) > _LIST_SHARE * most:
        first = last = at
    left = most - sum(widths[first : last + 1])
    while last + 1 < len(spans) and widths[last + 1] <= left:
        last += 1
        left -= widths[last]
    # Page numbers go, and so does what would announce something that is left out.
    while last > at and (not _says(spans[last]) or spans[last].text.endswith(_ANNOUNCES)):
        last -= 1
    return first, last


def _whole_list(text: str, spans: Sequence[Span], at: int) -> tuple[int, int]:
    """The list that a sentence is part of or announces, with its announcement; else the sentence alone."""
    lines = _lines(text, spans)
    items = [bool(_ITEM.match(spans[line[0]].text)) for line in lines]
    here = next(number for number, line in enumerate(lines) if at in line)
    announced = spans[lines[here][-1]].text.endswith(_ANNOUNCES)
    first = last = here
    if not items[here] and not announced:
        return at, at
    while last + 1 < len(lines) and items[last + 1]:
        last += 1
    if last == here and announced and here + 1 < len(lines):
        last += 1
    while items[first] and first > 0 and items[first - 1]:
        first -= 1
    if items[first] and first > 0 and spans[lines[first - 1][-1]].text.endswith(_ANNOUNCES):
        first -= 1
    # Of a paragraph that announces a list only its last sentence does.
    opening = lines[first][0] if items[first] else max(lines[first][0], min(at, lines[first][-1]))
    return opening, lines[last][-1]


def _lines(text: str, spans: Sequence[Span]) -> list[list[int]]:
    """The numbers of the spans of each line."""
    lines: list[list[int]] = []
    end = -1
    for number, span in enumerate(spans):
        if span.start > end:
            lines.append([])
            found = text.find("\n", span.start)
            end = found if found >= 0 else len(text)
        lines[-1].append(number)
    return lines


def _says(span: Span) -> bool:
    return any(character.isalpha() for character in span.text)
