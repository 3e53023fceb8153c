"""Which code an incident has on each axis, by rules or the nearest description, and on what it is based."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.lessons.codes import Code, Codes, plain
from assistant.lessons.corrections import Corrected
from assistant.lessons.records import AXES, UNKNOWN, Axis, Coded, Incident, Verdict
from assistant.reports import event_words
from assistant.sentences import sentences
from ingest.embed import Embedder
from ingest.terms import is_chinese
from ingest.vectors import Vectors

NEAR: Mapping[Axis, float | None] = {"mode": 0.35, "cause": 0.35, "component": None, "hazard": None}
"""Least cosine of the nearest description; None where words alone tell. Chosen on the tuning half of
benchmarks/lessons.py: of components and hazards the nearest description was wrong more often than right."""
_MOST = 600
"""Characters of a text that are embedded."""
NOT_TOLD = Verdict(UNKNOWN, "none")


@dataclass(frozen=True, slots=True)
class Nearest:
    """The nearest description of one axis."""

    code: str
    like: str
    score: float


def judged_by(axis: Axis, incident: Incident) -> str:
    """The words that tell of an axis; empty where the incident has none.

    A cause is what is told as one: what happened says seldom why.
    """
    if axis == "mode":
        return incident.text
    if axis == "cause":
        told = [span.text for span in sentences(incident.text) if event_words.CAUSE.search(span.text)]
        return incident.cause or "\n".join(told)
    return incident.told


def by_rules(axis: Axis, codes: Sequence[Code], incident: Incident) -> tuple[list[Code], str]:
    """The codes whose phrases say most, and those phrases; several only where they say equally much."""
    text = plain(judged_by(axis, incident))
    best: list[tuple[float, Code, str]] = []
    for code in codes:
        found = code.found(text)
        weight = sum(phrase.weight for phrase, _ in found)
        if weight:
            best.append((weight, code, ", ".join(phrase.text for phrase, _ in found)))
    if not best:
        return [], ""
    most = max(weight for weight, _, _ in best)
    chosen = [(code, words) for weight, code, words in best if weight == most]
    return [code for code, _ in chosen], chosen[0][1]


class Descriptions:
    """The typical descriptions of all codes, embedded once.

    What all texts of a language have in common is taken off every row: in short Chinese texts it is nine
    tenths of the cosine, and would make one cluster of them.
    """

    def __init__(self, codes: Codes, embedder: Embedder) -> None:
        self._embedder = embedder
        self._of = [(axis, code, like) for axis in AXES for code in codes[axis] for like in code.like]
        texts = [like for _, _, like in self._of]
        rows = embedder.passages(texts) if texts else np.empty((0, embedder.dimension), np.float32)
        chinese = np.array([is_chinese(text) for text in texts], dtype=bool)
        self._common = {spoken: _mean(rows[chinese == spoken]) for spoken in (False, True)}
        self._rows = self._without_common(texts, rows)

    def embedded(self, texts: Sequence[str]) -> dict[str, Vectors]:
        """A unit row for each text; the same text is embedded once."""
        distinct = list(dict.fromkeys(text[:_MOST] for text in texts if text))
        rows = self._embedder.passages(distinct) if distinct else np.empty((0, 0), np.float32)
        return dict(zip(distinct, self._without_common(distinct, rows), strict=True))

    def _without_common(self, texts: Sequence[str], rows: Vectors) -> Vectors:
        if not texts:
            return rows
        less = np.stack([row - self._common[is_chinese(text)] for row, text in zip(rows, texts, strict=True)])
        lengths = np.linalg.norm(less, axis=1, keepdims=True)
        return np.asarray(less / np.where(lengths > 0, lengths, 1), dtype=np.float32)

    def nearest(self, axis: Axis, text: str, rows: Mapping[str, Vectors], among: Sequence[Code]) -> Nearest:
        """The nearest description of the codes given."""
        known = {code.code for code in among}
        places = [at for at, (own, code, _) in enumerate(self._of) if own == axis and code.code in known]
        row = rows.get(text[:_MOST])
        if row is None or not places:
            return Nearest(UNKNOWN, "", 0.0)
        scores = self._rows[places] @ row
        at = int(np.argmax(scores))
        _, code, like = self._of[places[at]]
        return Nearest(code.code, like, float(scores[at]))


def _mean(rows: Vectors) -> Vectors:
    return np.asarray(rows.mean(axis=0) if len(rows) else np.zeros(rows.shape[1]), dtype=np.float32)


def verdict(
    axis: Axis, codes: Codes, incident: Incident, near: Descriptions, rows: Mapping[str, Vectors]
) -> Verdict:
    """Rules first; where several codes are equally likely the nearest of them; then the nearest of all."""
    found, words = by_rules(axis, codes[axis], incident)
    text = judged_by(axis, incident)
    if len(found) == 1:
        return Verdict(found[0].code, "rule", words)
    if not text:
        return NOT_TOLD
    nearest = near.nearest(axis, text, rows, found or codes[axis])
    if found:
        code = nearest.code if nearest.code != UNKNOWN else found[0].code
        return Verdict(code, "rule", words)
    least = NEAR[axis]
    if least is not None and nearest.score >= least:
        return Verdict(nearest.code, "vectors", nearest.like, round(nearest.score, 3))
    return NOT_TOLD


def classified(
    incidents: Sequence[Incident], codes: Codes, embedder: Embedder, corrected: Corrected
) -> tuple[list[Coded], dict[str, Vectors]]:
    """Every incident with its codes, and the rows of what was embedded for it, by text.

    Args:
        incidents: Planned work among them is left without codes: nothing had failed.
    """
    near = Descriptions(codes, embedder)
    failed = [incident for incident in incidents if not incident.planned]
    texts = [judged_by(axis, incident) for incident in failed for axis in AXES]
    rows = near.embedded([*texts, *(incident.text for incident in failed)])
    memory: dict[tuple[Axis, str, str], Verdict] = {}
    done: list[Coded] = []
    for incident in incidents:
        verdicts: dict[Axis, Verdict] = {}
        for axis in AXES:
            said = corrected.verdict(incident, axis)
            key = (axis, incident.text, incident.cause)
            if said is None and not incident.planned and key not in memory:
                memory[key] = verdict(axis, codes, incident, near, rows)
            verdicts[axis] = said or (NOT_TOLD if incident.planned else memory[key])
        done.append(Coded(incident, verdicts))
    return done, rows


def row_of(incident: Incident, rows: Mapping[str, Vectors]) -> Vectors:
    """The unit row of what happened."""
    return rows[incident.text[:_MOST]]
