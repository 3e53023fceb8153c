"""The document view as HTML: a page picture with its neighbours, or a section with the quote marked."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from assistant.places import label_told
from assistant.records import Hit, Language
from assistant.ui.labels import Say, speaker
from assistant.ui.links import boxes_of, image_link
from assistant.ui.markup import plain
from assistant.ui.page_image import PagePicture
from ingest.records import Box, DocumentRow

ZOOMS = (100, 150, 200, 300)
"""Widths of a page, in % of the window."""


@dataclass(frozen=True, slots=True)
class ViewRequest:
    """What a link into the document view asks for; all of it comes from an address, so none is trusted.

    Args:
        label: The number that is printed on the page.
        zoom: One of `ZOOMS`; another is the first.
    """

    doc: str
    page: int | None
    boxes: str
    quote: str
    language: Language
    label: str = ""
    zoom: int = ZOOMS[0]

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
    page, marked = asked.page or 1, asked.marked if picture.located else ()
    numbered = plain(say("page_of", page=page, pages=row.pages))
    printed = asked.label and asked.label != str(page)
    label = f" <small>{plain(say('printed', label=asked.label))}</small>" if printed else ""
    address = plain(image_link(row.doc, page, asked.boxes, asked.quote))
    body = (
        f"<nav>{_turn(row, page - 1, 'previous', asked)}<span>{numbered}{label}</span>"
        f"{_turn(row, page + 1, 'next', asked)}{_zooms(row, asked)}</nav>"
        f"{_marked_note(bool(marked), bool(asked.quote), say)}"
        f'<div class="sheets" tabindex="0"><div class="sheet zoom-{_zoom(asked)}">{_anchor(marked, picture)}'
        f'<img src="{address}" alt="{numbered}" width="{picture.width}" height="{picture.height}">'
        "</div></div>"
    )
    return _document(row.metadata.title or row.doc, body, asked.language)


def _marked_note(marked: bool, quoted: bool, say: Say) -> str:
    """Whether the quote is marked; nothing where none was asked for."""
    note = say("marked") if marked else say("not_located") if quoted else ""
    return f"<p>{plain(note)}</p>" if note else ""


def _zoom(asked: ViewRequest) -> int:
    return asked.zoom if asked.zoom in ZOOMS else ZOOMS[0]


def _zooms(row: DocumentRow, asked: ViewRequest) -> str:
    """Smaller and larger, each where there is one; the quote stays in sight."""
    say, at = speaker(asked.language), ZOOMS.index(_zoom(asked))
    ways = (("−", "zoom_out", at - 1), ("+", "zoom_in", at + 1))
    links = (
        f'<a href="{plain(_address(row, asked, zoom=ZOOMS[to]))}" aria-label="{plain(say(name))}">{sign}</a>'
        if 0 <= to < len(ZOOMS)
        else '<span class="none"></span>'
        for sign, name, to in ways
    )
    return f'<span class="zooms">{"".join(links)}</span>'


def _address(row: DocumentRow, asked: ViewRequest, zoom: int) -> str:
    """The same view at another size."""
    values = {"page": asked.page or 1, "boxes": asked.boxes, "quote": asked.quote, "label": asked.label,
              "lang": asked.language, "zoom": zoom}  # fmt: skip
    return f"/view/{quote(row.doc)}?{urlencode(values)}#quote"


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
    label = label_told(place.label, asked.language)
    facts = " · ".join(part for part in (place.section.replace(" > ", " › "), label, row.doc) if part)
    note = _marked_note(start >= 0, bool(asked.quote), say)
    return _document(title, f"<p>{plain(facts)}</p>{note}<div class='passage'>{shown}</div>", asked.language)


def notice(message: str, language: Language) -> str:
    """A view that holds one line."""
    return _document(speaker(language)("title"), f"<p>{plain(message)}</p>", language)


def _turn(row: DocumentRow, page: int, name: str, asked: ViewRequest) -> str:
    """The way to the page before or after; nothing at the ends."""
    if not 1 <= page <= row.pages:
        return "<span></span>"
    values = {"page": page, "lang": asked.language, "zoom": _zoom(asked)}
    address = plain(f"/view/{quote(row.doc)}?{urlencode(values)}")
    sign = "→" if name == "next" else "←"
    return f'<a href="{address}" aria-label="{plain(speaker(asked.language)(name))}">{sign}</a>'


def _document(title: str, body: str, language: Language) -> str:
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{plain(title)}</title><link rel="stylesheet" href="/view.css"></head>'
        f"<body><header><h1>{plain(title)}</h1></header><main>{body}</main></body></html>"
    )
