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
Basis = Literal["person", "rule", "vectors", "model", "none"]


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
        why: The words of a rule, the nearest description, who corrected it, or which model proposes.
        score: Cosine of the nearest description; 0 for anything else.
        proposed: What a model proposes; the code stays unknown until a person takes it.
    """

    code: str
    basis: Basis
    why: str = ""
    score: float = 0.0
    proposed: str = ""


@dataclass(frozen=True, slots=True)
class Coded:
    """An incident with a verdict for each axis."""

    incident: Incident
    verdicts: Mapping[Axis, Verdict]

    def code(self, axis: Axis) -> str:
        """The code on an axis."""
        return self.verdicts[axis].code


@dataclass(frozen=True, slots=True)
class Count:
    """How many incidents have something in common.

    Args:
        value: A code, or a machine.
        share: Of all counted, this one and those above it.
        minutes: Of standstill, as far as it is told.
    """

    value: str
    count: int
    share: float
    minutes: float


@dataclass(frozen=True, slots=True)
class Trend:
    """Incidents over time; periods without any stand too.

    Args:
        unit: What a period is.
        periods: 2025-03 for a month, 2025 for a year.
        counts: By failure mode, one number a period; the most frequent modes, the others as `other`.
        undated: So many have no date that is exact enough.
    """

    unit: Literal["month", "year"]
    periods: tuple[str, ...]
    counts: Mapping[str, tuple[int, ...]]
    undated: int


@dataclass(frozen=True, slots=True)
class Cluster:
    """Like incidents.

    Args:
        words: The most characteristic ones.
        members: Their ids, the most typical first.
    """

    words: tuple[str, ...]
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Precursor:
    """A near miss that came before an injury or a stop.

    Args:
        before: The near miss.
        after: The injury or stop.
        shared: What both have in common.
    """

    before: str
    after: str
    days: int
    shared: Literal["machine", "mode"]


@dataclass(frozen=True, slots=True)
class Precursors:
    """Near misses before injuries and stops, and how often there was none; no cause is claimed.

    Args:
        pairs: The nearest near miss of each injury or stop.
        near_misses: So many are dated to the day.
        severe: So many injuries and stops are.
    """

    pairs: tuple[Precursor, ...]
    near_misses: int
    severe: int
    within_days: int


@dataclass(frozen=True, slots=True)
class Pattern:
    """A hazard or failure mode of a component that several reports share.

    Args:
        axis: Hazard or mode.
        members: Ids of the incidents.
        asked: The questions that manuals and procedures were searched with.
        looked_at: So many of their passages were read for words of both.
        mentions: Passages that speak of both; empty for a hidden one.
    """

    axis: Axis
    code: str
    component: str
    members: tuple[str, ...]
    asked: tuple[str, ...]
    looked_at: int
    mentions: tuple[Citation, ...]

    @property
    def hidden(self) -> bool:
        """Whether no manual or procedure that was found speaks of it."""
        return not self.mentions


@dataclass(frozen=True, slots=True)
class Findings:
    """What incidents teach.

    Args:
        coded: Every incident, the last first.
        repeated: So many were left out because another document tells of the same number.
        others: So many documents hold none.
        paretos: Counts by mode, machine, cause, component and hazard, most first; planned work is left out.
        clusters: The largest first; single incidents are in none.
        patterns: Those that enough reports share, hidden ones first.
    """

    sources: tuple[Source, ...]
    coded: tuple[Coded, ...]
    repeated: int
    others: int
    paretos: Mapping[str, tuple[Count, ...]]
    trend: Trend
    clusters: tuple[Cluster, ...]
    precursors: Precursors
    patterns: tuple[Pattern, ...]

    @property
    def failures(self) -> list[Coded]:
        """The incidents without planned work."""
        return [entry for entry in self.coded if not entry.incident.planned]

    @property
    def proposed(self) -> int:
        """So many codes are proposed by a model and wait for a person."""
        return sum(bool(verdict.proposed) for entry in self.failures for verdict in entry.verdicts.values())

    @property
    def by_id(self) -> dict[str, Coded]:
        """Every incident by its id."""
        return {entry.incident.id: entry for entry in self.coded}
