"""`POST /api/v1/logs`: a log analysed, its codes looked up in the documents."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import anyio
from fastapi import FastAPI, Query, Request
from fastapi.responses import JSONResponse, Response

from assistant.api_log_shapes import Log
from assistant.api_openapi import body_of, gives
from assistant.errors import MillwrightError
from assistant.log_request import LogRequest
from assistant.log_wire import log_json
from assistant.ui.service import Assistant

_LOGS_AT_ONCE = 1
"""Logs analysed at the same time; each keeps a core busy."""


def add_logs(app: FastAPI, seen: Callable[[Request], Assistant]) -> None:
    """Add the route, for the assistant as whoever asks may see it."""
    at_once = anyio.CapacityLimiter(_LOGS_AT_ONCE)

    # The address of before is still answered.
    @app.post("/logs", include_in_schema=False)
    @app.post("/api/v1/logs", **gives(Log), **body_of("application/octet-stream", "The log"))
    async def logs(request: Request, asked: Annotated[LogRequest, Query()]) -> Response:
        """Analyse the log that is the request's body; the guard counts its bytes."""
        with tempfile.NamedTemporaryFile(prefix="millwright-log-") as file:
            async for piece in request.stream():
                file.write(piece)
            file.flush()
            try:
                found = await anyio.to_thread.run_sync(
                    _analysed, seen(request), Path(file.name), asked, limiter=at_once
                )
            except MillwrightError as error:
                detail = str(error).replace(file.name, asked.name)
                problem = {"type": "about:blank", "title": "Not analysed", "status": 422, "detail": detail}
                return JSONResponse(problem, 422, media_type="application/problem+json")
        return JSONResponse(found)


def _analysed(millwright: Assistant, path: Path, asked: LogRequest) -> dict[str, Any]:
    options = asked.options(millwright.log_options())
    report = millwright.analyse_log(path, options, name=asked.name, language=asked.language)
    return log_json(report, asked.bursts)
