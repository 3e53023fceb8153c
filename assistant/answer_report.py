"""The measured answers of a question file: as a whole, by language and by kind, and what was missed."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from typing import Any

import numpy as np

from assistant.answer_eval import MEASURES, Scored
from assistant.retrieval_report import Figure, interval


@dataclass(frozen=True, slots=True)
class Measured:
    """A mean with its 95 % bootstrap interval over the questions that it says something of."""

    figure: Figure
    questions: int


@dataclass(frozen=True, slots=True)
class Quantiles:
    """Seconds that half, and 95 of 100, of the questions took at most."""

    p50: float
    p95: float


@dataclass(frozen=True, slots=True)
class AnswerGroup:
    """Questions that are reported together; measures that none of them has are left out."""

    name: str
    questions: int
    measures: dict[str, Measured]
    seconds: dict[str, Quantiles]


@dataclass(frozen=True, slots=True)
class Miss:
    """A question that was not answered as it should be, and why."""

    scored: Scored
    reason: str


@dataclass(frozen=True, slots=True)
class AnswerReport:
    """A run: all questions first, then each language and each kind.

    Args:
        invented: By question, the numbers, codes and part numbers shown that no cited passage holds.
    """

    engine: str
    groups: tuple[AnswerGroup, ...]
    missed: tuple[Miss, ...]
    invented: tuple[Scored, ...]

    def as_json(self) -> dict[str, Any]:
        """Everything that is shown, and the answers that were missed."""
        return {
            "engine": self.engine,
            "questions": self.groups[0].questions,
            "groups": [_group_json(group) for group in self.groups],
            "invented": [{"id": entry.case.id, "names": list(entry.invented)} for entry in self.invented],
            "missed": [
                {
                    "id": miss.scored.case.id,
                    "question": miss.scored.case.question,
                    "reason": miss.reason,
                    "answer": miss.scored.answer.text,
                }
                for miss in self.missed
            ],
        }


def _group_json(group: AnswerGroup) -> dict[str, Any]:
    measures = {
        name: {**asdict(entry.figure), "questions": entry.questions} for name, entry in group.measures.items()
    }
    seconds = {name: asdict(entry) for name, entry in group.seconds.items()}
    return {"name": group.name, "questions": group.questions, "measures": measures, "seconds": seconds}


def report(entries: Sequence[Scored]) -> AnswerReport:
    """The figures of at least one question."""
    by_name: dict[str, list[Scored]] = {"all": list(entries)}
    for entry in entries:
        for name in chain([entry.case.language], [entry.case.kind] if entry.case.kind else []):
            by_name.setdefault(name, []).append(entry)
    missed = [Miss(entry, reason) for entry in entries if (reason := why_missed(entry))]
    return AnswerReport(
        entries[0].answer.engine,
        tuple(_group(name, members) for name, members in by_name.items()),
        tuple(missed),
        tuple(entry for entry in entries if entry.invented),
    )


def _group(name: str, entries: Sequence[Scored]) -> AnswerGroup:
    measures: dict[str, Measured] = {}
    for at, measure in enumerate(MEASURES):
        values = [value for entry in entries if (value := entry.values[at]) is not None]
        if values:
            measures[measure] = Measured(interval(np.array(values)), len(values))
    seconds = {
        part: Quantiles(*(round(float(q), 4) for q in np.quantile(taken, (0.5, 0.95))))
        for part, taken in {
            "evidence": [entry.seconds.evidence for entry in entries],
            "first": [entry.seconds.first for entry in entries],
            "last": [entry.seconds.last for entry in entries],
        }.items()
    }
    return AnswerGroup(name, len(entries), measures, seconds)


def why_missed(entry: Scored) -> str:
    """What is wrong with an answer; empty when nothing is known to be."""
    values = dict(zip(MEASURES, entry.values, strict=True))
    if entry.invented:
        return f"invented {', '.join(entry.invented)}"
    if values["declined_answerable"]:
        return "declined, although the documents answer it"
    if values["declined_unanswerable"] == 0:
        return "answered, although no document does"
    if values["judged"] == 0:
        return "the judge finds it wrong"
    if entry.lacking:
        return f"lacks {', '.join(entry.lacking)}"
    # Without facts to look for, the cited passages tell.
    return (
        "cites no passage with the gold text"
        if values["facts"] is None and values["gold_recall"] == 0
        else ""
    )
