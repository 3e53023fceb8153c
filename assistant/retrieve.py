"""Finding passages: words, vectors and identifiers, fused into one ranking."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.config import RetrieveSettings
from assistant.errors import QuestionError
from assistant.records import Hit
from ingest.embed import Embedder
from ingest.generation import FILTERS, Generation, Weights
from ingest.terms import identifiers, query_words

_FEW = 3


@dataclass(frozen=True, slots=True)
class Found:
    """What a search brought, with what the gate must know about it.

    Args:
        hits: Best first.
        cosines: Similarity of question and passage by chunk id.
        terms: The question's terms with their rarity (idf), rare ones weighing more.
        unknown: Identifiers of the question that no document holds.
    """

    hits: tuple[Hit, ...]
    cosines: Mapping[str, float]
    terms: Mapping[str, float]
    unknown: tuple[str, ...]


class Retriever:
    """Searches one generation."""

    def __init__(self, generation: Generation, embedder: Embedder, settings: RetrieveSettings) -> None:
        self._generation, self._embedder, self._settings = generation, embedder, settings

    def find(self, question: str, limit: int, filters: Mapping[str, str]) -> Found:
        """The passages that fit a question, best first.

        Raises:
            QuestionError: An unknown filter, or a value that no document has.
        """
        self._check(filters)
        settings, generation = self._settings, self._generation
        terms = query_words(question)
        lexical = dict(generation.lexical(terms, settings.candidates, filters, Weights()))
        row = self._embedder.query(question)
        dense = dict(generation.dense(row, settings.candidates, filters))
        named = identifiers(question)
        holding = {name: generation.holding(name, settings.candidates, filters) for name in named}
        numbers = list(dict.fromkeys([*lexical, *dense, *(n for found in holding.values() for n in found)]))
        cosines = self._cosines(row, numbers, dense)
        scores = fuse(numbers, lexical, cosines, settings.dense_weight)
        for found in holding.values():
            # A code that few passages hold names what is asked for; a machine's name is everywhere.
            bonus = settings.identifier_bonus * min(1.0, _FEW / max(1, len(found))) / len(holding)
            for number in found:
                scores[number] += bonus
        best = sorted(numbers, key=lambda number: -scores[number])[:limit]
        chunks = generation.chunks(best)
        hits = tuple(Hit(chunks[number], scores[number], rank) for rank, number in enumerate(best, start=1))
        return Found(
            hits,
            {chunks[number].chunk_id: cosines[number] for number in best},
            generation.rarity(terms),
            tuple(
                name for name, found in holding.items() if not found and not generation.holding(name, 1, {})
            ),
        )

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


def fuse(
    numbers: Sequence[int], lexical: Mapping[int, float], cosines: Mapping[int, float], dense_weight: float
) -> dict[int, float]:
    """Weigh the two scores of each candidate, each scaled to 0..1 over the candidates.

    Scores, not ranks: a passage that the words find far ahead of the second must stay ahead, which
    reciprocal ranks forget.
    """
    if not numbers:
        return {}
    top = max(lexical.values(), default=0.0) or 1.0
    low, high = min(cosines[n] for n in numbers), max(cosines[n] for n in numbers)
    spread = (high - low) or 1.0
    return {
        number: (1 - dense_weight) * lexical.get(number, 0.0) / top
        + dense_weight * (cosines[number] - low) / spread
        for number in numbers
    }
