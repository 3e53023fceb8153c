"""How the library's folder was before a change, on the disk until that has ended."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from assistant.errors import LibraryError
from assistant.library.records import Stated
from ingest import disk

What = Literal["add", "replace", "state", "delete"]


@dataclass(frozen=True, slots=True)
class Before:
    """The folder before a change.

    Args:
        what: What was to be done.
        names: With these documents.
        at: When it began, in local time, as 2026-02-17 07:42.
        documents: The documents that lay there.
        stated: What was stated of each.
    """

    what: What
    names: tuple[str, ...]
    at: str
    documents: tuple[str, ...]
    stated: Mapping[str, Stated]


def write(path: Path, before: Before) -> None:
    """Write it, all of it or nothing."""
    disk.replace_file(path, json.dumps(asdict(before), ensure_ascii=False).encode())


def read(path: Path) -> Before | None:
    """What was written; None when nothing was.

    Raises:
        LibraryError: It cannot be read.
    """
    try:
        entry = json.loads(path.read_text(encoding="utf-8"))
        stated = {name: Stated(**known) for name, known in entry["stated"].items()}
        return Before(
            entry["what"], tuple(entry["names"]), str(entry["at"]), tuple(entry["documents"]), stated
        )
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise LibraryError(f"{path}: not readable ({error}); mend it or remove it") from error
