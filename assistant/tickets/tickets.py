"""The tickets of an index as people use them: taken in, answered, approved, solved; one change at a time."""

import copy
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

from assistant.access import audit
from assistant.access.records import ForbiddenError
from assistant.errors import TicketError
from assistant.tickets import changes
from assistant.tickets.courier import Courier
from assistant.tickets.drafting import Drafter
from assistant.tickets.outbox import letter_of
from assistant.tickets.publish import Keep, published
from assistant.tickets.read import Read
from assistant.tickets.records import OUTCOMES, Event, Given, Outcome, Row, Status, Ticket
from assistant.tickets.shelf import Shelf
from assistant.tickets.webhook import Webhook
from ingest.clean import one_line
from ingest.terms import is_chinese


class Tickets:
    """The tickets of one index; safe to use from several threads.

    Args:
        index: The folder of the index; the tickets' file stands beside it.
        drafter: What drafts replies, by the name of an engine; `extractive` quotes only.
        keep: Takes a reviewed ticket into the library.
        closed: The documents that whoever asks may not read; a reply that quotes one is not shown to them.
        webhook: Where approved replies are sent; None for nowhere.
    """

    def __init__(
        self,
        index: Path,
        drafter: Callable[[str | None], Drafter],
        keep: Keep,
        closed: Callable[[], frozenset[str]] = frozenset,
        webhook: Webhook | None = None,
    ) -> None:
        self._data = index.parent
        self._shelf = Shelf(index.with_name(f"{index.name}.tickets.sqlite"))
        self._drafter, self._keep, self._closed = drafter, keep, closed
        self._by, self._reviews = "", True
        self.courier = Courier(self._shelf.outbox, webhook) if webhook else None

    def used_by(self, name: str, reviews: bool) -> "Tickets":
        """The same tickets in someone's hands; what they do is done in their name.

        Args:
            name: Empty where there are no users: each call then says who.
            reviews: They may make a solved ticket a document.
        """
        used = copy.copy(self)
        used._by, used._reviews = name, reviews
        return used

    def limited_by(
        self, drafter: Callable[[str | None], Drafter], closed: Callable[[], frozenset[str]]
    ) -> "Tickets":
        """The same tickets for someone who may not read every document."""
        limited = copy.copy(self)
        limited._drafter, limited._closed = drafter, closed
        return limited

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
        told = (given.resolution, given.cause)
        changed = self._shelf.change(
            ticket.ticket_id, lambda known: changes.solved(known, told, who, now, given.resolved)
        )
        return changed, "updated"

    def listed(self, status: Status | None = None, limit: int = 200, offset: int = 0) -> list[Ticket]:
        """The tickets, the newest first."""
        return [self._seen(ticket) for ticket in self._shelf.listed(status, limit, offset)]

    def counts(self) -> dict[str, int]:
        """How many tickets there are of each status."""
        return self._shelf.counts()

    def open(self, ticket_id: str) -> Ticket:
        """A ticket by its id, or by the one it has elsewhere.

        Raises:
            TicketError: There is none.
        """
        return self._seen(self._shelf.get(ticket_id))

    def reply(self, ticket_id: str, by: str = "", engine: str | None = None) -> Ticket:
        """Draft a reply; one that was drafted before is replaced.

        Raises:
            TicketError: There is no such ticket, no one's name, or it was approved or solved already.
        """
        who, now = self._who(by), datetime.now().astimezone()
        ticket = self._shelf.get(ticket_id)
        changes.check(ticket, "reply")
        # A model may write for a minute; others go on meanwhile.
        reply = self._drafter(engine).draft(ticket, self._shelf.solved_like, who, now)
        return self._done(ticket.ticket_id, "ticket reply", lambda known: changes.drafted(known, reply, who))

    def edit(self, ticket_id: str, text: str, by: str = "") -> Ticket:
        """Put another text in place of the draft's.

        Raises:
            TicketError: There is no draft, or the text is empty or too long.
        """
        who, now = self._who(by), datetime.now().astimezone()
        return self._done(
            ticket_id, "ticket edit", lambda known: changes.edited(self._seen(known), text, who, now)
        )

    def approve(self, ticket_id: str, by: str = "") -> Ticket:
        """Stand for the reply as it is now.

        Raises:
            TicketError: There is none, or it was approved or rejected already.
        """
        who, now = self._who(by), datetime.now().astimezone()
        return self._done(
            ticket_id,
            "ticket approve",
            lambda known: changes.approved(self._seen(known), who, now),
            letter_of if self.courier else None,
        )

    def reject(self, ticket_id: str, reason: str = "", by: str = "") -> Ticket:
        """Send the draft back; another may be drafted, or the ticket solved without."""
        who, now = self._who(by), datetime.now().astimezone()
        return self._done(
            ticket_id, "ticket reject", lambda known: changes.rejected(self._seen(known), reason, who, now)
        )

    def solve(self, ticket_id: str, resolution: str, cause: str = "", by: str = "") -> Ticket:
        """Say what solved it, in the words of whoever knows.

        Raises:
            TicketError: The resolution is empty, or it was solved before.
        """
        who, now = self._who(by), datetime.now().astimezone()
        told = (resolution.strip(), cause.strip())
        return self._done(ticket_id, "ticket solve", lambda known: changes.solved(known, told, who, now))

    def events(self, ticket_id: str = "") -> list[Event]:
        """What was done with a ticket, or with all of them, oldest first."""
        return self._shelf.events(ticket_id)

    def publish(self, ticket_id: str, by: str = "") -> Ticket:
        """Make a solved ticket that was reviewed a document of the library.

        Raises:
            ForbiddenError: They may not review.
            TicketError: It is not solved, or the library did not take it.
        """
        who, now = self._who(by), datetime.now().astimezone()
        if not self._reviews:
            raise ForbiddenError(f"{who}: your role does not allow to make tickets documents")
        ticket = self._shelf.get(ticket_id)
        changes.check(ticket, "publish")
        name = published(ticket, who, self._keep)
        return self._done(
            ticket.ticket_id, "ticket publish", lambda known: changes.published(known, name, who, now)
        )

    def has(self, ticket_id: str) -> bool:
        """Whether there is such a ticket."""
        try:
            self._shelf.get(ticket_id)
        except TicketError:
            return False
        return True

    @property
    def may_review(self) -> bool:
        """Whether whoever asks may make a solved ticket a document."""
        return self._reviews

    def _done(
        self,
        ticket_id: str,
        what: str,
        change: changes.Change,
        letter: Callable[[Ticket], str] | None = None,
    ) -> Ticket:
        ticket = self._shelf.change(ticket_id, change, letter)
        audit.record(self._data, self._by or audit.local_user(), what, [ticket.ticket_id])
        return self._seen(ticket)

    def _seen(self, ticket: Ticket) -> Ticket:
        """The ticket without a reply that quotes what may not be read."""
        if ticket.reply is None:
            return ticket
        closed, reply = self._closed(), ticket.reply
        quoted = {cited.doc for cited in (*reply.customer.sources, *reply.internal.sources)}
        return ticket.model_copy(update={"reply": None}) if quoted & closed else ticket

    def _who(self, by: str) -> str:
        who = self._by or one_line(by)
        if not who:
            raise TicketError("say who you are: a ticket names whoever drafts, edits and approves its reply")
        return who

    def _row(self, read: Read, who: str) -> Row:
        if read.given is None:
            return Row(where=read.where, outcome="refused", detail=read.problem)
        ticket, outcome = self.add(read.given, read.where.rsplit(":", 1)[0], who)
        return Row(where=read.where, outcome=outcome, ticket_id=ticket.ticket_id)
