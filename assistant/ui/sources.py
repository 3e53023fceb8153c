"""The sources as cards: marker, document, section, page, verbatim quote, and the way to the page."""

from collections.abc import Iterable, Mapping, Sequence

from assistant.places import label_told
from assistant.records import Citation, Hit, Language
from assistant.ui.labels import speaker
from assistant.ui.links import citation_page, view_link
from assistant.ui.markup import plain, quotation
from ingest.records import Chunk, Place

_NEAREST = 3
"""Passages shown when the documents hold no answer."""


def chunks_by_id(hits: Iterable[Hit]) -> dict[str, Chunk]:
    """The passages that were found, by their id."""
    return {hit.chunk.chunk_id: hit.chunk for hit in hits}


def link(citation: Citation, language: Language, found: Mapping[str, Chunk]) -> str:
    """Address of the document view for a citation."""
    chunk = found.get(citation.chunk_id)
    return view_link(citation, language, chunk.text if chunk else "")


def evidence(citations: Sequence[Citation], hits: Sequence[Hit], language: Language) -> str:
    """The panel of sources; without citations, the nearest passages, said to be no answer."""
    say, found = speaker(language), chunks_by_id(hits)
    if citations:
        cards = "".join(_card(citation, language, found) for citation in citations)
        return _panel(say("evidence"), "", cards)
    if hits:
        nearest = [
            Citation(0, hit.chunk.chunk_id, hit.chunk.place, hit.chunk.text) for hit in hits[:_NEAREST]
        ]
        cards = "".join(_card(citation, language, found) for citation in nearest)
        return _panel(say("nearest"), say("nearest_note"), cards)
    none = f'<p class="mw-none">{plain(say("evidence_none"))}</p>'
    return _panel(say("evidence"), "", none)


def warnings(citations: Sequence[Citation], hits: Sequence[Hit], language: Language) -> str:
    """Warnings of the cited passages, verbatim; they stand above the answer."""
    say, found = speaker(language), chunks_by_id(hits)
    return "".join(
        f'<div class="mw-warning" role="note"><span class="mw-sign" aria-hidden="true">!</span><div>'
        f'<p class="mw-warning-name">{plain(say("warning"))}</p><p>{plain(citation.quote)} '
        f'<a class="mw-marker" href="{plain(link(citation, language, found))}" target="_blank">'
        f"{citation.marker}</a></p></div></div>"
        for citation in citations
    )


def _panel(heading: str, note: str, cards: str) -> str:
    noted = f'<p class="mw-muted">{plain(note)}</p>' if note else ""
    return f'<section class="mw-sources"><h2>{plain(heading)}</h2>{noted}{cards}</section>'


def _card(citation: Citation, language: Language, found: Mapping[str, Chunk]) -> str:
    say, place = speaker(language), citation.place
    page = citation_page(citation, found[citation.chunk_id].text if citation.chunk_id in found else "")
    opens = say("open_page", page=page) if page else say("open_section")
    title = plain(place.title or place.doc)
    number = f'<span class="mw-number">{citation.marker}</span>' if citation.marker else ""
    section = (
        f'<p class="mw-section">{plain(place.section.replace(" > ", " › "))}</p>' if place.section else ""
    )
    return (
        f'<article class="mw-source">{number}<div class="mw-source-body"><h3>{title}</h3>{section}'
        f'<p class="mw-place">{_facts(place, page, found.get(citation.chunk_id), language)}</p>'
        f'<blockquote tabindex="0">{quotation(citation.quote)}</blockquote>'
        f'<a class="mw-open" href="{plain(link(citation, language, found))}" target="_blank" '
        f'data-title="{title}" data-close="{plain(say("close"))}" data-tab="{plain(say("new_tab"))}">'
        f"{plain(opens)}</a></div></article>"
    )


def _facts(place: Place, page: int | None, chunk: Chunk | None, language: Language) -> str:
    """Page, printed label, revision and what the reader should doubt, as small separate pieces."""
    say = speaker(language)
    pieces: list[tuple[str, str]] = []
    if page:
        pieces.append(("mw-page", say("page", page=page)))
    if place.label and place.label != str(page or ""):
        row = label_told(place.label, language)
        pieces.append(("", say("printed", label=place.label) if page else row))
    if chunk is not None and chunk.metadata.revision:
        pieces.append(("", say("revision", revision=chunk.metadata.revision)))
    if chunk is not None and chunk.metadata.superseded:
        pieces.append(("mw-doubt", say("superseded")))
    if chunk is not None and chunk.ocr:
        pieces.append(("mw-doubt", say("ocr")))
    return "".join(f'<span class="{name}">{plain(text)}</span>' for name, text in pieces)
