"""A ticket as it came in, and what became of it."""

from datetime import date
from typing import Literal, get_args

from pydantic import AwareDatetime

from assistant.records import Language
from assistant.reports.parts import Name, Text
from assistant.tickets.reply import Body, Record, Reply

Status = Literal["open", "drafted", "approved", "rejected", "solved", "published"]
STATUSES: tuple[Status, ...] = get_args(Status)


class Given(Record):
    """A ticket as another system or a mail gives it; an empty text means that it is not said.

    Attributes:
        external_id: By which it is known there: the same one again is the same ticket.
        priority: As the other system states it. Nothing that the text says changes it.
        attachments: Names and sizes; their contents are not read.
        resolution: What solved it; a ticket that has one comes in as solved.
    """

    external_id: Name
    text: Body
    subject: Name = ""
    customer: Name = ""
    email: Name = ""
    machine: Name = ""
    model: Name = ""
    priority: Name = ""
    opened: date | None = None
    resolved: date | None = None
    cause: Text = ""
    resolution: Text = ""
    attachments: tuple[Name, ...] = ()


class Ticket(Record):
    """A ticket with what became of it.

    Attributes:
        source: The file it was read from, or `api`.
        language: That of its text, and of the reply.
        document: The name that it has in the library, once it was reviewed.
    """

    ticket_id: Name
    given: Given
    source: Name
    imported_at: AwareDatetime
    language: Language = "en"
    status: Status = "open"
    document: Name = ""
    reply: Reply | None = None


class Event(Record):
    """What someone did with a ticket.

    Attributes:
        by: Who; for what the assistant drafted, whoever asked for it.
        detail: Which engine, why it was rejected, or the like.
        distance: Share of the draft that was changed, 0 to 1; None where nothing was compared.
    """

    ticket_id: Name
    at: AwareDatetime
    by: Name
    what: Name
    detail: Text = ""
    distance: float | None = None


Outcome = Literal["new", "known", "updated", "refused"]
"""`known` is there already and stays as it is; `updated` has got its resolution."""
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)


class Row(Record):
    """How one row or mail came in; `where` is the file and the line."""

    where: str
    outcome: Outcome
    ticket_id: Name = ""
    detail: Text = ""
