"""Hand-written stand-ins; beside them the same things are tested with the real parts."""

import hashlib
import threading
import time
from collections.abc import Generator, Iterator, Sequence
from typing import Any

import numpy as np
from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import Field, PrivateAttr

from assistant.engine import StreamingChat
from assistant.sentences import sentences
from ingest.terms import words
from ingest.vectors import Vectors


class WordEmbedder:
    """Texts that share words are near: each word has a fixed direction."""

    name = "word-embedder"
    dimension = 64

    def __init__(self, fingerprint: str = "words-1") -> None:
        self.fingerprint = fingerprint
        self.embedded = 0

    def passages(self, texts: Sequence[str]) -> Vectors:
        self.embedded += len(texts)
        return np.vstack([self.query(text) for text in texts]) if texts else np.empty((0, 64), np.float32)

    def query(self, text: str) -> Vectors:
        row = np.zeros(self.dimension, dtype=np.float32)
        for word in words(text):
            digest = hashlib.sha256(word.encode()).digest()
            row[digest[0] % self.dimension] += 1 if digest[1] % 2 else -1
        norm = float(np.linalg.norm(row))
        return row / norm if norm else np.eye(1, self.dimension, dtype=np.float32)[0]

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [max(len(text.split()), len(words(text)) // 2) for text in texts]


class Scripted(BaseChatModel):
    """Says what it is told to, piece by piece."""

    says: str

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=AIMessage(self.says))])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        for piece in self.says.split(" "):
            yield ChatGenerationChunk(message=AIMessageChunk(content=piece + " "))


class Echo(StreamingChat):
    """Says, word by word, the sentence of the passages that shares most words with the question.

    It has the queue of the real engines. `stopped` counts the answers that were closed before their end.
    """

    pause_s: float = 0.0
    said: int = 0
    stopped: int = 0
    _counting: threading.Lock = PrivateAttr(default_factory=threading.Lock)

    @property
    def _llm_type(self) -> str:
        return "echo"

    @property
    def in_use(self) -> int:
        """Questions that are answered or wait."""
        return self._turns.in_use

    def _chunks(
        self, messages: Sequence[dict[str, Any]], stop: list[str], extra: dict[str, Any]
    ) -> Generator[ChatGenerationChunk]:
        passages, _, rest = messages[-1]["content"].partition("</passages")
        asked = set(words(rest.partition("\n\n")[2].split("\n\n")[0]))
        text = max(sentences(passages)[1:], key=lambda span: len(asked & set(words(span.text)))).text
        try:
            for word in text.split(" "):
                time.sleep(self.pause_s)
                yield ChatGenerationChunk(message=AIMessageChunk(content=f"{word} "))
        except GeneratorExit:
            with self._counting:
                self.stopped += 1
            raise
        with self._counting:
            self.said += 1


class CallingTools(BaseChatModel):
    """A generator that calls tools in the order given, then speaks; it writes down what it was told."""

    calls: list[list[tuple[str, dict[str, Any]]]]
    says: str = "done"
    told: list[list[BaseMessage]] = Field(default_factory=list)
    offered: list[str] = Field(default_factory=list)

    @property
    def _llm_type(self) -> str:
        return "calling-tools"

    def bind_tools(self, tools: Any, **kwargs: Any) -> Any:
        self.offered[:] = [tool.name for tool in tools]
        return self

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        self.told.append(messages)
        if any("E4711" in str(message.content) for message in messages):
            return _said(self.says, [("look_up_code", {"code": "E4711"})], "check")
        turn = sum(message.type == "ai" for message in messages)
        calls = self.calls[turn] if turn < len(self.calls) else []
        return _said(self.says, calls, f"turn {turn}")

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        self.told.append(messages)
        yield ChatGenerationChunk(message=AIMessageChunk(content=self.says))


def _said(says: str, calls: list[tuple[str, dict[str, Any]]], name: str) -> ChatResult:
    called = [
        {"name": tool, "args": arguments, "id": f"{name}.{place}", "type": "tool_call"}
        for place, (tool, arguments) in enumerate(calls)
    ]
    message = AIMessage(content="" if calls else says, tool_calls=called)
    return ChatResult(generations=[ChatGeneration(message=message)])
