"""What people said of incidents and documents; kept in SQLite, and stronger than rules and vectors."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from assistant.errors import LessonError
from assistant.lessons.codes import plain
from assistant.lessons.collect import Said
from assistant.lessons.records import AXES, Axis, Incident, Verdict
from assistant.sqlite_file import Form, SqliteFile
from ingest.terms import content_words, identifiers, look_alike

_SHARE = 0.8
"""So much of the words of two texts must be common to both for one correction to hold for both."""
_NAME, _TEXT = 100, 2000
_FORM = Form(
    "correction",
    (
        """
CREATE TABLE codes (
    incident TEXT NOT NULL,
    axis TEXT NOT NULL,
    code TEXT NOT NULL,
    text TEXT NOT NULL,
    collection TEXT NOT NULL,
    by TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (incident, axis)
);
CREATE TABLE documents (
    doc TEXT PRIMARY KEY,
    said TEXT NOT NULL,
    by TEXT NOT NULL,
    at TEXT NOT NULL
) WITHOUT ROWID""",
    ),
    (
        "SELECT incident, axis, code, text, collection, by, at FROM codes LIMIT 0",
        "SELECT doc, said, by, at FROM documents LIMIT 0",
    ),
)


@dataclass(frozen=True, slots=True)
class Correction:
    """What someone said of an incident.

    Args:
        text: What the incident told, so that one that tells the same is known.
        day: ISO 8601.
    """

    incident: str
    axis: Axis
    code: str
    text: str
    collection: str
    by: str
    day: str


class Corrections:
    """The file of one index; made with the first correction."""

    def __init__(self, path: Path) -> None:
        self._file = SqliteFile(path, _FORM)

    @property
    def notice(self) -> str:
        """That a damaged file had to be set aside; empty while none had."""
        return self._file.notice

    def correct(self, incident: Incident, axis: Axis, code: str, by: str) -> None:
        """Keep a code for an incident; the last word counts.

        Raises:
            LessonError: No one says so.
            NotKeptError: It cannot be written.
        """
        row = (incident.id, axis, code, incident.told[:_TEXT], incident.collection, _name(by), _now())
        self._file.write(
            lambda found: found.execute("INSERT OR REPLACE INTO codes VALUES (?,?,?,?,?,?,?)", row)
        )

    def take_back(self, incident: str, axis: Axis) -> None:
        """Forget what was said of an incident on an axis."""
        self._change(
            lambda f: f.execute("DELETE FROM codes WHERE incident = ? AND axis = ?", (incident, axis))
        )

    def say(self, doc: str, said: Said, by: str) -> None:
        """Keep what a document holds."""
        row = (doc, said, _name(by), _now())
        self._file.write(
            lambda found: found.execute("INSERT OR REPLACE INTO documents VALUES (?,?,?,?)", row)
        )

    def unsay(self, doc: str) -> None:
        """Let the document itself tell again what it holds."""
        self._change(lambda found: found.execute("DELETE FROM documents WHERE doc = ?", (doc,)))

    def all(self) -> list[Correction]:
        """Every correction, the last one first."""
        if not self._file.path.exists():
            return []
        rows = self._file.read(lambda found: found.execute(
            "SELECT incident, axis, code, text, collection, by, at FROM codes "
            "ORDER BY at DESC, incident, axis"
        ).fetchall())  # fmt: skip
        return [replace(Correction(*row), day=row[6][:10]) for row in rows if row[1] in AXES]

    def said(self) -> dict[str, Said]:
        """What documents hold, by name, as people said."""
        if not self._file.path.exists():
            return {}
        rows = self._file.read(lambda found: found.execute("SELECT doc, said FROM documents").fetchall())
        return dict(rows)

    def close(self) -> None:
        """Let the file go; the next call opens it again."""
        self._file.close()

    def _change(self, change: Callable[[sqlite3.Connection], object]) -> None:
        if self._file.path.exists():
            self._file.write(change)


class Corrected:
    """Finds the correction that holds for an incident: its own, else that of one that tells nearly the same.

    Args:
        corrections: The last one first; those that may be read.
    """

    def __init__(self, corrections: list[Correction]) -> None:
        self._own = {(entry.incident, entry.axis): entry for entry in corrections}
        self._alike = [(_words(entry.text), entry) for entry in corrections]

    def verdict(self, incident: Incident, axis: Axis) -> Verdict | None:
        """What a person said; None where no one did."""
        own = self._own.get((incident.id, axis))
        if own is not None:
            return Verdict(own.code, "person", f"{own.by}, {own.day}")
        if not self._alike:
            return None
        told = _words(incident.told)
        for words, entry in self._alike:
            if entry.axis == axis and _near(told, words):
                return Verdict(entry.code, "person", f"{entry.by}, {entry.day}, ≈ {entry.incident}")
        return None


def _near(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one) and len(one & other) >= _SHARE * len(one | other)


def _words(text: str) -> frozenset[str]:
    """The words of a text without what differs from case to case: machines, orders, figures."""
    named = {look_alike(name) for name in identifiers(text)}
    return frozenset(
        term for term in content_words(plain(text)) if look_alike(term) not in named and not term.isdigit()
    )


def _name(by: str) -> str:
    name = " ".join(by.split())[:_NAME]
    if not name:
        raise LessonError("say who you are: a correction is kept under a name (--by)")
    return name


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")
