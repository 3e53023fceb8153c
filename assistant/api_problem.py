"""What went wrong, as RFC 9457 describes it; the same words wherever the API is asked."""

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from assistant.errors import BusyError, MillwrightError, QuestionError

_RETRY_AFTER_S = 5


def add_problems(app: FastAPI) -> None:
    """What FastAPI itself refuses is told in the same form."""

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> Response:
        # What was sent is not sent back: it may be long, or someone's secret.
        faults = [{"at": [*map(str, row["loc"])], "fault": row["msg"]} for row in error.errors()]
        detail = "; ".join(f"{'.'.join(row['at'])}: {row['fault']}" for row in faults[:3])
        # Clients that take us for a model look for the reason there.
        other = {"error": {"message": detail, "code": 422}} if request.url.path.startswith("/v1/") else {}
        return _problem(422, "Unprocessable Content", detail, {"errors": faults, **other})

    @app.exception_handler(HTTPException)
    def refused(_: Request, error: HTTPException) -> Response:
        return _problem(error.status_code, HTTPStatus(error.status_code).phrase, str(error.detail))


def problem(error: MillwrightError, more: dict[str, Any] | None = None) -> Response:
    """An error as a response.

    Args:
        more: Further members, for clients that look for an error elsewhere.
    """
    content = described(error)
    headers = {"Retry-After": str(_RETRY_AFTER_S)} if isinstance(error, BusyError) else {}
    return JSONResponse(
        {**content, **(more or {})}, content["status"], headers=headers, media_type="application/problem+json"
    )


def described(error: MillwrightError) -> dict[str, Any]:
    """The members of a problem."""
    kind, status = ("question", 422) if isinstance(error, QuestionError) else ("unavailable", 503)
    title = "busy" if isinstance(error, BusyError) else kind
    return {"type": "about:blank", "title": title, "status": status, "detail": str(error)}


def not_found(detail: str) -> Response:
    """There is no such thing, or none that whoever asks may read."""
    return told(404, detail)


def told(
    status: int, detail: str, headers: dict[str, str] | None = None, more: dict[str, Any] | None = None
) -> Response:
    """A problem by its status.

    Args:
        more: Further members; those of a problem are kept.
    """
    own = {"type", "title", "status", "detail"}
    further = {key: value for key, value in (more or {}).items() if key not in own}
    answer = _problem(status, HTTPStatus(status).phrase, detail, further)
    answer.headers.update(headers or {})
    return answer


def _problem(status: int, title: str, detail: str, more: dict[str, Any] | None = None) -> Response:
    content = {"type": "about:blank", "title": title, "status": status, "detail": detail, **(more or {})}
    return JSONResponse(content, status, media_type="application/problem+json")
