"""The order of the candidates: words, vectors and codes weighed, then what stands beside a good passage."""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from assistant.records import Card
from ingest.generation import ChunkTerms, Neighbour
from ingest.records import Chunk
from ingest.terms import is_chinese

SHORT_DOCUMENT_CHUNKS = 12
"""A document of so few chunks (a report, a ticket) is read as a whole."""


@dataclass(frozen=True, slots=True)
class RankWeights:
    """What each sign of a fitting passage is worth; chosen by benchmarks/retrieval.py on tuning halves.

    Args:
        lexical: BM25, as a share of the best candidate's.
        dense: Cosine, scaled from the least similar candidate (0) to the most similar (1).
        coverage: Share of the question's terms, by rarity, that the passage or its headings hold.
        title: The same share in the document's title, which names the machine.
        order: Share of the question's neighbouring terms that are neighbours in the passage too.
        identifier: A code of the question that few passages hold.
        defines: The passage's own row or heading is that code.
        neighbour: A passage beside one of score s is worth s times this for each step between them.
        neighbour_short: The same in a document of at most `SHORT_DOCUMENT_CHUNKS`.
        language: How far a passage is measured by those terms of the question that its language can hold,
            where the question holds words of two.
        heading: What is added, as a share, to a section of such a document whose heading the question names.
        quoted: What is left of the score of one that the question quotes.
        value: What a passage gains, as a share of its score, that gives the kind of value asked for.
        row: What is left of the score of a row of a table where a way to do something is asked for, unless it
            holds a code of the question.
        machine: In a conversation about a machine, what a passage of it gains, as a share of the best score;
            chosen by benchmarks/conversation.py on its tuning half.
        document: The same for the document that is being read.
        foreign: What is left of the score of a passage about another machine than the one that is named.
    """

    lexical: float = 0.4
    dense: float = 0.4
    coverage: float = 0.4
    title: float = 0.2
    order: float = 0.7
    identifier: float = 0.5
    defines: float = 0.5
    neighbour: float = 0.7
    neighbour_short: float = 0.8
    language: float = 0.6
    heading: float = 0.6
    quoted: float = 0.5
    value: float = 0.3
    row: float = 0.6
    machine: float = 0.3
    document: float = 0.05
    foreign: float = 0.5


@dataclass(frozen=True, slots=True)
class Signs:
    """What is known of each candidate, by chunk number.

    Args:
        terms: The question's terms and their rarity, in the question's order.
        held: The index terms of every candidate.
        named: By code of the question, the passages that hold it and those whose row or heading it is.
    """

    lexical: Mapping[int, float]
    cosines: Mapping[int, float]
    terms: Mapping[str, float]
    held: Mapping[int, ChunkTerms]
    named: Sequence[tuple[Sequence[int], frozenset[int]]]


_FEW = 3


def weighed(candidates: Sequence[int], signs: Signs, weights: RankWeights) -> dict[int, float]:
    """The score of each candidate.

    Scores are fused, not ranks: a passage that the words find far ahead of the second must stay ahead,
    which reciprocal ranks forget.
    """
    if not candidates:
        return {}
    low, high = min(signs.cosines[n] for n in candidates), max(signs.cosines[n] for n in candidates)
    spread = (high - low) or 1.0
    asked = [(f" {term} ", rarity) for term, rarity in signs.terms.items()]
    scores: dict[int, float] = {}
    for measure in _measures(candidates, signs, weights.language):
        pairs, total, top = measure.pairs, measure.total, measure.top
        for number in measure.passages:
            held = signs.held[number]
            anywhere = f"{held.body}\n{held.section}\n{held.title}"
            scores[number] = (
                weights.lexical * min(1.0, signs.lexical.get(number, 0.0) / top)
                + weights.dense * (signs.cosines[number] - low) / spread
                + weights.coverage * min(1.0, _share(asked, anywhere) / total)
                + weights.title * min(1.0, _share(asked, held.title) / total)
                + weights.order * sum(pair in held.body for pair in pairs) / (len(pairs) or 1)
            )
    for holding, defining in signs.named:
        # A code that few passages hold names what is asked for; a machine's name is everywhere.
        scarce = min(1.0, _FEW / max(1, len(holding))) / len(signs.named)
        for number in holding:
            scores[number] += scarce * (weights.identifier + weights.defines * (number in defining))
    return scores


