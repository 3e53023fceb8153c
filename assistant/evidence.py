"""The best sentences of what was found, verbatim: an answer complete in itself."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from assistant.records import Citation, Hit
from assistant.sentences import held, sentences
from ingest.records import Chunk

_RANK_SHARE = 0.35
"""How much the passage's own score counts beside the sentence's words."""
_HEADING_SHARE = 0.6
"""How much a term counts that only the heading above a sentence holds."""
_LONGEST_HEADING = 200
_LATER = 0.02
"""A section usually says first what its heading asks."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A verbatim piece of a hit's text and how well it fits the question, 0 to about 1.35."""

    hit: Hit
    text: str
    score: float


def quotes(hits: Sequence[Hit], terms: Mapping[str, float], limit: int) -> list[Quote]:
    """The sentences that hold most of the question's rare terms, best first, at most one a sentence.

    Args:
        terms: The question's terms and their rarity.
    """
    top = max((hit.score for hit in hits), default=0.0) or 1.0
    found = [
        Quote(
            hit, text, _fit(text, hit.chunk, terms) + _RANK_SHARE * hit.score / top - _LATER * min(number, 5)
        )
        for hit in hits
        for number, text in enumerate(_pieces(hit.chunk))
    ]
    found.sort(key=lambda quote: -quote.score)
    best: list[Quote] = []
    for quote in found:
        if len(best) == limit or (best and quote.score < 0.6 * best[0].score):
            break
        if not any(quote.text in kept.text or kept.text in quote.text for kept in best):
            best.append(quote)
    return best


def _fit(text: str, chunk: Chunk, terms: Mapping[str, float]) -> float:
    """How much of the question a sentence holds, with the heading it stands under."""
    own = coverage(text, terms)
    heading = chunk.place.section.rsplit(" > ", 1)[-1]
    return own + _HEADING_SHARE * (coverage(f"{heading}\n{text}", terms) - own)


def coverage(text: str, terms: Mapping[str, float]) -> float:
    """Share of the question's terms, weighed by rarity, that a text holds."""
    total = sum(terms.values())
    if not total:
        return 0.0
    known = held(text)
    return sum(rarity for term, rarity in terms.items() if term in known) / total


def citations(best: Iterable[Quote], first_marker: int = 1) -> tuple[Citation, ...]:
    """Number the quotes in order."""
    return tuple(
        Citation(marker, quote.hit.chunk.chunk_id, quote.hit.chunk.place, quote.text)
        for marker, quote in enumerate(best, start=first_marker)
    )


def _pieces(chunk: Chunk) -> list[str]:
    """What may be quoted of a chunk: table rows whole, sentences, each with what it announces."""
    if "table_row" in chunk.kinds:
        return [chunk.text]
    spans = sentences(chunk.text)
    body = _after_headings(chunk)
    spans = [span for span in spans if span.start >= body] or spans
    pieces: list[str] = []
    for span, following in zip(spans, [*spans[1:], None], strict=True):
        announces = span.text.endswith((":", "：", "?", "？"))
        if announces and following is not None:
            end = following.start + len(following.text)
            pieces.append(chunk.text[span.start : end])
        else:
            pieces.append(span.text)
    return pieces


def _after_headings(chunk: Chunk) -> int:
    """Where a chunk's text begins below the headings that open it."""
    headings = tuple(part.rstrip("…") for part in chunk.place.section.split(" > ") if part)
    at = 0
    for line in chunk.text.splitlines(keepends=True):
        if not headings or not line.startswith(headings) or len(line) > _LONGEST_HEADING:
            break
        at += len(line)
    return at
