"""The SQLite side of a generation: documents, chunks, their words (FTS5) and their identifiers."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ingest.errors import IndexCorruptError, IndexWriteError
from ingest.records import Chunk, FileOutcome, Metadata, Source
from ingest.terms import identifiers, look_alike, words

_SCHEMA = """
CREATE TABLE documents (
    id INTEGER PRIMARY KEY, root TEXT NOT NULL, doc TEXT NOT NULL UNIQUE, type TEXT NOT NULL,
    sha256 TEXT NOT NULL, size_bytes INTEGER NOT NULL, stated TEXT NOT NULL,
    kind TEXT NOT NULL, title TEXT NOT NULL, revision TEXT NOT NULL, date TEXT NOT NULL,
    language TEXT NOT NULL, machine TEXT NOT NULL, site TEXT NOT NULL, collection TEXT NOT NULL,
    superseded INTEGER NOT NULL,
    outcome TEXT NOT NULL, detail TEXT NOT NULL, warnings TEXT NOT NULL,
    pages INTEGER NOT NULL, chunks INTEGER NOT NULL);
CREATE TABLE chunks (
    id INTEGER PRIMARY KEY, chunk_id TEXT NOT NULL UNIQUE, document INTEGER NOT NULL,
    ordinal INTEGER NOT NULL, section TEXT NOT NULL, first_page INTEGER, last_page INTEGER,
    label TEXT NOT NULL, boxes TEXT NOT NULL, kinds TEXT NOT NULL, ocr INTEGER NOT NULL, text TEXT NOT NULL);
CREATE INDEX chunks_of_document ON chunks (document, ordinal);
CREATE TABLE identifiers (
    identifier TEXT NOT NULL, chunk INTEGER NOT NULL, look_alike TEXT NOT NULL,
    PRIMARY KEY (identifier, chunk)) WITHOUT ROWID;
CREATE INDEX identifiers_by_looks ON identifiers (look_alike);
CREATE INDEX identifiers_of_chunk ON identifiers (chunk);
CREATE VIRTUAL TABLE words USING fts5 (
    title, section, body, tokenize = "unicode61 remove_diacritics 0 tokenchars '-_./:+#'");
