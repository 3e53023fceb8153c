"""What becomes of a ticket, each step decided by a person: drafted, edited, approved, rejected, solved."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from difflib import SequenceMatcher
from typing import Any

from assistant.errors import TicketError
from assistant.tickets.records import Event, Status, Ticket
from assistant.tickets.reply import TEXT_CHARACTERS, Reply

Change = Callable[[Ticket], tuple[Ticket, Sequence[Event]]]
"""A ticket in its next state, with what is to be told of it."""

_FROM: dict[str, tuple[Status, ...]] = {
    "reply": ("open", "drafted", "rejected"),
    "edit": ("drafted",),
    "approve": ("drafted",),
    "reject": ("drafted",),
    "solve": ("open", "drafted", "approved", "rejected"),
    "publish": ("solved",),
}
_REASON = 4000


def check(ticket: Ticket, action: str) -> None:
    """Go on only if the ticket's status allows it.

    Raises:
        TicketError: It does not.
    """
    if ticket.status not in _FROM[action]:
        allowed = " or ".join(_FROM[action])
        raise TicketError(f"{ticket.ticket_id}: it is {ticket.status}; to {action} it, it must be {allowed}")


def drafted(ticket: Ticket, reply: Reply, by: str) -> tuple[Ticket, Sequence[Event]]:
    """With a reply that waits for a person."""
    check(ticket, "reply")
    return _next(ticket, "drafted", reply, _event(ticket, "drafted", by, reply.drafted_at, reply.engine))


def edited(ticket: Ticket, text: str, by: str, now: datetime) -> tuple[Ticket, Sequence[Event]]:
    """With the text that a person wrote.

    Raises:
        TicketError: It is empty or too long, or there is no draft.
    """
    check(ticket, "edit")
    reply, text = _reply(ticket), text.strip()
    if not text or len(text) > TEXT_CHARACTERS:
        raise TicketError(f"the reply has {len(text):,} characters; write 1 to {TEXT_CHARACTERS:,}")
    changed = reply.model_copy(update={"text": text, "edited_by": by if text != reply.draft else ""})
    return _next(ticket, "drafted", changed, _event(ticket, "edited", by, now, distance=distance(changed)))


def approved(ticket: Ticket, by: str, now: datetime) -> tuple[Ticket, Sequence[Event]]:
    """With someone who stands for the reply; how far it is from the draft is told."""
    check(ticket, "approve")
    reply = _reply(ticket).model_copy(update={"approved_by": by, "approved_at": now})
    what = "approved with edits" if reply.edited_by else "approved"
    return _next(ticket, "approved", reply, _event(ticket, what, by, now, distance=distance(reply)))


def rejected(ticket: Ticket, reason: str, by: str, now: datetime) -> tuple[Ticket, Sequence[Event]]:
    """With a draft that no one stands for."""
    check(ticket, "reject")
    reply = _reply(ticket)
    event = _event(ticket, "rejected", by, now, reason.strip()[:_REASON], distance(reply))
    return _next(ticket, "rejected", reply, event)


def solved(
    ticket: Ticket, told: tuple[str, str], by: str, now: datetime, day: date | None = None
) -> tuple[Ticket, Sequence[Event]]:
    """With what solved it.

    Args:
        told: Resolution and cause.
        day: When; today if it is not known.

    Raises:
        TicketError: There is no resolution, or it was solved before.
    """
    check(ticket, "solve")
    resolution, cause = told
    if not resolution or max(map(len, told)) > _REASON:
        raise TicketError(f"say what solved it, in 1 to {_REASON:,} characters")
    update: dict[str, Any] = {"resolution": resolution, "resolved": day or now.date()}
    given = ticket.given.model_copy(update=update | ({"cause": cause} if cause else {}))
    ticket = ticket.model_copy(update={"given": given})
    return _next(ticket, "solved", ticket.reply, _event(ticket, "solved", by, now))


def published(ticket: Ticket, name: str, by: str, now: datetime) -> tuple[Ticket, Sequence[Event]]:
    """With the document that it is now."""
    check(ticket, "publish")
    ticket = ticket.model_copy(update={"document": name})
    return _next(ticket, "published", ticket.reply, _event(ticket, "published", by, now, name))


def distance(reply: Reply) -> float:
    """Share of the draft that was changed, 0 to 1: one less the ratio of what both have in common."""
    if reply.text == reply.draft:
        return 0.0
    return round(1 - SequenceMatcher(None, reply.draft, reply.text, autojunk=False).ratio(), 3)


def _reply(ticket: Ticket) -> Reply:
    if ticket.reply is None:
        raise TicketError(f"{ticket.ticket_id}: there is no reply that you may read; draft one")
    return ticket.reply


def _next(
    ticket: Ticket, status: Status, reply: Reply | None, event: Event
) -> tuple[Ticket, Sequence[Event]]:
    return ticket.model_copy(update={"status": status, "reply": reply}), [event]


def _event(
    ticket: Ticket, what: str, by: str, now: datetime, detail: str = "", distance: float | None = None
) -> Event:
    return Event(ticket_id=ticket.ticket_id, at=now, by=by, what=what, detail=detail, distance=distance)
