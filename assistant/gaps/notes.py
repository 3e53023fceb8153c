"""Notes as Markdown files, a folder each, which ingest reads as it reads any other document."""

import json
import re
from dataclasses import asdict
from pathlib import Path

from assistant.errors import GapError
from assistant.gaps.records import Note
from assistant.logs.markdown import plain
from ingest import disk
from ingest.clean import visible
from ingest.folder import FOLDER_FILE

_KEPT = ".note.json"
"""Ingest passes over what begins with a dot."""
_ID = re.compile(r"[0-9a-f]{6,32}")
_HEADING = 200


class Notes:
    """The notes of one index.

    Args:
        folder: Need not exist yet.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, note: Note) -> None:
        """Write a note, in place of the one that answered the same before.

        It is there whole or not at all: the folder gets its name when all that is in it is on the disk.

        Raises:
            MillwrightError: It cannot be written.
        """
        home = self._home(note.id)
        fresh = home.with_name(f".{home.name}.new")
        disk.remove(fresh)
        disk.make_folder(fresh)
        disk.write_file(fresh / _KEPT, json.dumps(asdict(note), ensure_ascii=False, indent=1).encode())
        disk.write_file(fresh / FOLDER_FILE, _stated(note).encode())
        disk.write_file(fresh / "note.md", _markdown(note).encode())
        disk.flush_folder(fresh)
        disk.remove(home)
        disk.rename(fresh, home)

    def all(self) -> list[Note]:
        """Every note, the last one first; one that cannot be read is left out."""
        found = [_read(path) for path in self.folder.glob(f"note-*/{_KEPT}")] if self.folder.is_dir() else []
        return sorted((note for note in found if note), key=lambda note: note.at, reverse=True)

    def remove(self, number: str) -> None:
        """Remove a note.

        Raises:
            GapError: There is none of that id.
        """
        home = self._home(number)
        if not home.is_dir():
            raise GapError(f"there is no note {number!r}; it may have been removed")
        disk.remove(home)

    def _home(self, number: str) -> Path:
        # The id becomes a folder's name; nothing else may.
        if not _ID.fullmatch(number):
            raise GapError(f"there is no note {number!r}; an id reads 1f0c9a2b7d3e")
        return self.folder / f"note-{number}"


def _read(path: Path) -> Note | None:
    try:
        return Note(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _markdown(note: Note) -> str:
    """The question as a heading, and the note as it was written."""
    question = plain(visible(note.question))
    heading = question if len(question) <= _HEADING else f"{question[:_HEADING]}…"
    return f"# {heading}\n\n{visible(note.text).strip()}\n"


def _stated(note: Note) -> str:
    """What ingest is told of the document."""
    stated = {
        "title": note.title,
        "date": note.day,
        "language": note.language,
        "machine": note.machine,
        "collection": note.collection,
    }
    # A JSON string without control characters is a TOML string.
    rows = [
        f"{name} = {json.dumps(visible(value), ensure_ascii=False)}"
        for name, value in stated.items()
        if value
    ]
    return "\n".join(["[[documents]]", 'path = "note.md"', 'kind = "note"', *rows, ""])
