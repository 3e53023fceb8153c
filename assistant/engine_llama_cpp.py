"""The llama.cpp engine (xllamacpp) as a LangChain chat model: streams, can be stopped, reuses prefixes."""

import http.client
import json
import queue
import secrets
import threading
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any
from urllib.parse import urlsplit

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import ConfigDict, PrivateAttr

from assistant.errors import GenerateError, ModelError
from assistant.generate import GenerateOptions
from ingest.cores import let_waiting_threads_sleep, physical_cores

_ROLES = {"system": "system", "human": "user", "ai": "assistant"}
_END = object()
_BATCH_TOKENS_PER_THREAD = 16
"""Half a second of reading: an answer can be stopped between two batches, and larger ones gain little."""
_PREFIX_CACHE_MB = 512
"""Conversations put aside while another is answered; llama.cpp's own default is 8 GB."""
_TOKENIZE_TIMEOUT_S = 30.0
_STOP_TIMEOUT_S = 30.0


class LlamaCpp(BaseChatModel):
    """One model in this process, one request at a time; the model is loaded by the first.

    While the prompt is read, chunks without content come now and then, so that whoever consumes the stream
    can stop. The last chunk carries the tokens read and written in `usage_metadata`, and in
    `response_metadata` llama.cpp's timings: `prompt_per_second` and `predicted_per_second` (tokens a
    second), `cache_n` (tokens not read again) and `finish_reason` ("length": cut off at `max_tokens`).
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    options: GenerateOptions
    _server: Any = PrivateAttr(default=None)
    _key: str = PrivateAttr(default_factory=lambda: secrets.token_urlsafe(32))
    _turn: threading.Lock = PrivateAttr(default_factory=threading.Lock)
    _loading: threading.Lock = PrivateAttr(default_factory=threading.Lock)

    @property
    def _llm_type(self) -> str:
        return "llama.cpp"

    def warm(self) -> Any:
        """Load the model now instead of with the first question.

        Returns:
            The `xllamacpp.Server`.

        Raises:
            ModelError: Its file is not there.
            GenerateError: llama.cpp cannot load it.
        """
        return self._load()

    def use(self, server: Any) -> None:
        """Put another server in place of the own one, such as one that writes down its requests."""
        with self._loading:
            self._server = server

    def count_tokens(self, text: str) -> int:
        """Length of a text in tokens of this model, without the chat template's own."""
        place = urlsplit(self._load().listening_address)
        connection = http.client.HTTPConnection(
            place.hostname or "127.0.0.1", place.port, timeout=_TOKENIZE_TIMEOUT_S
        )
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
        try:
            connection.request("POST", "/tokenize", json.dumps({"content": text}), headers)
            return len(json.loads(connection.getresponse().read())["tokens"])
        except (OSError, http.client.HTTPException, ValueError, KeyError) as error:
            raise GenerateError(
                f"{self.options.model}: llama.cpp did not count tokens ({error!r})"
            ) from error
        finally:
            connection.close()

    def get_num_tokens(self, text: str) -> int:
        """LangChain's name for `count_tokens`."""
        return self.count_tokens(text)

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        request = self._request(messages, stop, kwargs)
        with self._one_at_a_time(), closing(self._pieces(request)) as pieces:
            for chunk in _message_chunks(pieces, self.options.model):
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
        answer = AIMessage(content=text, usage_metadata=usage, response_metadata=metadata)
        return ChatResult(generations=[ChatGeneration(message=answer)])

    def _request(self, messages: Sequence[BaseMessage], stop: list[str] | None, extra: dict[str, Any]) -> str:
        unknown = {message.type for message in messages} - set(_ROLES)
        if unknown:
            raise ValueError(f"llama.cpp is given system, human and ai messages, not {sorted(unknown)}")
        request = {
            "messages": [{"role": _ROLES[m.type], "content": str(m.text)} for m in messages],
            "max_tokens": self.options.max_tokens,
            "temperature": self.options.temperature,
            "stream": True,
            "stream_options": {"include_usage": True},
            "return_progress": True,
            "cache_prompt": True,
            **({"stop": stop} if stop else {}),
            **extra,
        }
        return json.dumps(request, ensure_ascii=False)

    @contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        if not self._turn.acquire(timeout=self.options.wait_s):
            raise GenerateError(
                f"{self.options.model}: still busy with other questions after {self.options.wait_s:g} s; "
                "ask again in a moment."
            )
        try:
            yield
        finally:
            self._turn.release()

    def _pieces(self, request: str) -> Generator[dict[str, Any]]:
        """Run a request in a thread; closing this iterator stops the engine at its next batch or token."""
        server = self._load()
        pieces: queue.SimpleQueue[Any] = queue.SimpleQueue()
        stopped = threading.Event()

        def take(piece: str) -> bool:
            pieces.put(piece)
            return stopped.is_set()

        def run() -> None:
            try:
                server.handle_chat_completions(request, take)
                pieces.put(_END)
            except Exception as error:  # the binding raises what it likes; told to the caller below
                pieces.put(error)

        worker = threading.Thread(target=run, name="llama.cpp", daemon=True)
        worker.start()
        try:
            while (piece := pieces.get()) is not _END:
                if isinstance(piece, Exception):
                    raise GenerateError(f"{self.options.model}: llama.cpp failed ({piece})") from piece
                entry: dict[str, Any] = json.loads(piece)
                if "error" in entry:
                    raise _refusal(self.options.model, entry["error"])
                yield entry
        finally:
            stopped.set()
            worker.join(_STOP_TIMEOUT_S)

    def _load(self) -> Any:
        with self._loading:
            if self._server is None:
                self._server = _start(self.options, self._key)
            return self._server


