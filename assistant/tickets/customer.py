"""The customer's part of a reply: what public documents say, quoted, and what is still to be asked."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.answer import Answerer
from assistant.cautions import cautions
from assistant.logs.lookup import CodeEntry, look_up
from assistant.records import Answer, Citation, Language
from assistant.reports.sources import Sources
from assistant.tickets import passages, steps
from assistant.tickets.asks import Asked
from assistant.tickets.judged import Judged
from assistant.tickets.labels import label
from assistant.tickets.records import Ticket
from assistant.tickets.reply import Confidence, CustomerPart, Line, Step
from assistant.tickets.steps import Quoted
from ingest.records import Chunk
from ingest.terms import identifiers

_ISSUE, _QUOTE, _CODES = 160, 4000, 3
_MOST_SAFETY, _MOST_FOUND, _MOST_CAUSES, _MOST_QUESTIONS = 5, 4, 3, 3
_DANGERS, _LOOKED_AT, _MOST_GENERAL = (
    "danger warning lock out switch off before work 危险 警告 断电 上锁",
    8,
    2,
)
_GRAVE = re.compile(r"\W{0,3}(?:danger|warning|危险|警告)", re.IGNORECASE)
_BETWEEN = re.compile(r"[;；、]|\bor\b|或")
_MARKER = re.compile(r"\[(\d+)\]")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_LINES = ("safety", "causes", "found", "steps", "parts", "stop")


@dataclass(frozen=True, slots=True)
class Material:
    """What the part is made of.

    Args:
        answers: To the ticket's questions, from public documents only.
        public: Where these come from.
    """

    ticket: Ticket
    asked: Asked
    judged: Judged
    answers: Sequence[Answer]
    public: Answerer


def customer_part(of: Material) -> CustomerPart:
    """Put the part together."""
    sources, beside = Sources(by_place=True), of.public.beside
    entries = _codes(of.asked, of.public, of.ticket.language)
    told = [answer for answer in of.answers if answer.support != "declined" and _is_for(of.asked, answer)]
    cited = [chunk for answer in told for chunk in _cited(answer)]
    numbered = steps.steps(cited, beside)
    causes = _once(_quoted(sources, q.citation) for entry in entries for q in entry.of("cause"))
    given = of.ticket.given
    part = CustomerPart(
        issue=_issue(given.subject or (of.asked.plain[0] if of.asked.plain else given.text)),
        machine=of.asked.machine,
        model=given.model,
        safety=_safety(told, [*_docs_of(entries), *(chunk.place.doc for chunk in cited)], of.public, sources),
        causes=causes[:_MOST_CAUSES],
        confidence=_sure(causes, of.asked.machine),
        wording="\n".join(filter(None, (_worded(answer, sources) for answer in told))),
        found=_found(told, entries, numbered, sources),
        steps=tuple(_step(sources, step) for step in numbered),
        parts=tuple(_passage(sources, line) for line in passages.parts(cited, beside)),
        stop=tuple(_passage(sources, line) for line in passages.stops(cited, beside)),
        questions=_questions(of, entries),
    )
    return _numbered(part, sources)


def _codes(known: Asked, public: Answerer, language: Language) -> list[CodeEntry]:
    """What public documents say of the ticket's codes, for its machine or for any."""
    codes = [(code, known.machine) for code in known.codes[:_CODES] if identifiers(code)]
    return [
        entry
        for entry in look_up(codes, public.retriever, language)
        if entry.status in ("defined", "unknown")
    ]


def _is_for(known: Asked, answer: Answer) -> bool:
    """Whether an answer may be for this customer: while no one knows which machine, none of one is quoted."""
    if known.machine or known.codes:
        return True
    return not any(chunk.metadata.machine or "table_row" in chunk.kinds for chunk in _cited(answer))


def _cited(answer: Answer) -> list[Chunk]:
    """The passages of the evidence, best first."""
    chunks = {hit.chunk.chunk_id: hit.chunk for hit in answer.hits}
    named = dict.fromkeys(entry.chunk_id for entry in answer.evidence)
    return [chunks[name] for name in named if name in chunks]


def _found(
    told: Sequence[Answer], entries: Sequence[CodeEntry], numbered: Sequence[Quoted], sources: Sources
) -> tuple[Line, ...]:
    """What is quoted beside causes and steps: checks and remedies of the codes, then the evidence."""
    wanted = ("check", "remedy", "passage")
    lines = [_quoted(sources, q.citation) for entry in entries for q in entry.quotes if q.part in wanted]
    taken = {quoted.citation.chunk_id for entry in entries for quoted in entry.quotes}
    taken |= {step.chunk.chunk_id for step in numbered}
    rest = [entry for answer in told for entry in answer.evidence if entry.chunk_id not in taken]
    return _once([*lines, *(_quoted(sources, entry) for entry in rest)])[:_MOST_FOUND]


