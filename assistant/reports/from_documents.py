"""What the documents say of an event's alarm codes and of its symptom; quoted, never reworded."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from assistant.errors import QuestionError
from assistant.evidence import coverage, quotes
from assistant.logs.lookup import CodeEntry, look_up
from assistant.records import Language
from assistant.reports import event_words as words
from assistant.reports.fields import Change
from assistant.reports.sources import Sources
from assistant.retrieve import Found
from assistant.sentences import sentences
from ingest.records import Chunk

_CODES, _QUOTES, _PASSAGES = 6, 3, 8
_MIN_COVERAGE = 0.3
"""Least share of the symptom's terms that a passage must hold to be quoted at all."""
_NEAR_COVERAGE, _NEAR = 0.2, 0.9
"""Or so many of its terms and so near. Short Chinese texts of unlike machines are 0.89 alike: nearness
alone says nothing."""
_LONGEST_QUOTE = 900


class Documents(Protocol):
    """Where passages are found; `assistant.retrieve.Retriever` is one."""

    def find(self, question: str, limit: int, filters: Mapping[str, str]) -> Found:
        """The passages that fit, best first."""
        ...

    def holders(self, code: str, filters: Mapping[str, str]) -> list[Chunk]:
        """The passages that hold a code."""
        ...


def changes_from_documents(
    codes: Sequence[str],
    machine: str,
    symptom: str,
    documents: Documents,
    sources: Sources,
    language: Language,
) -> list[Change]:
    """Possible causes and checks that the documents name, each with its source.

    Args:
        codes: The event's alarm codes, the one that came first in front.
        machine: Empty when it is not known.
    """
    entries = look_up([(code, machine) for code in codes[:_CODES]], documents, language)
    hypotheses: list[object] = []
    checks: list[object] = []
    used: list[int] = []
    for entry in entries:
        if entry.status == "defined":
            _take_code(entry, sources, hypotheses, checks, used)
    if symptom:
        _take_passages(symptom, documents, sources, hypotheses, used)
    found = (("diagnosis.hypotheses", hypotheses), ("diagnosis.checks", checks))
    docs = ", ".join(dict.fromkeys(cited.doc for cited in sources.cited if cited.n in used))[:300]
    return [
        Change(path, values, "document", source=docs, citations=tuple(dict.fromkeys(used)))
        for path, values in found
        if values
    ]


def found_for(question: str, documents: Documents, limit: int, filters: Mapping[str, str]) -> Found | None:
    """What is found; None where no document has a value that is filtered by."""
    try:
        return documents.find(question[:1000], limit, filters)
    except QuestionError:
        return None


def fits(found: Found, chunk: Chunk) -> bool:
    """Whether a passage is about what was asked, and not only the nearest of what there is."""
    held = coverage(chunk.searchable, found.terms)
    near = found.cosines.get(chunk.chunk_id, 0.0) >= _NEAR
    return held >= (_NEAR_COVERAGE if near else _MIN_COVERAGE)


def _take_code(
    entry: CodeEntry, sources: Sources, hypotheses: list[object], checks: list[object], used: list[int]
) -> None:
    for quoted in entry.of("cause"):
        number = sources.citation(quoted.citation)
        hypotheses.append({"cause": quoted.citation.quote, "evidence": f"[{number}]"})
        used.append(number)
    for quoted in entry.of("check"):
        number = sources.citation(quoted.citation)
        checks.append({"step": quoted.citation.quote, "citations": [number]})
        used.append(number)


def _take_passages(
    symptom: str, documents: Documents, sources: Sources, hypotheses: list[object], used: list[int]
) -> None:
    """The causes that passages about the symptom name; of incidents only `similar` speaks."""
    found = found_for(symptom, documents, _PASSAGES, {})
    if found is None or found.unknown:
        return
    hits = [
        hit
        for hit in found.hits
        if hit.chunk.metadata.kind in ("manual", "list", "sop") and fits(found, hit.chunk)
    ]
    for quote in quotes(hits, found.terms, _QUOTES, symptom):
        section = quote.hit.chunk.place.section.rsplit(" > ", 1)[-1]
        if words.HEADINGS["event"].fullmatch(section.casefold()):
            continue
        for span in sentences(quote.text[:_LONGEST_QUOTE]):
            if words.CAUSE.search(span.text) and not words.TODO.search(span.text):
                number = sources.passage(quote.hit.chunk, span.text)
                hypotheses.append({"cause": span.text, "evidence": f"[{number}]"})
                used.append(number)
