"""The tickets of an index as people use them: taken in, answered, approved, solved; one change at a time."""

import copy
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from assistant.access import audit
from assistant.errors import TicketError
from assistant.tickets.read import Read
from assistant.tickets.records import OUTCOMES, Event, Given, Outcome, Row, Status, Ticket
from assistant.tickets.shelf import Shelf
from ingest.terms import is_chinese


class Tickets:
    """The tickets of one index; safe to use from several threads.

    Args:
        index: The folder of the index; the tickets' file stands beside it.
    """

    def __init__(self, index: Path) -> None:
        self._data = index.parent
        self._shelf = Shelf(index.with_name(f"{index.name}.tickets.sqlite"))
        self._by = ""

    def used_by(self, name: str) -> "Tickets":
        """The same tickets in someone's hands; what they do is done in their name.

        Args:
            name: Empty where there are no users: each call then says who.
        """
        used = copy.copy(self)
        used._by = name
        return used

    def take_in(self, read: Iterable[Read], by: str = "") -> list[Row]:
        """Keep tickets that were read; each row tells how it ended, and none stops the others."""
        who = self._by or by or audit.local_user()
        rows = [self._row(entry, who) for entry in read]
        new = [row.ticket_id for row in rows if row.outcome in ("new", "updated")]
        if new:
            counts = ", ".join(
                f"{sum(row.outcome == outcome for row in rows)} {outcome}" for outcome in OUTCOMES
            )
            audit.record(self._data, who, "ticket import", [new[0], new[-1]], counts)
        return rows

    def add(self, given: Given, source: str, by: str = "") -> tuple[Ticket, Outcome]:
        """Keep one ticket; a known one stays as it is, but gets a resolution that it lacked."""
        now, who = datetime.now().astimezone(), self._by or by or audit.local_user()

        def make(ticket_id: str) -> Ticket:
            return Ticket(
                ticket_id=ticket_id,
                given=given,
                source=Path(source).name[:200],
                imported_at=now,
                language="zh" if is_chinese(f"{given.subject}\n{given.text}") else "en",
                status="solved" if given.resolution else "open",
            )

        ticket, is_new = self._shelf.add(make, given.external_id, now)
        if is_new:
            return ticket, "new"
        if ticket.given.resolution or not given.resolution:
            return ticket, "known"
        changed = self._shelf.change(ticket.ticket_id, lambda known: _resolved(known, given, who, now))
        return changed, "updated"

    def listed(self, status: Status | None = None, limit: int = 200, offset: int = 0) -> list[Ticket]:
        """The tickets, the newest first."""
        return self._shelf.listed(status, limit, offset)

    def counts(self) -> dict[str, int]:
        """How many tickets there are of each status."""
        return self._shelf.counts()

    def open(self, ticket_id: str) -> Ticket:
        """A ticket by its id, or by the one it has elsewhere.

        Raises:
            TicketError: There is none.
        """
        return self._shelf.get(ticket_id)

    def events(self, ticket_id: str = "") -> list[Event]:
        """What was done with a ticket, or with all of them, oldest first."""
        return self._shelf.events(ticket_id)

    def _row(self, read: Read, who: str) -> Row:
        if read.given is None:
            return Row(where=read.where, outcome="refused", detail=read.problem)
        ticket, outcome = self.add(read.given, read.where.rsplit(":", 1)[0], who)
        return Row(where=read.where, outcome=outcome, ticket_id=ticket.ticket_id)


def _resolved(known: Ticket, given: Given, who: str, now: datetime) -> tuple[Ticket, Sequence[Event]]:
    """A ticket that was solved in the system it comes from."""
    if known.status in ("solved", "published"):
        raise TicketError(f"{known.ticket_id}: it is {known.status} already")
    told = {"resolution": given.resolution, "cause": given.cause, "resolved": given.resolved}
    ticket = known.model_copy(update={"status": "solved", "given": known.given.model_copy(update=told)})
    event = Event(ticket_id=known.ticket_id, at=now, by=who, what="solved", detail="import")
    return ticket, [event]
