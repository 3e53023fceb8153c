"""The records of incident lessons: where incidents stand, what each is, what many say together."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from assistant.records import Citation

Kind = Literal["incident", "work_order"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Reason = Literal["person", "stated", "columns", "headings"]
"""Why a document is taken: a person said so, its kind is stated, or its tables or headings look so."""
Safety = Literal["", "none", "near_miss", "injury"]
"""Empty where it is not told."""

Axis = Literal["mode", "cause", "component", "hazard"]
AXES: tuple[Axis, ...] = get_args(Axis)
UNKNOWN = "unknown"
"""The code of what neither rules nor vectors nor a person could tell."""
Basis = Literal["person", "rule", "vectors", "none"]


@dataclass(frozen=True, slots=True)
class Source:
    """A document that incidents were read from.

    Args:
        told: The columns or headings by which it was taken.
        records: So many incidents stand in it.
    """

    doc: str
    title: str
    kind: Kind
    reason: Reason
    told: str
    records: int


@dataclass(frozen=True, slots=True)
class Incident:
    """One incident or work order.

    Args:
        id: Stays the same as long as the document says the same.
        number: What the site calls it; empty where it has no number.
        date: ISO 8601 as far as it is known; empty where it is not.
        text: What happened.
        stopped: Production or the machine stood still.
        minutes: How long; None where it is not told.
        planned: Routine work: nothing had failed.
        evidence: A verbatim quote and its place.
    """

    id: str
    kind: Kind
    number: str
    machine: str
    date: str
    text: str
    cause: str
    fix: str
    safety: Safety
    stopped: bool
    minutes: float | None
    planned: bool
    evidence: Citation
    collection: str

    @property
    def name(self) -> str:
        """What it is called by."""
        return self.number or self.evidence.place.title or self.evidence.place.doc

    @property
    def told(self) -> str:
        """What it is classified by: what happened, then the cause."""
        return "\n".join(part for part in (self.text, self.cause) if part)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A code, and what it is based on.

    Args:
        why: The words of a rule, the nearest description, or who corrected it.
        score: Cosine of the nearest description; 0 for anything else.
    """

    code: str
    basis: Basis
    why: str = ""
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Coded:
    """An incident with a verdict for each axis."""

    incident: Incident
    verdicts: Mapping[Axis, Verdict]

    def code(self, axis: Axis) -> str:
        """The code on an axis."""
        return self.verdicts[axis].code
