"""A name that someone gave a file, as the name of a document in the library's folder."""

import unicodedata
from collections.abc import Container
from pathlib import PurePosixPath

from assistant.errors import LibraryError
from ingest.clean import one_line
from ingest.folder import FOLDER_FILE

_LONGEST = 180
"""Bytes: beside it there must be room for what is put before and behind the name while it is written."""
_NOT_IN_NAMES = frozenset('/\\:*?"<>|')


def document_name(given: str) -> str:
    """The last part of a path as a name: nothing invisible, nothing that leads elsewhere or hides it.

    Raises:
        LibraryError: Nothing is left of it, or the name has a meaning of its own.
    """
    last = one_line(given.replace("\\", "/").rpartition("/")[2])
    kept = "".join(
        sign for sign in last if sign not in _NOT_IN_NAMES and unicodedata.category(sign)[0] != "C"
    )
    stem, suffix = _parted(kept.strip(" ."))
    if not stem or f"{stem}{suffix}".casefold() == FOLDER_FILE:
        raise LibraryError(f"{given[:80]!r} cannot be the name of a document; rename the file")
    return _cut(stem, suffix)


def free_name(name: str, addition: str, taken: Container[str]) -> str:
    """A name that no document has: itself, else with the addition, else with a number behind it."""
    stem, suffix = _parted(name)
    tries = [name, *([document_name(f"{stem} {addition}{suffix}")] if addition else [])]
    tries += [_cut(f"{stem} ({number})", suffix) for number in range(2, 1000)]
    found = next((entry for entry in tries if entry.casefold() not in taken), None)
    if found is None:
        raise LibraryError(f"there are too many documents named {name!r}; rename the file")
    return found


def _parted(name: str) -> tuple[str, str]:
    path = PurePosixPath(name)
    return (path.stem, path.suffix) if len(path.suffix) <= 12 else (name, "")


def _cut(stem: str, suffix: str) -> str:
    while len(f"{stem}{suffix}".encode()) > _LONGEST:
        stem = stem[:-1]
    return f"{stem.rstrip(' .')}{suffix}"
