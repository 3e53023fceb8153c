"""The list of questions that wait for an expert, and how a note becomes a document."""

import copy
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from assistant.access.records import OPEN_COLLECTION
from assistant.errors import GapError
from assistant.gaps.gap_file import GapFile, now
from assistant.gaps.notes import Notes
from assistant.gaps.records import Ask, AskKind, Gap, Note
from assistant.records import Answer, Language
from ingest.clean import one_line
from ingest.records import IngestReport
from ingest.terms import is_chinese

_AUTHOR, _TEXT, _FEWEST = 40, 20_000, 3
"""Characters of a name and a note, and how many make one."""

Publish = Callable[[Path, str], IngestReport]
"""Brings the index up to date with a folder, which may have become empty, for someone by name."""
Record = Callable[[str, str, str], None]
"""Writes into the audit log who did what to which question or note."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What an expert writes.

    Args:
        machine: Which machine it is about; empty for any.
        collection: Where the note is kept; empty for that of the question.
    """

    author: str
    text: str
    machine: str = ""
    collection: str = ""


class Gaps:
    """What the documents of one index do not answer; safe to use from several threads.

    Args:
        publish: Makes the notes part of the index.
        record: Keeps what was done; not called for what readers ask.
    """

    def __init__(
        self, file: GapFile, notes: Notes, publish: Publish, record: Record = lambda *_: None
    ) -> None:
        self._file, self._notes, self._publish, self._record = file, notes, publish, record
        self._writing = threading.Lock()
        self._by = ""
        self._readable: frozenset[str] | None = None

    def seen_by(self, name: str, readable: frozenset[str] | None) -> "Gaps":
        """The same for someone who may read these collections only (None for all): no other is named.

        Args:
            name: For the audit log; empty for the system's user.
        """
        seen = copy.copy(self)
        seen._by, seen._readable = name, readable
        return seen

    @property
    def notice(self) -> str:
        """That a damaged file had to be set aside; empty while none had."""
        return self._file.notice

    def declined(self, answer: Answer, source: str = "") -> None:
        """Keep a question that the documents did not answer; any other is passed over.

        Raises:
            HistoryError: It cannot be written.
        """
        if answer.support == "declined":
            self._file.add(self._ask(answer, "declined"), source)

    def disliked(self, answer: Answer, reason: str, source: str) -> None:
        """Keep a question whose answer a reader disliked.

        Raises:
            HistoryError: It cannot be written.
        """
        self._file.add(self._ask(answer, "disliked", reason), source)

    def not_disliked(self, source: str) -> None:
        """The reader thinks better of the answer."""
        self._file.take_back(source, "disliked")

    def open(self) -> list[Gap]:
        """What waits for a note: asked since it was answered or dismissed; the most asked first."""
        answered = {note.id: note.at for note in self._notes.all()}
        waiting = [
            gap
            for gap, dismissed in self._file.all()
            if gap.last > max(dismissed, answered.get(gap.id, "")) and self._may_read(gap.collection)
        ]
        return sorted(waiting, key=lambda gap: (len(gap.asks), gap.last), reverse=True)

    def notes(self) -> list[Note]:
        """The notes that are documents now, the last one first."""
        return [note for note in self._notes.all() if self._may_read(note.collection)]

    def answer(self, number: str, draft: Draft) -> Note:
        """Answer a gap: the note is in the index when this returns.

        Args:
            number: The gap's id, or the first characters of it.

        Raises:
            GapError: There is no such gap or collection to them, or the name or the text is missing.
            MillwrightError: It could not be written or read into the index; then there is no note.
        """
        gap, author, text = self._get(number), one_line(draft.author), draft.text.strip()
        collection = one_line(draft.collection) or gap.collection
        if not self._may_read(collection):
            raise GapError(f"there is no collection {collection!r} that you may read")
        if not author or len(author) > _AUTHOR:
            raise GapError(
                f"say who writes the note, in at most {_AUTHOR} characters; it is cited by that name"
            )
        if not _FEWEST <= len(text) <= _TEXT:
            raise GapError(f"the note has {len(text):,} characters; write {_FEWEST} to {_TEXT:,}")
        language: Language = "zh" if is_chinese(text) else "en"
        day = f"{datetime.now().astimezone():%Y-%m-%d}"
        machine = one_line(draft.machine)
        note = Note(gap.id, gap.question, text, author, day, language, machine, now(), collection)
        with self._writing:
            before = next((known for known in self._notes.all() if known.id == gap.id), None)
            self._notes.write(note)
            try:
                self._published()
            except BaseException:
                # What is not in the index must not look as if it were.
                if before:
                    self._notes.write(before)
                else:
                    self._notes.remove(note.id)
                raise
        self._record(self._by, "gaps answer", note.id)
        return note

    def remove(self, number: str) -> Note:
        """Take a note out of the index; its question waits again.

        Args:
            number: The note's id, or the first characters of it.

        Raises:
            GapError: There is no such note.
            MillwrightError: The index could not be written; the note is as it was.
        """
        with self._writing:
            found = [note for note in self.notes() if number and note.id.startswith(number)]
            if len(found) != 1:
                raise GapError(
                    f"{len(found) or 'no'} notes begin with {number!r}; `millwright gaps notes` lists them"
                )
            self._notes.remove(found[0].id)
            try:
                self._published()
            except BaseException:
                self._notes.write(found[0])
                raise
        self._record(self._by, "gaps remove", found[0].id)
        return found[0]

    def dismiss(self, number: str) -> str:
        """Leave a gap out of the list until it is asked again; returns its id.

        Raises:
            GapError: There is no such gap.
        """
        found = self._file.dismiss(self._get(number).id)
        self._record(self._by, "gaps dismiss", found)
        return found

    def _get(self, number: str) -> Gap:
        """A gap that may be seen; of another one nothing is told."""
        found = self._file.get(number)
        if not self._may_read(found.collection):
            raise GapError(f"there is no question {number!r} there; `millwright gaps list` shows them")
        return found

    def _may_read(self, collection: str) -> bool:
        return self._readable is None or collection in self._readable

    def _ask(self, answer: Answer, kind: AskKind, reason: str = "") -> Ask:
        question, machine = answer.resolved or answer.question, answer.about.machine
        return Ask(question, kind, answer.language, reason, machine, collection=self._asked_in(answer))

    def _asked_in(self, answer: Answer) -> str:
        """Where a note to a question belongs: with what was read for it.

        What an answer cites decides, of several the first that is not open to all; without an answer the
        nearest passage does; without any, it is a collection that the reader may read.
        """
        cited = {entry.chunk_id for entry in answer.citations}
        near = [hit for hit in answer.hits if hit.chunk.chunk_id in cited] if cited else answer.hits[:1]
        found = [hit.chunk.metadata.collection for hit in near]
        if not found:
            found = [OPEN_COLLECTION] if self._may_read(OPEN_COLLECTION) else sorted(self._readable or ())
        return next((name for name in found if name != OPEN_COLLECTION), OPEN_COLLECTION)

    def _published(self) -> None:
        failed = self._publish(self._notes.folder, self._by).failed
        if failed:
            raise GapError(
                f"the note could not be read into the index: {failed[0].outcome} {failed[0].detail}"
            )
