"""`/view` and `/page`: a source as it was cited, and a page's picture with the quoted lines marked."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

from fastapi import FastAPI, HTTPException, Query, Request
from fastapi.responses import FileResponse, HTMLResponse, Response
from pydantic import BaseModel, Field

from assistant.errors import MillwrightError
from assistant.records import Hit, Language
from assistant.ui import view
from assistant.ui.labels import language_of, speaker
from assistant.ui.links import boxes_of
from assistant.ui.page_image import PageError, PagePicture, page_image
from assistant.ui.reading import told
from assistant.ui.service import Assistant
from ingest.records import DocumentRow

_UI = Path(view.__file__).parent
_PASSAGES = 8
"""Passages of one document among which a quote is looked up."""


class _Shown(BaseModel):
    """What the address of a view says."""

    page: int | None = Field(None, ge=1)
    boxes: str = ""
    quote: str = ""
    label: str = ""
    lang: str = "en"
    zoom: int = view.ZOOMS[0]

    def of(self, doc: str) -> view.ViewRequest:
        """The same of a document."""
        language = language_of(self.lang)
        return view.ViewRequest(doc, self.page, self.boxes, self.quote, language, self.label[:40], self.zoom)


def add_views(app: FastAPI, seen: Callable[[Request], Assistant]) -> None:
    """Add the routes, for the assistant as whoever asks may see it."""

    @app.get("/view.css")
    def style() -> FileResponse:
        return FileResponse(_UI / "view.css", media_type="text/css")

    @app.get("/page/{doc:path}/{page:int}.png")
    def page(request: Request, doc: str, page: int, boxes: str = "", quote: str = "") -> Response:
        """A page's picture with the quoted lines marked."""
        millwright = seen(request)
        try:
            row = _document(millwright, doc)
        except MillwrightError as error:
            raise HTTPException(503, str(error)) from error
        if row is None:
            raise HTTPException(404, "no such document")
        try:
            picture = _picture(millwright, row, view.ViewRequest(doc, page, boxes, quote, "en"))
        except PageError as error:
            raise HTTPException(404, str(error)) from error
        return Response(picture.png, media_type="image/png", headers={"Cache-Control": "private, no-cache"})

    @app.get("/view/{doc:path}")
    def document(request: Request, doc: str, seen_at: Annotated[_Shown, Query()]) -> HTMLResponse:
        """A source as it was cited."""
        millwright = seen(request)
        asked = seen_at.of(doc)
        try:
            row = _document(millwright, doc)
        except MillwrightError as error:
            return _notice(str(error), asked.language, 503)
        if row is None:
            return _notice(speaker(asked.language)("not_found"), asked.language, 404)
        try:
            return HTMLResponse(_view(millwright, row, asked), headers={"Cache-Control": "no-store"})
        except MillwrightError as error:
            return _notice(str(error), asked.language, 404)


def _document(millwright: Assistant, doc: str) -> DocumentRow | None:
    """A document by its name: looked up, never joined to a folder, so no name leads out of the index."""
    return next((row for row in millwright.documents() if row.doc == doc), None)


def _notice(message: str, language: Language, status: int) -> HTMLResponse:
    """A view that says in one line why there is none."""
    return HTMLResponse(view.notice(told(message, language), language), status)


def _view(millwright: Assistant, row: DocumentRow, asked: view.ViewRequest) -> str:
    if view.has_pictures(row):
        return view.page_view(row, _picture(millwright, row, asked), asked)
    return view.passage_view(row, _passage(millwright, row, asked.quote), asked)


def _picture(millwright: Assistant, row: DocumentRow, asked: view.ViewRequest) -> PagePicture:
    """A page's picture; the same request again is answered from memory."""
    page = 1 if asked.page is None else asked.page
    original = millwright.original(row.doc)
    if original is None or not view.has_pictures(row) or not 1 <= page <= row.pages:
        raise PageError(f"{row.doc}: there is no picture of page {page}")
    return page_image(original, row.type == "pdf", page, boxes_of(asked.boxes, page), asked.quote)


def _passage(millwright: Assistant, row: DocumentRow, quote: str) -> Hit | None:
    """The passage that holds a quote; the best one of the document when the text has changed."""
    if not quote.strip():
        return None
    hits = millwright.search(quote, limit=_PASSAGES, filters={"doc": row.doc})
    return next((hit for hit in hits if quote in hit.chunk.text), hits[0] if hits else None)
