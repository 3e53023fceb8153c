"""Solved tickets like a new one: from the inbox and from the documents, with what solved them and when."""

import re
from collections.abc import Callable, Sequence
from datetime import date

from assistant.reports.from_documents import Documents, fits, found_for
from assistant.reports.similar import cells_of, row_case
from assistant.reports.sources import Sources
from assistant.tickets.records import Ticket
from assistant.tickets.reply import SimilarTicket
from ingest.embed import Embedder
from ingest.terms import content_words, look_alike

_MOST, _LOOKED_AT, _PASSAGES = 3, 8, 12
_SHARED, _NEAR_SHARED, _NEAR = 0.3, 0.2, 0.9
"""As in the search for passages: so many words in common, or fewer and so near."""
_WHAT = 300
_CLOSED = re.compile(r"closed|resolved|date|关闭|解决|日期", re.IGNORECASE)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

Solved = Callable[[str, int], list[Ticket]]
"""The solved tickets of the inbox that share most words with a text, best first."""


def similar(
    ticket: Ticket, text: str, solved: Solved, embedder: Embedder, documents: Documents, sources: Sources
) -> list[SimilarTicket]:
    """At most three, those of the same machine first.

    Args:
        text: The ticket's sentences.
        sources: Gets the rows of documents that are named.
    """
    today = ticket.imported_at.date()
    found = _of_inbox(ticket, text, solved(text, _LOOKED_AT), embedder, today)
    known = {entry.ticket for entry in found}
    rows = [entry for entry in _of_documents(text, documents, sources, today) if entry.ticket not in known]
    machine = look_alike(ticket.given.machine)
    ordered = sorted([*found, *rows], key=lambda entry: not machine or look_alike(entry.machine) != machine)
    return ordered[:_MOST]


def _of_inbox(
    ticket: Ticket, text: str, candidates: Sequence[Ticket], embedder: Embedder, today: date
) -> list[SimilarTicket]:
    others = [other for other in candidates if other.ticket_id != ticket.ticket_id]
    asked = content_words(text)
    if not others or not asked:
        return []
    told = [f"{other.given.subject}\n{other.given.text}\n{other.given.machine}" for other in others]
    near = (embedder.passages(told) @ embedder.query(text)).tolist()
    scored = []
    for other, other_text, cosine in zip(others, told, near, strict=True):
        held = frozenset(content_words(other_text))
        shared = sum(word in held for word in asked) / len(asked)
        if shared >= (_NEAR_SHARED if cosine >= _NEAR else _SHARED):
            scored.append((shared + cosine, other))
    scored.sort(key=lambda pair: -pair[0])
    return [_entry(other, today) for _, other in scored]


def _entry(other: Ticket, today: date) -> SimilarTicket:
    given, solved = other.given, other.given.resolved
    return SimilarTicket(
        ticket=given.external_id if not given.external_id.startswith("sha256:") else other.ticket_id,
        machine=given.machine,
        what=(given.subject or " ".join(given.text.split()))[:_WHAT],
        resolution=given.resolution[:_WHAT],
        age_days=(today - solved).days if solved else None,
    )


def _of_documents(text: str, documents: Documents, sources: Sources, today: date) -> list[SimilarTicket]:
    """Rows of tables of tickets that are documents."""
    entries: list[SimilarTicket] = []
    found = found_for(text, documents, _PASSAGES, {"kind": "ticket"})
    for hit in found.hits if found else ():
        if found is None or "table_row" not in hit.chunk.kinds or not fits(found, hit.chunk):
            continue
        case = row_case(hit.chunk, Sources())
        if case is None:
            continue
        days = [value for name, value in cells_of(hit.chunk).items() if _CLOSED.search(name)]
        day = next((match[0] for value in days if (match := _DAY.search(value))), "")
        entries.append(
            SimilarTicket(
                ticket=case.case,
                machine=case.machine,
                what=case.what,
                resolution="; ".join(case.fixed)[:_WHAT],
                age_days=_days_since(day, today),
                source=sources.passage(hit.chunk, hit.chunk.text),
            )
        )
    return entries[:_MOST]


def _days_since(day: str, today: date) -> int | None:
    try:
        return (today - date.fromisoformat(day)).days
    except ValueError:
        return None
