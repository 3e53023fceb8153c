"""The document view as HTML: a page picture with its neighbours, or a section with the quote marked."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from assistant.records import Hit, Language
from assistant.ui.labels import speaker
from assistant.ui.links import boxes_of, image_link
from assistant.ui.markup import plain
from assistant.ui.page_image import PagePicture
from ingest.records import Box, DocumentRow


@dataclass(frozen=True, slots=True)
class ViewRequest:
    """What a link into the document view asks for; all of it comes from an address, so none is trusted."""

    doc: str
    page: int | None
    boxes: str
    quote: str
    language: Language

    @property
    def marked(self) -> tuple[Box, ...]:
        """The boxes that are to be marked on the page."""
        return boxes_of(self.boxes, self.page or 1)


def has_pictures(row: DocumentRow) -> bool:
    """Whether pages of this document can be drawn."""
    return row.type in ("pdf", "image")


def page_view(row: DocumentRow, picture: PagePicture, asked: ViewRequest) -> str:
    """A page's picture, the way to its neighbours, and an anchor where the quote begins."""
    say = speaker(asked.language)
    page, marked = asked.page or 1, asked.marked
    numbered = plain(say("page_of", page=page, pages=row.pages))
    note = f"<p>{plain(say('marked'))}</p>" if marked else ""
    address = plain(image_link(row.doc, page, asked.boxes, asked.quote))
    body = (
        f"<nav>{_turn(row, page - 1, 'previous', asked)}<span>{numbered}</span>"
        f"{_turn(row, page + 1, 'next', asked)}</nav>{note}"
        f'<div class="sheet">{_anchor(marked, picture)}'
        f'<img src="{address}" alt="{numbered}" width="{picture.width}" height="{picture.height}"></div>'
    )
    return _document(row.metadata.title or row.doc, body, asked.language)


def _anchor(marked: Sequence[Box], picture: PagePicture) -> str:
    """Where the browser scrolls to; placed in shares of the page, as the picture is scaled to fit."""
    if not marked:
        return '<span id="quote"></span>'
    top = min(box.top for box in marked) * picture.pixels_per_point / picture.height
    left = min(box.left for box in marked) * picture.pixels_per_point / picture.width
    return f'<span id="quote" style="top:{_percent(top)};left:{_percent(left)}"></span>'


def _percent(share: float) -> str:
    return f"{100 * min(max(share, 0.0), 1.0):.1f}%"


def passage_view(row: DocumentRow, hit: Hit | None, asked: ViewRequest) -> str:
    """The passage that was quoted, in its section, the quote marked."""
    title, say = row.metadata.title or row.doc, speaker(asked.language)
    if hit is None:
        return notice(say("passage_gone"), asked.language)
    text = hit.chunk.text
    start = text.find(asked.quote) if asked.quote else -1
    if start < 0:
        shown = plain(text)
    else:
        end = start + len(asked.quote)
        shown = f'{plain(text[:start])}<mark id="quote">{plain(text[start:end])}</mark>{plain(text[end:])}'
    place = hit.chunk.place
    facts = " · ".join(part for part in (place.section.replace(" > ", " › "), place.label, row.doc) if part)
    return _document(title, f"<p>{plain(facts)}</p><div class='passage'>{shown}</div>", asked.language)


def notice(message: str, language: Language) -> str:
    """A view that holds one line."""
    return _document(speaker(language)("title"), f"<p>{plain(message)}</p>", language)


def _turn(row: DocumentRow, page: int, name: str, asked: ViewRequest) -> str:
    """The way to the page before or after; nothing at the ends."""
    if not 1 <= page <= row.pages:
        return "<span></span>"
    address = plain(f"/view/{quote(row.doc)}?{urlencode({'page': page, 'lang': asked.language})}")
    sign = "→" if name == "next" else "←"
    return f'<a href="{address}" aria-label="{plain(speaker(asked.language)(name))}">{sign}</a>'


def _document(title: str, body: str, language: Language) -> str:
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{plain(title)}</title><link rel="stylesheet" href="/view.css"></head>'
        f"<body><header><h1>{plain(title)}</h1></header><main>{body}</main></body></html>"
    )
