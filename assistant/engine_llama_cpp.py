"""The llama.cpp engine (xllamacpp) as a LangChain chat model: streams, can be stopped, reuses prefixes."""

import http.client
import json
import logging
import secrets
import socket
import threading
from collections.abc import Generator, Sequence
from contextlib import closing
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from langchain_core.outputs import ChatGenerationChunk
from pydantic import PrivateAttr

from assistant.chat_entries import message_chunks
from assistant.engine import StreamingChat, in_thread
from assistant.errors import GenerateError, MillwrightError, ModelError
from assistant.generate import GenerateOptions
from assistant.turns import BackOff
from ingest.cores import let_waiting_threads_sleep, physical_cores

log = logging.getLogger(__name__)

_BATCH_TOKENS_PER_THREAD = 16
"""Half a second of reading: an answer can be stopped between two batches, and larger ones gain little."""
_PREFIX_CACHE_MB = 512
"""Conversations put aside while another is answered; llama.cpp's own default is 8 GB."""
_TOKENIZE_TIMEOUT_S = 30.0
_STOP_TIMEOUT_S = 30.0
_ALIVE_TIMEOUT_S = 2.0


class LlamaCpp(StreamingChat):
    """One model in this process, one request at a time; the model is loaded by the first.

    The last chunk also carries in `response_metadata` llama.cpp's timings: `prompt_per_second` and
    `predicted_per_second` (tokens a second), `cache_n` (tokens not read again) and `finish_reason`
    ("length": cut off at `max_tokens`).
    """

    _server: Any = PrivateAttr(default=None)
    _key: str = PrivateAttr(default_factory=lambda: secrets.token_urlsafe(32))
    _loading: threading.Lock = PrivateAttr(default_factory=threading.Lock)
    _back_off: BackOff = PrivateAttr(default_factory=BackOff)

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

    def _chunks(
        self, messages: Sequence[dict[str, Any]], stop: list[str], extra: dict[str, Any]
    ) -> Generator[ChatGenerationChunk]:
        request = {
            "messages": messages,
            "max_tokens": self.options.max_tokens,
            "temperature": self.options.temperature,
            "stream": True,
            "stream_options": {"include_usage": True},
            "return_progress": True,
            "cache_prompt": True,
            **({"stop": stop} if stop else {}),
            **extra,
        }
        with closing(self._entries(json.dumps(request, ensure_ascii=False))) as entries:
            yield from message_chunks(entries, self.options.model)

    def _entries(self, request: str) -> Generator[dict[str, Any]]:
        """What llama.cpp answers; closing this stops it at its next batch or token."""
        server = self._load()
        run = partial(server.handle_chat_completions, request)
        with closing(in_thread(run, "llama.cpp", join_s=_STOP_TIMEOUT_S)) as pieces:
            try:
                for piece in pieces:
                    entry: dict[str, Any] = {} if piece is None else json.loads(piece)
                    if "error" in entry:
                        raise _refusal(self.options.model, entry["error"])
                    yield entry
            except MillwrightError:
                raise
            except Exception as error:  # the binding raises what it likes
                failure = GenerateError(f"{self.options.model}: llama.cpp failed ({error})")
                self._drop_if_dead(server, failure)
                raise failure from error

    def _drop_if_dead(self, server: Any, failure: GenerateError) -> None:
        """A server that no longer answers is started anew by a later question, after a pause."""
        try:
            place = urlsplit(server.listening_address)
            address = (place.hostname or "127.0.0.1", place.port or 0)
            with socket.create_connection(address, _ALIVE_TIMEOUT_S):
                return
        except (OSError, AttributeError):
            log.warning("llama.cpp no longer answers; it is started again by the next question")
        with self._loading:
            if self._server is server:
                self._server = None
                self._back_off.failed(failure)

    def _load(self) -> Any:
        with self._loading:
            if self._server is None:
                self._back_off.check()
                try:
                    self._server = _start(self.options, self._key)
                except GenerateError as error:
                    self._back_off.failed(error)
                    raise
                self._back_off.worked()
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
    try:
        return xllamacpp.Server(parameters_of(options, key))
    except RuntimeError as error:
        raise GenerateError(
            f"{options.model_path}: llama.cpp cannot load it. Either it is not a whole GGUF file "
            f"(`millwright models verify`) or the memory does not suffice ({error})"
        ) from error


def parameters_of(options: GenerateOptions, key: str) -> Any:
    """The `xllamacpp.CommonParams` of a server.

    Args:
        key: Without it no one is answered.
    """
    import xllamacpp

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
    return parameters


def _refusal(model: str, error: dict[str, Any]) -> GenerateError:
    if error.get("type") == "exceed_context_size_error":
        return GenerateError(
            f"{model}: the prompt has {error.get('n_prompt_tokens')} tokens and the model is set to read "
            f"{error.get('n_ctx')}; ask for less, or raise generate.context_tokens."
        )
    return GenerateError(f"{model}: llama.cpp refused the request ({error.get('message', error)})")
