"""The SQLite file of questions that were declined or disliked; whose they were is not kept."""

import secrets
import sqlite3
from collections.abc import Sequence
from dataclasses import astuple, replace
from datetime import UTC, datetime
from pathlib import Path

from assistant.errors import GapError
from assistant.gaps.alike import Words
from assistant.gaps.records import Ask, AskKind, Gap
from assistant.sqlite_file import Form, SqliteFile

_QUESTION, _REASON, _MACHINE = 1000, 2000, 200
"""Characters that are kept."""
_ASK = "question, kind, language, reason, machine, at, collection"
_FORM = Form(
    "question",
    (
        """
CREATE TABLE asks (
    number INTEGER PRIMARY KEY,
    gap TEXT NOT NULL,
    source TEXT NOT NULL,
    question TEXT NOT NULL,
    kind TEXT NOT NULL,
    language TEXT NOT NULL,
    reason TEXT NOT NULL,
    machine TEXT NOT NULL,
    at TEXT NOT NULL,
    UNIQUE (source, kind)
);
CREATE TABLE dismissed (
    gap TEXT PRIMARY KEY,
    at TEXT NOT NULL
) WITHOUT ROWID""",
        "ALTER TABLE asks ADD COLUMN collection TEXT NOT NULL DEFAULT 'default'",
    ),
    (
        f"SELECT number, gap, source, {_ASK} FROM asks LIMIT 0",
        "SELECT gap, at FROM dismissed LIMIT 0",
    ),
)


class GapFile:
    """The questions of one index; safe to use from several threads and processes.

    Args:
        path: The file; it is made with the first question.
        keep: Questions kept; one more drops the oldest.
    """

    def __init__(self, path: Path, keep: int) -> None:
        self._file, self._keep = SqliteFile(path, _FORM), keep

    @property
    def notice(self) -> str:
        """That a damaged file had to be set aside; empty while none had."""
        return self._file.notice

    def add(self, ask: Ask, source: str = "") -> str:
        """Keep a question, with those that are alike.

        Args:
            source: What it came from, such as one answer; the same one again replaces what it said before.

        Returns:
            The id of the gap.

        Raises:
            HistoryError: It cannot be written.
        """
        ask = replace(
            ask,
            question=" ".join(ask.question.split())[:_QUESTION],
            reason=ask.reason.strip()[:_REASON],
            machine=ask.machine[:_MACHINE],
            at=ask.at or now(),
        )
        words, source = Words.of(ask.question), source or secrets.token_hex(8)

        def write(found: sqlite3.Connection) -> str:
            found.execute("DELETE FROM asks WHERE source = ? AND kind = ?", (source, ask.kind))
            gap = _like(found, words, ask.collection) or secrets.token_hex(6)
            question, kind, *rest = astuple(ask)
            values = (gap, source, question, kind, *rest)
            found.execute("INSERT INTO asks VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
            found.execute(
                "DELETE FROM asks WHERE number IN (SELECT number FROM asks ORDER BY number DESC "
                "LIMIT -1 OFFSET ?)",
                (self._keep,),
            )
            return gap

        return self._file.write(write)

    def take_back(self, source: str, kind: AskKind) -> None:
        """Forget what came from a source."""
        if self._file.path.exists():
            key = (source, kind)
            self._file.write(lambda f: f.execute("DELETE FROM asks WHERE source = ? AND kind = ?", key))

    def all(self) -> list[tuple[Gap, str]]:
        """Every gap, and when it was last dismissed; empty where it never was."""
        if not self._file.path.exists():
            return []
        rows, dismissed = self._file.read(
            lambda found: (
                found.execute(f"SELECT gap, {_ASK} FROM asks ORDER BY number").fetchall(),
                dict(found.execute("SELECT gap, at FROM dismissed").fetchall()),
            )
        )
        asks: dict[str, list[Ask]] = {}
        for gap, *values in rows:
            asks.setdefault(gap, []).append(Ask(*values))
        return [(Gap(gap, tuple(of_it)), dismissed.get(gap, "")) for gap, of_it in asks.items()]

    def get(self, number: str) -> Gap:
        """A gap by its id, or by the first characters of it.

        Raises:
            GapError: There is none, or several begin so.
        """
        found = [gap for gap, _ in self.all() if gap.id.startswith(number) and number]
        if len(found) != 1:
            raise GapError(
                f"{number!r} begins the ids of {len(found)} questions; give more of it"
                if found
                else f"there is no question {number!r} there; `millwright gaps list` shows them"
            )
        return found[0]

    def dismiss(self, number: str) -> str:
        """Leave a gap out of the list until it is asked again; returns its id."""
        values = (self.get(number).id, now())
        self._file.write(
            lambda found: found.execute("INSERT OR REPLACE INTO dismissed VALUES (?, ?)", values)
        )
        return values[0]

    def close(self) -> None:
        """Let the file go; the next call opens it again."""
        self._file.close()


def now() -> str:
    """This moment as it is kept."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def _like(found: sqlite3.Connection, words: Words, collection: str) -> str:
    """The gap of a collection whose questions are alike; empty when there is none."""
    rows: Sequence[tuple[str, str]] = found.execute(
        "SELECT gap, question FROM asks WHERE collection = ? GROUP BY gap, question "
        "ORDER BY max(number) DESC",
        (collection,),
    ).fetchall()
    return next((gap for gap, question in rows if words.alike(Words.of(question))), "")
