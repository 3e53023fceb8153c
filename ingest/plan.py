"""What a run has to do, worked out before anything is read."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.limits import Limits
from ingest.load import find_sources
from ingest.records import DocumentKind, FileOutcome, Source
from ingest.tables import KnownFile, stated
from ingest.wire import RETRIED


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a run is: `done` of `total` files of a stage (`find`, `read`, `write`); total 0 is unknown.

    Args:
        doc: The file in hand.
        chunks: Passages of the stage that are done.
        share: Of the stage's work that is done, 0..1, which files of different length make uneven.
        left_s: Seconds until the stage is done; None while too little is done to say.
    """

    stage: str
    done: int
    total: int
    doc: str = ""
    chunks: int = 0
    share: float = 0.0
    left_s: float | None = None


Report = Callable[[Progress], None]
Work = tuple[str, Source]
"""A file to be read and the root folder it was found under."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The files of a run.

    Args:
        rows: One entry a file, in the order found: how it ended, or that it must be read.
        removed: Documents of these folders whose files are gone.
    """

    rows: tuple[FileOutcome | Work, ...]
    removed: tuple[str, ...]

    @property
    def work(self) -> list[Work]:
        """What must be read."""
        return [row for row in self.rows if not isinstance(row, FileOutcome)]


def make_plan(
    roots: Sequence[Path],
    known: Iterable[KnownFile],
    kind: DocumentKind | None,
    limits: Limits,
    report: Report,
) -> Plan:
    """Compare what lies in the folders with what an earlier run met there."""
    by_doc = {entry.doc: entry for entry in known}
    rows: list[FileOutcome | Work] = []
    removed: list[str] = []
    for root in roots:
        home = str((root if root.is_dir() else root.parent).resolve())
        seen: set[str] = set()
        for found in find_sources([root], kind, limits):
            row = found if isinstance(found, FileOutcome) else _row(home, found, by_doc)
            name = row.path if isinstance(row, FileOutcome) else row[1].doc
            rows.append(row)
            seen.add(name)
            report(Progress("find", len(rows), 0, name))
        if root.is_dir():
            removed.extend(doc for doc, entry in by_doc.items() if entry.root == home and doc not in seen)
    return Plan(tuple(rows), tuple(removed))


def _row(home: str, source: Source, by_doc: Mapping[str, KnownFile]) -> FileOutcome | Work:
    """How a file ended before, if nothing about it changed; else the work to do."""
    before = by_doc.get(source.doc)
    if before is not None and before.root != home and Path(before.root).is_dir():
        # Two folders hold a file of the same relative name: the later one is told apart by its folder.
        source = replace(source, doc=f"{Path(home).name}/{source.doc}")
        before = by_doc.get(source.doc)
    if (
        before is not None
        and before.root == home
        and before.sha256 == source.sha256
        and before.stated == stated(source.metadata)
        and not before.outcome.detail.startswith(RETRIED)
    ):
        return before.outcome
    return home, source
