"""Addresses inside our own document view; the only links that the page ever shows."""

from collections.abc import Iterable
from itertools import accumulate
from urllib.parse import quote, urlencode

from assistant.records import Citation, Language
from ingest.records import Box

_LONGEST_QUOTE = 800
"""Characters; a whole row of a table as a rule, short enough for an address."""
_LONGEST_LABEL = 40
MOST_BOXES = 60


def view_link(citation: Citation, language: Language, passage: str = "") -> str:
    """Where a citation is shown in its document, with the quoted lines marked.

    Args:
        passage: Text of the chunk that is cited; it tells on which page of several the quote stands.
    """
    place = citation.place
    values = {"quote": _short(citation.quote), "lang": language}
    if place.section:
        values["section"] = place.section[:_LONGEST_QUOTE]
    page = citation_page(citation, passage)
    if page is not None:
        values["page"] = str(page)
        if place.label and page == place.first_page:
            values["label"] = place.label[:_LONGEST_LABEL]
        values["boxes"] = boxes_text(box for box in place.boxes if box.page == page)
    return f"/view/{quote(place.doc)}?{urlencode(values)}#quote"


def image_link(doc: str, page: int, boxes: str, quoted: str) -> str:
    """The picture of a page with lines marked."""
    return f"/page/{quote(doc)}/{page}.png?{urlencode({'boxes': boxes, 'quote': _short(quoted)})}"


def _short(text: str) -> str:
    """A long text up to the end of a word."""
    if len(text) <= _LONGEST_QUOTE:
        return text
    return text[:_LONGEST_QUOTE].rpartition(" ")[0] or text[:_LONGEST_QUOTE]


def citation_page(citation: Citation, passage: str = "") -> int | None:
    """The page to open, as counted in the file; None where the format has no pages.

    A passage may run over a page's end, and its boxes do not say which words they hold: the quote's
    middle is looked up at the same share of the passage's lines, weighed by their width.
    """
    boxes = citation.place.boxes
    if not boxes:
        return citation.place.first_page
    start = passage.find(citation.quote)
    if start < 0:
        return boxes[0].page
    share = (start + len(citation.quote) / 2) / len(passage)
    reach = list(accumulate(box.right - box.left for box in boxes))
    return next(
        (box.page for box, end in zip(boxes, reach, strict=True) if end >= share * reach[-1]), boxes[-1].page
    )


def boxes_text(boxes: Iterable[Box]) -> str:
    """Boxes for an address: left,top,right,bottom in points, one box after the other."""
    chosen = list(boxes)[:MOST_BOXES]
    return ";".join(f"{box.left:.0f},{box.top:.0f},{box.right:.0f},{box.bottom:.0f}" for box in chosen)


def boxes_of(text: str, page: int) -> tuple[Box, ...]:
    """Boxes read back from an address; what is not one is left out."""
    found: list[Box] = []
    for entry in text.split(";")[:MOST_BOXES]:
        numbers = entry.split(",")
        if len(numbers) == 4 and all(
            number.lstrip("-").isdecimal() and len(number) < 6 for number in numbers
        ):
            left, top, right, bottom = map(float, numbers)
            found.append(Box(page, left, top, right, bottom))
    return tuple(found)
