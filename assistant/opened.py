"""The current generation of an index with what answers from it: whole, or limited to some collections."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from assistant.answer import Answerer
from assistant.cautions import REACH
from assistant.config import Settings
from assistant.declining import Searched
from assistant.gate import BY_WORDS, CALIBRATED
from assistant.glossary import NO_GLOSSARY, Glossary, general_glossary, read_glossary
from assistant.rerank import CrossEncoderReranker, Reranker
from assistant.retrieve import Retriever
from assistant.tables.answer import Tables
from ingest import store
from ingest.embed import Embedder
from ingest.generation import Generation
from ingest.pipeline import check_embedder

Collections = frozenset[str] | None
"""The collections that may be read; None for all of them."""

_LIMITED_KEPT = 32
"""Different sets of collections that are kept at hand; each costs little, and they are few in a plant."""


@dataclass(frozen=True, slots=True)
class Opened:
    """One generation with what answers from it."""

    generation: Generation
    retriever: Retriever
    answerer: Answerer
    notice: str


class OpenIndex:
    """Opens an index when it is first needed, and again when a run has published a newer generation.

    Args:
        embedder: Called once, when there is an index to search.
    """

    def __init__(self, settings: Settings, folder: Path, embedder: Callable[[], Embedder]) -> None:
        self._settings, self._folder, self._embedder = settings, folder, embedder
        self._lock = threading.Lock()
        self._generation: Generation | None = None
        self._notice = ""
        self._stamp = b""
        self._opened: dict[tuple[Collections, frozenset[str] | None], Opened] = {}
        self._shared: tuple[Glossary, Reranker | None] = (NO_GLOSSARY, None)

    def current(self, collections: Collections = None, kinds: frozenset[str] | None = None) -> Opened:
        """What answers from these collections; nothing of another one is searched, counted or named.

        Args:
            kinds: Of named collections, only the documents of these kinds; None for all.

        Raises:
            IndexMissingError: Nothing was ever ingested there.
            IndexCorruptError: No generation is whole.
        """
        with self._lock:
            current = self._folder / "CURRENT"
            stamp = current.read_bytes() if current.is_file() else b""
            if self._generation is None or stamp != self._stamp:
                opened = store.open_index(self._folder)
                manifest = opened.generation.manifest
                check_embedder(self._folder, manifest.embedder, manifest.fingerprint, self._embedder())
                self._opened.clear()
                self._shared = self._read_shared()
                self._generation, self._notice, self._stamp = opened.generation, opened.notice, stamp
            wanted = (collections, kinds)
            if wanted not in self._opened:
                if len(self._opened) >= _LIMITED_KEPT:
                    self._opened.clear()
                generation = self._generation
                limited = generation if collections is None else generation.limited_to(collections, kinds)
                self._opened[wanted] = self._answering(limited)
            return self._opened[wanted]

    def _read_shared(self) -> tuple[Glossary, Reranker | None]:
        chosen = self._settings.retrieve
        glossary = read_glossary(Path(chosen.glossary)) if chosen.glossary else general_glossary()
        return glossary, CrossEncoderReranker(
            chosen.reranker, chosen.reranker_ms
        ) if chosen.reranker else None

    def _answering(self, generation: Generation) -> Opened:
        chosen, embedder, (glossary, reranker) = self._settings.retrieve, self._embedder(), self._shared
        retriever = Retriever(generation, embedder, chosen, glossary, reranker=reranker)
        answerer = Answerer(
            retriever,
            embedder.count_tokens,
            self._settings.answer,
            Searched(*generation.size, generation.manifest.generation),
            chosen.limit,
            lambda chunk: generation.around(chunk.chunk_id, REACH, REACH),
            tuple(generation.values_of("machine")),
            CALIBRATED.get(generation.manifest.embedder, BY_WORDS),
            Tables(generation, glossary),
        )
        return Opened(generation, retriever, answerer, self._notice)
