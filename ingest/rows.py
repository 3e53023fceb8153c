"""Rows of an index's tables as records, and the columns they are read from."""

import json
from collections.abc import Sequence
from typing import Any, get_args

from ingest.records import BlockKind, Box, Chunk, DocumentRow, FileType, Metadata, Place

DOCUMENT = (
    "d.doc, d.kind, d.title, d.revision, d.date, d.language, d.machine, d.site, d.collection, d.superseded"
)
CHUNK = (
    "c.id, c.chunk_id, c.ordinal, c.section, c.first_page, c.last_page, c.label, c.boxes, c.kinds, "
    "c.ocr, c.text"
)
LISTED = f"{DOCUMENT}, d.type, d.sha256, d.pages, d.chunks, d.warnings, d.root"


def _metadata(row: Sequence[Any]) -> Metadata:
    _doc, kind, title, revision, date, language, machine, site, collection, superseded = row
    return Metadata(kind, title, revision, date, language, machine, site, collection, bool(superseded))


def chunk_of(row: Sequence[Any]) -> Chunk:
    """A row of CHUNK and DOCUMENT."""
    _number, chunk_id, ordinal, section, first, last, label, boxes, kinds, ocr, text = row[:11]
    metadata = _metadata(row[11:21])
    place = Place(
        doc=row[11],
        title=metadata.title,
        section=section,
        first_page=first,
        last_page=last,
        label=label,
        boxes=tuple(Box(*box) for box in json.loads(boxes)),
    )
    known: tuple[BlockKind, ...] = tuple(kind for kind in get_args(BlockKind) if kind in kinds.split())
    return Chunk(chunk_id, text, place, ordinal, metadata, known, bool(ocr))


def document_of(row: Sequence[Any]) -> DocumentRow:
    """A row of LISTED."""
    file_type, sha256, pages, chunks, warnings, root = row[10:16]
    known: FileType = file_type
    return DocumentRow(
        row[0], known, sha256, _metadata(row[:10]), pages, chunks, tuple(json.loads(warnings)), root
    )
