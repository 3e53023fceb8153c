"""One generation of an index, verified, open for reading; any number of threads may search it."""

import copy
import heapq
import itertools
import math
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from ingest import disk
from ingest.errors import IndexCorruptError
from ingest.manifest import Manifest, read_manifest
from ingest.records import Chunk, DocumentRow
from ingest.rows import CHUNK, DOCUMENT, LISTED, chunk_of, document_of
from ingest.terms import look_alike, words
from ingest.vectors import Allowed, VectorIndex, Vectors

FILTERS = ("kind", "machine", "site", "revision", "language", "collection", "doc")
_FILTERS_KEPT, _TERMS_KEPT = 64, 100_000
_MOST_SCORED = 3000
"""Chunks that BM25 scores for one question, all terms together; about 2 microseconds each."""
_JOINED = "chunks c JOIN documents d ON d.id = c.document"


@dataclass(frozen=True, slots=True)
class Weights:
    """How much a word counts in the title, the heading path and the text of a chunk (BM25)."""

    title: float = 1.0
    section: float = 2.0
    body: float = 1.0


@dataclass(frozen=True, slots=True)
class ChunkTerms:
    """The index terms of a chunk in reading order, each between spaces: " bearing hot "."""

    title: str
    section: str
    body: str


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A chunk `distance` places from another in a document of `chunks` chunks."""

    of: int
    number: int
    distance: int
    chunks: int


class Generation:
    """A folder that no one writes to any more.

    Raises:
        IndexCorruptError: A file is not the one that was written; checked by sha256 before any is read.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manifest: Manifest = read_manifest(folder)
        for name, mark in self.manifest.files.items():
            if disk.mark_of(folder / name) != mark:
                raise IndexCorruptError(f"{folder / name}: not the file that was written (sha256 differs)")
        self._vectors = VectorIndex.load(folder / "vectors.faiss")
        self._local = threading.local()
        self._lock = threading.Lock()
        self._counted: dict[str, int] = {}
        self._allowed_before: dict[tuple[Any, ...], Allowed] = {}
        self._readable: tuple[str, ...] | None = None
        self._kinds: tuple[str, ...] | None = None
        (self._hidden,) = self._rows("SELECT count(*) FROM documents WHERE superseded")[0]

    def limited_to(self, collections: Iterable[str], kinds: Iterable[str] | None = None) -> "Generation":
        """The same generation as if it held these collections only, named exactly; the files are shared.

        No passage and no document of another collection is searched, read or named. What is counted over the
        whole index, because the ranking needs it, is how rare words are.

        Args:
            kinds: Of their documents only those of these kinds; None for all.
        """
        limited = copy.copy(self)
        limited._readable = tuple(sorted(set(collections)))
        limited._kinds = None if kinds is None else tuple(sorted(set(kinds)))
        return limited

    @property
    def size(self) -> tuple[int, int]:
        """How many documents and how many chunks can be read here."""
        if self._readable is None:
            return self.manifest.documents, self.manifest.chunks
        within, values = self._within()
        statement = f"SELECT count(*), total(d.chunks) FROM documents d WHERE d.outcome = 'ok'{within}"
        documents, chunks = self._rows(statement, values)[0]
        return int(documents), int(chunks)

    def lexical(
        self, rarity: Mapping[str, float], limit: int, filters: Mapping[str, str], weights: Weights
    ) -> list[tuple[int, float]]:
        """The chunks that hold most of the terms (BM25), best first; the score is positive.

        Args:
            rarity: The terms with their inverse document frequency, as `rarity` gives it.
        """
        terms = self._affordable(rarity)
        if not terms:
            return []
        match = " OR ".join('"' + term.replace('"', '""') + '"' for term in terms)
        rows = self._rows(
            "SELECT rowid, -bm25(words, ?, ?, ?) FROM words WHERE words MATCH ?",
            (weights.title, weights.section, weights.body, match),
        )
        allowed = self._allowed(filters)
        if allowed is not None and rows:
            # In SQL, a filter that half the chunks pass costs more than the search.
            passed = allowed.among(np.fromiter((row[0] for row in rows), dtype=np.int64, count=len(rows)))
            rows = list(itertools.compress(rows, passed.tolist()))
        return heapq.nlargest(limit, rows, key=lambda row: row[1])

    def _affordable(self, rarity: Mapping[str, float]) -> list[str]:
        """The terms to search for, the rarest first, until they bring more chunks than can be scored.

        A term in a tenth of 100,000 chunks costs 10 ms and tells little; the ranking still counts it.
        """
        total, brought = self.manifest.chunks, 0.0
        chosen: list[str] = []
        for term in sorted(rarity, key=lambda term: -rarity[term]):
            brought += (total + 1) / math.exp(rarity[term]) - 0.5
            if chosen and brought > _MOST_SCORED:
                break
            chosen.append(term)
        return chosen

    def dense(self, row: Vectors, limit: int, filters: Mapping[str, str]) -> list[tuple[int, float]]:
        """The chunks nearest to a unit row, best first, with their cosine."""
        return self._vectors.search(row, limit, self._allowed(filters))

    def holding(self, identifier: str, limit: int, filters: Mapping[str, str]) -> list[int]:
        """The chunks that hold an identifier (upper case), in document order."""
        return self._identified("i.identifier = ?", (identifier,), limit, filters)

    def resembling(self, identifier: str, limit: int, filters: Mapping[str, str]) -> list[int]:
        """The chunks that hold an identifier which is easily misread as this one, or begins with it.

        O and 0, I, L and 1, and joints (`AL16` for `AL-16`) are taken for each other; a beginning counts
        only up to a joint (`6SL3210-5BE24` of `6SL3210-5BE24-0UV0`), since 123 is not the start of 1234.
        """
        found = self._identified("i.look_alike = ?", (look_alike(identifier),), limit, filters)
        if found:
            return found
        ranges = [(f"{identifier}{joint}", f"{identifier}{joint}\uffff") for joint in "-./_:"]
        condition = " OR ".join("(i.identifier > ? AND i.identifier < ?)" for _ in ranges)
        return self._identified(f"({condition})", [end for pair in ranges for end in pair], limit, filters)

    def _identified(
        self, match: str, sought: Sequence[str], limit: int, filters: Mapping[str, str]
    ) -> list[int]:
        allowed = self._allowed(filters)
        rows = self._rows(
            # The plus keeps SQLite from walking the whole table in the order asked for.
            f"SELECT DISTINCT i.chunk FROM identifiers i WHERE {match} ORDER BY +i.chunk LIMIT ?",
            (*sought, limit if allowed is None else _MOST_SCORED),
        )
        return [int(number) for (number,) in rows if allowed is None or number in allowed][:limit]

    def rarity(self, terms: Sequence[str]) -> dict[str, float]:
        """Inverse document frequency of index terms: near 0 for one in every chunk, higher for rare ones."""
        total = self.manifest.chunks
        counts = {term: self._count(term) for term in terms}
        return {term: math.log(1 + (total - n + 0.5) / (n + 0.5)) for term, n in counts.items()}

    def known(self, terms: Sequence[str]) -> list[str]:
        """Those index terms that some chunk holds."""
        return [term for term in terms if self._count(term)]

    def _count(self, term: str) -> int:
        """The chunks that hold an index term."""
        count = self._counted.get(term)
        if count is None:
            found = self._rows("SELECT doc FROM temp.vocabulary WHERE term = ?", (term,))
            count = int(found[0][0]) if found else 0
            if len(self._counted) < _TERMS_KEPT:
                self._counted[term] = count
        return count

    def chunks(self, numbers: Sequence[int]) -> dict[int, Chunk]:
        """These chunks by number; unknown numbers are left out."""
        marks = ", ".join("?" * len(numbers))
        within, values = self._within()
        rows = self._rows(
            f"SELECT {CHUNK}, {DOCUMENT} FROM {_JOINED} WHERE c.id IN ({marks}){within}",
            (*numbers, *values),
        )
        return {int(row[0]): chunk_of(row) for row in rows}

    def terms_of(self, numbers: Sequence[int]) -> dict[int, ChunkTerms]:
        """The index terms of these chunks, as they were stored; the machine of a document is of its title.

        A manual is titled by its maker's type ("TB-C 65-200"); that it is the one of P-101 is said beside it.
        """
        marks = ", ".join("?" * len(numbers))
        rows = self._rows(
            f"SELECT c.id, w.title, w.section, w.body, d.machine FROM words w JOIN {_JOINED} "
            f"WHERE w.rowid IN ({marks}) AND c.id = w.rowid",
            numbers,
        )
        return {
            int(number): ChunkTerms(f" {' '.join([title, *_terms(machine)])} ", f" {section} ", f" {body} ")
            for number, title, section, body, machine in rows
        }

    def beside(self, numbers: Sequence[int], distance: int) -> list[Neighbour]:
        """The chunks at most so many places before or after these in their documents; no table rows."""
        marks = ", ".join("?" * len(numbers))
        within, values = self._within()
        rows = self._rows(
            "SELECT m.id, c.id, abs(c.ordinal - m.ordinal), d.chunks FROM chunks m "
            "JOIN chunks c ON c.document = m.document AND c.ordinal BETWEEN m.ordinal - ? AND m.ordinal + ? "
            f"JOIN documents d ON d.id = m.document WHERE m.id IN ({marks}) AND c.id != m.id "
            f"AND m.kinds != 'table_row' AND c.kinds != 'table_row'{within}",
            (distance, distance, *numbers, *values),
        )
        return [Neighbour(*row) for row in rows]

    def texts(self) -> Iterator[tuple[str, str]]:
        """Document and text of every chunk, in reading order; for measurements."""
        within, values = self._within()
        statement = f"SELECT d.doc, c.text FROM {_JOINED} WHERE 1{within} ORDER BY d.id, c.ordinal"
        yield from self._rows(statement, values)

    def neighbours(self, number: int, before: int, after: int) -> list[Chunk]:
        """A chunk with those around it in its document, in reading order."""
        within, values = self._within()
        rows = self._rows(
            f"SELECT {CHUNK}, {DOCUMENT} FROM chunks m JOIN chunks c ON c.document = m.document "
            "AND c.ordinal BETWEEN m.ordinal - ? AND m.ordinal + ? "
            f"JOIN documents d ON d.id = c.document WHERE m.id = ?{within} ORDER BY c.ordinal",
            (before, after, number, *values),
        )
        return [chunk_of(row) for row in rows]

    def around(self, chunk_id: str, before: int, after: int) -> list[Chunk]:
        """The same for a chunk by its id; empty when there is no such chunk."""
        rows = self._rows("SELECT id FROM chunks WHERE chunk_id = ?", (chunk_id,))
        return self.neighbours(int(rows[0][0]), before, after) if rows else []

    def table_rows(self, doc: str) -> list[Chunk]:
        """The passages that are rows of tables of a document, in its order."""
        return self._of(doc, "AND c.kinds LIKE '%table_row'")

    def passages(self, doc: str) -> list[Chunk]:
        """All passages of a document, in its order."""
        return self._of(doc, "")

    def _of(self, doc: str, condition: str) -> list[Chunk]:
        within, values = self._within()
        rows = self._rows(
            f"SELECT {CHUNK}, {DOCUMENT} FROM {_JOINED} WHERE d.doc = ? {condition}{within} "
            "ORDER BY c.ordinal",
            (doc, *values),
        )
        return [chunk_of(row) for row in rows]

    def tables_holding(self, codes: Sequence[str], filters: Mapping[str, str]) -> list[str]:
        """The documents with a table row that holds one of these identifiers, those with most rows first."""
        condition, values = self._condition(filters)
        rows = self._rows(
            f"SELECT d.doc FROM identifiers i JOIN chunks c ON c.id = i.chunk JOIN documents d ON d.id = "
            f"c.document WHERE i.identifier IN ({', '.join('?' * len(codes))}) AND c.kinds LIKE '%table_row' "
            f"AND {condition or '1'} GROUP BY d.id ORDER BY count(*) DESC",
            (*codes, *values),
        )
        return [str(doc) for (doc,) in rows]

    def tables_largest(self, limit: int) -> list[str]:
        """The documents with the most table rows, those with most first."""
        within, values = self._within()
        rows = self._rows(
            f"SELECT d.doc FROM {_JOINED} WHERE c.kinds LIKE '%table_row'{within} "
            "GROUP BY d.id ORDER BY count(*) DESC, d.doc LIMIT ?",
            (*values, limit),
        )
        return [str(doc) for (doc,) in rows]

    def documents(self) -> list[DocumentRow]:
        """The readable documents, by name."""
        within, values = self._within()
        rows = self._rows(
            f"SELECT {LISTED} FROM documents d WHERE d.outcome = 'ok'{within} ORDER BY d.doc", values
        )
        return [document_of(row) for row in rows]

    def values_of(self, field: str) -> list[str]:
        """The distinct values of a filter field that documents have, sorted."""
        if field not in FILTERS:
            raise ValueError(f"{field!r} is not one of {', '.join(FILTERS)}")
        within, values = self._within()
        rows = self._rows(
            f"SELECT DISTINCT d.{field} FROM documents d WHERE d.outcome = 'ok' AND d.{field} != ''{within}",
            values,
        )
        return sorted(str(value) for (value,) in rows)

    def vectors_of(self, numbers: Sequence[int]) -> Vectors:
        """The stored unit rows of these chunks, shape (n, dimension)."""
        return self._vectors.rows(numbers)

    def _allowed(self, filters: Mapping[str, str]) -> Allowed | None:
        condition, values = self._condition(filters)
        if not condition:
            return None
        key = (condition, *values)
        with self._lock:
            if key not in self._allowed_before:
                rows = self._rows(f"SELECT c.id FROM {_JOINED} WHERE {condition}", values)
                numbers = np.fromiter((number for (number,) in rows), dtype=np.int64, count=len(rows))
                if len(self._allowed_before) >= _FILTERS_KEPT:
                    self._allowed_before.clear()
                self._allowed_before[key] = Allowed.of(numbers)
            return self._allowed_before[key]

    def _condition(self, filters: Mapping[str, str]) -> tuple[str, list[Any]]:
        """SQL for the filters; a document that does not state a field stays visible."""
        parts: list[str] = []
        values: list[Any] = []
        if self._hidden and "revision" not in filters and "doc" not in filters:
            parts.append("NOT d.superseded")
        for field, value in filters.items():
            if field not in FILTERS:
                raise ValueError(f"{field!r} is not one of {', '.join(FILTERS)}")
            parts.append(f"(d.{field} = ? COLLATE NOCASE OR d.{field} = '')")
            values.append(value)
        within, readable = self._within()
        if within:
            parts.append(within.removeprefix(" AND "))
        return " AND ".join(parts), [*values, *readable]

    def _within(self) -> tuple[str, tuple[str, ...]]:
        """SQL that keeps a statement over documents `d` to the collections that can be read."""
        if self._readable is None:
            return "", ()
        # Unlike a filter's: a document that states no collection is in none of these.
        condition = f" AND d.collection IN ({', '.join('?' * len(self._readable))})"
        if self._kinds is None:
            return condition, self._readable
        marks = ", ".join("?" * len(self._kinds))
        return f"{condition} AND d.kind IN ({marks})", (*self._readable, *self._kinds)

    def _rows(self, statement: str, values: Iterable[Any] = ()) -> list[tuple[Any, ...]]:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            uri = f"{(self.folder / 'chunks.sqlite').resolve().as_uri()}?mode=ro&immutable=1"
            connection = self._local.connection = sqlite3.connect(uri, uri=True)
            connection.execute("CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab('main', 'words', 'row')")
        return connection.execute(statement, tuple(values)).fetchall()


@lru_cache(maxsize=1024)
def _terms(machine: str) -> tuple[str, ...]:
    return tuple(words(machine))
