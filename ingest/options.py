"""What a run is told: how much it does at a time, and within which limits."""

from dataclasses import dataclass, field

from ingest.chunk import ChunkOptions
from ingest.limits import Limits
from ingest.records import DocumentKind
from ingest.vectors import FLAT_BELOW


@dataclass(frozen=True, slots=True)
class IngestOptions:
    """How a run goes about its work; the application fills it from its settings.

    Args:
        kind: What the documents are where nothing beside them says so.
        rebuild: Start from nothing instead of from the current generation.
        workers: Files read at the same time, each in a process of its own.
        batch_chunks: Chunks embedded together; bounds memory, and larger batches pad less.
        may_be_empty: Folders without files are no mistake: what was in them disappears.
        flat_below: An index of so many chunks gets a trained vector index instead of a flat one.
    """

    kind: DocumentKind | None = None
    rebuild: bool = False
    may_be_empty: bool = False
    workers: int = 2
    batch_chunks: int = 256
    flat_below: int = FLAT_BELOW
    chunks: ChunkOptions = field(default_factory=ChunkOptions)
    limits: Limits = field(default_factory=Limits)