def _worded(answer: Answer, sources: Sources) -> str:
    """A model's words with the numbers of our sources; empty where none wrote, or it was replaced."""
    if answer.engine == "extractive" or answer.note or not answer.prompt:
        return ""

    def number(match: re.Match[str]) -> str:
        entry = answer.numbered.get(int(match[1]))
        return f"[{sources.citation(entry)}]" if entry else ""

    return _MARKER.sub(number, answer.text)


def _safety(
    told: Sequence[Answer], docs: Sequence[str], public: Answerer, sources: Sources
) -> tuple[Line, ...]:
    """The warnings of what is quoted; where its sections have none, the gravest of the documents quoted."""
    own = [entry for answer in told for entry in answer.warnings]
    for doc in () if own else dict.fromkeys(docs):
        hits = public.retriever.find(_DANGERS, _LOOKED_AT, {"doc": doc}).hits
        chunks = [hit.chunk for hit in hits if "warning" in hit.chunk.kinds]
        grave = [entry for entry in cautions(chunks, lambda chunk: [chunk], 1) if _GRAVE.match(entry.quote)]
        own = grave[:_MOST_GENERAL]
        if own:
            break
    return _once(_quoted(sources, entry) for entry in own)[:_MOST_SAFETY]


def _questions(of: Material, entries: Sequence[CodeEntry]) -> tuple[str, ...]:
    language, known = of.ticket.language, of.asked
    unknown = [entry.code for entry in entries if entry.status == "unknown"]
    defined = len(unknown) < len(entries)
    wanted = [] if known.machine or defined else [label("ask_machine", language)]
    if unknown:
        wanted.append(label("ask_unknown", language, codes=", ".join(unknown)))
    if of.judged.intent == "fault":
        wanted += [] if known.codes else [label("ask_code", language)]
        wanted.append(label("ask_since", language))
    return tuple(wanted[:_MOST_QUESTIONS])


def _issue(text: str) -> str:
    """The ticket's matter in a line; no address that it names is sent back."""
    line = " ".join(_ADDRESS.sub("…", text).split())
    return line if len(line) <= _ISSUE else f"{line[: _ISSUE - 1]}…"


def _sure(causes: Sequence[Line], machine: str) -> Confidence | None:
    """The one cause of a known machine's code is likely, each of several is less so."""
    if not causes:
        return None
    named = sum(len(_BETWEEN.split(line.text)) for line in causes)
    return "low" if named > 3 else "high" if named == 1 and machine else "medium"


def _docs_of(entries: Sequence[CodeEntry]) -> list[str]:
    return [quoted.citation.place.doc for entry in entries for quoted in entry.quotes]


def _quoted(sources: Sources, citation: Citation) -> Line:
    """A quote; of a row of a table the row, without the caption above it."""
    caption, newline, row = citation.quote.rpartition("\n")
    is_row = bool(newline) and " | " in row and " | " not in caption
    text = row if is_row else citation.quote
    return Line(text=text[:_QUOTE], source=sources.citation(replace(citation, quote=text)))


def _passage(sources: Sources, quoted: Quoted) -> Line:
    return Line(text=quoted.text[:_QUOTE], source=sources.passage(quoted.chunk, quoted.text))


def _step(sources: Sources, quoted: Quoted) -> Step:
    return Step(
        text=quoted.text[:_QUOTE],
        expected=quoted.expected[:_QUOTE],
        if_not=quoted.if_not[:_QUOTE],
        source=sources.passage(quoted.chunk, quoted.said or quoted.text),
    )


def _once(lines: Iterable[Line]) -> tuple[Line, ...]:
    return tuple({line.text: line for line in reversed(list(lines))}.values())[::-1]


def _numbered(part: CustomerPart, sources: Sources) -> CustomerPart:
    """The part with the sources that it uses, numbered in the order in which they are read."""
    order = {old: new for new, old in enumerate(dict.fromkeys(_uses(part)), start=1)}
    cited = {entry.n: entry for entry in sources.cited}
    lines = {
        name: tuple(
            line.model_copy(update={"source": order.get(line.source, 0)}) for line in getattr(part, name)
        )
        for name in _LINES
    }
    wording = _MARKER.sub(lambda match: f"[{order[int(match[1])]}]", part.wording)
    used = tuple(cited[old].model_copy(update={"n": new}) for old, new in order.items())
    return part.model_copy(update={**lines, "wording": wording, "sources": used})


def _uses(part: CustomerPart) -> Iterator[int]:
    yield from (line.source for line in part.safety)
    yield from (int(number) for number in _MARKER.findall(part.wording))
    for name in _LINES[1:]:
        yield from (line.source for line in getattr(part, name))
