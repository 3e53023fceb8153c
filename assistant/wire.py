"""Records as the JSON that scripts rely on; extend it, never rename."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from assistant.records import Answer, AnswerEvent, Citation, Done, Evidence, Hit, Waiting, Withheld, Words
from ingest.records import DocumentRow, IngestReport


def report_json(report: IngestReport) -> dict[str, Any]:
    """An ingest run: {"index", "generation", "files": [...], "removed", "ms"}."""
    return {
        "index": report.index,
        "generation": report.generation,
        "files": [{**asdict(row), "warnings": list(row.warnings)} for row in report.files],
        "removed": list(report.removed),
        "ms": report.ms,
    }


def hit_json(hit: Hit) -> dict[str, Any]:
    """A passage found."""
    place = hit.chunk.place
    return {
        "rank": hit.rank,
        "score": round(hit.score, 4),
        "chunk_id": hit.chunk.chunk_id,
        "doc": place.doc,
        "title": place.title,
        "section": place.section,
        "page": place.first_page,
        "label": place.label,
        "ocr": hit.chunk.ocr,
        "text": hit.chunk.text,
    }


def document_json(row: DocumentRow) -> dict[str, Any]:
    """A document of the index; `superseded` ones are kept, but not searched."""
    known = asdict(row.metadata)
    return {"doc": row.doc, "type": row.type, **known, "pages": row.pages, "passages": row.chunks}


def citation_json(citation: Citation) -> dict[str, Any]:
    """A quote and where it stands."""
    place = citation.place
    return {
        "marker": citation.marker,
        "doc": place.doc,
        "title": place.title,
        "section": place.section,
        "page": place.first_page,
        "label": place.label,
        "quote": citation.quote,
        "chunk_id": citation.chunk_id,
    }


def withheld_json(withheld: Withheld) -> dict[str, Any]:
    """A sentence that is shown struck out, why, and what the nearest passage says."""
    return {
        "sentence": withheld.sentence,
        "fault": withheld.fault,
        "reason": withheld.reason,
        "evidence": citation_json(withheld.evidence) if withheld.evidence else None,
    }


def search_json(
    question: str, hits: list[Hit], retrieve_ms: float, filters: Mapping[str, str]
) -> dict[str, Any]:
    """A search: {"question", "hits", "ms"}; `unknown` names the filtered fields a document does not state."""
    return {
        "question": question,
        "hits": [{**hit_json(hit), "unknown": hit.unknown(filters)} for hit in hits],
        "ms": {"retrieve": round(retrieve_ms, 1)},
    }


def answer_json(answer: Answer) -> dict[str, Any]:
    """An answer with its evidence."""
    timings = answer.timings
    return {
        "question": answer.question,
        "resolved": answer.resolved,
        "answer": answer.text,
        "support": answer.support,
        "citations": [citation_json(citation) for citation in answer.citations],
        "evidence": [citation_json(citation) for citation in answer.evidence],
        "warnings": [citation_json(citation) for citation in answer.warnings],
        "unsupported": list(answer.unsupported),
        "withheld": [withheld_json(entry) for entry in answer.withheld],
        "hits": [hit_json(hit) for hit in answer.hits],
        "ms": {
            "retrieve": round(timings.retrieve, 1),
            "first_token": round(timings.first_token, 1),
            "total": round(timings.total, 1),
        },
        "tokens": asdict(answer.tokens),
        "language": answer.language,
        "engine": answer.engine,
        "note": answer.note,
        "prompt": answer.prompt,
        "counted": answer.counted,
        "written": answer.written,
    }


def event_json(event: AnswerEvent) -> tuple[str, dict[str, Any]]:
    """An event of a streamed answer: its name and what it holds."""
    match event:
        case Evidence():
            return "evidence", {
                "citations": [citation_json(citation) for citation in event.citations],
                "warnings": [citation_json(citation) for citation in event.warnings],
                "language": event.language,
                "ms": {"retrieve": round(event.ms, 1)},
            }
        case Waiting():
            return "waiting", {"ahead": event.ahead}
        case Words():
            return "words", {"text": event.text}
        case Done():
            return "done", answer_json(event.answer)
