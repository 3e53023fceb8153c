"""The folder in which the library keeps its documents and what is stated of them; changes can be undone."""

import glob
import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, fields
from datetime import datetime
from pathlib import Path

from assistant.errors import LibraryError
from assistant.library import before as kept
from assistant.library.before import Before, What
from assistant.library.records import Stated
from ingest import disk
from ingest.clean import one_line
from ingest.folder import FOLDER_FILE
from ingest.lock import held

# Ingest passes over what begins with a dot.
_ASIDE, _LOCK = ".aside", ".lock"
_BEFORE, _UNDONE = ".before.json", ".undone.json"
_LONGEST = 200
"""Characters of one stated value."""


class DocumentFolder:
    """The documents of one index that were given through the page.

    Args:
        path: Need not exist yet.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def home(self) -> str:
        """The root under which the index knows these documents."""
        return str(self.path.resolve())

    def names(self) -> list[str]:
        """The documents that lie there, sorted."""
        if not self.path.is_dir():
            return []
        return sorted(path.name for path in self.path.iterdir() if _is_document(path))

    def stated(self) -> dict[str, Stated]:
        """What is stated of each document that something is stated of.

        Raises:
            LibraryError: The file that says it cannot be read.
        """
        path = self.path / FOLDER_FILE
        if not path.is_file():
            return {}
        known = {entry.name for entry in fields(Stated)}
        found: dict[str, Stated] = {}
        try:
            for entry in tomllib.loads(path.read_text(encoding="utf-8")).get("documents", []):
                name = _name(entry.pop("path"))
                found[name] = Stated(**{key: value for key, value in entry.items() if key in known})
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise LibraryError(f"{path}: not readable ({error}); mend it or remove it") from error
        return found

    @contextmanager
    def changing(self, what: What, names: Sequence[str]) -> Iterator["Change"]:
        """Change the folder; whatever breaks on the way, or in the index, puts it back as it was.

        Use it inside `locked`, when nothing is left of a change that was cut off.

        Raises:
            MillwrightError: The disk refuses a write.
        """
        disk.remove(self.path / _ASIDE)
        disk.make_folder(self.path / _ASIDE)
        at = datetime.now().astimezone().strftime("%Y-%m-%d %H:%M")
        before = Before(what, tuple(names), at, tuple(self.names()), self.stated())
        kept.write(self.path / _ASIDE / _BEFORE, before)
        try:
            yield Change(self, before)
        except BaseException:
            self.restore(before)
            self._forget()
            raise
        disk.remove(self.path / _UNDONE)
        self._forget()

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Nobody else changes the folder meanwhile.

        Raises:
            BusyError: Another process changes it.
        """
        disk.make_folder(self.path)
        with held(self.path / _LOCK):
            yield

    def cut_off(self) -> Before | None:
        """How the folder was before a change that has not ended; None when there is no such change."""
        return kept.read(self.path / _ASIDE / _BEFORE)

    def undone(self) -> Before | None:
        """The last change that was cut off and undone; None once another has ended."""
        return kept.read(self.path / _UNDONE)

    def settled(self, before: Before) -> None:
        """The change that was cut off is undone, in the index, too."""
        kept.write(self.path / _UNDONE, before)
        self._forget()

    def restore(self, before: Before) -> None:
        """Put everything back as it was; may be cut off and done again."""
        there = set(self.names())
        for name in there.difference(before.documents):
            disk.remove(self.path / name)
        for name in set(before.documents) - there:
            if (self.path / _ASIDE / name).exists():
                disk.rename(self.path / _ASIDE / name, self.path / name)
        for unfinished in self.path.glob(".*.new"):
            disk.remove(unfinished)
        self.write_stated(before.stated)

    def _forget(self) -> None:
        """The change has ended; the way back goes first, so that it never leads to what is gone."""
        disk.remove(self.path / _ASIDE / _BEFORE)
        disk.flush_folder(self.path / _ASIDE)
        disk.remove(self.path / _ASIDE)

    def write_stated(self, stated: Mapping[str, Stated]) -> None:
        """Write what is stated, all of it or nothing."""
        there = set(self.names())
        rows = [_written(name, entry) for name, entry in sorted(stated.items()) if name in there]
        disk.replace_file(self.path / FOLDER_FILE, "\n".join(rows).encode())


class Change:
    """What is being done to the folder; use inside `DocumentFolder.changing`."""

    def __init__(self, folder: DocumentFolder, before: Before) -> None:
        self._folder, self._before = folder, before
        self._now = dict(before.stated)
        self._added: list[str] = []

    def add(self, source: Path, name: str, stated: Stated) -> None:
        """Put a file there; it gets its name when it is whole and on the disk."""
        self._added.append(name)
        disk.copy_file(source, self._folder.path / name)
        self.state(name, stated)

    def remove(self, name: str) -> None:
        """Take a document away."""
        disk.rename(self._folder.path / name, self._folder.path / _ASIDE / name)
        self._now.pop(name, None)

    def state(self, name: str, stated: Stated) -> None:
        """Say what a document is."""
        self._now[name] = stated

    def written(self) -> None:
        """What is stated is on the disk, too; the folder can be read now."""
        self._folder.write_stated(self._now)

    def added(self, name: str) -> bool:
        """Whether it was put there by this change."""
        return name in self._added

    def take_back(self, name: str) -> None:
        """Undo one addition."""
        disk.remove(self._folder.path / name)
        self._added.remove(name)
        self._now.pop(name, None)

    def undo(self) -> None:
        """Everything as it was."""
        self._added.clear()
        self._now = dict(self._before.stated)
        self._folder.restore(self._before)


def _is_document(path: Path) -> bool:
    return path.is_file() and not path.name.startswith(".") and path.name != FOLDER_FILE


def _written(name: str, stated: Stated) -> str:
    rows = ["[[documents]]", f"path = {_text(glob.escape(name))}"]
    for key, value in asdict(stated).items():
        if value is True:
            rows.append(f"{key} = true")
        elif value:
            rows.append(f"{key} = {_text(one_line(value)[:_LONGEST])}")
    return "\n".join([*rows, ""])


def _text(value: str) -> str:
    # A JSON string without control characters is a TOML string.
    return json.dumps(value, ensure_ascii=False)


def _name(pattern: str) -> str:
    """The name that `glob.escape` made a pattern of."""
    for sign in "*?[":
        pattern = pattern.replace(f"[{sign}]", sign)
    return pattern