"""
# The same punctuation that ingest.terms keeps inside a token: an identifier must stay one term.


class TableWriter:
    """Changes one chunks.sqlite that no reader has open yet."""

    def __init__(self, path: Path) -> None:
        self._path = path
        fresh = not path.exists()
        with _told(self._path):
            self._connection = sqlite3.connect(path, isolation_level=None)
        # The file is private until its folder is renamed into place, and flushed before that; a crash
        # before then throws it away, so a journal would only cost time.
        self._run("PRAGMA journal_mode = OFF")
        self._run("PRAGMA synchronous = OFF")
        if fresh:
            with _told(self._path):
                self._connection.executescript(_SCHEMA)
        self._run("BEGIN")

    def add(
        self, source: Source, root: str, outcome: FileOutcome, metadata: Metadata, chunks: Sequence[Chunk]
    ) -> list[int]:
        """Add a document with its chunks; returns the new chunks' numbers, in order."""
        row = (
            root, source.doc, source.type, source.sha256, source.size_bytes, stated(source.metadata),
            metadata.kind, metadata.title, metadata.revision, metadata.date, metadata.language,
            metadata.machine, metadata.site, metadata.collection, int(metadata.superseded),
            outcome.outcome, outcome.detail, json.dumps(outcome.warnings, ensure_ascii=False),
            outcome.pages, len(chunks),
        )  # fmt: skip
        document = self._insert("documents", "(root, doc, type, sha256, size_bytes, stated, kind, title, "
            "revision, date, language, machine, site, collection, superseded, outcome, detail, warnings, "
            "pages, chunks)", row)  # fmt: skip
        return [self._add_chunk(document, chunk) for chunk in chunks]

    def _add_chunk(self, document: int, chunk: Chunk) -> int:
        place = chunk.place
        boxes = [[b.page, *(round(v, 1) for v in (b.left, b.top, b.right, b.bottom))] for b in place.boxes]
        number = self._insert(
            "chunks",
            "(chunk_id, document, ordinal, section, first_page, last_page, label, boxes, kinds, ocr, text)",
            (
                chunk.chunk_id, document, chunk.ordinal, place.section, place.first_page, place.last_page,
                place.label, json.dumps(boxes, separators=(",", ":")), " ".join(chunk.kinds),
                int(chunk.ocr), chunk.text,
            ),
        )  # fmt: skip
        self._run(
            "INSERT INTO words (rowid, title, section, body) VALUES (?, ?, ?, ?)",
            (
                number,
                " ".join(words(place.title)),
                " ".join(words(place.section)),
                " ".join(words(chunk.text)),
            ),
        )
        for identifier in identifiers(f"{place.section}\n{chunk.text}"):
            self._run(
                "INSERT OR IGNORE INTO identifiers VALUES (?, ?, ?)",
                (identifier, number, look_alike(identifier)),
            )
        return number

    def drop(self, docs: Iterable[str]) -> list[int]:
        """Remove documents with all that belongs to them; returns the numbers of their chunks."""
        dropped: list[int] = []
        for doc in docs:
            found = self._run("SELECT id FROM documents WHERE doc = ?", (doc,)).fetchone()
            if found is None:
                continue
            numbers = [n for (n,) in self._run("SELECT id FROM chunks WHERE document = ?", found)]
            for number in numbers:
                self._run("DELETE FROM words WHERE rowid = ?", (number,))
                self._run("DELETE FROM identifiers WHERE chunk = ?", (number,))
            self._run("DELETE FROM chunks WHERE document = ?", found)
            self._run("DELETE FROM documents WHERE id = ?", found)
            dropped.extend(numbers)
        return dropped

    def counts(self) -> tuple[int, int]:
        """How many readable documents and how many chunks there are now."""
        documents = self._run("SELECT count(*) FROM documents WHERE outcome = 'ok'").fetchone()[0]
        return int(documents), int(self._run("SELECT count(*) FROM chunks").fetchone()[0])

    def close(self, *, keep: bool = True) -> None:
        """Finish the file, or leave it as rubbish that the caller removes."""
        try:
            if keep:
                self._run("COMMIT")
        finally:
            self._connection.close()

    def _insert(self, table: str, columns: str, row: Sequence[Any]) -> int:
        marks = ", ".join("?" * len(row))
        cursor = self._run(f"INSERT INTO {table} {columns} VALUES ({marks})", row)
        if cursor.lastrowid is None:
            raise IndexWriteError(f"{table}: the row was not stored")
        return cursor.lastrowid

    def _run(self, statement: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        with _told(self._path):
            return self._connection.execute(statement, values)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turn a write that SQLite could not make into one clear line."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise IndexWriteError(
            f"{path}: {error}. The index is as it was before this run; "
            "free some space, then run the same command again."
        ) from error


def stated(metadata: Metadata) -> str:
    """What was stated beside a file, in a form that can be compared between runs."""
    return json.dumps(asdict(metadata), sort_keys=True, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A file as an earlier run met it."""

    root: str
    outcome: FileOutcome
    sha256: str
    stated: str

    @property
    def doc(self) -> str:
        """Its path relative to `root`."""
        return self.outcome.path


def known_files(path: Path) -> list[KnownFile]:
    """Each file of a chunks.sqlite, readable or not, by name.

    Raises:
        IndexCorruptError: It is not a database.
    """
    uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            rows = connection.execute(
                "SELECT root, doc, outcome, detail, pages, chunks, warnings, sha256, stated FROM documents "
                "ORDER BY doc"
            ).fetchall()
    except sqlite3.DatabaseError as error:
        raise IndexCorruptError(f"{path}: cannot be read ({error})") from error
    return [
        KnownFile(
            root=root,
            outcome=FileOutcome(
                doc, outcome, detail, pages, chunks, tuple(json.loads(warnings)), unchanged=True
            ),
            sha256=sha256,
            stated=stated_before,
        )
        for root, doc, outcome, detail, pages, chunks, warnings, sha256, stated_before in rows
    ]
