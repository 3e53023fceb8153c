"""Fault reports as files, for whoever may read them."""

from collections.abc import Callable

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import Response

from assistant.errors import ReportError
from assistant.reports.exports import MEDIA_TYPES, Format, exported
from assistant.ui.service import Assistant


def add_reports(app: FastAPI, seen: Callable[[Request], Assistant]) -> None:
    """Add the routes.

    Args:
        seen: The assistant as whoever made a request may see it.
    """

    @app.get("/reports/{report_id}.{ending}")
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
