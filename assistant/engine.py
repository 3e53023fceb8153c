"""What all engines share: LangChain's interface, the queue before the model, streams that can be stopped."""

import queue
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import ConfigDict, PrivateAttr

from assistant.generate import GenerateOptions
from assistant.turns import Turns, turn

_ROLES = {"system": "system", "human": "user", "ai": "assistant"}
_END = object()
_LOOK_S = 0.25
"""So often a stream without words gives one without content, so that whoever reads it can stop it."""

Put = Callable[[Any], bool]
"""Takes the next piece; True when no more are wanted."""


class StreamingChat(BaseChatModel):
    """A chat model that streams; `invoke` gives the same words.

    While one waits for the turn or the prompt is read, chunks without content come now and then; those of
    the queue have `queue_place` in `response_metadata`. Closing the stream stops the engine. The last chunk
    carries the tokens read and written in `usage_metadata`.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    options: GenerateOptions
    _turns: Turns = PrivateAttr()

    def model_post_init(self, context: Any) -> None:
        """Open the queue."""
        super().model_post_init(context)
        self._turns = Turns(self.options.at_once, self.options.waiting)

    def warm(self) -> Any:
        """Get ready now instead of with the first question."""
        return None

    def _said(self, messages: Sequence[BaseMessage]) -> list[dict[str, Any]]:
        """The messages as the engine takes them."""
        return spoken(messages, self._llm_type)

    def _chunks(
        self, messages: Sequence[dict[str, Any]], stop: list[str], extra: dict[str, Any]
    ) -> Generator[ChatGenerationChunk]:
        """The words of one request; closing this stops it."""
        raise NotImplementedError

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        said = self._said(messages)
        with turn(self._turns, self.options.wait_s, self.options.model) as places:
            for place in places:
                yield empty({"queue_place": place})
            with closing(self._chunks(said, stop or [], kwargs)) as chunks:
                for chunk in chunks:
                    if run_manager:
                        # Chunks without content too: whoever listens may stop the engine at any of them.
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
        called = AIMessageChunk(content="")
        for chunk in self._stream(messages, stop, run_manager, **kwargs):
            message = chunk.message
            text += str(message.content)
            if isinstance(message, AIMessageChunk):
                called += AIMessageChunk(content="", tool_call_chunks=message.tool_call_chunks)
                if message.usage_metadata:
                    usage, metadata = message.usage_metadata, message.response_metadata
        answer = AIMessage(
            content=text,
            tool_calls=called.tool_calls,
            invalid_tool_calls=called.invalid_tool_calls,
            usage_metadata=usage,
            response_metadata=metadata,
        )
        return ChatResult(generations=[ChatGeneration(message=answer)])


def spoken(messages: Sequence[BaseMessage], engine: str) -> list[dict[str, Any]]:
    """LangChain's messages in the form that chat servers and templates take."""
    unknown = {message.type for message in messages} - set(_ROLES)
    if unknown:
        raise ValueError(f"{engine} is given system, human and ai messages, not {sorted(unknown)}")
    return [{"role": _ROLES[message.type], "content": str(message.text)} for message in messages]


def empty(metadata: dict[str, Any] | None = None) -> ChatGenerationChunk:
    """A chunk without content."""
    return ChatGenerationChunk(message=AIMessageChunk(content="", response_metadata=metadata or {}))


def in_thread(
    run: Callable[[Put], None], name: str, stop: Callable[[], None] = lambda: None, join_s: float = 0.0
) -> Generator[Any]:
    """Run something that calls back, and give what it puts; None while there is nothing new.

    Args:
        run: Called in a thread of its own; what it raises is raised here.
        stop: Called when this iterator is closed, to wake `run`.
        join_s: How long closing waits for `run` to end.
    """
    pieces: queue.SimpleQueue[Any] = queue.SimpleQueue()
    stopped = threading.Event()

    def put(piece: Any) -> bool:
        pieces.put(piece)
        return stopped.is_set()

    def work() -> None:
        try:
            run(put)
            pieces.put(_END)
        except Exception as error:  # engines raise what they like; raised again below
            pieces.put(error)

    worker = threading.Thread(target=work, name=name, daemon=True)
    worker.start()
    try:
        while True:
            try:
                piece = pieces.get(timeout=_LOOK_S)
            except queue.Empty:
                yield None
                continue
            if piece is _END:
                return
            if isinstance(piece, Exception):
                raise piece
            yield piece
    finally:
        stopped.set()
        stop()
        worker.join(join_s)
