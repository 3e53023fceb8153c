"""What an unfinished run has already read and embedded, so that the next run goes on from there.

One SQLite file beside the generations; a row is committed when its file is done, and the whole journal
is deleted when the generation that holds the rows has been published.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ingest import disk
from ingest.errors import IndexWriteError
from ingest.records import Box, Chunk, FileOutcome, Metadata, Place, Source
from ingest.tables import stated
from ingest.vectors import Vectors

JOURNAL = "unfinished.sqlite"
_SCHEMA = """CREATE TABLE IF NOT EXISTS done (
    root TEXT NOT NULL, doc TEXT NOT NULL, sha256 TEXT NOT NULL, stated TEXT NOT NULL, reader TEXT NOT NULL,
    outcome TEXT NOT NULL, metadata TEXT NOT NULL, chunks TEXT NOT NULL, vectors BLOB NOT NULL,
    seal TEXT NOT NULL,
    PRIMARY KEY (root, doc))"""


@dataclass(frozen=True, slots=True)
class Finished:
    """One file, done: how it ended, its chunks and their unit rows, shape (chunks, dimension)."""

    root: str
    source: Source
    outcome: FileOutcome
    metadata: Metadata
    chunks: Sequence[Chunk]
    vectors: Vectors


class Journal:
    """The journal of one index.

    Args:
        reader: Fingerprint of the embedder and versions of parser and chunker; rows of another are void.
        dimension: Columns of a stored row.
    """

    def __init__(self, folder: Path, reader: str, dimension: int) -> None:
        self._path = folder / JOURNAL
        self._reader, self._dimension = reader, dimension
        try:
            self._connection = self._open()
        except sqlite3.DatabaseError:
            # Damaged: it only ever saves time, so start it anew.
            self._remove_files()
            try:
                self._connection = self._open()
            except sqlite3.DatabaseError as error:
                raise self._refused(error) from error

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            (state,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            if state != "ok":
                raise sqlite3.DatabaseError(state)
            connection.execute(_SCHEMA)
            connection.execute("DELETE FROM done WHERE reader != ?", (self._reader,))
        except sqlite3.DatabaseError:
            connection.close()
            raise
        return connection

    def _refused(self, error: sqlite3.DatabaseError) -> IndexWriteError:
        return IndexWriteError(
            f"{self._path}: {error}. The index is as it was before this run; free some space or mend the "
            "disk, then run the same command again."
        )

    def outcome(self, root: str, source: Source) -> FileOutcome | None:
        """How a file ended, if this very content was already done by the run that was cut off."""
        row = self._connection.execute(
            "SELECT outcome, metadata, chunks, vectors, seal FROM done "
            "WHERE root = ? AND doc = ? AND sha256 = ? AND stated = ?",
            (root, source.doc, source.sha256, stated(source.metadata)),
        ).fetchone()
        if row is None or _seal(*row[:4]) != row[4]:
            return None
        return _outcome(json.loads(row[0]))

    def put(self, finished: Sequence[Finished]) -> None:
        """Keep finished files; they are on disk when this returns."""
        rows = [self._row(entry) for entry in finished]
        try:
            with disk.guarded("journal", self._path), self._connection:
                self._connection.execute("BEGIN")
                self._connection.executemany(
                    "INSERT OR REPLACE INTO done VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows
                )
        except sqlite3.DatabaseError as error:
            raise self._refused(error) from error

    def _row(self, entry: Finished) -> tuple[str | bytes, ...]:
        content = (
            json.dumps(asdict(entry.outcome), ensure_ascii=False),
            json.dumps(asdict(entry.metadata), ensure_ascii=False),
            json.dumps([asdict(chunk) for chunk in entry.chunks], ensure_ascii=False),
            entry.vectors.astype("<f4").tobytes(),
        )
        source = entry.source
        found = (entry.root, source.doc, source.sha256, stated(source.metadata))
        return (*found, self._reader, *content, _seal(*content))

    def take(self, wanted: Sequence[tuple[str, Source]]) -> Iterator[Finished]:
        """The finished files of a run, one at a time, in the order asked for."""
        for root, source in wanted:
            row = self._connection.execute(
                "SELECT outcome, metadata, chunks, vectors FROM done WHERE root = ? AND doc = ?",
                (root, source.doc),
            ).fetchone()
            outcome, metadata, chunks, vectors = row
            rows = np.frombuffer(vectors, dtype="<f4").reshape(-1, self._dimension)
            yield Finished(
                root,
                source,
                _outcome(json.loads(outcome)),
                Metadata(**json.loads(metadata)),
                [_chunk(entry) for entry in json.loads(chunks)],
                rows.astype(np.float32),
            )

    def close(self, *, finished: bool = False) -> None:
        """Close it; when the run is published there is nothing left to resume."""
        self._connection.close()
        if finished:
            self._remove_files()

    def _remove_files(self) -> None:
        # The database last: what lies beside it would be leftovers that no later run looks for.
        for suffix in ("-wal", "-shm", ""):
            disk.remove(self._path.with_name(self._path.name + suffix))


def _seal(outcome: str, metadata: str, chunks: str, vectors: bytes) -> str:
    """A changed byte on the disk would otherwise go unseen into the next generation."""
    digest = hashlib.sha256(vectors)
    for text in (outcome, metadata, chunks):
        digest.update(text.encode())
    return digest.hexdigest()


def _outcome(entry: dict[str, Any]) -> FileOutcome:
    return FileOutcome(**{**entry, "warnings": tuple(entry["warnings"])})


def _chunk(entry: dict[str, Any]) -> Chunk:
    place = {**entry["place"], "boxes": tuple(Box(**box) for box in entry["place"]["boxes"])}
    return Chunk(
        **{
            **entry,
            "place": Place(**place),
            "metadata": Metadata(**entry["metadata"]),
            "kinds": tuple(entry["kinds"]),
        }
    )
