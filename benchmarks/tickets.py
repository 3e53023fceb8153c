"""Tickets answered over the sample plant: what is foreign in the replies, what is answered, and how fast.

    python benchmarks/tickets.py [--index FOLDER] [--engine NAME] [--out FOLDER]

The twenty tickets of examples/tickets, ten in each language, drafted over examples/ (an index `plant` in the
folder given with --index, else it is read into a temporary one). Numbers, dates, names and ids of both parts
that stand neither in the ticket nor in a cited text are counted, as are cited documents that are not public.
Beside it what one would do otherwise: the best passage of all documents pasted below a greeting.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

# Run as a script, this folder comes first on the path, and ingest.py in it hides the package.
sys.path[0] = str(Path(__file__).resolve().parents[1])

from assistant.app import Millwright, build
from assistant.config import Settings
from assistant.tickets.read import read_file
from assistant.tickets.records import Given, Ticket
from assistant.tickets.reply import Reply
from benchmarks.ticket_checks import closed_documents, foreign
from ingest.terms import is_chinese

ROOT = Path(__file__).resolve().parents[1]
NOW = datetime(2026, 2, 18, 12, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one ticket came to.

    Args:
        closed: Documents that are cited to the customer and are not public.
        pasted: The document of the best passage of all; empty when nothing is found.
        pasted_public: It may be quoted to a customer.
    """

    ticket: Ticket
    reply: Reply
    foreign: tuple[str, ...]
    closed: tuple[str, ...]
    pasted: str
    pasted_public: bool
    took_s: float
    search_s: float


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--index", type=Path, help="folder with an index `plant` of examples/")
    parser.add_argument("--engine", default="extractive")
    parser.add_argument("--out", type=Path, help="keep the replies there")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings()
        glossary = str(ROOT / "examples" / "glossary.csv")
        settings = replace(settings, retrieve=replace(settings.retrieve, glossary=glossary))
        application = build(settings, asked.index or Path(folder), "plant")
        if asked.index is None:
            application.ingest([ROOT / "examples"])
        application.search("warm-up", limit=1)
        outcomes = [outcome(ticket, application, asked.engine) for ticket in tickets()]
    if asked.out is not None:
        asked.out.mkdir(parents=True, exist_ok=True)
        for entry in outcomes:
            (asked.out / f"{entry.ticket.given.external_id}.txt").write_text(entry.reply.draft)
    told(outcomes)


def tickets() -> list[Ticket]:
    """The tickets, in the order of the file."""
    read = read_file(ROOT / "examples" / "tickets" / "tickets.jsonl")
    given: list[Given] = [entry.given for entry in read if entry.given is not None]
    return [
        Ticket(
            ticket_id=f"TK-20260218-{number:03}",
            given=entry,
            source="tickets.jsonl",
            imported_at=NOW,
            language="zh" if is_chinese(entry.text) else "en",
        )
        for number, entry in enumerate(given, start=1)
    ]


def outcome(ticket: Ticket, application: Millwright, engine: str = "extractive") -> Outcome:
    """Draft one reply and check it."""
    drafter = application.ticket_drafter(engine)
    started = time.perf_counter()
    reply = drafter.draft(ticket, lambda _text, _limit: [], "Bench", NOW)
    took_s = time.perf_counter() - started
    started = time.perf_counter()
    hits = application.search(f"{ticket.given.subject} {ticket.given.text}", limit=1)
    search_s = time.perf_counter() - started
    pasted = hits[0].chunk.place.doc if hits else ""
    return Outcome(
        ticket,
        reply,
        tuple(foreign(ticket, reply)),
        tuple(closed_documents(reply, drafter.public_docs)),
        pasted,
        pasted in drafter.public_docs,
        took_s,
        search_s,
    )


def told(outcomes: Sequence[Outcome]) -> None:
    """Print what came of them."""
    for entry in outcomes:
        customer, internal = entry.reply.customer, entry.reply.internal
        state = "answered" if customer.answers else "declined"
        print(
            f"{entry.ticket.given.external_id} {entry.ticket.language} {state} "
            f"steps {len(customer.steps)} warnings {len(customer.safety)} "
            f"questions {len(customer.questions)} sources {len(customer.sources)} | "
            f"{internal.intent} {internal.severity} {internal.sentiment} "
            f"score {internal.evidence_score:.2f} similar {len(internal.similar)} "
            f"orders {len(internal.orders)} escalate {len(internal.escalate)} | {entry.took_s:.2f} s"
        )
        for fault in (*entry.foreign, *(f"not public: {doc}" for doc in entry.closed)):
            print(f"  {entry.ticket.given.external_id}: {fault}")
    answered = [entry for entry in outcomes if entry.reply.customer.answers]
    quoted = [entry for entry in answered if entry.reply.customer.safety]
    print(f"{len(outcomes)} tickets: {len(answered)} answered from public documents, "
          f"{len(outcomes) - len(answered)} declined; {len(quoted)} with a warning first")  # fmt: skip
    print(f"numbers, dates, names, ids that no source holds: {sum(len(e.foreign) for e in outcomes)}")
    print(f"documents cited to the customer that are not public: {sum(len(e.closed) for e in outcomes)}")
    print(f"seconds a ticket: median {median(e.took_s for e in outcomes):.2f}, "
          f"longest {max(e.took_s for e in outcomes):.2f}")  # fmt: skip
    inside = sum(not e.pasted_public for e in outcomes if e.pasted)
    print(f"the best passage pasted instead: {sum(bool(e.pasted) for e in outcomes)} answered, none "
          f"declined, {inside} from documents that are not public, no warning, no question; "
          f"median {median(e.search_s for e in outcomes):.2f} s")  # fmt: skip


if __name__ == "__main__":
    main()
