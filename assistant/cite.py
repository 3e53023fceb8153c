"""Citations are made by code: each written sentence is aligned with the passage that carries it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.evidence import coverage
from assistant.phrases import phrase
from assistant.polarity import is_bare_answer
from assistant.quantities import unknown_codes, unknown_quantities
from assistant.records import Citation, Hit, Language, Withheld
from assistant.sentences import sentences
from assistant.verify import Check, check
from ingest.terms import query_words

_MODEL_MARKER = re.compile(r"\s*(?:\[\d+(?:\s*,\s*\d+)*\]|【\d+】)")

_MIN_AGAINST = 0.75
"""Share of a sentence's words in one sentence of a passage that is not quoted, for its denial to count."""
_MIN_TURNED = 0.6
"""The same share for one that is quoted."""
_SAME_ROW = 0.85
"""A row that holds a smaller share of the question than this share of the best row's is another one."""
_SAID = 0.9
"""Share of a quote's words that a written answer must hold to make the quote needless."""
_BRACKETED = re.compile(r"\[(\d+(?:\s*,\s*\d+)*)\]")


@dataclass(frozen=True, slots=True)
class Cited:
    """A written answer after it was checked.

    Args:
        text: The sentences that are carried, each followed by its marker, in the lines they were written in.
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
    terms: Mapping[str, float] | None = None,
) -> Cited:
    """Attach to each sentence the passage that carries it; keep apart those that none does.

    Args:
        hits: The passages that were put before the model.
        evidence: Citations shown already; a sentence that rests on one of them uses its marker.
        question: What was asked; a yes or no is understood by it.
        terms: The question's terms and their rarity; a row of a table carries only what is said of them.
    """
    known = list(evidence)
    kept = ""
    withheld: list[Withheld] = []
    # A model that runs on says the same again; once is enough.
    said: dict[str, bool] = {}
    bare = _MODEL_MARKER.sub("", written)
    for span in sentences(bare):
        said.setdefault(span.text, "\n" in bare[: span.start][-2:])
    carriers = _rows_meant(hits, terms or {})
    for sentence, opens_line in said.items():
        hit, verdict = _carrier(sentence, carriers, question)
        against = _against(sentence, hits, known, question) if verdict.supported else None
        if against:
            quote, verdict = against
            withheld.append(
                Withheld(sentence, verdict.fault or "polarity", _reason(verdict, language), quote)
            )
            continue
        basis = question if is_bare_answer(sentence) else sentence
        if hit is not None and verdict.supported:
            between = "\n" if opens_line else " "
            kept += f"{between if kept else ''}{sentence} [{_marker(basis, hit, known)}]"
            continue
        beside = _beside(basis, hit, known) if hit else None
        withheld.append(Withheld(sentence, verdict.fault or "words", _reason(verdict, language), beside))
    return Cited(kept, tuple(known), tuple(withheld))


def _rows_meant(hits: Sequence[Hit], terms: Mapping[str, float]) -> list[Hit]:
    """The passages without those rows of a table that are about something else than the question.

    Rows of one table share most of their words: "oil leakage is a sensor of it" is carried by the row of a
    damaged seal and by that of a damaged bellows.
    """
    fits = {hit.chunk.chunk_id: coverage(hit.chunk.text, terms) for hit in hits if _is_row(hit)}
    best: dict[str, float] = {}
    for hit in hits:
        doc = hit.chunk.place.doc
        best[doc] = max(best.get(doc, 0.0), fits.get(hit.chunk.chunk_id, 0.0))
    return [
        hit
        for hit in hits
        if not _is_row(hit) or fits[hit.chunk.chunk_id] >= _SAME_ROW * best[hit.chunk.place.doc]
    ]


def _is_row(hit: Hit) -> bool:
    return "table_row" in hit.chunk.kinds


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
        if verdict.conflict and verdict.carried >= _MIN_TURNED:
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


def quoted_answer(evidence: Sequence[Citation]) -> str:
    """The extractive answer: each quote, line by line, with its marker; in the order of how well they fit.

    A document's own "[7]" must not look like a marker of ours; the citation keeps it as it is.
    """
    return "\n".join(f"{_unmarked(_lines(entry.quote))} [{entry.marker}]" for entry in evidence)


def unsaid(written: str, evidence: Sequence[Citation]) -> list[Citation]:
    """The quotes that say more than what was written: a quantity, a code, or more than a few words."""
    said = frozenset(query_words(written))
    return [
        entry
        for entry in evidence
        if unknown_quantities(entry.quote, written)
        or unknown_codes(entry.quote, written)
        or _share(query_words(entry.quote), said) < _SAID
    ]


def _share(wanted: Sequence[str], held: frozenset[str]) -> float:
    return sum(word in held for word in wanted) / len(wanted) if wanted else 1.0


def _lines(text: str) -> str:
    """A text with its lines, and single spaces in them."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def _unmarked(text: str) -> str:
    return _BRACKETED.sub(r"(\1)", text)
