"""The steps of ingest in order: find, read, chunk, embed, publish."""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest import disk, originals, page_cache, store
from ingest.chunk import CHUNKER_VERSION
from ingest.embed import Embedder
from ingest.errors import IndexMismatchError, IndexMissingError, IndexWriteError, MillwrightError
from ingest.journal import Journal
from ingest.options import IngestOptions
from ingest.pace import seconds_left
from ingest.parse import PARSER_VERSION
from ingest.plan import Plan, Progress, Report, Work, make_plan
from ingest.reading import Reading
from ingest.records import FileOutcome, IngestReport
from ingest.tables import known_files

__all__ = ["IngestOptions", "check_embedder", "ingest", "rebuild"]

log = logging.getLogger(__name__)

READER = f"{PARSER_VERSION}.{CHUNKER_VERSION}"


def ingest(
    roots: Sequence[Path],
    folder: Path,
    embedder: Embedder,
    options: IngestOptions | None = None,
    report: Report = lambda _: None,
) -> IngestReport:
    """Bring an index up to date with the files under some folders.

    Files that did not change are not read again; files that are gone from a folder given before
    disappear; documents of other folders stay.

    Args:
        roots: Folders, or single files.
        folder: The index; made when it does not exist.

    Raises:
        MillwrightError: Nothing to read, another writer, another embedder, or a full disk. The index is
            then as it was.
    """
    options = options or IngestOptions()
    started = time.monotonic()
    _must_exist(roots)
    existed = folder.exists()
    with store.writing(folder):
        previous = None if options.rebuild else _previous(folder, embedder)
        known = known_files(previous.folder / store.TABLES) if previous else []
        plan = make_plan(roots, known, options.kind, options.limits, report)
        if not plan.rows and not options.may_be_empty:
            _forget(folder, existed)
            raise MillwrightError(
                f"{', '.join(map(str, roots))}: no files to read. Give a folder that holds PDF, DOCX, XLSX, "
                "CSV, HTML, Markdown or text files."
            )
        outcomes, number = _carry_out(folder, previous, plan, embedder, options, report)
    return _reported(folder, number, outcomes, plan, started)


def rebuild(
    folder: Path, embedder: Embedder, options: IngestOptions | None = None, report: Report = lambda _: None
) -> IngestReport:
    """Make an index again from the originals it keeps; the generations there are need not be readable.

    Raises:
        IndexMissingError: There is no index, or it keeps no originals.
    """
    started = time.monotonic()
    work = originals.kept(folder)
    if not work:
        raise IndexMissingError(
            f"{folder}: no originals are kept there. Run `millwright ingest PATH --index {folder.name}`."
        )
    with store.writing(folder):
        plan = Plan(tuple(map(_whole_or_refused, work)), ())
        outcomes, number = _carry_out(folder, None, plan, embedder, options or IngestOptions(), report)
    return _reported(folder, number, outcomes, plan, started)


def _whole_or_refused(entry: Work) -> FileOutcome | Work:
    """A kept file, or the row of the report that says that it is no longer the one that was kept."""
    if originals.is_whole(entry[1]):
        return entry
    told = "the copy that was kept of it is damaged; ingest its folder again"
    return FileOutcome(entry[1].doc, "corrupt", told)


def _carry_out(
    folder: Path,
    previous: "_Previous | None",
    plan: Plan,
    embedder: Embedder,
    options: IngestOptions,
    report: Report,
) -> tuple[list[FileOutcome], int]:
    """Read what must be and publish it; how each file ended, and the number of the generation."""
    journal = Journal(folder, f"{embedder.fingerprint} {READER}", embedder.dimension)
    outcomes = Reading(folder, journal, embedder, options, report).outcomes(plan)
    if not plan.work and not plan.removed:
        # A run that was cut off may have left something even when nothing is to be done now.
        _clean_up(folder, journal, previous)
        return outcomes, previous.number if previous else 0
    writer = store.Writer(
        folder,
        previous.folder if previous else None,
        store.next_number(folder),
        embedder.dimension,
        options.flat_below,
    )
    number = _publish(folder, writer, plan, journal, embedder, _Writing(outcomes, plan, report))
    _clean_up(folder, journal, previous)
    return outcomes, number


