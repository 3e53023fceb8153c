"""`POST` and `DELETE /api/v1/documents`: programs change the library by the rules of the page's panel."""

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import anyio
from fastapi import FastAPI, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from assistant.api_openapi import body_of, gives
from assistant.api_problem import not_found, problem, told
from assistant.api_shapes import Deleted, Uploaded
from assistant.errors import LibraryError, MillwrightError
from assistant.library.library import Library
from assistant.library.names import document_name
from assistant.library.records import Outcome, Stated
from assistant.ui.service import Assistant
from ingest.records import DocumentKind

_LONGEST = 200
_AT_ONCE = 2
"""Uploads read at the same time; the library changes for one of them, the next is told that it is busy."""
_THERE_ALREADY = frozenset({"taken", "same"})

Value = Annotated[str, Field(max_length=_LONGEST)]


class Upload(BaseModel):
    """The query of an upload: the document's name, and what is said of it; what is not said, it says itself.

    Attributes:
        name: Of the file, with its ending.
        replaces: The document that this one is a new revision of; it stays, marked as superseded, and what
            is known of it holds for the new one, but for the revision.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(min_length=1, max_length=_LONGEST)]
    replaces: Annotated[str, Field(max_length=1000)] = ""
    kind: DocumentKind | None = None
    title: Value = ""
    machine: Value = ""
    site: Value = ""
    revision: Value = ""
    date: Value = ""
    language: Value = ""
    collection: Value = ""

    @property
    def stated(self) -> Stated:
        """What is said of the document."""
        return Stated(**{**self.model_dump(exclude={"name", "replaces"}), "kind": self.kind or ""})


def add_documents(app: FastAPI, seen: Callable[[Request], Assistant]) -> None:
    """Add the routes, for the assistant as whoever asks may see it."""
    at_once = anyio.CapacityLimiter(_AT_ONCE)

    @app.post("/api/v1/documents", **gives(Uploaded, 201), **body_of("application/octet-stream", "The file"))
    async def upload(request: Request, given: Annotated[Upload, Query()]) -> Response:
        """Take a document in: the request's body is the file, and it is read before the answer is given."""
        with tempfile.TemporaryDirectory(prefix="millwright-upload-") as folder:
            try:
                library = seen(request).library
                path = Path(folder, document_name(given.name))
                with path.open("wb") as file:
                    async for piece in request.stream():
                        file.write(piece)
                work = partial(_added, library, path, given)
                outcome = await anyio.to_thread.run_sync(work, limiter=at_once)
            except LibraryError as error:
                return told(422, str(error))
            except MillwrightError as error:
                return problem(error)
        return _ended(outcome)

    @app.delete("/api/v1/documents/{doc:path}", **gives(Deleted))
    def delete(request: Request, doc: str) -> Response:
        """Take a document out of the library and out of the index."""
        try:
            library = seen(request).library
            if all(listed.row.doc != doc for listed in library.listed()):
                return not_found(f"there is no document {doc!r}")
            return JSONResponse({"deleted": list(library.delete([doc]))})
        except LibraryError as error:  # it lies in a folder of the server
            return told(409, str(error))
        except MillwrightError as error:
            return problem(error)


def _added(library: Library, path: Path, given: Upload) -> Outcome:
    if given.replaces:
        ended = library.replace(given.replaces, [path], given.revision)
    else:
        ended = library.add([path], given.stated)
    if not ended:
        raise LibraryError(f"{path.name}: ingest passed it over; give it another name")
    return ended[0]


def _ended(outcome: Outcome) -> Response:
    """How it ended: in the library, or refused with the reason."""
    row: dict[str, Any] = {
        "name": outcome.name,
        "outcome": outcome.ending,
        "detail": outcome.detail,
        "pages": outcome.pages,
        "passages": outcome.chunks,
        "warnings": list(outcome.warnings),
    }
    if outcome.ending == "ok":
        return JSONResponse(row, 201)
    why = f": {outcome.detail}" if outcome.detail else ""
    status = 409 if outcome.ending in _THERE_ALREADY else 422
    return told(status, f"{outcome.name} is not taken in ({outcome.ending}){why}", more=row)
