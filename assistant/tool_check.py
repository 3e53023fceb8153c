"""Whether a model can call tools: asked once for real, since a server that takes tools may never call one."""

import logging
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

log = logging.getLogger(__name__)

_ASKED_AGAIN_S = 600.0
"""A server may be given another model, or be started again with tools."""
_CODE = "E4711"
_MOST_TOKENS = 64


class ToolCheck:
    """Remembers of each model whether it calls a tool when told to; safe to use from several threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._known: dict[int, tuple[BaseChatModel, bool, float]] = {}

    def known(self, model: "BaseChatModel") -> bool | None:
        """What is remembered; None when it must be asked."""
        if not _takes_tools(model):
            return False
        found = self._known.get(id(model))
        if found is None or (not found[1] and self._clock() - found[2] > _ASKED_AGAIN_S):
            return None
        return found[1]

    def ask(self, model: "BaseChatModel") -> bool:
        """Whether the model calls a tool; asks it, unless that is remembered.

        Raises:
            Exception: Whatever stops the model; that is not remembered.
        """
        with self._lock:
            known = self.known(model)
            if known is not None:
                return known
            able = _calls(model)
            self._known[id(model)] = (model, able, self._clock())
        log.info("the model %s tools", "calls" if able else "does not call")
        return able


def _takes_tools(model: "BaseChatModel") -> bool:
    from langchain_core.language_models import BaseChatModel

    return type(model).bind_tools is not BaseChatModel.bind_tools


def _calls(model: "BaseChatModel") -> bool:
    from langchain_core.tools import tool

    from assistant.errors import GenerateError

    @tool
    def look_up_code(code: str) -> str:
        """Find what an alarm code means.

        Args:
            code: The code as it is displayed.
        """
        return code

    asked = f"Look up the alarm code {_CODE}. Call the tool; do not answer."
    try:
        answer = model.bind_tools([look_up_code]).invoke(asked, max_tokens=_MOST_TOKENS)
    except GenerateError as error:
        if _is_for_now(error):
            raise
        log.info("no tools: %s", error)
        return False
    calls = getattr(answer, "tool_calls", [])
    return any(call["name"] == "look_up_code" and _CODE in str(call["args"].get("code")) for call in calls)


def _is_for_now(error: Exception) -> bool:
    """Whether the server could not be asked at all; one that refuses a request with tools has no tools."""
    return "refused the request" not in str(error)
