"""A solved ticket as a document, for the questions to come: what was asked, why it was so, what solved it."""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from assistant.errors import TicketError
from assistant.library.records import Outcome, Stated
from assistant.logs.markdown import plain
from assistant.records import Language
from assistant.tickets.records import Ticket
from ingest.clean import one_line, visible

Keep = Callable[[Path, Stated, str], Sequence[Outcome]]
"""Takes a file into the library, for someone by name, with what is stated of it."""

_HEADING = 150
_TITLES: dict[Language, tuple[str, str, str]] = {
    "en": ("What happened", "Cause", "Remedy"),
    "zh": ("故障现象", "原因", "处理措施"),
}


def published(ticket: Ticket, by: str, keep: Keep) -> str:
    """Keep a ticket as a document; returns the document's name. Whose ticket it was is not written.

    Raises:
        TicketError: It has no resolution, or the library did not take it.
    """
    if not ticket.given.resolution:
        raise TicketError(f"{ticket.ticket_id}: nothing is said of what solved it")
    given = ticket.given
    stated = Stated(
        kind="ticket",
        title=one_line(f"{ticket.ticket_id}: {_about(ticket)}")[:_HEADING],
        machine=given.machine,
        date=given.resolved.isoformat() if given.resolved else "",
        language=ticket.language,
    )
    with tempfile.TemporaryDirectory(prefix="millwright-ticket-") as folder:
        file = Path(folder) / f"ticket-{ticket.ticket_id}.md"
        file.write_text(as_document(ticket), encoding="utf-8")
        ended = keep(file, stated, by)
    if not ended or ended[0].ending not in ("ok", "same", "taken"):
        why = f"{ended[0].ending} {ended[0].detail}" if ended else "nothing came of it"
        raise TicketError(f"{ticket.ticket_id}: the library did not take it: {why}")
    return ended[0].name


def as_document(ticket: Ticket) -> str:
    """The ticket as Markdown; nothing in its text becomes markup."""
    given = ticket.given
    parts = zip(_TITLES[ticket.language], (given.text, given.cause, given.resolution), strict=True)
    sections = [f"## {title}\n\n{_lines(text)}" for title, text in parts if text]
    return "\n\n".join([f"# {plain(_about(ticket))}", *sections]) + "\n"


def _about(ticket: Ticket) -> str:
    return one_line(ticket.given.subject or ticket.given.text)[:_HEADING]


def _lines(text: str) -> str:
    return "\n\n".join(plain(line.strip()) for line in visible(text).splitlines() if line.strip())
