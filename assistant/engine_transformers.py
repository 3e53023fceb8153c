"""Hugging Face transformers as an engine: a folder, a GGUF file, a name of the local cache; GPU or not."""

import logging
import threading
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from langchain_core.messages import AIMessageChunk
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGenerationChunk
from pydantic import PrivateAttr

from assistant.engine import Put, StreamingChat, empty, in_thread
from assistant.errors import GenerateError, ModelError
from assistant.turns import BackOff
from ingest.cores import let_waiting_threads_sleep, physical_cores

log = logging.getLogger(__name__)

_STOP_TIMEOUT_S = 1.0


class _StoppedError(Exception):
    """Raised inside the model's own computation, since nothing else ends the reading of a long prompt."""


@dataclass(slots=True)
class _Request:
    """What is asked for, and how long prompt and answer became together (tokens)."""

    inputs: Any
    wanted: int
    stop: list[str]
    length: int = 0
    stopped: threading.Event = field(default_factory=threading.Event)


class Transformers(StreamingChat):
    """One model in this process; loaded by the first request, from files that are here already.

    Only safetensors and GGUF are read, and no code that comes with a model is run.
    """

    _loaded: Any = PrivateAttr(default=None)
    _loading: threading.Lock = PrivateAttr(default_factory=threading.Lock)
    _computing: threading.Lock = PrivateAttr(default_factory=threading.Lock)
    _stopped: threading.Event = PrivateAttr(default_factory=threading.Event)
    _back_off: BackOff = PrivateAttr(default_factory=BackOff)

    @property
    def _llm_type(self) -> str:
        return "transformers"

    def warm(self) -> Any:
        """Load the model now.

        Returns:
            Its tokenizer and the model.

        Raises:
            ModelError: It is not here, or holds no safe weights.
            GenerateError: It cannot be loaded or has no chat template.
        """
        with self._loading:
            if self._loaded is None:
                self._back_off.check()
                try:
                    self._loaded = self._load()
                except (ModelError, GenerateError) as error:
                    self._back_off.failed(error)
                    raise
                self._back_off.worked()
            return self._loaded

    def count_tokens(self, text: str) -> int:
        """Length of a text in tokens of this model, without the chat template's own."""
        tokenizer, _ = self.warm()
        return len(tokenizer(text, add_special_tokens=False)["input_ids"])

    def get_num_tokens(self, text: str) -> int:
        """LangChain's name for `count_tokens`."""
        return self.count_tokens(text)

    def _chunks(
        self, messages: Sequence[dict[str, Any]], stop: list[str], extra: dict[str, Any]
    ) -> Generator[ChatGenerationChunk]:
        tokenizer, model = self.warm()
        inputs = tokenizer.apply_chat_template(
            list(messages), add_generation_prompt=True, return_tensors="pt", return_dict=True
        ).to(model.device)
        read = int(inputs["input_ids"].shape[1])
        if read >= self._room(model):
            raise GenerateError(
                f"{self.options.model}: the prompt has {read} tokens and the model is set to read "
                f"{self._room(model)}; ask for less, or raise generate.context_tokens."
            )
        wanted = min(int(extra.get("max_tokens", self.options.max_tokens)), self._room(model) - read)
        request = _Request(inputs, wanted, stop)

        def run(put: Put) -> None:
            request.length = self._compute(request, put)

        with closing(in_thread(run, "transformers", request.stopped.set, _STOP_TIMEOUT_S)) as pieces:
            try:
                for piece in pieces:
                    yield ChatGenerationChunk(message=AIMessageChunk(content=piece)) if piece else empty()
            except (RuntimeError, ValueError, MemoryError) as error:
                raise GenerateError(f"{self.options.model}: transformers failed ({_line(error)})") from error
        yield self._last(read, request.length - read, wanted)

    def _last(self, read: int, written: int, wanted: int) -> ChatGenerationChunk:
        usage = UsageMetadata(input_tokens=read, output_tokens=written, total_tokens=read + written)
        reason = "length" if written >= wanted else "stop"
        metadata = {"model_name": self.options.model, "finish_reason": reason}
        return ChatGenerationChunk(
            message=AIMessageChunk(content="", usage_metadata=usage, response_metadata=metadata)
        )

    def _compute(self, request: "_Request", put: Put) -> int:
        """Generate, put the words as they come; returns the length of prompt and answer in tokens."""
        from transformers import TextIteratorStreamer

        tokenizer, model = self._loaded

        class Words(TextIteratorStreamer):
            def on_finalized_text(self, text: str, stream_end: bool = False) -> None:
                if text:
                    put(text)

        # A stopped computation may still be on its way out when the next question comes.
        with self._computing:
            self._stopped = request.stopped
            chosen: dict[str, Any] = {"do_sample": False, "temperature": None, "top_p": None, "top_k": None}
            if self.options.temperature > 0:
                chosen = {"do_sample": True, "temperature": self.options.temperature}
            if request.stop:
                chosen |= {"stop_strings": request.stop, "tokenizer": tokenizer}
            streamer = Words(tokenizer, skip_prompt=True, skip_special_tokens=True)
            try:
                output = model.generate(
                    **request.inputs, max_new_tokens=request.wanted, streamer=streamer, **chosen
                )
            except _StoppedError:
                return 0
            return int(output.shape[1])

    def _room(self, model: Any) -> int:
        longest = getattr(model.config, "max_position_embeddings", 0) or self.options.context_tokens
        return int(min(self.options.context_tokens, longest))

    def _load(self) -> tuple[Any, Any]:
        let_waiting_threads_sleep()
        where = str(self.options.model_path) if self.options.model_path != Path() else self.options.model
        path = Path(where)
        # A GGUF file holds tokenizer and weights; transformers reads it from its folder.
        name, gguf = (str(path.parent), {"gguf_file": path.name}) if path.suffix == ".gguf" else (where, {})
        try:
            tokenizer, model = _read(name, gguf, self.options.threads or physical_cores())
        except ImportError as error:
            raise GenerateError(f"{where}: transformers cannot read it here ({_line(error)})") from error
        except (OSError, ValueError, RuntimeError, KeyError) as error:
            if not path.exists() and isinstance(error, OSError):
                raise ModelError(
                    f"{where}: the model is neither a folder here nor in the cache of huggingface_hub. "
                    "Fetch it with `hf download`, or name a folder in generate.model."
                ) from error
            raise ModelError(f"{where}: transformers cannot load it ({_line(error)})") from error
        if not tokenizer.chat_template:
            raise ModelError(f"{where}: it has no chat template. Choose a model that follows instructions.")
        self._watch(model)
        return tokenizer, model

    def _watch(self, model: Any) -> None:
        """Look before each layer whether the answer is still wanted."""

        def look(*_: Any) -> None:
            if self._stopped.is_set():
                raise _StoppedError

        for module in model.modules():
            if module.__class__.__name__.endswith("DecoderLayer"):
                module.register_forward_pre_hook(look)
        model.register_forward_pre_hook(look)


def _read(name: str, gguf: dict[str, str], threads: int) -> tuple[Any, Any]:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from transformers.utils import logging as transformers_logging

    transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    torch.set_num_threads(threads)

    local: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False, **gguf}
    on_gpu = torch.cuda.is_available()
    # Most processors only emulate bfloat16.
    fast = torch.bfloat16 if on_gpu else torch.float32
    tokenizer = AutoTokenizer.from_pretrained(name, **local)
    model: Any = AutoModelForCausalLM.from_pretrained(name, dtype=fast, use_safetensors=True, **local)
    return tokenizer, model.to("cuda" if on_gpu else "cpu").eval()


def _line(error: BaseException) -> str:
    return " ".join(str(error).split())[:300] or repr(error)
