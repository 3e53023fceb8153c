"""The first half of a run: files are read in processes of their own, cut into chunks, and embedded."""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from ingest import page_cache
from ingest.chunk import chunk
from ingest.embed import Embedder
from ingest.errors import SourceError
from ingest.journal import Finished, Journal
from ingest.options import IngestOptions
from ingest.pace import ReadingPace
from ingest.plan import Plan, Progress, Report, Work
from ingest.records import Document, FileOutcome, Metadata, Source
from ingest.wire import RETRIED
from ingest.worker import ParserPool


class Reading:
    """Reads, cuts and embeds what a plan asks for; no more than a few files are held at a time.

    Args:
        folder: The index.
    """

    def __init__(
        self, folder: Path, journal: Journal, embedder: Embedder, options: IngestOptions, report: Report
    ) -> None:
        self._folder, self._journal, self._embedder = folder, journal, embedder
        self._options, self._report = options, report
        self._pace = ReadingPace(())
        self._done = self._total = 0

    def outcomes(self, plan: Plan) -> list[FileOutcome]:
        """How each file of the plan ended, in its order; what is done is in the journal."""
        ended: dict[str, FileOutcome] = {}
        todo: list[Work] = []
        for root, source in plan.work:
            before = self._journal.outcome(root, source)
            if before is None or before.detail.startswith(RETRIED):
                todo.append((root, source))
            else:
                ended[source.doc] = before
        self._pace = ReadingPace(source for _, source in todo)
        self._total, self._done = len(plan.work), len(ended)
        for batch in batches(self._parsed(todo), self._options.batch_chunks):
            self._journal.put(self._embedded(batch))
            for entry in batch:
                ended[entry.source.doc] = entry.outcome
            self._done += len(batch)
            self._tell(batch[-1].source)
        return [row if isinstance(row, FileOutcome) else ended[row[1].doc] for row in plan.rows]

    def _tell(self, source: Source) -> None:
        pace = self._pace
        told = (pace.embedded_chunks, pace.share, pace.left_s)
        self._report(Progress("read", self._done, self._total, source.doc, *told))

    def _parsed(self, todo: Sequence[Work]) -> Iterator[Finished]:
        """Each file read and cut, still without vectors."""
        if not todo:
            return
        pictures = self._folder / page_cache.FOLDER
        with ParserPool(self._options.limits, self._options.workers, pictures) as pool:
            parsed = pool.parse((source for _, source in todo), self._tell)
            for (root, source), (_, document, ms) in zip(todo, parsed, strict=True):
                entry = self._cut(root, source, document, ms)
                self._pace.read(source, len(entry.chunks), entry.outcome.ms / 1000)
                self._tell(source)
                yield entry

    def _cut(self, root: str, source: Source, document: Document | SourceError, ms: int) -> Finished:
        nothing = np.empty((0, self._embedder.dimension), dtype=np.float32)
        if isinstance(document, SourceError):
            refused = FileOutcome(source.doc, document.reason, document.detail, ms=ms)
            return Finished(root, source, refused, source.metadata, (), nothing)
        started = time.monotonic()
        chunks = chunk(document, source, self._embedder.count_tokens, self._options.chunks)
        metadata: Metadata = chunks[0].metadata if chunks else source.metadata
        outcome = FileOutcome(
            source.doc,
            "ok" if chunks else "no_text",
            "" if chunks else "nothing readable in it",
            document.pages,
            len(chunks),
            document.warnings,
            ms + round(1000 * (time.monotonic() - started)),
        )
        return Finished(root, source, outcome, metadata, chunks, nothing)

    def _embedded(self, batch: Sequence[Finished]) -> list[Finished]:
        texts = [chunk.searchable for entry in batch for chunk in entry.chunks]
        rows = np.empty((len(texts), self._embedder.dimension), dtype=np.float32)
        # One large file may be a batch of many times the usual size; its embedding is told in steps.
        for start in range(0, len(texts), self._options.batch_chunks):
            step = slice(start, start + self._options.batch_chunks)
            started = time.monotonic()
            rows[step] = self._embedder.passages(texts[step])
            self._pace.embedded(len(rows[step]), time.monotonic() - started)
            self._tell(batch[-1].source)
        done: list[Finished] = []
        start = 0
        for entry in batch:
            end = start + len(entry.chunks)
            done.append(replace(entry, vectors=rows[start:end]))
            start = end
        return done


def batches(entries: Iterable[Finished], limit: int) -> Iterator[list[Finished]]:
    """Files together until they have so many chunks; a file is never parted."""
    held: list[Finished] = []
    size = 0
    for entry in entries:
        held.append(entry)
        size += len(entry.chunks)
        if size >= limit:
            yield held
            held, size = [], 0
    if held:
        yield held
