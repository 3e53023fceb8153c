"""The llama.cpp engine (xllamacpp) as a LangChain chat model: streams, can be stopped, reuses prefixes."""

import json
import os
import queue
import secrets
import threading
from collections.abc import Iterator, Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import ConfigDict, PrivateAttr

from assistant.errors import GenerateError
from assistant.generate import GenerateOptions

_ROLES = {"system": "system", "human": "user", "ai": "assistant"}
_END = object()


class LlamaCpp(BaseChatModel):
    """One model in this process, one request at a time; the model is loaded by the first.

    The last streamed chunk carries the tokens read and written in `usage_metadata`, and llama.cpp's own
    timings (milliseconds, tokens a second, `cache_n` tokens reused) in `response_metadata`.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    options: GenerateOptions
    _server: Any = PrivateAttr(default=None)
    _turn: threading.Lock = PrivateAttr(default_factory=threading.Lock)

    @property
    def _llm_type(self) -> str:
        return "llama.cpp"

    def warm(self) -> None:
        """Load the model now instead of with the first question."""
        with self._turn:
            self._load()

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        request = self._request(messages, stop, kwargs)
        with self._turn:
            for entry in self._chunks(self._load(), request):
                chunk = _message_chunk(entry)
                if run_manager and chunk.message.content:
                    run_manager.on_llm_new_token(str(chunk.message.content), chunk=chunk)
                yield chunk

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        text, usage, metadata = "", None, {}
        for chunk in self._stream(messages, stop, run_manager, **kwargs):
            message = chunk.message
            text += str(message.content)
            if isinstance(message, AIMessageChunk) and message.usage_metadata:
                usage, metadata = message.usage_metadata, message.response_metadata
        answer = AIMessage(text, usage_metadata=usage, response_metadata=metadata)
        return ChatResult(generations=[ChatGeneration(message=answer)])

    def _request(self, messages: Sequence[BaseMessage], stop: list[str] | None, extra: dict[str, Any]) -> str:
        request = {
            "messages": [{"role": _ROLES[m.type], "content": str(m.text)} for m in messages],
            "max_tokens": self.options.max_tokens,
            "temperature": 0.0,
            "stream": True,
            "stream_options": {"include_usage": True},
            "cache_prompt": True,
            **({"stop": stop} if stop else {}),
            **extra,
        }
        return json.dumps(request, ensure_ascii=False)

    @staticmethod
    def _chunks(server: Any, request: str) -> Iterator[dict[str, Any]]:
        """Run a request in a thread; closing this iterator stops the engine at its next token."""
        pieces: queue.SimpleQueue[Any] = queue.SimpleQueue()
        stopped = threading.Event()

        def take(piece: str) -> bool:
            pieces.put(piece)
            return stopped.is_set()

        def run() -> None:
            try:
                server.handle_chat_completions(request, take)
                pieces.put(_END)
            except Exception as error:  # the binding raises bare RuntimeErrors; told to the caller below
                pieces.put(error)

        worker = threading.Thread(target=run, name="llama.cpp", daemon=True)
        worker.start()
        try:
            while (piece := pieces.get()) is not _END:
                if isinstance(piece, Exception):
                    raise GenerateError(f"llama.cpp failed: {piece}") from piece
                entry: dict[str, Any] = json.loads(piece)
                if "error" in entry:
                    raise GenerateError(f"llama.cpp refused: {entry['error'].get('message', entry['error'])}")
                yield entry
        finally:
            stopped.set()
            worker.join(timeout=30)

    def _load(self) -> Any:
        if self._server is None:
            self._server = _start(self.options)
        return self._server


def _start(options: GenerateOptions) -> Any:
    import xllamacpp

    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(options.model_path)
    parameters.n_ctx = options.context_tokens
    parameters.n_parallel = 1
    threads = options.threads or physical_cores()
    parameters.cpuparams.n_threads = threads
    parameters.cpuparams_batch.n_threads = threads
    parameters.verbosity = -1
    parameters.warmup = False
    # The binding listens on a loopback port of its own; no one but us may use it.
    parameters.api_keys = [secrets.token_urlsafe(32)]
    try:
        return xllamacpp.Server(parameters)
    except RuntimeError as error:
        raise GenerateError(f"{options.model_path}: llama.cpp cannot load it ({error})") from error


def physical_cores() -> int:
    """Cores this process may use; hyper-threads add nothing to matrix work."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    import psutil

    return max(1, min(usable, psutil.cpu_count(logical=False) or usable))


def _message_chunk(entry: dict[str, Any]) -> ChatGenerationChunk:
    choices = entry.get("choices") or [{}]
    content = (choices[0].get("delta") or {}).get("content") or ""
    counts, timings = entry.get("usage"), entry.get("timings") or {}
    usage: UsageMetadata | None = None
    if counts:
        usage = UsageMetadata(
            input_tokens=counts["prompt_tokens"],
            output_tokens=counts["completion_tokens"],
            total_tokens=counts["total_tokens"],
        )
    message = AIMessageChunk(
        content=content, usage_metadata=usage, response_metadata=dict(timings) if usage else {}
    )
    return ChatGenerationChunk(message=message)
