"""Citations are made by code: each written sentence is aligned with the passage that carries it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.evidence import Quote, coverage
from assistant.phrases import phrase
from assistant.polarity import is_bare_answer
from assistant.records import Citation, Hit, Language, Withheld
from assistant.sentences import sentences
from assistant.verify import MIN_WORDS_CARRIED, Check, check
from ingest.terms import query_words

_MODEL_MARKER = re.compile(r"\s*(?:\[\d+(?:\s*,\s*\d+)*\]|【\d+】)")

_MIN_AGAINST = 0.75
"""Share of a sentence's words in one sentence of a passage that is not quoted, for its denial to count."""
_BRACKETED = re.compile(r"\[(\d+(?:\s*,\s*\d+)*)\]")


@dataclass(frozen=True, slots=True)
class Cited:
    """A written answer after it was checked.

    Args:
        text: The sentences that are carried, each followed by its marker.
        citations: What the markers stand for; `evidence` first, then what else was needed.
        withheld: The sentences that no passage carries, with the reason of each.
    """

    text: str
    citations: tuple[Citation, ...]
    withheld: tuple[Withheld, ...] = ()

    @property
    def unsupported(self) -> tuple[str, ...]:
        """The sentences that no passage carries, as they were written."""
        return tuple(entry.sentence for entry in self.withheld)


def cite(
    written: str,
    hits: Sequence[Hit],
    evidence: Sequence[Citation],
    question: str = "",
    language: Language = "en",
) -> Cited:
    """Attach to each sentence the passage that carries it; keep apart those that none does.

    Args:
        hits: The passages that were put before the model.
        evidence: Citations shown already; a sentence that rests on one of them uses its marker.
        question: What was asked; a yes or no is understood by it.
    """
    known = list(evidence)
    kept: list[str] = []
    withheld: list[Withheld] = []
    # A model that runs on says the same again; once is enough.
    said = dict.fromkeys(span.text for span in sentences(_MODEL_MARKER.sub("", written)))
    for sentence in said:
        hit, verdict = _carrier(sentence, hits, question)
        against = _against(sentence, hits, known, question) if verdict.supported else None
        if against:
            quote, verdict = against
            withheld.append(
                Withheld(sentence, verdict.fault or "polarity", _reason(verdict, language), quote)
            )
            continue
        basis = question if is_bare_answer(sentence) else sentence
        if hit is not None and verdict.supported:
            kept.append(f"{sentence} [{_marker(basis, hit, known)}]")
            continue
        beside = _beside(basis, hit, known) if hit else None
        withheld.append(Withheld(sentence, verdict.fault or "words", _reason(verdict, language), beside))
    return Cited(" ".join(kept), tuple(known), tuple(withheld))


def _carrier(sentence: str, hits: Sequence[Hit], question: str) -> tuple[Hit | None, Check]:
    """The passage that carries most of a sentence; missing numbers weigh more than missing words."""
    best: tuple[Hit | None, Check] = (None, Check(0.0))
    rank = (False, 0, -1.0)
    for hit in hits:
        place, metadata = hit.chunk.place, hit.chunk.metadata
        # What a document is about is said on its cover and beside it, not in every passage.
        about = f"{place.title}\n{metadata.machine}\n{place.section}"
        verdict = check(sentence, hit.chunk.text, about, question)
        if verdict.conflict and is_bare_answer(sentence):
            # A yes alone says nothing that another passage could carry.
            return hit, verdict
        this = (verdict.supported, -len(verdict.missing), verdict.carried)
        if best[0] is None or this > rank:
            best, rank = (hit, verdict), this
    return best


def _against(
    sentence: str, hits: Sequence[Hit], known: Sequence[Citation], question: str
) -> tuple[Citation, Check] | None:
    """What is shown or was read that says the opposite of a sentence, although another passage carries it.

    "Lock out before you remove the guard" carries every word of its reverse; "Never remove the
    guard before" stands in the warning beside it.
    """
    for citation in known:
        verdict = check(sentence, citation.quote, question=question)
        if verdict.conflict and verdict.carried >= MIN_WORDS_CARRIED:
            return citation, verdict
    for hit in hits:
        verdict = check(sentence, hit.chunk.text, question=question)
        if verdict.conflict and min(verdict.carried, verdict.focused) >= _MIN_AGAINST:
            return _beside(sentence, hit, known), verdict
    return None


def _reason(verdict: Check, language: Language) -> str:
    fault, turned = verdict.fault or "words", verdict.conflict
    what = ", ".join(verdict.numbers if fault == "number" else verdict.codes)
    said, source = (turned.said, turned.source) if turned else ("", "")
    return phrase(f"fault_{fault}", language, what=what, said=said, source=source)


def _marker(sentence: str, hit: Hit, known: list[Citation]) -> int:
    """The marker of the quote that the sentence rests on; a new one when it is not shown yet."""
    found = _beside(sentence, hit, known)
    if found.marker:
        return found.marker
    known.append(replace(found, marker=len(known) + 1))
    return len(known)


def _beside(sentence: str, hit: Hit, known: Sequence[Citation]) -> Citation:
    """The quote of a passage that is nearest to a sentence; marked 0 when it is not cited."""
    terms = dict.fromkeys(query_words(sentence), 1.0)
    quote = max((span.text for span in sentences(hit.chunk.text)), key=lambda text: coverage(text, terms))
    for citation in known:
        if citation.chunk_id == hit.chunk.chunk_id and (quote in citation.quote or citation.quote in quote):
            return citation
    return Citation(0, hit.chunk.chunk_id, hit.chunk.place, quote)


def quoted_answer(best: Sequence[Quote], evidence: Sequence[Citation]) -> str:
    """The extractive answer: each quote, line by line, with its marker; in the order of how well they fit.

    A document's own "[7]" must not look like a marker of ours; the citation keeps it as it is.
    """
    return "\n".join(
        f"{_unmarked(_lines(quote.text))} [{citation.marker}]"
        for quote, citation in zip(best, evidence, strict=True)
    )


def _lines(text: str) -> str:
    """A text with its lines, and single spaces in them."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def _unmarked(text: str) -> str:
    return _BRACKETED.sub(r"(\1)", text)
