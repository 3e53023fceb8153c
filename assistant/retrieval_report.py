"""`millwright eval`: what a question file says of the retrieval, as a whole, by language and by kind."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from assistant.errors import QuestionError
from assistant.evaluate import (
    PASSAGES_READ,
    READ_LONG,
    READ_SHORT,
    Case,
    End,
    Passage,
    Searcher,
    gold_end,
    passages,
    read_cases,
)

MEASURES = ("text@1k", "text@5k", "mrr@10", "ndcg@10", "document@5")
_RESAMPLES, _SEED = 1000, 20
_CUT, _DOCUMENTS = 10, 5
_SHOWN_INSTEAD = 3


@dataclass(frozen=True, slots=True)
class Scored:
    """One question: where its gold text was complete, None if it never was, and what was read."""

    case: Case
    end: End | None
    read: Sequence[Passage]

    def values(self) -> tuple[float, ...]:
        """One figure, 0 to 1, for each of MEASURES; one passage is relevant, the one that completes."""
        end = self.end
        within = end is not None and end.rank <= _CUT
        return (
            float(end is not None and end.characters <= READ_SHORT),
            float(end is not None and end.characters <= READ_LONG),
            1 / end.rank if end and within else 0.0,
            1 / math.log2(1 + end.rank) if end and within else 0.0,
            float(self.case.doc in [passage.doc for passage in self.read[:_DOCUMENTS]]),
        )


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean with its 95 % bootstrap interval."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that are reported together; `figures` in the order of MEASURES."""

    name: str
    questions: int
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class RetrievalReport:
    """A run: all questions first, then each language and each kind; `missed` was not read within 5,000."""

    groups: tuple[Group, ...]
    missed: tuple[Scored, ...]

    def as_json(self) -> dict[str, Any]:
        """Means under their names, as before, then the intervals, the groups and the misses."""
        everything = self.groups[0]
        means = {name: figure.mean for name, figure in zip(MEASURES, everything.figures, strict=True)}
        return {
            "questions": everything.questions,
            **means,
            "mrr": means["mrr@10"],
            "groups": [_group_json(group) for group in self.groups],
            "missed": [
                {
                    "id": scored.case.id,
                    "question": scored.case.question,
                    "gold": {"doc": scored.case.doc, "passage_or_section": scored.case.passage},
                    "found": [
                        {"doc": passage.doc, "section": passage.section}
                        for passage in scored.read[:_SHOWN_INSTEAD]
                    ],
                }
                for scored in self.missed
            ],
        }


def _group_json(group: Group) -> dict[str, Any]:
    figures = {
        name: {"mean": figure.mean, "low": figure.low, "high": figure.high}
        for name, figure in zip(MEASURES, group.figures, strict=True)
    }
    return {"name": group.name, "questions": group.questions, **figures}


def evaluate(searcher: Searcher, path: Path) -> RetrievalReport:
    """Search for every answerable question of a file whose gold names a document, and score what is found.

    Raises:
        QuestionError: The file cannot be read, or has no such question.
    """
    cases = [case for case in read_cases(path) if case.answerable and case.doc]
    if not cases:
        raise QuestionError(f"{path}: no question has a `gold` with a `doc`; nothing can be measured")
    return measured(searcher, cases)


def measured(searcher: Searcher, cases: Sequence[Case]) -> RetrievalReport:
    """The same for cases at hand, at least one, each of which names a document."""
    return report(
        [score(case, passages(searcher.search(case.question, limit=PASSAGES_READ))) for case in cases]
    )


def score(case: Case, read: Sequence[Passage]) -> Scored:
    """Score what was found for one question."""
    return Scored(case, gold_end(case, read), read)


def report(scored: Sequence[Scored]) -> RetrievalReport:
    """The figures of at least one scored question."""
    by_name: dict[str, list[Scored]] = {"all": list(scored)}
    for entry in scored:
        for name in chain([entry.case.language], [entry.case.kind] if entry.case.kind else []):
            by_name.setdefault(name, []).append(entry)
    groups = tuple(_group(name, entries) for name, entries in by_name.items())
    missed = tuple(entry for entry in scored if not entry.values()[1])
    return RetrievalReport(groups, missed)


def _group(name: str, scored: Sequence[Scored]) -> Group:
    values = np.array([entry.values() for entry in scored])
    return Group(name, len(scored), tuple(map(interval, values.T)))


def interval(values: np.ndarray) -> Figure:
    """The mean of values, shape (n,), with the percentile bootstrap's 95 % interval (Efron, 1979)."""
    chosen = np.random.default_rng(_SEED).integers(len(values), size=(_RESAMPLES, len(values)))
    low, high = np.quantile(values[chosen].mean(axis=1), (0.025, 0.975))
    return Figure(*(round(float(figure), 4) for figure in (values.mean(), low, high)))


def means(run: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    """The means of a run that was saved with --json, by group and measure.

    Raises:
        QuestionError: It is no such run.
    """
    try:
        return {
            str(group["name"]): {name: float(group[name]["mean"]) for name in MEASURES}
            for group in run["groups"]
        }
    except (KeyError, TypeError, ValueError) as error:
        raise QuestionError("not what `millwright eval --json` prints; save a run with it first") from error