@dataclass(frozen=True, slots=True)
class _Measure:
    """What passages of one language are measured by: the best BM25, the rarity of all terms, their pairs."""

    passages: Sequence[int]
    top: float
    total: float
    pairs: Sequence[str]


def _measures(candidates: Sequence[int], signs: Signs, own: float) -> list[_Measure]:
    """One for all passages, or one for each language where the question holds words of both.

    A Chinese question with one English name in it asks an English manual by that name alone.

    Args:
        own: Share of the measure that is taken among passages of the same language.
    """
    terms = list(signs.terms)
    total = sum(signs.terms.values()) or 1.0
    top = max(signs.lexical.values(), default=0.0) or 1.0
    latin = [term for term in terms if term.isascii()]
    everything = _Measure(candidates, top, total, _pairs(terms))
    if not latin or len(latin) == len(terms):
        return [everything]
    chinese = {number for number in candidates if is_chinese(signs.held[number].body[:_LANGUAGE_SEEN])}
    groups = [n for n in candidates if n in chinese], [n for n in candidates if n not in chinese]
    latin_total = sum(signs.terms[term] for term in latin)
    measures: list[_Measure] = []
    for group, group_total, group_terms in zip(groups, (total, latin_total), (terms, latin), strict=True):
        group_top = max((signs.lexical.get(number, 0.0) for number in group), default=0.0) or top
        mixed_top, mixed_total = own * group_top + (1 - own) * top, own * group_total + (1 - own) * total
        measures.append(_Measure(group, mixed_top, mixed_total, _pairs(group_terms)))
    return measures


_LANGUAGE_SEEN = 200
"""Letters by which a passage's language is told."""


def _pairs(terms: Sequence[str]) -> list[str]:
    return [f" {first} {second} " for first, second in itertools.pairwise(terms)]


def _share(asked: Sequence[tuple[str, float]], held: str) -> float:
    return sum(rarity for term, rarity in asked if term in held)


def lifted(
    scores: Mapping[int, float], neighbours: Iterable[Neighbour], weights: RankWeights
) -> dict[int, float]:
    """Let what stands beside a good passage follow it: the remedy below the cause, the next step."""
    raised = dict(scores)
    for beside in neighbours:
        short = beside.chunks <= SHORT_DOCUMENT_CHUNKS
        share = weights.neighbour_short if short else weights.neighbour
        worth = scores[beside.of] * share**beside.distance
        raised[beside.number] = max(raised.get(beside.number, 0.0), worth)
    return raised


def drawn(
    scores: Mapping[int, float], chunks: Mapping[int, Chunk], about: Card, weights: RankWeights
) -> dict[int, float]:
    """The scores of these chunks, those of what a conversation is about raised by a share of the best."""
    best = max((scores[number] for number in chunks), default=0.0)
    raised = dict(scores)
    for number, chunk in chunks.items():
        share = weights.machine * _is_of(chunk, about.machine)
        share += weights.document * (bool(about.doc) and chunk.place.doc == about.doc)
        raised[number] += best * share
    return raised


def is_of_another(chunk: Chunk, machine: str) -> bool:
    """Whether a passage's document says that it is about another machine than this; empty is any."""
    stated = chunk.metadata.machine.casefold()
    return bool(machine and stated) and stated != machine.casefold()


def _is_of(chunk: Chunk, machine: str) -> bool:
    """Whether a passage is of a machine: by its document, or by itself where that is about several."""
    if not machine:
        return False
    stated, wanted = chunk.metadata.machine.casefold(), machine.casefold()
    return stated == wanted or (not stated and wanted in chunk.text.casefold())


@dataclass(frozen=True, slots=True)
class Content:
    """What a passage says, as far as two are compared."""

    terms: frozenset[str]
    numbers: frozenset[str]

    @classmethod
    def of(cls, held: ChunkTerms) -> "Content":
        """The content of a passage."""
        terms = frozenset(held.body.split())
        return cls(terms, frozenset(term for term in terms if any(map(str.isdigit, term))))

    def is_copy_of(self, other: "Content") -> bool:
        """Whether two passages say the same: the same numbers and codes, and nine words in ten."""
        if self.numbers != other.numbers:
            return False
        shared = len(self.terms & other.terms)
        return shared >= _COPY_SHARE * (len(self.terms) + len(other.terms) - shared)


_COPY_SHARE = 0.9
