"""`POST /api/v1/ask`: an answer as one JSON object, or piece by piece as server-sent events."""

import json
import logging
from collections.abc import AsyncGenerator, Callable, Generator, Iterator
from contextlib import aclosing
from functools import partial
from typing import Any, Literal

import anyio
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from fastapi.sse import EventSourceResponse, format_sse_event
from pydantic import BaseModel, ConfigDict, Field

from assistant.api_openapi import gives
from assistant.api_problem import described, problem
from assistant.api_shapes import Answered
from assistant.desk import Asking, Desk
from assistant.errors import HistoryError, MillwrightError
from assistant.records import Answer, AnswerEvent, Done, Waiting
from assistant.ui.service import Assistant
from assistant.wire import answer_json, event_json

log = logging.getLogger(__name__)

_END: Any = object()
STREAM = {
    "text/event-stream": {
        "schema": {
            "type": "object",
            "description": "One event; what `data` holds is JSON, and in the last one the whole answer.",
            "properties": {"event": {"type": "string"}, "data": {"type": "string"}},
            "required": ["data"],
        }
    }
}
_STILL_HERE = format_sse_event(comment="")

Events = AsyncGenerator[AnswerEvent | None]


class Question(BaseModel):
    """What is asked.

    Args:
        filters: Fields that documents state, such as {"machine": "P-101"}.
        engine: Only `extractive` may be chosen instead of the configured one: it loads nothing.
        stream: Server-sent events instead of one object.
    """

    model_config = ConfigDict(extra="forbid")

    question: str
    filters: dict[str, str] = Field(default_factory=dict)
    engine: Literal["extractive"] | None = None
    stream: bool = False


def add_ask(app: FastAPI, seen: Callable[[Request], Assistant], desk: Desk) -> None:
    """Add the route, for the assistant as whoever asks may see it; questions there count among the desk's."""
    # Whoever waits holds a thread for a quarter of a second; the other routes keep theirs.
    threads = anyio.CapacityLimiter(desk.places)

    @app.post("/api/v1/ask", **gives(Answered, content=STREAM))
    async def ask(asked: Question, request: Request) -> Response:
        """An answer with its evidence; as a stream: evidence, waiting, words, and last done or error."""
        stream = partial(_answered, seen(request), asked)
        try:
            events = read_events(desk.ask(stream), threads)
            # A question that cannot be answered at all is told by the status of the response.
            first = await first_event(events)
        except MillwrightError as error:
            return problem(error)
        if asked.stream:
            headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
            return EventSourceResponse(_sent(first, events), headers=headers)
        return await _whole(first, events, request)


def _answered(assistant: Assistant, asked: Question) -> Iterator[AnswerEvent]:
    """The events of an answer; a question that is declined waits for an expert."""
    events = assistant.stream(asked.question, filters=asked.filters, engine=asked.engine)
    try:
        for event in events:
            if isinstance(event, Done):
                _note(assistant, event.answer)
            yield event
    finally:
        if isinstance(events, Generator):
            events.close()


def _note(assistant: Assistant, answer: Answer) -> None:
    try:
        assistant.gaps.declined(answer)
    except HistoryError as error:  # the reader gets the answer all the same
        log.warning("a declined question could not be kept: %s", error)


async def read_events(asking: Asking, threads: anyio.CapacityLimiter) -> Events:
    """The events of a question, None now and then; closing ends the answer."""
    try:
        # Whoever goes away is not waited for; the thread ends within a quarter of a second.
        read = partial(anyio.to_thread.run_sync, limiter=threads, abandon_on_cancel=True)
        while (event := await read(next, asking, _END)) is not _END:
            yield event
    finally:
        asking.close()


async def first_event(events: Events) -> AnswerEvent | None:
    """The first event that is one; a question that is refused raises here."""
    async for event in events:
        if event is not None:
            return event
    return None


async def _sent(first: AnswerEvent | None, events: Events) -> AsyncGenerator[bytes]:
    """Server-sent events; a comment where nothing is new, by which a reader that went away is noticed."""
    told: AnswerEvent | None = first
    if first is not None:
        yield _sse(*event_json(first))
    async with aclosing(events):
        try:
            async for event in events:
                if event is None or (isinstance(event, Waiting) and event == told):
                    yield _STILL_HERE
                    continue
                told = event
                yield _sse(*event_json(event))
        except MillwrightError as error:
            yield _sse("error", described(error))
        except Exception:  # the reader must be told, whatever broke; the log says what
            log.exception("a question could not be answered")
            yield _sse("error", {"title": "fault", "status": 500, "detail": "a fault in the assistant"})


async def _whole(first: AnswerEvent | None, events: Events, request: Request) -> Response:
    """The finished answer; given up when the reader has gone."""
    last = first
    async with aclosing(events):
        try:
            async for event in events:
                last = event or last
                if await request.is_disconnected():
                    break
        except MillwrightError as error:
            return problem(error)
    if not isinstance(last, Done):
        return problem(MillwrightError("the answer was not finished"))
    return JSONResponse(answer_json(last.answer))


def _sse(event: str, content: dict[str, Any]) -> bytes:
    return format_sse_event(data_str=json.dumps(content, ensure_ascii=False), event=event)
