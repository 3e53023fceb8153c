"""An optional cross-encoder that reads question and passage together; off unless the settings name one."""

import time
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from assistant.errors import ModelError

_BATCH = 4


class Reranker(Protocol):
    """What puts the first passages into a better order."""

    def order(self, question: str, texts: Sequence[str]) -> list[int]:
        """Positions of the texts, best first; all of them, each once."""


class CrossEncoderReranker:
    """A sentence-transformers `CrossEncoder`, loaded with the first question.

    Args:
        model: A folder, or a hub name that is in the local hub cache.
        budget_ms: No batch is begun after this; what was not read keeps its place behind what was.
    """

    def __init__(self, model: str, budget_ms: float) -> None:
        self._name, self._budget_ms = model, budget_ms

    def order(self, question: str, texts: Sequence[str]) -> list[int]:
        """The texts read within the budget by their score, then the others as they were."""
        model = self._model
        started = time.monotonic()
        scores: list[float] = []
        while len(scores) < len(texts) and 1000 * (time.monotonic() - started) < self._budget_ms:
            batch = texts[len(scores) : len(scores) + _BATCH]
            scores += model.predict(
                [(question, text) for text in batch], batch_size=_BATCH, show_progress_bar=False
            ).tolist()
        read = sorted(range(len(scores)), key=lambda position: -scores[position])
        return [*read, *range(len(scores), len(texts))]

    @cached_property
    def _model(self) -> Any:
        from sentence_transformers import CrossEncoder

        try:
            return CrossEncoder(self._name, local_files_only=not Path(self._name).is_dir())
        except Exception as error:  # the libraries have many ways to say that it is no such model
            raise ModelError(
                f"{self._name}: no cross-encoder that is here ({type(error).__name__}). Give a folder's path "
                "in retrieve.reranker, download the model first, or leave it empty."
            ) from error
