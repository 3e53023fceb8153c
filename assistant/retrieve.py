"""Finding passages: words, vectors and identifiers of one generation, ranked together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from assistant.asked_first import asked_first
from assistant.card import NOTHING, machine_named
from assistant.config import RetrieveSettings
from assistant.errors import QuestionError
from assistant.glossary import NO_GLOSSARY, Glossary
from assistant.ranking import Content, RankWeights, Signs, drawn, is_of_another, lifted, weighed
from assistant.records import Card, Hit
from assistant.rerank import Reranker
from assistant.sections import in_short_documents, wanted
from ingest.embed import Embedder
from ingest.generation import FILTERS, ChunkTerms, Generation, Weights
from ingest.records import Chunk
from ingest.terms import identifiers, look_alike, query_words, words

_LIFTING, _DISTANCE = 12, 3
"""So many of the best passages lift what stands at most so far beside them."""

_CODE_HELD = 200
"""Passages among which the one that explains a code is sought."""

_LOOKED_AT = 120
"""So many of the best passages, or twice those wanted, are read for the last order of them.

With 32, what gives the interval asked for was found only by who asked for many passages.
"""

_SECTIONS = 24
"""Among so many of the best the section that is asked for is sought, however many are wanted."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search brought, with what the gate must know about it.

    Args:
        hits: Best first.
        cosines: Similarity of question and passage by chunk id.
        terms: The question's terms with their rarity (idf), rare ones weighing more.
        unknown: Identifiers of the question that no document holds.
        unseen: Its own terms that no document holds.
        machine: The one machine that it names, whose documents it was led to; empty for none.
        name: Its terms that only name it.
    """

    hits: tuple[Hit, ...]
    cosines: Mapping[str, float]
    terms: Mapping[str, float]
    unknown: tuple[str, ...]
    unseen: frozenset[str] = frozenset()
    machine: str = ""
    name: frozenset[str] = frozenset()

    @property
    def meant(self) -> Sequence[Hit]:
        """The hits without those of documents that are about another machine; all where nothing else is."""
        return [hit for hit in self.hits if not is_of_another(hit.chunk, self.machine)] or self.hits

    @property
    def asked(self) -> Mapping[str, float]:
        """The terms by which a passage's sentences are chosen: a manual's do not name its machine."""
        return {term: rarity for term, rarity in self.terms.items() if term not in self.name} or self.terms


@dataclass(frozen=True, slots=True)
class _Named:
    """An identifier of the question and the chunks that hold it, or one that is easily misread as it."""

    identifier: str
    chunks: Sequence[int]


def _coded(named: Sequence[_Named], name: frozenset[str]) -> set[int]:
    """The chunks that hold a code of the question which is not the machine's name."""
    return {number for entry in named if entry.identifier.lower() not in name for number in entry.chunks}


def _about(machine: str, favoured: Card | None) -> Card | None:
    """What comes forward: what the conversation is about, unless the question names another machine."""
    if not machine or (favoured and favoured.machine == machine):
        return favoured
    kept = favoured if favoured and not favoured.machine else NOTHING
    return replace(kept, machine=machine)


