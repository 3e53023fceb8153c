"""`/api/v1/tickets`: taken in, answered in a draft, edited, approved and solved by programs, for people."""

from collections.abc import Callable
from typing import Annotated, Any

import anyio
from fastapi import FastAPI, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from assistant.access.records import ForbiddenError
from assistant.api_openapi import body_of, gives
from assistant.api_problem import not_found, told
from assistant.api_shapes import Page, Shape
from assistant.errors import MillwrightError, TicketError
from assistant.records import Language
from assistant.tickets.read import read_content
from assistant.tickets.records import Event, Given, Outcome, Row, Status, Ticket
from assistant.tickets.reply import TEXT_CHARACTERS, Severity
from assistant.tickets.tickets import Tickets
from assistant.ui.service import Assistant

_LISTED = 50
_BASE = "/api/v1/tickets"


class By(BaseModel):
    """Who it is, where there are no users; whoever is logged in needs none."""

    model_config = ConfigDict(extra="forbid")

    by: str = Field(default="", max_length=200)


class Draft(By):
    """How the reply is drafted: quoted only, or also worded by a model, which takes some seconds."""

    model: bool = False


class Text(By):
    """The reply as a person wrote it."""

    text: str = Field(max_length=TEXT_CHARACTERS)


class Rejection(By):
    """Why the draft is sent back."""

    reason: str = Field(default="", max_length=4000)


class Solution(By):
    """What solved the ticket."""

    resolution: str = Field(max_length=4000)
    cause: str = Field(default="", max_length=4000)


class TicketRow(Shape):
    """A ticket in the list."""

    ticket_id: str
    external_id: str
    status: Status
    subject: str
    machine: str
    priority: str
    language: Language
    severity: Severity | None


class Listed(Page):
    """The tickets, the newest first."""

    tickets: list[TicketRow]


class Whole(Shape):
    """A ticket, its reply with the internal part, and what was done with it."""

    ticket: Ticket
    events: list[Event]


class Added(Whole):
    """A ticket that was taken in, or was known."""

    outcome: Outcome


class Taken(Shape):
    """How each row of a file came in."""

    rows: list[Row]


Seen = Callable[[Request], Assistant]
"""The assistant as whoever made a request may see it."""


def add_tickets(app: FastAPI, seen: Seen) -> None:
    """Add the routes."""

    @app.get(_BASE, **gives(Listed))
    def listed(
        request: Request,
        status: Status | None = None,
        limit: Annotated[int, Query(ge=1, le=200)] = _LISTED,
        offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
    ) -> Response:
        """The tickets, the newest first."""

        def work(tickets: Tickets) -> dict[str, Any]:
            counts = tickets.counts()
            total = sum(counts.values()) if status is None else counts.get(status, 0)
            after = offset + limit
            rows = [_row(ticket) for ticket in tickets.listed(status, limit, offset)]
            more = after if after < total else None
            return {"total": total, "tickets": rows, "offset": offset, "next_offset": more}

        return _answer(seen(request), work)

    @app.post(_BASE, **gives(Added))
    def add(given: Given, request: Request) -> Response:
        """Take one ticket in; the same external id again is the same ticket, and is not changed."""

        def work(tickets: Tickets) -> dict[str, Any]:
            ticket, outcome = tickets.add(given, "api")
            return {"outcome": outcome, **_whole(tickets, ticket)}

        return _answer(seen(request), work)

    @app.post(_BASE + "/import", **gives(Taken), **body_of("application/octet-stream", "The file"))
    async def take_in(request: Request, name: Annotated[str, Query(max_length=200)]) -> Response:
        """Take in the file that is the body, by its name CSV, JSON lines or a mail; the guard counts it."""
        content = await request.body()

        def work(tickets: Tickets) -> dict[str, Any]:
            return {"rows": [row.model_dump() for row in tickets.take_in(read_content(content, name))]}

        return await anyio.to_thread.run_sync(lambda: _answer(seen(request), work))

    @app.get(_BASE + "/{ticket_id}", **gives(Whole))
    def one(ticket_id: str, request: Request) -> Response:
        """A ticket, its reply with the internal part, and what was done with it."""
        return _answer(seen(request), lambda tickets: _whole(tickets, tickets.open(ticket_id)), ticket_id)

    _add_changing(app, seen)


def _add_changing(app: FastAPI, seen: Seen) -> None:
    def changed(request: Request, ticket_id: str, change: Callable[[Tickets], Ticket]) -> Response:
        return _answer(seen(request), lambda tickets: _whole(tickets, change(tickets)), ticket_id)

    @app.post(_BASE + "/{ticket_id}/reply", **gives(Whole))
    def reply(ticket_id: str, given: Draft, request: Request) -> Response:
        """Draft a reply."""
        engine = None if given.model else "extractive"
        return changed(request, ticket_id, lambda tickets: tickets.reply(ticket_id, given.by, engine))

    @app.patch(_BASE + "/{ticket_id}/reply", **gives(Whole))
    def edit(ticket_id: str, given: Text, request: Request) -> Response:
        """Put another text in place of the draft's."""
        return changed(request, ticket_id, lambda tickets: tickets.edit(ticket_id, given.text, given.by))

    @app.post(_BASE + "/{ticket_id}/approve", **gives(Whole))
    def approve(ticket_id: str, given: By, request: Request) -> Response:
        """Stand for the reply."""
        return changed(request, ticket_id, lambda tickets: tickets.approve(ticket_id, given.by))

    @app.post(_BASE + "/{ticket_id}/reject", **gives(Whole))
    def reject(ticket_id: str, given: Rejection, request: Request) -> Response:
        """Send the draft back."""
        return changed(request, ticket_id, lambda tickets: tickets.reject(ticket_id, given.reason, given.by))

    @app.post(_BASE + "/{ticket_id}/solve", **gives(Whole))
    def solve(ticket_id: str, given: Solution, request: Request) -> Response:
        """Say what solved it."""
        told_ = (given.resolution, given.cause)
        return changed(request, ticket_id, lambda tickets: tickets.solve(ticket_id, *told_, by=given.by))

    @app.post(_BASE + "/{ticket_id}/publish", **gives(Whole))
    def publish(ticket_id: str, given: By, request: Request) -> Response:
        """Make a solved ticket a document, for whoever may approve."""
        return changed(request, ticket_id, lambda tickets: tickets.publish(ticket_id, given.by))


def _answer(assistant: Assistant, work: Callable[[Tickets], dict[str, Any]], ticket_id: str = "") -> Response:
    """What came of it, or why it did not."""
    try:
        tickets = assistant.tickets
        if ticket_id and not tickets.has(ticket_id):
            return not_found(f"{ticket_id[:60]}: no such ticket")
        return JSONResponse(work(tickets))
    except ForbiddenError as error:
        return told(403, str(error))
    except TicketError as error:
        return told(422, str(error))
    except MillwrightError as error:
        return told(503, str(error))


def _row(ticket: Ticket) -> dict[str, Any]:
    given = ticket.given
    return {
        "ticket_id": ticket.ticket_id,
        "external_id": given.external_id,
        "status": ticket.status,
        "subject": given.subject,
        "machine": given.machine,
        "priority": given.priority,
        "language": ticket.language,
        "severity": ticket.reply.internal.severity if ticket.reply else None,
    }


def _whole(tickets: Tickets, ticket: Ticket) -> dict[str, Any]:
    events = [event.model_dump(mode="json") for event in tickets.events(ticket.ticket_id)]
    return {"ticket": ticket.model_dump(mode="json"), "events": events}
