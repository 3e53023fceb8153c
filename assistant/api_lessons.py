"""`/api/v1/lessons`: what incidents teach, every record with its codes, and corrections."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import FastAPI, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from pydantic import ConfigDict, Field

from assistant.access.records import ForbiddenError
from assistant.api_openapi import gives
from assistant.api_problem import not_found, problem, told
from assistant.api_shapes import Citation, Page, Shape
from assistant.errors import LessonError, MillwrightError
from assistant.lessons.lessons import Lessons
from assistant.lessons.page import page
from assistant.lessons.records import Axis, Basis, Count, Kind, Precursor, Safety, Source, Trend
from assistant.lessons_wire import findings_json, record_json
from assistant.records import Language
from assistant.ui import reading
from assistant.ui.service import Assistant
from assistant.ui.view import notice

_BASE = "/api/v1/lessons"

Limit = Annotated[int, Query(ge=1, le=500)]
Offset = Annotated[int, Query(ge=0, le=1_000_000)]


class Group(Shape):
    """Like incidents: characteristic words, and the ids of the members, the most typical first."""

    words: list[str]
    members: list[str]


class Before(Shape):
    """Near misses before injuries and stops; no cause is claimed."""

    pairs: list[Precursor]
    near_misses: int
    severe: int
    within_days: int


class Shared(Shape):
    """A hazard or mode of a component that several reports share; hidden when no procedure mentions it."""

    hidden: bool
    axis: Axis
    code: str
    component: str
    members: list[str]
    asked: list[str]
    passages_read: int
    mentions: list[Citation]


class Code(Shape):
    """A code and what it is based on; a proposed one is a model's, and not counted until someone takes it."""

    code: str
    basis: Basis
    why: str
    score: float
    proposed: str


class Record(Shape):
    """An incident or work order, with its codes."""

    id: str
    kind: Kind
    number: str
    machine: str
    date: str
    text: str
    cause_told: str
    fix: str
    safety: Safety
    stopped: bool
    minutes: float | None
    planned: bool
    codes: dict[Axis, Code]
    evidence: Citation


class Taught(Page):
    """What the incidents teach, and the incidents with their codes, the last first."""

    failures: int
    planned: int
    repeated: int
    other_documents: int
    sources: list[Source]
    paretos: dict[str, list[Count]]
    trend: Trend
    clusters: list[Group]
    precursors: Before
    patterns: list[Shared]
    records: list[Record]


class Correction(Shape):
    """A code for an incident, or `proposed` for a model's; null takes the last correction back.

    Attributes:
        by: Who says so, where there are no users; whoever is logged in needs none.
    """

    model_config = ConfigDict(extra="forbid")

    axis: Axis
    code: str | None = Field(max_length=40)
    by: str = Field(default="", max_length=100)


def add_lessons(app: FastAPI, seen: Callable[[Request], Assistant]) -> None:
    """Add the routes, for the assistant as whoever asks may see it."""

    @app.get(_BASE, **gives(Taught))
    def taught(
        request: Request, mode: str = "", machine: str = "", limit: Limit = 100, offset: Offset = 0
    ) -> Response:
        """Counts, trend, like incidents, precursors, what no procedure mentions, and some records."""

        def work(lessons: Lessons) -> dict[str, Any]:
            found = lessons.found()
            chosen = [
                entry
                for entry in found.coded
                if mode in ("", entry.code("mode")) and machine in ("", entry.incident.machine)
            ]
            after = offset + limit
            return {
                **findings_json(found),
                "records": [record_json(entry) for entry in chosen[offset:after]],
                "total": len(chosen),
                "offset": offset,
                "next_offset": after if after < len(chosen) else None,
            }

        return _answer(seen(request), work)

    @app.get("/lessons.html", response_class=HTMLResponse)
    def whole(request: Request, language: Language = "en") -> Response:
        """The same as one page with everything inline, to be kept."""
        try:
            lessons = seen(request).lessons
            rules = (lessons.settings.like, lessons.settings.shared_by)
            content = page(lessons.found(), lessons.codes(), rules, language)
        except MillwrightError as error:
            # A person has followed the link: in the tab there is a line, and no file.
            return HTMLResponse(notice(reading.told(str(error), language), language), 503)
        headers = {"Content-Disposition": 'attachment; filename="lessons.html"', "Cache-Control": "no-store"}
        return HTMLResponse(content, headers=headers)

    @app.patch(_BASE + "/{incident}", **gives(Record))
    def correct(incident: str, given: Correction, request: Request) -> Response:
        """Correct a code; it is kept, and holds for incidents that tell nearly the same. For experts."""

        def work(lessons: Lessons) -> dict[str, Any]:
            if given.code is None:
                return record_json(lessons.take_back(incident, given.axis))
            return record_json(lessons.correct(incident, given.axis, given.code, given.by))

        return _answer(seen(request), work, incident)


def _answer(assistant: Assistant, work: Callable[[Lessons], dict[str, Any]], incident: str = "") -> Response:
    """What came of it, or why it did not."""
    try:
        lessons = assistant.lessons
        if incident and incident not in lessons.found().by_id:
            return not_found(f"there is no incident {incident!r}")
        if incident and not lessons.may_correct:
            return told(403, "experts and admins correct incidents")
        return JSONResponse(work(lessons))
    except ForbiddenError as error:
        return told(403, str(error))
    except LessonError as error:
        return told(422, str(error))
    except MillwrightError as error:
        return problem(error)
