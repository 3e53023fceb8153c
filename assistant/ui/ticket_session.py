"""What the ticket panel shows after each event; no Gradio here."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.errors import MillwrightError, TicketError
from assistant.records import Language
from assistant.tickets.read import read_paths
from assistant.tickets.records import OUTCOMES, Ticket
from assistant.tickets.tickets import Tickets
from assistant.ui.labels import speaker
from assistant.ui.reading import told
from assistant.ui.render import error_line
from assistant.ui.report_view import said
from assistant.ui.service import Assistant
from assistant.ui.ticket_view import ticket_view

log = logging.getLogger(__name__)
_TITLE, _REFUSED = 70, 5


@dataclass(frozen=True, slots=True)
class TicketShown:
    """The panel's content.

    Args:
        note: Finished HTML: what was done, or why it was not.
        view: Finished HTML of the ticket.
    """

    note: str = ""
    ticket: Ticket | None = None
    view: str = ""
    may_review: bool = False


class TicketSession:
    """Turns what someone does with tickets into what is shown."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    def choices(self, language: Language) -> list[tuple[str, str]]:
        """The inbox, the newest first; a first row stands for none."""
        say = speaker(language)
        try:
            tickets = self._assistant.tickets.listed()
        except MillwrightError as error:
            log.info("the tickets were not listed: %s", error)
            tickets = []
        listed = [(_title(ticket, language), ticket.ticket_id) for ticket in tickets]
        return [(say("tic_choose") if listed else say("tic_none"), ""), *listed]

    def open(self, ticket_id: str, language: Language) -> TicketShown:
        """A ticket that was chosen; nothing where none is."""
        if not ticket_id:
            return TicketShown()
        return self._done(lambda tickets: tickets.open(ticket_id), ticket_id, language, told=False)

    def take_in(self, path: Path, by: str, ticket_id: str, language: Language) -> TicketShown:
        """Take a file in; the ticket that is open stays open."""
        say = speaker(language)
        try:
            rows = self._assistant.tickets.take_in(read_paths([path]), by)
        except MillwrightError as error:
            return replace(self.open(ticket_id, language), note=error_line(str(error), language))
        counts = {outcome: sum(row.outcome == outcome for row in rows) for outcome in OUTCOMES}
        refused = [row for row in rows if row.outcome == "refused"][:_REFUSED]
        colon, stop = ("：", "。") if language == "zh" else (": ", ". ")
        why = [f"{row.where}{colon}{told(row.detail, language)}" for row in refused]
        note = said(stop.join([say("tic_taken", **counts), *why]))
        return replace(self.open(ticket_id, language), note=note)

    def change(self, change: Callable[[Tickets], Ticket], ticket_id: str, language: Language) -> TicketShown:
        """Draft, edit, approve or the like."""
        return self._done(change, ticket_id, language)

    def _done(
        self, work: Callable[[Tickets], Ticket], ticket_id: str, language: Language, told: bool = True
    ) -> TicketShown:
        """What came of it; after an error the ticket stands as it is, with the reason above it."""
        say = speaker(language)
        try:
            if not ticket_id:
                raise TicketError(say("tic_pick"))
            tickets = self._assistant.tickets
            ticket = work(tickets)
        except MillwrightError as error:
            return self._refused(error_line(str(error), language), ticket_id, language)
        except Exception:  # the page must say something, whatever broke; the log says what
            log.exception("a ticket could not be worked on")
            return self._refused(error_line(say("tic_unexpected")), ticket_id, language)
        state = say(f"tic_{ticket.status}")
        note = said(say("tic_said", ticket=ticket.ticket_id, status=state)) if told else ""
        view = ticket_view(ticket, tickets.events(ticket.ticket_id), self._documents(), language)
        return TicketShown(note, ticket, view, tickets.may_review)

    def _refused(self, note: str, ticket_id: str, language: Language) -> TicketShown:
        try:
            known = bool(ticket_id) and self._assistant.tickets.has(ticket_id)
        except MillwrightError:
            known = False
        return replace(self.open(ticket_id, language) if known else TicketShown(), note=note)

    def _documents(self) -> frozenset[str]:
        try:
            return frozenset(row.doc for row in self._assistant.documents())
        except MillwrightError:
            return frozenset()


def _title(ticket: Ticket, language: Language) -> str:
    given = ticket.given
    about = given.subject or " ".join(given.text.split())
    return " · ".join((speaker(language)(f"tic_{ticket.status}"), given.external_id[:24], about[:_TITLE]))
