"""The tickets of an index in SQLite, with what was done with each."""

import sqlite3
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from assistant.errors import TicketError
from assistant.sqlite_file import Form, SqliteFile
from assistant.tickets.outbox import OUTBOX, OUTBOX_CHECK, Outbox, put
from assistant.tickets.records import STATUSES, Event, Status, Ticket
from ingest.terms import content_words

_FORM = Form(
    "ticket",
    (
        """
CREATE TABLE tickets (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    external TEXT NOT NULL UNIQUE,
    status TEXT NOT NULL,
    content TEXT NOT NULL
);
CREATE INDEX tickets_by_status ON tickets (status, number);
CREATE TABLE events (
    number INTEGER PRIMARY KEY,
    ticket TEXT NOT NULL,
    content TEXT NOT NULL
);
CREATE INDEX events_by_ticket ON events (ticket, number);
CREATE VIRTUAL TABLE solved USING fts5(terms);"""
        + OUTBOX,
    ),
    (
        "SELECT number, id, external, status, content FROM tickets LIMIT 0",
        "SELECT number, ticket, content FROM events LIMIT 0",
        "SELECT rowid, terms FROM solved LIMIT 0",
        OUTBOX_CHECK,
    ),
)
_SOLVED: tuple[Status, ...] = ("solved", "published")
_TERMS = 60


class Shelf:
    """Where tickets are kept; safe to use from several threads and processes.

    Args:
        path: The file; it is made with the first ticket.
    """

    def __init__(self, path: Path) -> None:
        self._file = SqliteFile(path, _FORM)
        self.outbox = Outbox(self._file)

    @property
    def notice(self) -> str:
        """That a damaged file had to be set aside; empty while none had."""
        return self._file.notice

    def add(self, make: Callable[[str], Ticket], external_id: str, now: datetime) -> tuple[Ticket, bool]:
        """Keep a ticket, unless one of the same external id is there.

        Args:
            make: Makes the ticket for the id it gets.

        Returns:
            The ticket that is there now, and whether it is new.
        """

        def write(found: sqlite3.Connection) -> tuple[Ticket, bool]:
            row = found.execute("SELECT content FROM tickets WHERE external = ?", (external_id,)).fetchone()
            if row is not None:
                return _ticket(row[0]), False
            day = f"TK-{now:%Y%m%d}-"
            last = found.execute(
                "SELECT max(CAST(substr(id, ?) AS INTEGER)) FROM tickets WHERE id LIKE ?",
                (len(day) + 1, f"{day}%"),
            ).fetchone()[0]
            ticket = make(f"{day}{(last or 0) + 1:03}")
            values = (ticket.ticket_id, external_id, ticket.status, ticket.model_dump_json())
            number = found.execute("INSERT INTO tickets VALUES (NULL, ?, ?, ?, ?)", values).lastrowid
            _index(found, int(number or 0), ticket)
            return ticket, True

        return self._file.write(write)

    def get(self, ticket_id: str) -> Ticket:
        """A ticket by its id, or by the one it has elsewhere.

        Raises:
            TicketError: There is none.
        """
        return self._file.read(lambda found: _get(found, ticket_id)[1])

    def listed(self, status: Status | None = None, limit: int = 200, offset: int = 0) -> list[Ticket]:
        """The tickets, the newest first."""
        if not self._file.path.exists():
            return []
        wanted = STATUSES if status is None else (status,)
        marks = ", ".join("?" * len(wanted))
        statement = (
            f"SELECT content FROM tickets WHERE status IN ({marks}) ORDER BY number DESC LIMIT ? OFFSET ?"
        )
        rows = self._file.read(lambda found: found.execute(statement, (*wanted, limit, offset)).fetchall())
        return [_ticket(content) for (content,) in rows]

    def counts(self) -> dict[str, int]:
        """How many tickets there are of each status."""
        if not self._file.path.exists():
            return {}
        statement = "SELECT status, count(*) FROM tickets GROUP BY status"
        return dict(self._file.read(lambda found: found.execute(statement).fetchall()))

    def change(
        self,
        ticket_id: str,
        change: Callable[[Ticket], tuple[Ticket, Sequence[Event]]],
        letter: Callable[[Ticket], str] | None = None,
    ) -> Ticket:
        """Bring a ticket into its next state, with the events that say who did it; all of it or nothing.

        Args:
            letter: What another system is told of the ticket as it is then; it waits in the outbox.

        Raises:
            TicketError: There is none, or `change` refuses.
        """

        def write(found: sqlite3.Connection) -> Ticket:
            number, before = _get(found, ticket_id)
            ticket, events = change(before)
            found.execute(
                "UPDATE tickets SET status = ?, content = ? WHERE number = ?",
                (ticket.status, ticket.model_dump_json(), number),
            )
            _index(found, number, ticket)
            rows = [(event.ticket_id, event.model_dump_json()) for event in events]
            found.executemany("INSERT INTO events VALUES (NULL, ?, ?)", rows)
            if letter is not None:
                put(found, ticket.ticket_id, letter(ticket), datetime.now().astimezone())
            return ticket

        return self._file.write(write)

    def events(self, ticket_id: str = "") -> list[Event]:
        """What was done with a ticket, oldest first; with all of them when none is named."""
        if not self._file.path.exists():
            return []
        statement = "SELECT content FROM events WHERE ? IN ('', ticket) ORDER BY number"
        rows = self._file.read(lambda found: found.execute(statement, (ticket_id,)).fetchall())
        return [Event.model_validate_json(content) for (content,) in rows]

    def solved_like(self, text: str, limit: int) -> list[Ticket]:
        """The solved tickets that share most words with a text (BM25), best first."""
        terms = list(dict.fromkeys(content_words(text)))[:_TERMS]
        if not terms or not self._file.path.exists():
            return []
        match = " OR ".join('"' + term.replace('"', '""') + '"' for term in terms)
        statement = (
            "SELECT t.content FROM solved s JOIN tickets t ON t.number = s.rowid "
            "WHERE s.terms MATCH ? ORDER BY bm25(solved) LIMIT ?"
        )
        rows = self._file.read(lambda found: found.execute(statement, (match, limit)).fetchall())
        return [_ticket(content) for (content,) in rows]

    def close(self) -> None:
        """Let the file go; the next call opens it again."""
        self._file.close()


def _get(found: sqlite3.Connection, ticket_id: str) -> tuple[int, Ticket]:
    row = found.execute(
        "SELECT number, content FROM tickets WHERE id = ? OR external = ?", (ticket_id, ticket_id)
    ).fetchone()
    if row is None:
        raise TicketError(f"{ticket_id}: no such ticket; `millwright ticket list` shows them")
    return int(row[0]), _ticket(row[1])


def _ticket(content: str) -> Ticket:
    try:
        return Ticket.model_validate_json(content)
    except ValidationError as error:
        raise TicketError(f"a ticket is not readable ({str(error).splitlines()[0]})") from error


def _index(found: sqlite3.Connection, number: int, ticket: Ticket) -> None:
    """The words by which a solved ticket is found again."""
    found.execute("DELETE FROM solved WHERE rowid = ?", (number,))
    if ticket.status in _SOLVED:
        given = ticket.given
        terms = content_words(f"{given.subject}\n{given.text}\n{given.machine}")
        found.execute("INSERT INTO solved (rowid, terms) VALUES (?, ?)", (number, " ".join(terms)))