class Retriever:
    """Searches one generation."""

    def __init__(
        self,
        generation: Generation,
        embedder: Embedder,
        settings: RetrieveSettings,
        glossary: Glossary = NO_GLOSSARY,
        weights: RankWeights | None = None,
        reranker: Reranker | None = None,
    ) -> None:
        self._generation, self._embedder, self._settings = generation, embedder, settings
        self._glossary, self._weights = glossary, weights or RankWeights()
        self._reranker = reranker
        self._machines = tuple(generation.values_of("machine"))

    def find(
        self, question: str, limit: int, filters: Mapping[str, str], favoured: Card | None = None
    ) -> Found:
        """The passages that fit a question, best first.

        Args:
            favoured: What the conversation is about; its passages come forward, the others stay.

        Raises:
            QuestionError: An unknown filter, or a value that no document has.
        """
        self._check(filters)
        return self.search(question, self._embedder.query(question), limit, filters, favoured)

    def search(
        self,
        question: str,
        row: np.ndarray,
        limit: int,
        filters: Mapping[str, str],
        favoured: Card | None = None,
    ) -> Found:
        """The same with the question's unit row at hand, shape (dimension,); filters are not checked."""
        generation, most = self._generation, self._settings.candidates
        asked = query_words(question)
        machine, name = self._machine(question, asked)
        favoured = _about(machine, favoured)
        translated = generation.known(self._glossary.translations(question, asked))
        everything = generation.rarity([*asked, *translated])
        # Which machine a passage is about is said by its document: its name stands in every row of a list of
        # parts, and in no step of its manual.
        rarity = {term: rare for term, rare in everything.items() if term not in name} or everything
        lexical = dict(generation.lexical(rarity, most, filters, Weights()))
        dense = dict(generation.dense(row, most, filters))
        named = [self._named(name, filters) for name in identifiers(question)]
        numbers = list(dict.fromkeys([*lexical, *dense, *(n for entry in named for n in entry.chunks)]))
        cosines = self._cosines(row, numbers, dense)
        held = generation.terms_of(numbers)
        defining = self._defining(named)
        signs = Signs(
            lexical, cosines, rarity, held, [(entry.chunks, defining[entry.identifier]) for entry in named]
        )
        scores = weighed(numbers, signs, self._weights)
        best = sorted(numbers, key=lambda number: -scores[number])[:_LIFTING]
        beside = generation.beside(best, _DISTANCE)
        raised = lifted(scores, beside, self._weights)
        looked_at = max(_LOOKED_AT, 2 * limit)
        nearest = sorted(raised, key=lambda number: -raised[number])[:looked_at]
        chunks = generation.chunks(nearest)
        short = in_short_documents(beside).intersection(nearest[:_SECTIONS])
        raised = wanted(question, raised, {number: chunks[number] for number in short}, self._weights)
        raised = asked_first(question, raised, chunks, _coded(named, name), self._weights)
        if favoured is not None:
            raised = drawn(raised, chunks, favoured, self._weights)
        foreign = [number for number in chunks if is_of_another(chunks[number], machine)]
        raised |= {number: raised[number] * self._weights.foreign for number in foreign}
        ranked = sorted(nearest, key=lambda number: -raised[number])[: 2 * limit]
        if self._reranker is not None:
            order = self._reranker.order(question, [chunks[number].searchable for number in ranked])
            ranked = [ranked[position] for position in order]
        ranked = _without_copies(ranked, chunks, generation.terms_of(ranked))[:limit]
        hits = tuple(Hit(chunks[n], raised[n], rank) for rank, n in enumerate(ranked, start=1))
        near = self._cosines(row, ranked, {})
        similar = {chunks[number].chunk_id: near[number] for number in ranked}
        unseen = frozenset(asked).difference(generation.known(asked))
        return Found(hits, similar, everything, self._unknown(named), unseen, machine, name)

    def _machine(self, question: str, asked: Sequence[str]) -> tuple[str, frozenset[str]]:
        """The one machine that a question names, and the index terms by which it does; empty for none."""
        machine = machine_named(question, self._machines)
        if machine:
            return machine, frozenset(words(machine))
        called = self._glossary.called(question, asked, self._machines)
        return called.machine, called.terms

    def holders(self, code: str, filters: Mapping[str, str]) -> list[Chunk]:
        """The passages that hold a code, or one that is easily misread as it; those that explain it first.

        A code that is too short or too plain for an identifier (16, OVERTEMP) is looked up as a word.
        """
        defining: frozenset[int] = frozenset()
        # A log that was read as a document may hold a code a thousand times before the list that explains it;
        # the words bring the short passages first.
        rarity = self._generation.rarity(words(code))
        numbers = [number for number, _ in self._generation.lexical(rarity, _CODE_HELD, filters, Weights())]
        if identifiers(code):
            named = self._named(identifiers(code)[0], filters)
            numbers = [number for number in numbers if number not in named.chunks] if named.chunks else []
            numbers = [*named.chunks, *numbers]
            defining = self._defining([_Named(named.identifier, numbers)])[named.identifier]
        numbers.sort(key=lambda number: number not in defining)
        chunks = self._generation.chunks(numbers) if numbers else {}
        return [chunks[number] for number in numbers]

    def _named(self, identifier: str, filters: Mapping[str, str]) -> _Named:
        most = self._settings.candidates
        chunks = self._generation.holding(identifier, most, filters)
        return _Named(identifier, chunks or self._generation.resembling(identifier, most, filters))

    def _unknown(self, named: Sequence[_Named]) -> tuple[str, ...]:
        """The identifiers that no document holds, whatever the filters."""
        return tuple(
            entry.identifier
            for entry in named
            if not entry.chunks
            and not self._generation.holding(entry.identifier, 1, {})
            and not self._generation.resembling(entry.identifier, 1, {})
        )

    def _defining(self, named: Sequence[_Named]) -> dict[str, frozenset[int]]:
        """By identifier, the passages that explain it: its own heading or table row."""
        numbers = list(dict.fromkeys(n for entry in named for n in entry.chunks))
        chunks = self._generation.chunks(numbers) if numbers else {}
        return {
            entry.identifier: frozenset(n for n in entry.chunks if _defines(chunks[n], entry.identifier))
            for entry in named
        }

    def _cosines(
        self, row: np.ndarray, numbers: Sequence[int], dense: Mapping[int, float]
    ) -> dict[int, float]:
        """Cosine of every candidate, also of those that only the words brought."""
        missing = [number for number in numbers if number not in dense]
        rows = self._generation.vectors_of(missing)
        return {**dense, **dict(zip(missing, (rows @ row).tolist(), strict=True))}

    def _check(self, filters: Mapping[str, str]) -> None:
        for field, value in filters.items():
            if field not in FILTERS:
                raise QuestionError(f"unknown filter {field!r}; the known ones are {', '.join(FILTERS)}")
            known = self._generation.values_of(field)
            if value.casefold() not in (entry.casefold() for entry in known):
                shown = ", ".join(known[:12]) or "none"
                raise QuestionError(f"no document has {field} = {value!r}; the known values are: {shown}")


def _defines(chunk: Chunk, identifier: str) -> bool:
    """Whether a code is what a heading names, or the first thing that a line or its first cell says."""
    if identifier in identifiers(chunk.place.section.rsplit(" > ", 1)[-1]):
        return True
    for line in chunk.text.splitlines():
        first_cell = line.split(" | ", 1)[0].rsplit(": ", 1)[-1]
        # Most lines are sentences; looking for codes in each would cost more than the search.
        short = len(first_cell) < 2 * len(identifier) + 8
        if short and any(
            look_alike(found) == look_alike(identifier) for found in identifiers(first_cell)[:1]
        ):
            return True
    return False


def _without_copies(
    best: Sequence[int], chunks: Mapping[int, Chunk], held: Mapping[int, ChunkTerms]
) -> list[int]:
    """Leave out what a better passage has said already; rows of a table are alike by nature and stay."""
    kept: dict[int, Content] = {}
    for number in best:
        content = Content.of(held[number])
        row = chunks[number].kinds == ("table_row",)
        if row or not any(content.is_copy_of(other) for other in kept.values()):
            kept[number] = content
    return list(kept)
