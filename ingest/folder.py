"""millwright.toml beside the files: which are passed over, and what the others are."""

import tomllib
from dataclasses import dataclass, fields, replace
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from ingest.errors import MillwrightError
from ingest.records import DOCUMENT_KINDS, Metadata

FOLDER_FILE = "millwright.toml"
_METADATA_KEYS = tuple(entry.name for entry in fields(Metadata))


@dataclass(frozen=True, slots=True)
class FolderRules:
    """The rules of one folder.

    Args:
        folder: Where millwright.toml lies; patterns are relative to it.
        ignored: Patterns of files that are passed over.
        stated: Patterns with what is stated of the files they match; later ones override.
    """

    folder: Path
    ignored: tuple[str, ...] = ()
    stated: tuple[tuple[str, dict[str, Any]], ...] = ()

    def ignores(self, path: Path) -> bool:
        """Whether a file is passed over."""
        relative = path.relative_to(self.folder).as_posix()
        return path.name == FOLDER_FILE or any(fnmatch(relative, pattern) for pattern in self.ignored)

    def metadata(self, path: Path, start: Metadata) -> Metadata:
        """What is stated of a file, on top of what is known already."""
        relative = path.relative_to(self.folder).as_posix()
        for pattern, values in self.stated:
            if fnmatch(relative, pattern):
                start = replace(start, **values)
        return start


def read_rules(folder: Path) -> FolderRules:
    """The rules of a folder; none when it has no millwright.toml.

    Raises:
        MillwrightError: It is not TOML, or holds an unknown key or kind.
    """
    path = folder / FOLDER_FILE
    if not path.is_file():
        return FolderRules(folder)
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise MillwrightError(f"{path}: not readable as TOML: {error}") from error
    _known(path, content, ("ignore", "documents"))
    ignored, entries = content.get("ignore", []), content.get("documents", [])
    if not isinstance(ignored, list) or not all(isinstance(pattern, str) for pattern in ignored):
        raise MillwrightError(
            f'{path}: `ignore` is a list of patterns; write ignore = ["README.md", "old/*"]'
        )
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise MillwrightError(f"{path}: each document starts with a line [[documents]]")
    stated = [_entry(path, dict(entry)) for entry in entries]
    return FolderRules(folder, tuple(pattern.rstrip("/") for pattern in ignored), tuple(stated))


def _entry(path: Path, entry: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    pattern = entry.pop("path", None)
    if not isinstance(pattern, str):
        raise MillwrightError(
            f'{path}: an entry of [[documents]] has no `path`; write path = "manuals/*.pdf"'
        )
    _known(path, entry, _METADATA_KEYS)
    if entry.get("kind", DOCUMENT_KINDS[0]) not in DOCUMENT_KINDS:
        raise MillwrightError(
            f"{path}: kind = {entry['kind']!r}; the known ones are {', '.join(DOCUMENT_KINDS)}"
        )
    for key, value in entry.items():
        if isinstance(value, bool) != (key == "superseded") or isinstance(value, list | dict):
            wanted = "true or false" if key == "superseded" else "a text or a date"
            raise MillwrightError(f"{path}: {key} = {value!r}; it must be {wanted}")
    return pattern, {key: value if isinstance(value, bool) else str(value) for key, value in entry.items()}


def _known(path: Path, entry: dict[str, Any], known: tuple[str, ...]) -> None:
    unknown = sorted(set(entry) - set(known))
    if unknown:
        raise MillwrightError(f"{path}: unknown key {unknown[0]!r}; the known ones are {', '.join(known)}")
