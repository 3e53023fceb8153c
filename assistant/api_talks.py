"""What a browser sends of a kept conversation, and what it may save of it: only of its own."""

from datetime import datetime
from typing import Literal

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from assistant.access.gate import WHO
from assistant.access.records import Principal
from assistant.errors import HistoryError, NotKeptError
from assistant.export import parts
from assistant.export_markdown import as_markdown
from assistant.export_word import as_word
from assistant.history import Rating, Spot
from assistant.ui.labels import language_of
from assistant.ui.service import Assistant
from assistant.ui.talk import source_of
from assistant.ui.visitor import owner_for

_TYPES = {
    "md": "text/markdown; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


class Feedback(BaseModel):
    """What a reader thinks of an answer.

    Args:
        talk: The id of the conversation.
        turn: The answer's number in it.
        liked: None takes back what was said before.
    """

    model_config = ConfigDict(extra="forbid")

    talk: str = Field(max_length=64)
    turn: int = Field(ge=1)
    liked: bool | None
    reason: str = Field(default="", max_length=2000)


def add_talks(app: FastAPI, assistant: Assistant) -> None:
    """Add the routes; a conversation of someone else is as if there were none."""

    @app.post("/feedback")
    def feedback(given: Feedback, request: Request) -> Response:
        """Keep a rating; a question whose answer is disliked waits for an expert."""
        spot = Spot(given.talk, given.turn)
        rating = None if given.liked is None else Rating(given.liked, given.reason)
        gaps = assistant.answering.seen_by("", _principal(request).collections)
        try:
            turn = assistant.history.rate(_owner(request), spot, rating)
            if rating is not None and not rating.liked:
                gaps.disliked(turn.answer, rating.reason, source_of(spot))
            else:
                gaps.not_disliked(source_of(spot))
        except HistoryError as error:
            raise _problem(error) from error
        return JSONResponse({"kept": True})

    @app.get("/conversations/{number}.{ending}")
    def save(number: str, ending: Literal["md", "docx"], request: Request, lang: str = "en") -> Response:
        """A conversation as a file: what was asked, answered and quoted, each quote with its place."""
        owner = _owner(request)
        try:
            found = assistant.history.open(owner, number)
            ratings = assistant.history.ratings(owner, number)
        except HistoryError as error:
            raise _problem(error) from error
        written = parts(found, ratings, language_of(lang), datetime.now().astimezone())
        content = as_word(written) if ending == "docx" else as_markdown(written).encode()
        headers = {
            "Content-Disposition": f'attachment; filename="millwright-{found.id}.{ending}"',
            "Cache-Control": "no-store",
        }
        return Response(content, media_type=_TYPES[ending], headers=headers)


def _problem(error: HistoryError) -> HTTPException:
    return HTTPException(503 if isinstance(error, NotKeptError) else 404, str(error))


def _principal(request: Request) -> Principal:
    principal = request.scope.get(WHO)
    if not isinstance(principal, Principal):
        raise HTTPException(401, "log in first")
    return principal


def _owner(request: Request) -> str:
    owner = owner_for(_principal(request), request.cookies)
    if not owner:
        raise HTTPException(404, "nothing is kept for a browser without our cookie")
    return owner
