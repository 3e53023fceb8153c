"""`POST /api/v1/evaluate`: the retrieval measured on questions with known answers."""

from collections.abc import Callable
from functools import partial
from typing import Annotated

import anyio
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from assistant.api_openapi import gives
from assistant.api_problem import problem
from assistant.api_shapes import Shape
from assistant.errors import MillwrightError
from assistant.evaluate import case_of
from assistant.records import Language
from assistant.retrieval_report import RetrievalReport, measured
from assistant.ui.service import Assistant

_MOST = 100
"""Questions of one request; each is a search."""
_AT_ONCE = 1

Words = Annotated[str, Field(min_length=1, max_length=4000)]


class Gold(BaseModel):
    """Where the answer stands: the document, and its heading or the text itself."""

    model_config = ConfigDict(extra="forbid")

    doc: Annotated[str, Field(min_length=1, max_length=1000)]
    passage_or_section: Annotated[str, Field(max_length=10_000)] = ""


class Known(BaseModel):
    """A question with its answer, as a line of a question file."""

    model_config = ConfigDict(extra="forbid")

    question: Words
    gold: Gold
    id: Annotated[str, Field(max_length=200)] = ""
    lang: Language | None = None
    kind: Annotated[str, Field(max_length=100)] = ""
    answers: Annotated[list[Words], Field(max_length=20)] = []
    must_contain: Annotated[list[Words], Field(max_length=20)] = []


class Questions(BaseModel):
    """The questions that are measured together."""

    model_config = ConfigDict(extra="forbid")

    questions: Annotated[list[Known], Field(min_length=1, max_length=_MOST)]


class Mean(Shape):
    """A mean with its 95 % interval."""

    mean: float
    low: float
    high: float


class Group(Shape):
    """Questions that are reported together: all, those of a language, those of a kind."""

    name: str
    questions: int
    text_1k: Mean = Field(alias="text@1k")
    text_5k: Mean = Field(alias="text@5k")
    mrr: Mean = Field(alias="mrr@10")
    ndcg: Mean = Field(alias="ndcg@10")
    document: Mean = Field(alias="document@5")


class Place(Shape):
    """A passage that was found."""

    doc: str
    section: str


class Missed(Shape):
    """A question whose gold text was not read, and what was found instead."""

    id: str
    question: str
    gold: Gold
    found: list[Place]


class Evaluated(Shape):
    """How much must be read until the gold text of each question is seen."""

    questions: int
    text_1k: float = Field(alias="text@1k")
    text_5k: float = Field(alias="text@5k")
    mrr_10: float = Field(alias="mrr@10")
    ndcg: float = Field(alias="ndcg@10")
    document: float = Field(alias="document@5")
    mrr: float
    groups: list[Group]
    missed: list[Missed]


def add_evaluate(app: FastAPI, seen: Callable[[Request], Assistant]) -> None:
    """Add the route, for the assistant as whoever asks may see it."""
    at_once = anyio.CapacityLimiter(_AT_ONCE)

    @app.post("/api/v1/evaluate", **gives(Evaluated))
    async def evaluate(given: Questions, request: Request) -> Response:
        """Search for each question, and measure how soon its gold text is read; nothing is kept."""
        try:
            work = partial(_measured, seen(request), given)
            found = await anyio.to_thread.run_sync(work, limiter=at_once)
        except MillwrightError as error:
            return problem(error)
        return JSONResponse(found.as_json())


def _measured(assistant: Assistant, given: Questions) -> RetrievalReport:
    rows = [row.model_dump() for row in given.questions]
    return measured(assistant, [case_of(row, row["question"]) for row in rows])
