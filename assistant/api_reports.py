"""Fault reports as files, and `/api/v1/reports`: drafted, edited, confirmed and moved on by programs."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import FastAPI, HTTPException, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from assistant.access.records import ForbiddenError
from assistant.api_openapi import gives
from assistant.api_shapes import Page, Shape
from assistant.errors import MillwrightError, ReportError
from assistant.reports.event_text import MOST_CHARACTERS, read_event
from assistant.reports.exports import MEDIA_TYPES, Format, exported
from assistant.reports.fields import missing, unconfirmed
from assistant.reports.records import FaultReport, Kind, Status
from assistant.reports.reports import Reports
from assistant.ui.service import Assistant

_LISTED = 50
_FILE = {
    "description": "The report as a file",
    "content": {
        media.split(";")[0]: {"schema": {"type": "string", "format": "binary"}}
        for media in MEDIA_TYPES.values()
    },
}
_BASE = "/api/v1/reports"


class _Given(BaseModel):
    """What every change says.

    Args:
        by: Who it is, where there are no users; whoever is logged in needs none.
    """

    model_config = ConfigDict(extra="forbid")

    by: str = Field(default="", max_length=200)


class NewReport(_Given):
    """A report to be drafted; in the language of its text.

    Args:
        text: What happened.
        model: A model words what rules leave open, which takes about a minute.
    """

    text: str = Field(max_length=MOST_CHARACTERS)
    kind: Kind = "quick"
    model: bool = False


class Edit(_Given):
    """Values by the path of their field, such as {"event.symptom": "It leaks."}; null makes one blank."""

    fields: dict[str, Any] = Field(max_length=200)


class Confirmation(_Given):
    """The fields that someone stands for; none for all that wait."""

    fields: list[str] = Field(default_factory=list, max_length=200)


class Move(_Given):
    """The status that a report is moved to."""

    status: Status


class Row(Shape):
    """A report in the list."""

    report_id: str
    status: Status
    kind: Kind
    asset_id: str
    symptom: str
    updated_at: datetime


class Listed(Page):
    """The reports that may be read, the newest first."""

    reports: list[Row]


class Whole(Shape):
    """A report, what it lacks, what waits to be confirmed, and what drafting left out."""

    report: FaultReport
    missing_fields: list[str]
    unconfirmed: list[str]
    notes: list[str]
    left_out: list[str]


Seen = Callable[[Request], Assistant]
"""The assistant as whoever made a request may see it."""


def add_reports(app: FastAPI, seen: Seen) -> None:
    """Add the routes."""

    @app.get("/reports/{report_id}.{ending}", response_class=Response, responses={200: _FILE})
    def save(report_id: str, ending: Format, request: Request) -> Response:
        """A report as a file."""
        try:
            report = seen(request).reports.open(report_id)
        except ReportError as error:
            raise HTTPException(404, str(error)) from error
        headers = {
            "Content-Disposition": f'attachment; filename="{report.header.report_id}.{ending}"',
            "Cache-Control": "no-store",
        }
        return Response(exported(report, ending), media_type=MEDIA_TYPES[ending], headers=headers)

    _add_reading(app, seen)
    _add_changing(app, seen)


def _add_reading(app: FastAPI, seen: Seen) -> None:
    @app.get(_BASE, **gives(Listed))
    def listed(
        request: Request,
        status: Status | None = None,
        limit: Annotated[int, Query(ge=1, le=200)] = _LISTED,
        offset: Annotated[int, Query(ge=0, le=100_000)] = 0,
    ) -> Response:
        """The reports that may be read, the newest first."""

        def work(reports: Reports) -> dict[str, Any]:
            found = [report for report in reports.listed() if status in (None, report.status)]
            after = offset + limit
            return {
                "reports": [_row(one) for one in found[offset:after]],
                "total": len(found),
                "offset": offset,
                "next_offset": after if after < len(found) else None,
            }

        return _answer(seen(request), work)

    @app.get(_BASE + "/{report_id}", **gives(Whole))
    def one(report_id: str, request: Request) -> Response:
        """A report, what it lacks, and what waits to be confirmed."""
        return _answer(seen(request), lambda reports: _whole(reports.open(report_id)), report_id)


def _add_changing(app: FastAPI, seen: Seen) -> None:
    @app.post(_BASE, **gives(Whole, 201))
    def new(given: NewReport, request: Request) -> Response:
        """Draft a report from the text of an event."""

        def work(reports: Reports) -> dict[str, Any]:
            event = read_event(given.text, "text")
            engine = None if given.model else "extractive"
            done = reports.draft(event, given.kind, event.language, given.by, engine=engine)
            return _whole(done.report, done.notes, done.dropped)

        return _answer(seen(request), work, status=201)

    @app.patch(_BASE + "/{report_id}", **gives(Whole))
    def edit(report_id: str, given: Edit, request: Request) -> Response:
        """Enter values in fields."""

        def work(reports: Reports) -> dict[str, Any]:
            return _whole(reports.edit(report_id, list(given.fields.items()), given.by))

        return _answer(seen(request), work, report_id)

    @app.post(_BASE + "/{report_id}/confirm", **gives(Whole))
    def confirm(report_id: str, given: Confirmation, request: Request) -> Response:
        """Stand for fields."""
        return _answer(
            seen(request),
            lambda reports: _whole(reports.confirm(report_id, given.fields, given.by)),
            report_id,
        )

    @app.post(_BASE + "/{report_id}/status", **gives(Whole))
    def move(report_id: str, given: Move, request: Request) -> Response:
        """Move a report on; approving and closing need a role that may."""
        return _answer(
            seen(request), lambda reports: _whole(reports.move(report_id, given.status, given.by)), report_id
        )


def _answer(
    assistant: Assistant,
    work: Callable[[Reports], dict[str, Any]],
    report_id: str = "",
    status: int = 200,
) -> Response:
    """What came of it, or why it did not as RFC 9457 says."""
    try:
        reports = assistant.reports
        if report_id:
            try:
                reports.open(report_id)
            except ReportError as error:
                return _problem("No such report", 404, error)
        return JSONResponse(work(reports), status)
    except ForbiddenError as error:
        return _problem("Not allowed", 403, error)
    except ReportError as error:
        return _problem("Not done", 422, error)
    except MillwrightError as error:
        return _problem("Not available", 503, error)


def _problem(title: str, status: int, error: MillwrightError) -> Response:
    content = {"type": "about:blank", "title": title, "status": status, "detail": str(error)}
    return JSONResponse(content, status, media_type="application/problem+json")


def _row(report: FaultReport) -> dict[str, Any]:
    return {
        "report_id": report.header.report_id,
        "status": report.status,
        "kind": report.kind,
        "asset_id": report.equipment.asset_id,
        "symptom": report.event.symptom,
        "updated_at": report.header.updated_at.isoformat(),
    }


def _whole(report: FaultReport, notes: Sequence[str] = (), left_out: Sequence[str] = ()) -> dict[str, Any]:
    return {
        "report": report.model_dump(mode="json", by_alias=True),
        "missing_fields": missing(report),
        "unconfirmed": unconfirmed(report),
        "notes": list(notes),
        "left_out": list(left_out),
    }
