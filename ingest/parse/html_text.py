"""The words of a piece of HTML that a browser shows."""

import re
from collections.abc import Iterator
from typing import Any

from ingest.clean import one_line

DROPPED = frozenset(
    "script style template noscript iframe object embed svg head nav footer select textarea button "
    "title".split()
)
INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code del dfn em font i img ins kbd label mark q s samp small span "
    "strike strong sub sup time tt u var wbr br input".split()
)
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?!\.?\d)|opacity\s*:\s*0(?![.\d])",
    re.IGNORECASE,
)
_CONTENTS = re.compile(r"(?:toc|contents|table-of-contents)\b", re.IGNORECASE)
_LONGEST_ALTERNATIVE = 80
"""Characters of the text that stands for a picture; a longer one was not made to be read in a sentence."""

# UTF-8 that was taken for Latin-1 and written as UTF-8 again: "’" became "â" with two control characters.
_WRITTEN_TWICE = re.compile(r"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_CONTROL = re.compile(r"[\x80-\xa0]|\xef\xbb\xbf")


def hidden(element: Any) -> bool:
    """Whether a browser shows nothing of an element, or only the way to other pages."""
    return (
        not isinstance(element.tag, str)
        or element.tag in DROPPED
        or "hidden" in element.attrib
        or bool(_HIDDEN.search(element.get("style") or ""))
    )


def lists_contents(element: Any) -> bool:
    """Whether an element is a table of contents, which repeats every heading."""
    return element.tag in ("div", "ul", "ol", "section") and any(
        _CONTENTS.match(element.get(name) or "") for name in ("id", "class")
    )


def inline(element: Any) -> str:
    """The visible words of an element on one line."""
    return one_line("".join(texts(element)))


def texts(element: Any) -> Iterator[str]:
    """Pieces of visible text inside an element, in order."""
    if hidden(element):
        return
    if element.tag == "br":
        yield "\n"
    if element.tag == "img":
        yield _alternative(element.get("alt") or "")
    if element.text:
        yield element.text
    for child in element:
        yield from texts(child)
        if isinstance(child.tag, str) and child.tag not in INLINE:
            yield " "
        if child.tail:
            yield child.tail


def _alternative(text: str) -> str:
    """The words shown where a picture cannot be; its file name is none."""
    is_words = len(text) <= _LONGEST_ALTERNATIVE and not re.search(r"\.\w{3,4}$", text)
    return text if is_words else ""


def mended(text: str) -> str:
    """Text without the traces of a page that was encoded twice."""
    return _WRITTEN_TWICE.sub(_decoded, text) if _CONTROL.search(text) else text


def _decoded(match: re.Match[str]) -> str:
    piece = match.group()
    # Without a control character or a hard space in it, it may be what the author meant.
    if not _CONTROL.search(piece):
        return piece
    try:
        return piece.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return piece
