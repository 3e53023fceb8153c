"""The internal part of a reply: what colleagues should know, and never sent."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.records import Answer
from assistant.reports.sources import Sources
from assistant.tickets.customer import Material
from assistant.tickets.labels import label
from assistant.tickets.reply import CustomerPart, InternalPart, Line, SimilarTicket

_WEAK, _TEXT = 0.5, 4000


@dataclass(frozen=True, slots=True)
class Inside:
    """What is known inside.

    Args:
        answers: To the ticket's questions, from all documents.
        alike: Solved tickets.
        unknown: Codes of the ticket that no document holds.
        score: How likely the documents answer, 0 to 1.
        tags: The ticket's machine and codes that documents know.
    """

    answers: Sequence[Answer]
    alike: Sequence[SimilarTicket]
    unknown: Sequence[str]
    score: float
    tags: Sequence[str] = ()


def internal_part(
    of: Material, customer: CustomerPart, inside: Inside, public_docs: frozenset[str], sources: Sources
) -> InternalPart:
    """Put the part together.

    Args:
        public_docs: What is quoted of these stands in the customer's part, where that answers.
        sources: Those of the solved tickets are among them already.
    """
    found = [
        Line(text=entry.quote[:_TEXT], source=sources.citation(entry))
        for answer in inside.answers
        if answer.support != "declined"
        for entry in answer.evidence
        if entry.place.doc not in public_docs or not customer.answers
    ]
    inside_only = bool(found) and all(cited.doc not in public_docs for cited in sources.cited)
    verdict, language = of.judged, of.ticket.language
    article = (
        ""
        if customer.answers
        else "article_internal"
        if inside_only
        else ""
        if found or inside.alike
        else "article_none"
    )
    return InternalPart(
        intent=verdict.intent,
        severity=verdict.severity,
        sentiment=verdict.sentiment,
        because=verdict.because,
        found=tuple(dict.fromkeys(found)),
        similar=tuple(inside.alike),
        evidence_score=round(inside.score, 2),
        tags=tuple(inside.tags),
        unsupported=tuple(text[:_TEXT] for answer in of.answers for text in answer.unsupported),
        escalate=tuple(_reasons(of, customer, inside, inside_only)),
        orders=tuple(order[:_TEXT] for order in of.asked.orders),
        article=label(article, language) if article else "",
        sources=tuple(sources.cited),
    )


def _reasons(of: Material, customer: CustomerPart, inside: Inside, told: bool) -> Iterator[str]:
    """Why someone else should look at it."""
    language, (_, danger, mood) = of.ticket.language, of.judged.because
    if of.judged.severity == "critical":
        yield label("why_critical", language, word=danger)
    if not customer.answers:
        yield label("why_internal" if told else "why_declined", language)
    elif inside.score < _WEAK:
        yield label("why_weak", language)
    if inside.unknown:
        yield label("why_unknown", language, codes=", ".join(inside.unknown))
    if of.judged.sentiment == "angry":
        yield label("why_angry", language, word=mood)
