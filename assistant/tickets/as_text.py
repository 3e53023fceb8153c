"""The customer's part as a message: safety first, each quote with the number of its source."""

import re
from collections.abc import Iterator, Sequence

from assistant.records import Language
from assistant.reports.parts import Cited
from assistant.reports.shown import place
from assistant.tickets.labels import label
from assistant.tickets.reply import CustomerPart, InternalPart, Line, SimilarTicket, Step
from assistant.tickets.steps import IF_NOT
from ingest.terms import is_chinese

_WORD, _FEW = re.compile(r"[A-Za-z]{2,}"), 4


def message(part: CustomerPart, language: Language, customer: str, signature: str) -> str:
    """The whole message.

    Args:
        customer: Whom it greets; empty when that is not known.
        signature: Empty for the usual one.
    """
    blocks = [
        [label("dear", language, name=customer) if customer else label("dear_none", language)],
        _about(part, language),
        *_answer(part, language),
        _numbered("questions", part.questions, language),
        [label("next_answered" if part.answers else "next_open", language)],
        [label("regards", language), signature or label("signature", language)],
        sources(part.sources, language),
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _about(part: CustomerPart, language: Language) -> list[str]:
    lines = [label("issue", language, issue=part.issue)] if part.issue else []
    product = ", ".join(filter(None, (part.machine, part.model)))
    return [*lines, label("product", language, product=product)] if product else lines


def _answer(part: CustomerPart, language: Language) -> Iterator[list[str]]:
    yield _bulleted(label("safety", language), part.safety, language)
    if not part.answers:
        yield [label("nothing", language)]
    if part.wording:
        yield [label("wording", language), part.wording]
    if part.causes and part.confidence:
        confidence = label(part.confidence, language)
        yield _bulleted(label("causes", language, confidence=confidence), part.causes, language)
    yield _bulleted(label("found", language), part.found, language)
    yield _numbered("steps", [_step(step, language) for step in part.steps], language)
    yield _bulleted(label("parts", language), part.parts, language)
    yield _bulleted(label("stop", language), part.stop, language)


def _step(step: Step, language: Language) -> str:
    """A step with its source; below it what is to be seen, and what to do if it is not."""
    lines = [told(step, language)]
    if step.expected:
        lines.append(f"   {label('expected', language, text=step.expected)}")
    if step.if_not:
        # "Otherwise …" says itself when it holds.
        said = step.if_not if IF_NOT.match(step.if_not) else label("if_not", language, text=step.if_not)
        lines.append(f"   {said}")
    return "\n".join(lines)


def _bulleted(heading: str, lines: Sequence[Line], language: Language) -> list[str]:
    return [heading, *(f"- {told(line, language)}" for line in lines)] if lines else []


def _numbered(name: str, lines: Sequence[str], language: Language) -> list[str]:
    rows = [f"{number}. {line}" for number, line in enumerate(lines, start=1)]
    return [label(name, language), *rows] if rows else []


def told(line: Line, language: Language) -> str:
    """A line with the number of its source; what is in another language says so."""
    text = " ".join(line.text.split())
    words = len(_WORD.findall(text))
    other = is_chinese(text) and words < _FEW if language == "en" else not is_chinese(text) and words > _FEW
    note = f" {label('other_language', language)}" if other else ""
    return f"{text} [{line.source}]{note}" if line.source else f"{text}{note}"


def sources(cited: Sequence[Cited], language: Language) -> list[str]:
    """The list of sources with their places; none when there are none."""
    return (
        [label("sources", language), *(f"[{entry.n}] {place(entry, language)}" for entry in cited)]
        if cited
        else []
    )


def internal_lines(part: InternalPart, language: Language) -> Iterator[str]:
    """The internal part, a line each."""
    why = [f" (“{word}”)" if word else "" for word in part.because]
    judged = (part.intent if part.intent != "parts" else "parts_intent", part.severity, part.sentiment)
    names = ("intent", "severity", "sentiment")
    for name, value, word in zip(names, judged, why, strict=True):
        yield f"{label(name, language)}: {label(value, language)}{word}"
    yield f"{label('evidence_score', language)}: {part.evidence_score:.2f}"
    for name, texts in (
        ("escalate", part.escalate),
        ("unsupported", part.unsupported),
        ("orders", part.orders),
    ):
        yield from (f"{label(name, language)}: {text}" for text in texts)
    if part.tags:
        yield f"{label('tags', language)}: {', '.join(part.tags)}"
    if part.article:
        yield f"{label('article', language)}: {part.article}"
    for entry in part.similar:
        yield f"{label('similar', language)}: {similar_told(entry, language)}"
    for line in part.found:
        yield f"{label('found_inside', language)}: {told(line, language)}"
    yield from sources(part.sources, language)


def similar_told(entry: SimilarTicket, language: Language) -> str:
    """A solved ticket on a line: id, machine, age, what it was and what solved it."""
    age = "" if entry.age_days is None else label("age", language, days=entry.age_days)
    head = ", ".join(filter(None, (entry.ticket, entry.machine, age)))
    return f"{head}: {entry.what} → {entry.resolution}"
