"""`GET /api/v1/search` and `/api/v1/documents`: what is there and where it stands, page by page."""

import time
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import FastAPI, Query, Request
from fastapi.responses import JSONResponse, Response

from assistant.api_openapi import gives
from assistant.api_problem import not_found, problem
from assistant.api_shapes import Document, Documents, Found
from assistant.errors import MillwrightError, QuestionError
from assistant.ui.service import Assistant
from assistant.wire import document_json, search_json

_MOST_HITS = 200
"""As far as a search can be paged through: what stands further down answers nothing."""

Limit = Annotated[int, Query(ge=1, le=100)]
Offset = Annotated[int, Query(ge=0, le=100_000)]


def add_search(app: FastAPI, seen: Callable[[Request], Assistant]) -> None:
    """Add the routes, for the assistant as whoever asks may see it."""

    @app.get("/api/v1/search", **gives(Found))
    def search(
        request: Request,
        question: Annotated[str, Query(min_length=1)],
        filter: Annotated[list[str] | None, Query()] = None,
        limit: Limit = 10,
        offset: Annotated[int, Query(ge=0, lt=_MOST_HITS)] = 0,
    ) -> Response:
        """The passages that fit, best first; `filter=machine=P-101` may be given several times."""
        wanted, began = min(offset + limit, _MOST_HITS), time.monotonic()
        try:
            filters = dict(map(_filter, filter or []))
            hits = seen(request).search(question, limit=wanted, filters=filters)
        except MillwrightError as error:
            return problem(error)
        ms = 1000 * (time.monotonic() - began)
        found = search_json(question, hits[offset:], ms, filters)
        more = wanted if len(hits) == wanted < _MOST_HITS else None
        return JSONResponse({**found, "offset": offset, "next_offset": more})

    @app.get("/api/v1/documents", **gives(Documents))
    def documents(request: Request, limit: Limit = 50, offset: Offset = 0) -> Response:
        """The documents that can be cited, by name."""
        try:
            rows = seen(request).documents()
        except MillwrightError as error:
            return problem(error)
        shown, after = rows[offset : offset + limit], offset + limit
        return JSONResponse(
            {
                "documents": [document_json(row) for row in shown],
                "total": len(rows),
                "offset": offset,
                "next_offset": after if after < len(rows) else None,
            }
        )

    @app.get("/api/v1/documents/{doc:path}", **gives(Document))
    def document(request: Request, doc: str) -> Response:
        """One document by its name."""
        try:
            row = next((row for row in seen(request).documents() if row.doc == doc), None)
        except MillwrightError as error:
            return problem(error)
        return JSONResponse(document_json(row)) if row else not_found(f"there is no document {doc!r}")


def _filter(given: str) -> tuple[str, Any]:
    key, separator, value = given.partition("=")
    if not separator or not key or not value:
        raise QuestionError(f"filter {given!r}: write it as key=value, for example machine=P-101")
    return key, value
