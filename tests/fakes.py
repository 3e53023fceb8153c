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
from pydantic import PrivateAttr

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
        self, messages: Sequence[dict[str, str]], stop: list[str], extra: dict[str, Any]
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