def _reported(
    folder: Path, number: int, outcomes: Sequence[FileOutcome], plan: Plan, started: float
) -> IngestReport:
    ms = round(1000 * (time.monotonic() - started))
    log.info("ingest %s: %d files, %d read, %d ms", folder.name, len(plan.rows), len(plan.work), ms)
    return IngestReport(folder.name, number, tuple(outcomes), ms, plan.removed)


@dataclass(frozen=True, slots=True)
class _Previous:
    folder: Path
    number: int


def _previous(folder: Path, embedder: Embedder) -> _Previous | None:
    """The generation to start from; refused when its vectors or chunks are not comparable with ours."""
    try:
        generation = store.open_index(folder).generation
    except IndexMissingError:
        return None
    manifest = generation.manifest
    check_embedder(folder, manifest.embedder, manifest.fingerprint, embedder)
    if manifest.reader != READER:
        raise IndexMismatchError(
            f"{folder}: cut by version {manifest.reader} of the reader, this is {READER}. "
            f"Run `millwright ingest PATH --index {folder.name} --rebuild`."
        )
    return _Previous(generation.folder, manifest.generation)


def check_embedder(folder: Path, name: str, fingerprint: str, embedder: Embedder) -> None:
    """Refuse an index whose vectors another model made.

    Raises:
        IndexMismatchError: Says with which command to rebuild it.
    """
    if fingerprint != embedder.fingerprint:
        raise IndexMismatchError(
            f"{folder}: built with {name!r}, but the settings ask for {embedder.name!r}. "
            f"Run `millwright ingest PATH --index {folder.name} --rebuild`, or set embed.model = {name!r}."
        )


def _must_exist(roots: Sequence[Path]) -> None:
    for root in roots:
        if not root.exists():
            raise MillwrightError(f"{root}: no such file or folder. Check the path and try again.")


def _forget(folder: Path, existed: bool) -> None:
    """Leave no empty index behind when the first run found nothing."""
    if not existed:
        disk.remove(folder)


class _Writing:
    """Tells how far the writing is, by chunks."""

    def __init__(self, outcomes: Sequence[FileOutcome], plan: Plan, report: Report) -> None:
        self._total, self._report = len(plan.work), report
        self._total_chunks = sum(row.chunks for row in outcomes if not row.unchanged)
        self._started = time.monotonic()
        self._done = self._chunks = 0

    def wrote(self, outcome: FileOutcome) -> None:
        """A file is in the new generation."""
        self._done += 1
        self._chunks += outcome.chunks
        share = self._chunks / self._total_chunks if self._total_chunks else self._done / self._total
        left_s = seconds_left(time.monotonic() - self._started, share)
        self._report(Progress("write", self._done, self._total, outcome.path, self._chunks, share, left_s))


def _publish(
    folder: Path,
    writer: store.Writer,
    plan: Plan,
    journal: Journal,
    embedder: Embedder,
    told: "_Writing",
) -> int:
    try:
        changed = [source.doc for _, source in plan.work]
        writer.vectors.remove(writer.tables.drop([*changed, *plan.removed]))
        for entry in journal.take(plan.work):
            if entry.outcome.outcome == "ok":
                originals.keep(folder, entry.root, entry.source)
            numbers = writer.tables.add(entry.source, entry.root, entry.outcome, entry.metadata, entry.chunks)
            writer.vectors.add(numbers, entry.vectors)
            told.wrote(entry.outcome)
        manifest = writer.publish(embedder=embedder.name, fingerprint=embedder.fingerprint, reader=READER)
    except BaseException:
        writer.abandon()
        raise
    return manifest.generation


def _clean_up(folder: Path, journal: Journal, previous: "_Previous | None") -> None:
    """Remove what is no longer needed; the new generation is in place, so a failure here costs space only."""
    try:
        store.tidy(folder, previous.number if previous else None)
        page_cache.tidy(folder / page_cache.FOLDER)
        journal.close(finished=True)
    except IndexWriteError as error:
        log.warning("%s: what is no longer needed could not be removed: %s", folder, error)
