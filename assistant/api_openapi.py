"""`GET /api/v1/openapi.json`: every operation for programs, with its scope, examples and errors."""

import json
import re
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from pydantic import BaseModel

from assistant.access.gate import COOKIE
from assistant.access.paths import need_of, takes_tokens
from assistant.access.tokens import scopes_for
from assistant.api_repeats import HEADER, is_done_once
from assistant.api_shapes import Problem

ADDRESS = "/api/v1/openapi.json"
TAGS = {
    "ask": "Answers from the documents, each sentence checked and cited.",
    "openai": "The same for tools that speak to OpenAI.",
    "search": "Passages of the documents.",
    "evaluate": "How well the retrieval does on questions with known answers.",
    "documents": "The documents, and the library that programs may change.",
    "logs": "Alarm logs: bursts, first-out alarms, codes looked up.",
    "reports": "Fault reports: drafted, edited, confirmed, moved on, saved.",
    "tickets": "Tickets and the replies to them.",
    "lessons": "What incidents teach.",
    "service": "How the service is.",
}
_OURS = re.compile(r"/(?:api/v1|v1|reports)/.+|/logs|/health|/ready|/metrics")
_EXAMPLES = Path(__file__).with_name("api_examples")
_PROBLEM = {"$ref": "#/components/responses/Problem"}
_DESCRIPTION = (
    "Answers for people who maintain machines, from their own documents. A program sends "
    "`Authorization: Bearer TOKEN` (`millwright token create`); where there are no users, nothing is needed. "
    "A token without the scope of an operation is refused with 403. What is wrong is told as RFC 9457 "
    "describes it. A POST that creates something may carry an `Idempotency-Key`."
)


def gives(model: type[BaseModel], status: int = 200, **more: Any) -> dict[str, Any]:
    """What a route says of its answer: `@app.get(path, **gives(Shape))`.

    Args:
        more: Further members of that response, such as `content` for another media type.
    """
    described = {"model": model, "description": (model.__doc__ or "").strip().splitlines()[0], **more}
    return {"status_code": status, "response_model": None, "responses": {status: described}}


def body_of(media: str, description: str) -> dict[str, Any]:
    """What a route says of a body that it reads as it comes."""
    schema = {"type": "string", "format": "binary", "description": description}
    return {"openapi_extra": {"requestBody": {"required": True, "content": {media: {"schema": schema}}}}}


def add_openapi(app: FastAPI) -> None:
    """Describe every route that is there for programs; added last."""

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _described(app)
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]

    @app.get(ADDRESS, include_in_schema=False)
    def description() -> JSONResponse:
        """The description; it tells nothing of what is served."""
        return JSONResponse(app.openapi())


def _described(app: FastAPI) -> dict[str, Any]:
    ours = [route for route in app.routes if isinstance(route, APIRoute) and _OURS.fullmatch(route.path)]
    schema = get_openapi(
        title="Millwright",
        version=version("millwright"),
        description=_DESCRIPTION,
        routes=ours,
        tags=[{"name": name, "description": text} for name, text in TAGS.items()],
    )
    parts = schema.setdefault("components", {})
    shapes = parts.setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        shapes.pop(unused, None)
    found = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    shapes.update(found.pop("$defs", {}))
    shapes["Problem"] = found
    told = {"schema": {"$ref": "#/components/schemas/Problem"}}
    parts["responses"] = {
        "Problem": {"description": "What went wrong", "content": {"application/problem+json": told}}
    }
    parts["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": "An API token within its scopes"},
        "session": {"type": "apiKey", "in": "cookie", "name": COOKIE, "description": "A person at the page"},
    }
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            _complete(method.upper(), path, operation)
    return schema


def _complete(method: str, path: str, operation: dict[str, Any]) -> None:
    """What FastAPI does not know of an operation."""
    need = need_of(method, path)
    operation["tags"] = [tag_of(path)]
    operation["operationId"] = f"{method.lower()}{re.sub(r'[^a-z0-9]+', '_', path.lower()).rstrip('_')}"
    responses = operation["responses"]
    if responses.get("422", {}).get("content", {}).keys() == {"application/json"}:
        responses["422"] = _PROBLEM
    operation["security"] = []
    if need != "public" and need != "closed":  # noqa: PLR1714 - mypy narrows this form only
        token = [{"token": scopes_for(need)}] if takes_tokens(path) else []
        operation["security"] = [*token, {"session": []}]
        responses |= dict.fromkeys(("401", "403", "429"), _PROBLEM)
    if is_done_once(method, path):
        responses["409"] = _PROBLEM
        operation.setdefault("parameters", []).append(_key_parameter())
    responses["default"] = _PROBLEM
    _exemplify(operation, examples().get(f"{method} {path}", {}))


def tag_of(path: str) -> str:
    """The group that an address belongs to."""
    if path.startswith("/v1/"):
        return "openai"
    named = path.removeprefix("/api/v1/").strip("/").split("/")[0].split(".")[0]
    return named if named in TAGS else "service"


def _key_parameter() -> dict[str, Any]:
    return {
        "name": HEADER,
        "in": "header",
        "required": False,
        "description": "Sent again with the same key within 24 hours, it is answered as the first time.",
        "schema": {"type": "string", "pattern": r"^[!-~]{1,255}$"},
        "example": "shift-17-report",
    }


@cache
def examples() -> dict[str, Any]:
    """By method and path: `request`, `response`, and `parameters` by name."""
    found: dict[str, Any] = {}
    for path in sorted(_EXAMPLES.glob("*.json")):
        found |= json.loads(path.read_text(encoding="utf-8"))
    return found


def _exemplify(operation: dict[str, Any], example: dict[str, Any]) -> None:
    for parameter in operation.get("parameters", []):
        if parameter["name"] in example.get("parameters", {}):
            parameter["example"] = example["parameters"][parameter["name"]]
    if "request" in example:
        for media in operation["requestBody"]["content"].values():
            media["example"] = example["request"]
    if "response" in example:
        success = next(response for status, response in operation["responses"].items() if status < "3")
        success["content"]["application/json"]["example"] = example["response"]
