"""Incidents out of an index: which documents hold some, and one record for each."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from assistant.lessons.records import Incident, Kind, Reason, Source
from assistant.lessons.rows import incidents_in_rows
from assistant.lessons.whole import incident_of
from ingest.records import Chunk, DocumentRow
from ingest.terms import look_alike

log = logging.getLogger(__name__)

Said = Kind | Literal["none"]
"""What a person says of a document: what it holds, or that it holds no incident."""
_STATED: Mapping[str, Kind] = {"incident": "incident", "ticket": "work_order"}


Found = tuple[Source, list[Incident]]


class Shelf(Protocol):
    """Where documents are read; `ingest.generation.Generation` is one."""

    def documents(self) -> list[DocumentRow]:
        """The readable documents, by name."""
        ...

    def passages(self, doc: str) -> list[Chunk]:
        """All passages of a document, in its order."""
        ...

    def values_of(self, field: str) -> list[str]:
        """The distinct values of a field."""
        ...


@dataclass(frozen=True, slots=True)
class Collected:
    """What was found.

    Args:
        sources: The documents with incidents, by name.
        incidents: By document, in its order; each number of a machine once.
        repeated: So many were left out because another document tells of the same number.
        others: So many documents hold none.
    """

    sources: tuple[Source, ...]
    incidents: tuple[Incident, ...]
    repeated: int
    others: int


def collected(shelf: Shelf, said: Mapping[str, Said]) -> Collected:
    """Read the incidents of every document that holds some; what is superseded is passed over.

    Args:
        said: What a person says of documents, by name; it goes before everything else.
    """
    documents = [row for row in shelf.documents() if not row.metadata.superseded]
    found: dict[str, Found] = {}
    others: list[tuple[DocumentRow, list[Chunk]]] = []
    for row in documents:
        if not _may_hold(row, said.get(row.doc)):
            continue
        chunks = shelf.passages(row.doc)
        rows = _in_rows(row, chunks, said.get(row.doc))
        if rows is None:
            others.append((row, chunks))
        else:
            found[row.doc] = rows
    # A report names machines by what tables and other documents call them.
    named = {one.machine for _, incidents in found.values() for one in incidents if one.machine}
    machines = tuple(sorted({*shelf.values_of("machine"), *named}))
    for row, chunks in others:
        kind, reason = _kind(row, said.get(row.doc))
        whole = incident_of(row, chunks, kind, reason if kind else "headings", machines)
        if whole is not None:
            found[row.doc] = whole
    incidents = [one for doc in sorted(found) for one in found[doc][1]]
    kept = _once(incidents)
    log.info("%d incidents in %d of %d documents", len(kept), len(found), len(documents))
    sources = tuple(found[doc][0] for doc in sorted(found))
    return Collected(sources, tuple(kept), len(incidents) - len(kept), len(documents) - len(found))


def _may_hold(row: DocumentRow, said: Said | None) -> bool:
    """Whether a document may tell of incidents: whatever is not stated to be something else."""
    return said != "none" and (said is not None or row.metadata.kind in (*_STATED, "manual", "list"))


def _in_rows(row: DocumentRow, chunks: list[Chunk], said: Said | None) -> Found | None:
    """The incidents of a document that is mostly table; a report may hold a table, too."""
    rows = [chunk for chunk in chunks if "table_row" in chunk.kinds]
    kind, reason = _kind(row, said)
    if len(rows) <= len(chunks) / 2:
        return None
    return incidents_in_rows(row, rows, kind, reason if kind else "columns")


def _kind(row: DocumentRow, said: Said | None) -> tuple[Kind | None, Reason]:
    if said is not None and said != "none":
        return said, "person"
    return _STATED.get(row.metadata.kind), "stated"


def _once(incidents: list[Incident]) -> list[Incident]:
    """Each number of a machine once, as the document tells it that tells most; ids are unique."""
    fullest: dict[tuple[str, str], Incident] = {}
    for incident in incidents:
        known = fullest.setdefault(_key(incident), incident)
        if len(incident.told) > len(known.told):
            fullest[_key(incident)] = incident
    ids: dict[str, int] = {}
    kept: list[Incident] = []
    for incident in incidents:
        # The same number twice in one document is one order with several lines.
        if incident.number and fullest[_key(incident)].evidence.place.doc != incident.evidence.place.doc:
            continue
        ids[incident.id] = times = ids.get(incident.id, 0) + 1
        kept.append(incident if times == 1 else replace(incident, id=f"{incident.id}-{times}"))
    return kept


def _key(incident: Incident) -> tuple[str, str]:
    return look_alike(incident.number), look_alike(incident.machine)
