"""What a model proposed for incidents, and which were asked about; kept in SQLite until a person decides."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from assistant.lessons.records import AXES, UNKNOWN, Axis, Coded, Verdict
from assistant.sqlite_file import Form, SqliteFile

_FORM = Form(
    "proposal",
    (
        """
CREATE TABLE proposals (
    incident TEXT NOT NULL,
    axis TEXT NOT NULL,
    code TEXT NOT NULL,
    engine TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (incident, axis)
) WITHOUT ROWID""",
    ),
    ("SELECT incident, axis, code, engine, at FROM proposals LIMIT 0",),
)
Key = tuple[str, Axis]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a model chose.

    Args:
        code: `unknown` where the incident does not say it.
        engine: Which model.
    """

    code: str
    engine: str


class Proposals:
    """The file of one index; made with the first proposal."""

    def __init__(self, path: Path) -> None:
        self._file = SqliteFile(path, _FORM)

    def keep(self, incidents: list[str], axis: Axis, proposal: Proposal) -> None:
        """Keep a choice for incidents that tell the same; an older one is replaced."""
        at = datetime.now(UTC).isoformat(timespec="seconds")
        rows = [(incident, axis, proposal.code, proposal.engine, at) for incident in incidents]
        self._file.write(
            lambda found: found.executemany("INSERT OR REPLACE INTO proposals VALUES (?,?,?,?,?)", rows)
        )

    def all(self) -> dict[Key, Proposal]:
        """Every choice, by incident and axis."""
        if not self._file.path.exists():
            return {}
        rows = self._file.read(
            lambda found: found.execute("SELECT incident, axis, code, engine FROM proposals").fetchall()
        )
        return {(row[0], row[1]): Proposal(row[2], row[3]) for row in rows if row[1] in AXES}


def with_proposals(entry: Coded, proposals: Mapping[Key, Proposal]) -> Coded:
    """An incident with what a model proposes where nothing else tells; its code stays unknown."""
    verdicts = dict(entry.verdicts)
    for axis, verdict in entry.verdicts.items():
        found = proposals.get((entry.incident.id, axis))
        if verdict.basis == "none" and found is not None and found.code != UNKNOWN:
            verdicts[axis] = Verdict(UNKNOWN, "model", found.engine, proposed=found.code)
    return Coded(entry.incident, verdicts)
