"""Text from documents, users and models as HTML: escaped first, then a short list of things allowed."""

import re
import unicodedata
from collections.abc import Mapping
from html import escape

_BOLD = re.compile(r"\*\*([^*\n]+)\*\*")
_CODE = re.compile(r"`([^`<>\n]+)`")
_MARKER = re.compile(r"( ?)\[(\d{1,3})\]")
_IDENTIFIER = re.compile(r"\b[A-Z]{1,5}-\d[0-9A-Z-]*\b")
_HEADING = re.compile(r"#{1,6} +")
_CELL = re.compile(r"([^:：]{1,60}[:：])\s*(.*)", re.DOTALL)
_BETWEEN_CELLS = " | "
_FEWEST_CELLS = 3


def plain(text: str) -> str:
    """Text as text: nothing in it is markup any more, in an element or in a quoted attribute."""
    return escape(_printable(text), quote=True)


def prose(text: str, links: Mapping[int, str]) -> str:
    """An answer: paragraphs, bold, code, and the citation markers that we know as links to our own view.

    Args:
        links: Address of the document view by marker; a marker that is not in it stays text.
    """
    lines = [_HEADING.sub("", line.strip(), count=1) for line in _printable(text).splitlines()]
    return "".join(_row(line, links) or f"<p>{_inline(line, links)}</p>" for line in lines if line)


def quotation(text: str) -> str:
    """A verbatim quote; a table row in it is shown cell by cell, as no one reads "a: 1 | b: 2 | c: 3"."""
    lines = _printable(text).splitlines()
    return "\n".join(_row(line, {}) or escape(line, quote=True) for line in lines)


def _row(line: str, links: Mapping[int, str]) -> str:
    """A table row as a list, one cell an item; empty when the line is none."""
    cells = [_CELL.fullmatch(cell) for cell in line.split(_BETWEEN_CELLS)]
    if len(cells) < _FEWEST_CELLS or None in cells:
        return ""
    items = (f"<li><b>{_inline(cell[1], {})}</b> {_inline(cell[2], links)}</li>" for cell in cells if cell)
    return f'<ul class="mw-row">{"".join(items)}</ul>'


def _inline(line: str, links: Mapping[int, str]) -> str:
    # P-101 must not be torn apart at the end of a line.
    kept = _IDENTIFIER.sub(r'<span class="mw-id">\g<0></span>', escape(line, quote=True))
    marked = _CODE.sub(r"<code>\1</code>", _BOLD.sub(r"<strong>\1</strong>", kept))
    return _MARKER.sub(lambda found: _marker(found, links), marked)


def _marker(found: re.Match[str], links: Mapping[int, str]) -> str:
    number = int(found[2])
    if number not in links:
        return found[0]
    # A marker alone at the beginning of a line belongs to nothing.
    space = "\u00a0" if found[1] else ""
    return (
        f'{space}<a class="mw-marker" href="{escape(links[number], quote=True)}" target="_blank">{number}</a>'
    )


def _printable(text: str) -> str:
    """Without control characters and those that turn the reading direction: they can disguise text."""
    return "".join(sign for sign in text if sign in "\n\t" or unicodedata.category(sign) not in _HIDDEN)


_HIDDEN = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))
