"""Who asks and in which language, as Gradio's callbacks know it: by the request that the gate let through."""

from typing import Any

import gradio as gr
from gradio.context import LocalContext

from assistant.access.gate import WHO
from assistant.access.records import ForbiddenError, Principal
from assistant.records import Language
from assistant.ui.labels import language_of


def principal_in(request: gr.Request | None) -> Principal:
    """Who made a request.

    Raises:
        ForbiddenError: It did not come through the gate.
    """
    inner: Any = getattr(request, "request", None)
    found = inner.scope.get(WHO) if inner is not None else None
    if not isinstance(found, Principal):
        raise ForbiddenError("log in first")
    return found


def principal_now() -> Principal:
    """Who made the request whose callback runs here.

    Raises:
        ForbiddenError: No callback runs here.
    """
    return principal_in(LocalContext.request.get(None))


def language_in(request: gr.Request) -> Language:
    """The language that the browser of a request asks for."""
    return language_of(request.headers.get("accept-language"))
