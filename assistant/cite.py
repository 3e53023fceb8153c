"""Citations are made by code: each written sentence is aligned with the passage that carries it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.evidence import Quote, coverage
from assistant.records import Citation, Hit
from assistant.sentences import sentences
from assistant.verify import Check, check
from ingest.terms import query_words

_MODEL_MARKER = re.compile(r"\s*(?:\[\d+(?:\s*,\s*\d+)*\]|【\d+】)")


@dataclass(frozen=True, slots=True)
class Cited:
    """A written answer after it was checked.

    Args:
        text: The sentences that are carried, each followed by its marker.
        citations: What the markers stand for; `evidence` first, then what else was needed.
        unsupported: The sentences that no passage carries, as they were written.
    """

    text: str
    citations: tuple[Citation, ...]
    unsupported: tuple[str, ...]


def cite(written: str, hits: Sequence[Hit], evidence: Sequence[Citation]) -> Cited:
    """Attach to each sentence the passage that carries it; keep apart those that none does.

    Args:
        hits: The passages that were put before the model.
        evidence: Citations shown already; a sentence that rests on one of them uses its marker.
    """
    known = list(evidence)
    kept: list[str] = []
    unsupported: list[str] = []
    for span in sentences(_MODEL_MARKER.sub("", written)):
        hit, verdict = _carrier(span.text, hits)
        if hit is None or not verdict.supported:
            unsupported.append(span.text)
            continue
        kept.append(f"{span.text} [{_marker(span.text, hit, known)}]")
    return Cited(" ".join(kept), tuple(known), tuple(unsupported))


def _carrier(sentence: str, hits: Sequence[Hit]) -> tuple[Hit | None, Check]:
    """The passage that carries most of a sentence; missing numbers weigh more than missing words."""
    best: tuple[Hit | None, Check] = (None, Check(0.0, ()))
    rank = (False, 0, -1.0)
    for hit in hits:
        place, metadata = hit.chunk.place, hit.chunk.metadata
        # What a document is about is said on its cover and beside it, not in every passage.
        about = f"{place.title}\n{metadata.machine}\n{place.section}"
        verdict = check(sentence, f"{about}\n{hit.chunk.text}")
        this = (verdict.supported, -len(verdict.missing), verdict.carried)
        if best[0] is None or this > rank:
            best, rank = (hit, verdict), this
    return best


def _marker(sentence: str, hit: Hit, known: list[Citation]) -> int:
    """The marker of the quote that the sentence rests on; a new one when it is not shown yet."""
    terms = dict.fromkeys(query_words(sentence), 1.0)
    quote = max((span.text for span in sentences(hit.chunk.text)), key=lambda text: coverage(text, terms))
    for citation in known:
        if citation.chunk_id == hit.chunk.chunk_id and (quote in citation.quote or citation.quote in quote):
            return citation.marker
    known.append(Citation(len(known) + 1, hit.chunk.chunk_id, hit.chunk.place, quote))
    return len(known)


def quoted_answer(best: Sequence[Quote], evidence: Sequence[Citation]) -> str:
    """The extractive answer: each quote with its marker, in the order of how well they fit."""
    return "\n".join(
        f"{' '.join(quote.text.split())} [{citation.marker}]"
        for quote, citation in zip(best, evidence, strict=True)
    )
