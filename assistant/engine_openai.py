"""Any OpenAI-compatible server as an engine: vLLM, Ollama, llama-server, a service elsewhere."""

import asyncio
import contextlib
import ipaddress
import json
import logging
import os
import ssl
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import httpx
from langchain_core.language_models import LanguageModelInput
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.messages.utils import convert_to_openai_messages
from langchain_core.outputs import ChatGenerationChunk
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool

from assistant.chat_entries import message_chunks
from assistant.engine import Put, StreamingChat, in_thread
from assistant.errors import ConfigError, GenerateError, MillwrightError

log = logging.getLogger(__name__)

_CONNECT_TIMEOUT_S = 5.0
_FIRST_PAUSE_S = 0.5
_LONGEST_PAUSE_S = 20.0
_BUSY = frozenset((408, 429, 500, 502, 503, 504))
_SHOWN_CHARACTERS = 300


class OpenAICompatible(StreamingChat):
    """Sends each question to a server; nothing is loaded here.

    The key is read from the environment variable that the settings name, at each request, and is never
    logged. Closing the stream closes the connection, at which servers stop writing.
    """

    @property
    def _llm_type(self) -> str:
        return "openai"

    def bind_tools(
        self,
        tools: Sequence[dict[str, Any] | type | Callable[..., Any] | BaseTool],
        *,
        tool_choice: str | None = None,
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """The same model, offered tools; whether it calls them is the server's and the model's matter."""
        choice = {"tool_choice": tool_choice} if tool_choice else {}
        return self.bind(tools=[convert_to_openai_tool(tool) for tool in tools], **choice, **kwargs)

    def _said(self, messages: Sequence[BaseMessage]) -> list[dict[str, Any]]:
        return convert_to_openai_messages(messages)

    def _chunks(
        self, messages: Sequence[dict[str, Any]], stop: list[str], extra: dict[str, Any]
    ) -> Generator[ChatGenerationChunk]:
        request = {
            "model": self.options.model,
            "messages": messages,
            "max_tokens": self.options.max_tokens,
            "temperature": self.options.temperature,
            "stream": True,
            "stream_options": {"include_usage": True},
            **({"stop": stop} if stop else {}),
            **extra,
        }
        with closing(self._entries(request)) as entries:
            yield from message_chunks(entries, self.options.model)

    def _entries(self, request: dict[str, Any]) -> Generator[dict[str, Any]]:
        reading = _Reading(self.options.base_url, self._headers(), self.options.timeout_s)
        where = f"{self.options.base_url} ({self.options.model})"

        def run(put: Put) -> None:
            asyncio.run(reading.until_stopped(request, self.options.retries, put))

        with closing(in_thread(run, "openai", reading.stop, join_s=1.0)) as pieces:
            try:
                for piece in pieces:
                    entry: dict[str, Any] = piece or {}
                    if "error" in entry:
                        raise GenerateError(f"{where}: the server failed ({_message(entry)})")
                    yield entry
            except _RefusedError as error:
                raise self._refusal(error) from error
            except httpx.TimeoutException as error:
                raise GenerateError(
                    f"{where}: no answer within {self.options.timeout_s:g} s. Look at the server's load, or "
                    "raise generate.timeout_s."
                ) from error
            except httpx.ConnectError as error:
                raise GenerateError(
                    f"{where}: no server answers there ({error}). Start it, or correct generate.base_url."
                ) from error
            except httpx.HTTPError as error:
                raise GenerateError(f"{where}: the connection broke off ({error!r}).") from error
            except ValueError as error:
                raise GenerateError(f"{where}: what answers there is no chat server ({error}).") from error

    def _headers(self) -> dict[str, str]:
        if urlsplit(self.options.base_url).scheme not in ("http", "https"):
            raise ConfigError(
                f"generate.base_url = {self.options.base_url!r}: give the server's address, such as "
                "http://127.0.0.1:8000/v1"
            )
        key = os.environ.get(self.options.key_variable, "") if self.options.key_variable else ""
        return {"Authorization": f"Bearer {key}"} if key else {}

    def _refusal(self, refused: "_RefusedError") -> MillwrightError:
        where, model = self.options.base_url, self.options.model
        if refused.status in (401, 403):
            return GenerateError(
                f"{where}: the server refuses the key (HTTP {refused.status}). Put the right one into the "
                f"environment variable {self.options.key_variable or 'that generate.key_variable names'}."
            )
        if refused.status == 404:
            known = ", ".join(refused.models) or "not told"
            return GenerateError(
                f"{where}: the model {model!r} is not found (HTTP 404). The server's models: {known}. "
                "Correct generate.model, or generate.base_url, which usually ends in /v1."
            )
        if refused.status in _BUSY:
            return GenerateError(
                f"{where}: the server is too busy (HTTP {refused.status}, {refused.message}); asked "
                f"{self.options.retries + 1} times. Ask again in a moment."
            )
        return GenerateError(
            f"{where}: the server refused the request (HTTP {refused.status}, {refused.message})."
        )


class _RefusedError(Exception):
    def __init__(self, status: int, message: str, models: Sequence[str], after_s: float) -> None:
        super().__init__(message)
        self.status, self.message, self.models, self.after_s = status, message, models, after_s


class _Reading:
    """One request, which another thread may stop at any moment."""

    def __init__(self, base_url: str, headers: dict[str, str], timeout_s: float) -> None:
        self._url, self._headers = base_url.rstrip("/"), headers
        self._timeout = httpx.Timeout(timeout_s, connect=min(timeout_s, _CONNECT_TIMEOUT_S))
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None

    async def until_stopped(self, request: dict[str, Any], retries: int, put: Put) -> None:
        """Put the entries of the answer, asking again while the server is busy."""
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.create_task(self._retried(request, retries, put))
        with contextlib.suppress(asyncio.CancelledError):
            await self._task

    def stop(self) -> None:
        """Close the connection."""
        if self._loop is not None and self._task is not None:
            with contextlib.suppress(RuntimeError):  # it has ended by itself
                self._loop.call_soon_threadsafe(self._task.cancel)

    async def _retried(self, request: dict[str, Any], retries: int, put: Put) -> None:
        for attempt in range(retries + 1):
            try:
                return await self._once(request, put)
            except _RefusedError as refused:
                if refused.status not in _BUSY or attempt == retries:
                    raise
                pause_s = min(_LONGEST_PAUSE_S, max(refused.after_s, _FIRST_PAUSE_S * 2**attempt))
                log.info("HTTP %s from the model's server; again in %.1f s", refused.status, pause_s)
                await asyncio.sleep(pause_s)

    async def _once(self, request: dict[str, Any], put: Put) -> None:
        # A proxy of the environment must not be asked for an address of this machine.
        outside = not _is_loopback(urlsplit(self._url).hostname or "")
        async with (
            httpx.AsyncClient(
                timeout=self._timeout, headers=self._headers, trust_env=outside, verify=_certificates()
            ) as client,
            client.stream("POST", f"{self._url}/chat/completions", json=request) as response,
        ):
            if response.status_code != 200:
                raise await self._refused(client, response)
            told = False
            async for line in response.aiter_lines():
                said = line.removeprefix("data:").strip() if line.startswith("data:") else ""
                if said == "[DONE]":
                    return
                if said and put(json.loads(said)):
                    return
                told = told or bool(said)
            if not told:
                raise ValueError(f"it sends {response.headers.get('content-type', 'nothing')!r}")

    async def _refused(self, client: httpx.AsyncClient, response: httpx.Response) -> _RefusedError:
        await response.aread()
        try:
            message = _message(response.json())
        except ValueError:
            message = " ".join(response.text.split())[:_SHOWN_CHARACTERS] or response.reason_phrase
        models: list[str] = []
        if response.status_code == 404:
            with contextlib.suppress(httpx.HTTPError, ValueError, KeyError, TypeError):
                listed = (await client.get(f"{self._url}/models")).json()
                models = [str(entry["id"]) for entry in listed["data"]]
        after = response.headers.get("retry-after", "")
        return _RefusedError(response.status_code, message, models, float(after) if after.isdigit() else 0.0)


def _message(body: Any) -> str:
    """The server's own words, on one line."""
    error = body.get("error", body) if isinstance(body, dict) else body
    text = error.get("message", error) if isinstance(error, dict) else error
    return " ".join(str(text).split())[:_SHOWN_CHARACTERS]


@lru_cache(maxsize=1)
def _certificates() -> ssl.SSLContext:
    """Read once: a client that reads them itself takes some 50 ms, of each question."""
    return httpx.create_ssl_context()


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
