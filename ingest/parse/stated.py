"""What a document says of itself in its first lines: revision, date, language."""

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.records import Block, Document

_OPENING_BLOCKS = 30
_OPENING_CHARACTERS = 4000
_SHORT_CHARACTERS = 120
"""In a longer paragraph, "Rev. C" or a date is about something else."""

_REVISION = re.compile(
    r"(?:^|[|,;·(（\n])\s*(?:Document |DOCUMENT )?"
    r"(?:(?:Rev|REV|Revision|REVISION|Issue|ISSUE)\b\.?(?: No\.?)?|版本号?|修订版?|版次)"
    r"[\s:：.]*(V?\d+(?:\.\d+)*|[A-Z])(?![\w-])"
)
_DATE = re.compile(r"(?<!\d)(20\d{2}|19\d{2})[-/.年](0?[1-9]|1[0-2])(?:[-/.月](0?[1-9]|[12]\d|3[01]))?(?!\d)")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]+")
_ENGLISH = frozenset("the of and to is in for on with be at by not this from or are if when".split())
_PROSE = ("heading", "paragraph", "table_row", "caption", "list_item")


def with_statements(document: Document) -> Document:
    """The document with its revision, date and language filled in where its text plainly says them."""
    opening = "\n".join(
        block.text
        for block in document.blocks[:_OPENING_BLOCKS]
        if block.kind in _PROSE and len(block.text) <= _SHORT_CHARACTERS
    )[:_OPENING_CHARACTERS]
    return replace(
        document,
        revision=document.revision or _revision(opening),
        date=document.date or _date(opening),
        language=document.language or language(document.blocks),
    )


def _revision(text: str) -> str:
    match = _REVISION.search(text)
    return match.group(1) if match else ""


def _date(text: str) -> str:
    match = _DATE.search(text)
    return "-".join(part.zfill(2) for part in match.groups() if part) if match else ""


def language(blocks: Sequence[Block]) -> str:
    """`zh` or `en`; an empty string for another language, or too few words to tell."""
    sample = "\n".join(block.text for block in blocks[:400])[:20_000]
    chinese = len(_CHINESE.findall(sample))
    words = _LATIN.findall(sample.lower())
    if chinese > max(8, 0.5 * len(words)):
        return "zh"
    known = sum(word in _ENGLISH for word in words)
    return "en" if known >= max(2, 0.05 * len(words)) else ""
