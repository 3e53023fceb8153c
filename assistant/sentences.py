"""Sentences of a text as verbatim spans, in English and Chinese."""

import re
from dataclasses import dataclass
from functools import lru_cache

from ingest.terms import words

# An abbreviation's full stop ends no sentence; nor does the one in a number or a list number ("3.").
_END = re.compile(
    r"[。！？；]+[”’」』）]*|(?<!\be\.g)(?<!\bi\.e)(?<!\bFig)(?<!\bNo)(?<!\bapprox)[.!?]+[\"')\]]*(?=\s|$)|\n+|"
    r"(?<=\S)\s*(?=[■□●◆▪▶])"
)
_LIST_NUMBER = re.compile(r"\s*(?:\d{1,3}|[A-Za-z])[.)]?")


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a text: `text` stands verbatim at `start`."""

    text: str
    start: int


@lru_cache(maxsize=4096)
def sentences(text: str) -> tuple[Span, ...]:
    """Cut a text at sentence ends and line breaks; nothing but white space is lost."""
    spans: list[Span] = []
    start = 0
    for match in _END.finditer(text):
        piece = text[start : match.end()]
        if _LIST_NUMBER.fullmatch(piece.strip()) and "\n" not in match.group():
            continue  # "3." opens a step, it does not end one
        _append(spans, text, start, match.end())
        start = match.end()
    _append(spans, text, start, len(text))
    return tuple(spans)


def held(text: str) -> frozenset[str]:
    """The index terms of a text. Those of a sentence are remembered: cutting Chinese into words is dear."""
    # No term reaches across the end of a sentence.
    return frozenset().union(*(_held(span.text) for span in sentences(text)))


@lru_cache(maxsize=16_384)
def _held(sentence: str) -> frozenset[str]:
    return frozenset(words(sentence))


def _append(spans: list[Span], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    stripped = piece.strip()
    if stripped:
        spans.append(Span(stripped, start + piece.index(stripped)))
