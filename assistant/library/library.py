"""What can be done with the documents of an index through the page; the index follows each change."""

import copy
import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.errors import BusyError, IndexMissingError, LibraryError
from assistant.library.before import Before, What
from assistant.library.folder import Change, DocumentFolder
from assistant.library.names import document_name, free_name
from assistant.library.records import Index, Listed, Outcome, Stated
from ingest import disk
from ingest.plan import Report
from ingest.records import DOCUMENT_KINDS, FileOutcome, IngestReport
from ingest.store import Checked

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LibraryLimits:
    """How much may be given at once.

    Args:
        files: At most so many files.
        bytes: All of them together.
    """

    files: int = 100
    bytes: int = 200 << 20


class Library:
    """The documents of one index; safe to use from several threads. One change at a time: the next is busy.

    Args:
        folder: Where documents that come through the page are kept.
    """

    def __init__(self, index: Index, folder: Path, limits: LibraryLimits) -> None:
        self._index, self._folder, self._limits = index, DocumentFolder(folder), limits
        self._taken = threading.Lock()
        self._by = ""

    def used_by(self, name: str) -> "Library":
        """The same library in someone's hands; the audit log names them."""
        used = copy.copy(self)
        used._by = name
        return used

    def listed(self) -> list[Listed]:
        """Every document of the index, by name."""
        try:
            rows = self._index.documents()
        except IndexMissingError:
            return []
        return [Listed(row, row.root == self._folder.home) for row in rows]

    def add(self, files: Sequence[Path], stated: Stated, report: Report = lambda _: None) -> list[Outcome]:
        """Take files in, and say of each how it ended; one that is refused leaves nothing behind.

        Args:
            stated: What is said of all of them.

        Raises:
            LibraryError: They are too many or too large, or there is no such kind.
            BusyError: The library or the index is being changed.
            MillwrightError: The index could not be written; the library is as it was.
        """
        _check_kind(stated)
        self._check_size(files)
        with self._changing("add", [file.name for file in files]) as change:
            refused: dict[str, Outcome] = {}
            placed: dict[str, str] = {}
            for file in files:
                refusal = self._refusal(file, placed)
                if refusal is None:
                    name = document_name(file.name)
                    change.add(file, name, stated)
                    placed[name] = disk.mark_of(file).sha256
                else:
                    refused[file.name] = refusal
            ended = self._ended(change, list(placed), report) if placed else []
        return [*ended, *refused.values()]

    def replace(
        self, doc: str, files: Sequence[Path], revision: str, report: Report = lambda _: None
    ) -> list[Outcome]:
        """Take a new revision in; the one before stays, marked as superseded: what cites it still opens.

        Args:
            files: One file.
            revision: The new one; everything else that is known of the old one holds for it, too.

        Raises:
            LibraryError: There is no such document here.
        """
        self._check_size(files)
        file = files[0]
        with self._changing("replace", [doc]) as change:
            old = self._own(doc)
            refusal = self._refusal(file, {})
            if refusal is not None and refusal.ending != "taken":
                return [refusal]
            stated = Stated.of(old.row.metadata)
            taken = {name.casefold() for name in self._folder.names()}
            name = free_name(document_name(file.name), f"rev {revision}" if revision else "", taken)
            # The title and the date are the new document's own matter.
            change.add(file, name, replace(stated, title="", date="", revision=revision, superseded=False))
            change.state(self._name(doc), replace(stated, superseded=True))
            ended = self._ended(change, [name], report)
            if ended[0].ending != "ok":
                change.undo()
                self._read(report)
        return ended

    def state(self, docs: Sequence[str], stated: Stated, report: Report = lambda _: None) -> list[Outcome]:
        """Say what documents are; they are read again with it.

        Raises:
            LibraryError: There is no such document here, or no such kind.
        """
        _check_kind(stated)
        with self._changing("state", docs) as change:
            names = [self._name(self._own(doc).row.doc) for doc in docs]
            for name in names:
                change.state(name, stated)
            return self._ended(change, names, report)

    def delete(self, docs: Sequence[str], report: Report = lambda _: None) -> tuple[str, ...]:
        """Take documents out of the index and out of the folder; returns their names.

        Raises:
            LibraryError: There is no such document here.
        """
        with self._changing("delete", docs) as change:
            names = [self._name(self._own(doc).row.doc) for doc in docs]
            for name in names:
                change.remove(name)
            change.written()
            self._read(report)
        return tuple(names)

    def rebuild(self, report: Report = lambda _: None) -> list[Outcome]:
        """Make the index again from the originals it keeps."""
        with self._turn():
            return [_outcome(row, row.path) for row in self._index.rebuild(report=report, by=self._by).files]

    def verify(self) -> Sequence[Checked]:
        """Hash every file of the index."""
        return self._index.check()

    def settle(self) -> Before | None:
        """Undo a change that was cut off: whoever made it was never told that it was done.

        Returns:
            What was undone, None when nothing was.

        Raises:
            BusyError: The library or the index is being changed.
            MillwrightError: The index could not be brought back in step; the next call goes on.
        """
        if self._folder.cut_off() is None:
            return None
        with self._turn(), self._folder.locked():
            return self._settle()

    def undone(self) -> Before | None:
        """The last change that was cut off and undone; None once another has ended."""
        return self._folder.undone()

    def _settle(self) -> Before | None:
        before = self._folder.cut_off()
        if before is None:
            return None
        self._folder.restore(before)
        # The index may hold the change already.
        self._index.read_folder(self._folder.path, lambda _: None, self._by or "millwright")
        self._folder.settled(before)
        log.warning("a change of the library that was cut off has been undone: %s", before.what)
        return before

    @contextmanager
    def _changing(self, what: What, names: Sequence[str]) -> Iterator[Change]:
        with self._turn(), self._folder.locked():
            self._settle()
            with self._folder.changing(what, names) as change:
                yield change

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._taken.acquire(blocking=False):
            raise BusyError("busy: the library is being changed; wait until that has finished")
        try:
            yield
        finally:
            self._taken.release()

    def _check_size(self, files: Sequence[Path]) -> None:
        limits = self._limits
        if not files:
            raise LibraryError("no file was given: choose one first")
        if len(files) > limits.files:
            raise LibraryError(f"{len(files)} files; at most {limits.files} at once (library.max_files)")
        size = sum(file.stat().st_size for file in files)
        if size > limits.bytes:
            raise LibraryError(
                f"{size / 1e6:,.0f} MB; at most {limits.bytes / 1e6:,.0f} MB at once (library.max_upload_mb)"
            )

    def _refusal(self, file: Path, placed: dict[str, str]) -> Outcome | None:
        """Why a file is not taken in; None when it is to be read."""
        try:
            name = document_name(file.name)
        except LibraryError as error:
            return Outcome(file.name, "unnamed", str(error))
        content = disk.mark_of(file).sha256
        alike = {listed.row.sha256: self._name(listed.row.doc) for listed in self.listed() if listed.own}
        alike |= {sha256: other for other, sha256 in placed.items()}
        if content in alike:
            return Outcome(name, "same", alike[content])
        taken = {there.casefold() for there in self._folder.names()}
        return Outcome(name, "taken") if name.casefold() in taken else None

    def _own(self, doc: str) -> Listed:
        found = next((listed for listed in self.listed() if listed.row.doc == doc), None)
        if found is None:
            raise LibraryError(f"there is no document {doc!r} any more; open the page anew")
        if not found.own:
            raise LibraryError(
                f"{doc} lies in {found.row.root}: change it there, then run `millwright ingest` again"
            )
        return found

    def _name(self, doc: str) -> str:
        """The file of a document; where another folder has one of the same name, ours stands before it."""
        return doc.removeprefix(f"{self._folder.path.resolve().name}/")

    def _read(self, report: Report) -> IngestReport:
        return self._index.read_folder(self._folder.path, report, self._by)

    def _ended(self, change: Change, names: Sequence[str], report: Report) -> list[Outcome]:
        """Bring the index up to date; how these documents ended. Those that were refused are taken back."""
        change.written()
        rows = {self._name(row.path): row for row in self._read(report).files}
        ended = [_outcome(rows[name], name) for name in names if name in rows]
        for outcome in ended:
            if outcome.ending != "ok" and change.added(outcome.name):
                change.take_back(outcome.name)
        change.written()
        return ended


def _outcome(row: FileOutcome, name: str) -> Outcome:
    return Outcome(name, row.outcome, row.detail, row.pages, row.chunks, row.warnings)


def _check_kind(stated: Stated) -> None:
    if stated.kind and stated.kind not in DOCUMENT_KINDS:
        raise LibraryError(f"there is no kind {stated.kind!r}; the kinds are {', '.join(DOCUMENT_KINDS)}")
