"""What must hold of a reply, checked without the code that drafts: nothing in it that no source holds."""

import re
from collections.abc import Iterator, Sequence

from assistant.reports.parts import Cited
from assistant.reports.shown import place
from assistant.tickets.as_text import internal_lines
from assistant.tickets.labels import every
from assistant.tickets.records import Ticket
from assistant.tickets.reply import Reply
from benchmarks.report_checks import unknown_words

_NUMBERED = re.compile(r"^\s*(?:\d{1,2}\.|-)\s+|\s*\[\d+\]", re.MULTILINE)


def foreign(ticket: Ticket, reply: Reply) -> list[str]:
    """The numbers, dates, names and ids of both parts that neither ticket nor a cited text holds."""
    given = ticket.given
    said = "\n".join(str(value) for _, value in given if value)
    inbox = "\n".join(
        f"{entry.ticket} {entry.machine} {entry.what} {entry.resolution} {entry.age_days}"
        for entry in reply.internal.similar
        if not entry.source
    )
    customer = [said, *_texts(reply.customer.sources), *every(reply.language)]
    ages = " ".join(str(entry.age_days) for entry in reply.internal.similar)
    score = f"{reply.internal.evidence_score:.2f}"
    inside = [*customer, *_texts(reply.internal.sources), inbox, ages, score]
    internal = "\n".join(internal_lines(reply.internal, reply.language))
    return [
        *(f"customer: {word}" for word in unknown_words(_plain(reply.draft), "\n".join(customer))),
        *(f"internal: {word}" for word in unknown_words(_plain(internal), "\n".join(inside))),
    ]


def closed_documents(reply: Reply, public: frozenset[str]) -> list[str]:
    """The documents that the customer's part cites and a customer may not be quoted."""
    return [cited.doc for cited in reply.customer.sources if cited.doc not in public]


def _texts(cited: Sequence[Cited]) -> Iterator[str]:
    for entry in cited:
        yield f"{entry.quote}\n{place(entry)}"


def _plain(text: str) -> str:
    """Without the numbers of lists and sources."""
    return _NUMBERED.sub(" ", text)