def _start(options: GenerateOptions, key: str) -> Any:
    if not options.model_path.is_file():
        raise ModelError(
            f"{options.model_path}: the model is not there. Run `millwright models fetch {options.model}`."
        )
    let_waiting_threads_sleep()
    try:
        import xllamacpp
    except ImportError as error:
        raise GenerateError(
            f"llama.cpp cannot be started ({error}). It needs the OpenMP library of GCC (package libgomp1)."
        ) from error
    threads = options.threads or physical_cores()
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(options.model_path)
    parameters.n_ctx = options.context_tokens
    parameters.n_parallel = 1
    parameters.n_batch = parameters.n_ubatch = max(32, threads * _BATCH_TOKENS_PER_THREAD)
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = threads
    parameters.cache_ram_mib = _PREFIX_CACHE_MB
    parameters.verbosity = -1
    parameters.warmup = False
    # The binding listens on a loopback port of its own; no one but us may use it.
    parameters.api_keys = [key]
    parameters.ui = parameters.endpoint_slots = False
    try:
        return xllamacpp.Server(parameters)
    except RuntimeError as error:
        raise GenerateError(
            f"{options.model_path}: llama.cpp cannot load it. Either it is not a whole GGUF file "
            f"(`millwright models verify`) or the memory does not suffice ({error})"
        ) from error


def _refusal(model: str, error: dict[str, Any]) -> GenerateError:
    if error.get("type") == "exceed_context_size_error":
        return GenerateError(
            f"{model}: the prompt has {error.get('n_prompt_tokens')} tokens and the model is set to read "
            f"{error.get('n_ctx')}; ask for less, or raise generate.context_tokens."
        )
    return GenerateError(f"{model}: llama.cpp refused the request ({error.get('message', error)})")


def _message_chunks(entries: Iterator[dict[str, Any]], model: str) -> Iterator[ChatGenerationChunk]:
    """llama.cpp's entries as LangChain's chunks; the last one tells how it went."""
    finish_reason = ""
    for entry in entries:
        choice = (entry.get("choices") or [{}])[0]
        content = (choice.get("delta") or {}).get("content") or ""
        finish_reason = choice.get("finish_reason") or finish_reason
        counts = entry.get("usage")
        if not counts:
            yield ChatGenerationChunk(message=AIMessageChunk(content=content))
            continue
        usage = UsageMetadata(
            input_tokens=counts["prompt_tokens"],
            output_tokens=counts["completion_tokens"],
            total_tokens=counts["total_tokens"],
        )
        metadata = {**entry.get("timings", {}), "model_name": model, "finish_reason": finish_reason}
        yield ChatGenerationChunk(
            message=AIMessageChunk(content=content, usage_metadata=usage, response_metadata=metadata)
        )
