"""A reply from the documents: quoted for the customer from public ones, for colleagues from all of them."""

from dataclasses import dataclass
from datetime import datetime

from assistant.answer import Answerer, Writer
from assistant.card import NOTHING
from assistant.errors import GenerateError
from assistant.gate import confidence, signs
from assistant.logs.lookup import look_up
from assistant.records import Answer, Card, Done
from assistant.reports.sources import Sources
from assistant.tickets.as_text import message
from assistant.tickets.asks import Asked, asked
from assistant.tickets.customer import Material, customer_part
from assistant.tickets.internal import Inside, internal_part
from assistant.tickets.judged import judged
from assistant.tickets.records import Ticket
from assistant.tickets.reply import TEXT_CHARACTERS, Reply
from assistant.tickets.similar import Solved, similar
from ingest.embed import Embedder
from ingest.terms import identifiers


@dataclass(frozen=True, slots=True)
class Drafter:
    """Drafts replies from one index.

    Args:
        public: Answers from what a customer may be quoted.
        internal: Answers from everything that whoever drafts may read.
        public_docs: The documents of `public`.
        writer: None quotes only.
        signature: Empty for the usual one.
    """

    public: Answerer
    internal: Answerer
    public_docs: frozenset[str]
    embedder: Embedder
    writer: Writer | None = None
    signature: str = ""

    def draft(self, ticket: Ticket, solved: Solved, by: str, now: datetime) -> Reply:
        """Draft a reply; nothing that the ticket says changes what is done.

        Args:
            solved: Finds solved tickets of the inbox.
            by: Who asks for it.
        """
        known = asked(ticket.given, self.internal.machines)
        text = " ".join(known.plain)
        answers = [_answer(self.public, question, known.machine, self.writer) for question in known.questions]
        of = Material(ticket, known, judged(text, known.codes), answers, self.public)
        customer = customer_part(of)
        sources = Sources()
        documents = self.internal.retriever
        unknown = [code for code in known.codes if not documents.holders(code, {})]
        machine = [known.machine] if known.machine in self.internal.machines else []
        inside = Inside(
            [_answer(self.internal, question, known.machine, None) for question in known.questions],
            similar(ticket, text or ticket.given.text, solved, self.embedder, documents, sources),
            unknown,
            max(self._score(question, known) for question in known.questions),
            [*machine, *(code for code in known.codes if code not in unknown)],
        )
        draft = message(customer, ticket.language, ticket.given.customer, self.signature)[:TEXT_CHARACTERS]
        return Reply(
            customer=customer,
            internal=internal_part(of, customer, inside, self.public_docs, sources),
            language=ticket.language,
            draft=draft,
            text=draft,
            engine=self.writer.engine if self.writer else "extractive",
            drafted_at=now,
            drafted_by=by,
        )

    def _score(self, question: str, known: Asked) -> float:
        """How likely the documents answer, by the gate; a code that they explain is found for sure."""
        codes = [(code, known.machine) for code in known.codes if identifiers(code)]
        if any(entry.status == "defined" for entry in look_up(codes, self.internal.retriever)):
            return 1.0
        about = Card(machine=known.machine) if known.machine else None
        found = self.internal.retriever.find(question, self.internal.limit, {}, about)
        return confidence(signs(question, found), self.internal.calibration) if found.hits else 0.0


def _answer(answerer: Answerer, question: str, machine: str, writer: Writer | None) -> Answer:
    about = Card(machine=machine) if machine in answerer.machines else NOTHING
    for event in answerer.stream(question, {}, writer, about=about):
        if isinstance(event, Done):
            return event.answer
    raise GenerateError("the answer was not finished")
