"""The list of questions that wait for an expert, and how a note becomes a document."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

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

Publish = Callable[[Path], IngestReport]
"""Brings the index up to date with a folder, which may have become empty."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What an expert writes.

    Args:
        machine: Which machine it is about; empty for any.
    """

    author: str
    text: str
    machine: str = ""


class Gaps:
    """What the documents of one index do not answer; safe to use from several threads.

    Args:
        publish: Makes the notes part of the index.
    """

    def __init__(self, file: GapFile, notes: Notes, publish: Publish) -> None:
        self._file, self._notes, self._publish = file, notes, publish
        self._writing = threading.Lock()

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
            self._file.add(_ask(answer, "declined"), source)

    def disliked(self, answer: Answer, reason: str, source: str) -> None:
        """Keep a question whose answer a reader disliked.

        Raises:
            HistoryError: It cannot be written.
        """
        self._file.add(_ask(answer, "disliked", reason), source)

    def not_disliked(self, source: str) -> None:
        """The reader thinks better of the answer."""
        self._file.take_back(source, "disliked")

    def open(self) -> list[Gap]:
        """What waits for a note: asked since it was answered or dismissed; the most asked first."""
        answered = {note.id: note.at for note in self._notes.all()}
        waiting = [
            gap for gap, dismissed in self._file.all() if gap.last > max(dismissed, answered.get(gap.id, ""))
        ]
        return sorted(waiting, key=lambda gap: (len(gap.asks), gap.last), reverse=True)

    def notes(self) -> list[Note]:
        """The notes that are documents now, the last one first."""
        return self._notes.all()

    def answer(self, number: str, draft: Draft) -> Note:
        """Answer a gap: the note is in the index when this returns.

        Args:
            number: The gap's id, or the first characters of it.

        Raises:
            GapError: There is no such gap, or the name or the text is missing.
            MillwrightError: It could not be written or read into the index; then there is no note.
        """
        gap, author, text = self._file.get(number), one_line(draft.author), draft.text.strip()
        if not author or len(author) > _AUTHOR:
            raise GapError(
                f"say who writes the note, in at most {_AUTHOR} characters; it is cited by that name"
            )
        if not _FEWEST <= len(text) <= _TEXT:
            raise GapError(f"the note has {len(text):,} characters; write {_FEWEST} to {_TEXT:,}")
        language: Language = "zh" if is_chinese(text) else "en"
        day = f"{datetime.now().astimezone():%Y-%m-%d}"
        note = Note(gap.id, gap.question, text, author, day, language, one_line(draft.machine), now())
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
            found = [note for note in self._notes.all() if number and note.id.startswith(number)]
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
        return found[0]

    def dismiss(self, number: str) -> str:
        """Leave a gap out of the list until it is asked again; returns its id.

        Raises:
            GapError: There is no such gap.
        """
        return self._file.dismiss(number)

    def _published(self) -> None:
        failed = self._publish(self._notes.folder).failed
        if failed:
            raise GapError(
                f"the note could not be read into the index: {failed[0].outcome} {failed[0].detail}"
            )


def _ask(answer: Answer, kind: AskKind, reason: str = "") -> Ask:
    return Ask(answer.resolved or answer.question, kind, answer.language, reason, answer.about.machine)
