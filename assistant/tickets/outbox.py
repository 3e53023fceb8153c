"""Letters to another system: each is kept with the change that it tells of, until it has arrived."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from assistant.sqlite_file import SqliteFile
from assistant.tickets.records import Ticket

OUTBOX = """
CREATE TABLE outbox (
    number INTEGER PRIMARY KEY,
    ticket TEXT NOT NULL,
    body TEXT NOT NULL,
    tries INTEGER NOT NULL,
    due REAL NOT NULL,
    problem TEXT NOT NULL
);
CREATE INDEX outbox_by_due ON outbox (due)"""
OUTBOX_CHECK = "SELECT number, ticket, body, tries, due, problem FROM outbox LIMIT 0"
MOST_TRIES = 6
_FIRST_WAIT_S, _GROWTH = 60, 4
_LEASE_S = 120
"""Whoever sends a letter has it for so long; then another may try."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One that waits.

    Args:
        number: By which the receiver knows that it comes a second time.
        tries: How often it was sent in vain.
        problem: What went wrong the last time.
    """

    number: int
    ticket_id: str
    body: str
    tries: int = 0
    problem: str = ""

    @property
    def given_up(self) -> bool:
        """Whether it is not tried any more."""
        return self.tries >= MOST_TRIES


def letter_of(ticket: Ticket) -> str:
    """What is told of an approved ticket, as JSON: the customer's part, and nothing of the internal one.

    Raises:
        ValueError: It has no reply.
    """
    reply = ticket.reply
    if reply is None:
        raise ValueError(f"{ticket.ticket_id} has no reply")
    told = {
        "event": "ticket.approved",
        "ticket_id": ticket.ticket_id,
        "external_id": ticket.given.external_id,
        "language": ticket.language,
        "reply": reply.text,
        "sources": [source.model_dump(mode="json") for source in reply.customer.sources],
        "approved_by": reply.approved_by,
        "approved_at": reply.approved_at.isoformat() if reply.approved_at else None,
    }
    return json.dumps(told, ensure_ascii=False)


def put(found: sqlite3.Connection, ticket_id: str, body: str, now: datetime) -> None:
    """Add a letter within a change that is being written."""
    found.execute("INSERT INTO outbox VALUES (NULL, ?, ?, 0, ?, '')", (ticket_id, body, now.timestamp()))


class Outbox:
    """The letters of a tickets' file; several processes may send from it, each letter by one at a time."""

    def __init__(self, file: SqliteFile) -> None:
        self._file = file

    def take(self, now: datetime) -> Letter | None:
        """The next letter that is due, for whoever asks; none else gets it for two minutes."""
        if not self._file.path.exists():
            return None

        def write(found: sqlite3.Connection) -> Letter | None:
            row = found.execute(
                "SELECT number, ticket, body, tries, problem FROM outbox WHERE due <= ? AND tries < ? "
                "ORDER BY due, number LIMIT 1",
                (now.timestamp(), MOST_TRIES),
            ).fetchone()
            if row is None:
                return None
            until = (now + timedelta(seconds=_LEASE_S)).timestamp()
            found.execute("UPDATE outbox SET due = ? WHERE number = ?", (until, row[0]))
            return Letter(*row)

        return self._file.write(write)

    def arrived(self, letter: Letter) -> None:
        """Forget a letter."""
        self._file.write(
            lambda found: found.execute("DELETE FROM outbox WHERE number = ?", (letter.number,)).rowcount
        )

    def failed(self, letter: Letter, problem: str, now: datetime) -> None:
        """Keep it for later: after a minute, then four times as long each time."""
        wait = timedelta(seconds=_FIRST_WAIT_S * _GROWTH**letter.tries)
        values = (letter.tries + 1, (now + wait).timestamp(), problem, letter.number)
        self._file.write(
            lambda found: (
                found.execute(
                    "UPDATE outbox SET tries = ?, due = ?, problem = ? WHERE number = ?", values
                ).rowcount
            )
        )

    def waiting(self) -> Sequence[Letter]:
        """All that have not arrived, those given up, too."""
        if not self._file.path.exists():
            return []
        statement = "SELECT number, ticket, body, tries, problem FROM outbox ORDER BY number"
        return [Letter(*row) for row in self._file.read(lambda found: found.execute(statement).fetchall())]
