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
from assistant.llama_process import LlamaProcess
from assistant.turns import BackOff

log = logging.getLogger(__name__)

_TOKENIZE_TIMEOUT_S = 30.0
_STOP_TIMEOUT_S = 30.0
_ALIVE_TIMEOUT_S = 2.0


class LlamaCpp(StreamingChat):
    """One model in a process of its own, one request at a time; the first one starts it.

    When the process dies, the request fails and a later one starts it again, after 1, 2, 4 … seconds.

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
            The `LlamaProcess`.

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
        # Told at once, it need not come by with another piece before it hears that no more is wanted.
        stop = getattr(server, "stop", lambda: None)
        try:
            with closing(in_thread(run, "llama.cpp", stop, join_s=_STOP_TIMEOUT_S)) as pieces:
                for piece in pieces:
                    entry: dict[str, Any] = {} if piece is None else json.loads(piece)
                    if "error" in entry:
                        raise _refusal(self.options.model, entry["error"])
                    yield entry
        except MillwrightError:
            raise
        except Exception as error:  # the binding raises what it likes
            failure = GenerateError(f"{self.options.model}: llama.cpp failed ({error})")
            if not _answers(server):
                log.warning("llama.cpp no longer answers; it is started again by a later question")
                self._forget(server, failure)
            raise failure from error
        finally:
            if isinstance(server, LlamaProcess) and server.busy():
                log.warning("llama.cpp does not stop; it is ended, and started again by a later question")
                server.close()
                self._forget(server)

    def _forget(self, server: Any, failure: GenerateError | None = None) -> None:
        """Let a later question start another; after a failure not before a pause."""
        with self._loading:
            if self._server is server:
                self._server = None
                if failure is not None:
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


def _start(options: GenerateOptions, key: str) -> LlamaProcess:
    if not options.model_path.is_file():
        raise ModelError(
            f"{options.model_path}: the model is not there. Run `millwright models fetch {options.model}`."
        )
    return LlamaProcess(options, key)


def _answers(server: Any) -> bool:
    try:
        place = urlsplit(server.listening_address)
        with socket.create_connection((place.hostname or "127.0.0.1", place.port or 0), _ALIVE_TIMEOUT_S):
            return True
    except (OSError, AttributeError):
        return False


def _refusal(model: str, error: dict[str, Any]) -> GenerateError:
    if error.get("type") == "exceed_context_size_error":
        return GenerateError(
            f"{model}: the prompt has {error.get('n_prompt_tokens')} tokens and the model is set to read "
            f"{error.get('n_ctx')}; ask for less, or raise generate.context_tokens."
        )
    return GenerateError(f"{model}: llama.cpp refused the request ({error.get('message', error)})")
