"""`/v1/chat/completions` and `/v1/models`: other tools use Millwright as if it were a model.

What is sent is the checked answer, never a word that was not yet compared with the passages; so a stream says
nothing until the answer is finished, and then all of it.
"""

import json
import time
import uuid
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from functools import partial
from typing import Any, Literal

import anyio
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from fastapi.sse import EventSourceResponse, format_sse_event
from pydantic import BaseModel, Field

from assistant.api_ask import STREAM, Events, first_event, read_events
from assistant.api_openapi import gives
from assistant.api_problem import described, problem
from assistant.api_shapes import Completed, Models
from assistant.desk import Desk
from assistant.errors import MillwrightError, QuestionError
from assistant.records import Answer, Done, Turn
from assistant.ui.service import Assistant
from assistant.wire import answer_json, citation_json

MODELS: dict[str, str | None] = {"millwright": None, "millwright-extractive": "extractive"}
"""The names that can be asked for, with the engine of each; None for the configured one."""
_MOST_TURNS = 20
_STILL_HERE = format_sse_event(comment="")


class Part(BaseModel):
    """A piece of a message; only texts are read."""

    type: str
    text: str = ""


class Message(BaseModel):
    """One message; what a system message says is not obeyed."""

    role: Literal["system", "developer", "user", "assistant", "tool"]
    content: str | list[Part] | None = None

    @property
    def text(self) -> str:
        """Its words."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if part.type == "text")
        return self.content or ""


class Completion(BaseModel):
    """What is asked; settings of a model such as the temperature are accepted and change nothing.

    Args:
        filters: An extension: fields that documents state, such as {"machine": "P-101"}.
    """

    model: str
    messages: list[Message] = Field(min_length=1, max_length=200)
    stream: bool = False
    filters: dict[str, str] = Field(default_factory=dict)


def add_openai(app: FastAPI, seen: Callable[[Request], Assistant], desk: Desk) -> None:
    """Add the routes, for the assistant as whoever asks may see it; the desk's places hold for them, too."""
    threads = anyio.CapacityLimiter(desk.places)

    @app.get("/v1/models", **gives(Models))
    def models() -> dict[str, Any]:
        """The names that can be asked for."""
        rows = [{"id": name, "object": "model", "created": 0, "owned_by": "millwright"} for name in MODELS]
        return {"object": "list", "data": rows}

    @app.post("/v1/chat/completions", **gives(Completed, content=STREAM))
    async def complete(asked: Completion, request: Request) -> Response:
        """The answer to the last message of the user, with its citations beside it."""
        try:
            stream = partial(_stream, asked, seen(request))
            events = read_events(desk.ask(stream), threads)
            await first_event(events)
            if asked.stream:
                headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
                return EventSourceResponse(_chunks(events, asked.model), headers=headers)
            answer = await _finished(events, request)
        except MillwrightError as error:
            return problem(error, _error(error))
        return JSONResponse(_completion(answer, asked.model))


def _stream(asked: Completion, assistant: Assistant) -> Any:
    if asked.model not in MODELS:
        raise QuestionError(f"there is no model {asked.model!r}; those here are {', '.join(MODELS)}")
    if asked.messages[-1].role != "user":
        raise QuestionError("the last message is not the user's")
    engine, history = MODELS[asked.model], _history(asked.messages[:-1])
    question = asked.messages[-1].text
    return assistant.stream(question, filters=asked.filters, engine=engine, history=history)


def _history(messages: list[Message]) -> list[Turn]:
    """Questions with the answer that followed each."""
    turns: list[Turn] = []
    question = ""
    for message in messages:
        if message.role == "user":
            question = message.text
        elif message.role == "assistant" and question:
            turns.append(Turn(question, Answer(question, message.text, "unsupported")))
            question = ""
    return turns[-_MOST_TURNS:]


async def _finished(events: Events, request: Request) -> Answer:
    """The finished answer; given up when the reader has gone."""
    last: Any = None
    async with aclosing(events):
        async for event in events:
            last = event or last
            if await request.is_disconnected():
                break
    if not isinstance(last, Done):
        raise MillwrightError("the answer was not finished")
    return last.answer


async def _chunks(events: Events, model: str) -> AsyncGenerator[bytes]:
    """The answer as a stream: who speaks, then all of it, then why it ended, with the citations."""
    head = _head(model, "chat.completion.chunk")
    yield _sent({**head, "choices": [_choice({"role": "assistant", "content": ""})]})
    async with aclosing(events):
        try:
            async for event in events:
                if not isinstance(event, Done):
                    yield _STILL_HERE
                    continue
                yield _sent({**head, "choices": [_choice({"content": said(event.answer)})]})
                last = {**head, "choices": [_choice({}, "stop")], **_extension(event.answer)}
                yield _sent(last)
        except MillwrightError as error:
            yield _sent(_error(error))
    yield b"data: [DONE]\n\n"


def _completion(answer: Answer, model: str) -> dict[str, Any]:
    message = {"role": "assistant", "content": said(answer)}
    choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
    return {**_head(model, "chat.completion"), "choices": [choice], **_extension(answer)}


def said(answer: Answer) -> str:
    """The text, under the warnings that belong to it: a tool that shows nothing else must show these."""
    warnings = [f"⚠ {entry.quote} [{entry.marker}]" for entry in answer.warnings]
    return "\n\n".join([*warnings, answer.text])


def _extension(answer: Answer) -> dict[str, Any]:
    """What other models do not give: where it stands, and how far it is carried."""
    tokens = answer.tokens
    usage = {"prompt_tokens": tokens.prompt, "completion_tokens": tokens.answer}
    return {
        "usage": {**usage, "total_tokens": tokens.prompt + tokens.answer},
        "citations": [citation_json(entry) for entry in answer.numbered.values()],
        "support": answer.support,
        "unsupported": answer_json(answer)["withheld"],
    }


def _head(model: str, kind: str) -> dict[str, Any]:
    return {"id": f"chatcmpl-{uuid.uuid4().hex}", "object": kind, "created": int(time.time()), "model": model}


def _choice(delta: dict[str, Any], ended: str | None = None) -> dict[str, Any]:
    return {"index": 0, "delta": delta, "finish_reason": ended, "logprobs": None}


def _sent(content: dict[str, Any]) -> bytes:
    return format_sse_event(data_str=json.dumps(content, ensure_ascii=False))


def _error(error: MillwrightError) -> dict[str, Any]:
    found = described(error)
    return {"error": {"message": found["detail"], "type": found["title"], "code": found["status"]}}
