"""What was read from pictures before, kept beside an index: reading a page again costs seconds.

    <index>/pictures/<key>    sha256 of the rest, a line feed, then the lines as JSON

The key is a hash of the picture and of the reader's version. The cache only ever saves time: what is damaged
in it counts as absent, and a disk that takes no more of it does not end a run.
"""

import hashlib
import json
import logging
import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ingest import disk
from ingest.errors import IndexWriteError

log = logging.getLogger(__name__)

FOLDER = "pictures"
MOST_BYTES = 128 << 20
"""About 30,000 full pages."""

ReadLine = tuple[str, float, float, float, float, float]
"""Text; left, top, right, bottom in pixels; how sure the reader was, 0..1."""

_KEY = re.compile(r"[0-9a-f]{64}")
_LONGEST_LINE = 10_000


def find(folder: Path, key: str) -> list[ReadLine] | None:
    """The lines of a picture; None when it was never read, or its entry is damaged."""
    try:
        mark, _, content = (folder / key).read_bytes().partition(b"\n")
        if hashlib.sha256(content).hexdigest().encode() != mark:
            return None
        return checked_lines(json.loads(content))
    except (OSError, ValueError, TypeError):
        return None


def keep(folder: Path, pages: Mapping[str, Sequence[ReadLine]]) -> int:
    """Add pictures that are not there yet; returns how many.

    What is there stays: the entries come from processes that read files of strangers, and none of them
    may change what was read of another's.
    """
    added = 0
    for key, lines in pages.items():
        path = folder / key
        if not _KEY.fullmatch(key) or find(folder, key) is not None:
            continue
        content = json.dumps(lines, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
        try:
            disk.make_folder(folder)
            disk.replace_file(path, hashlib.sha256(content).hexdigest().encode() + b"\n" + content)
        except IndexWriteError as error:
            log.debug("a picture's text is not kept: %s", error)
            return added
        added += 1
    return added


def tidy(folder: Path, most_bytes: int = MOST_BYTES) -> None:
    """Remove the oldest entries above a size, and what a crash left half-written."""
    held = 0
    for path in sorted(folder.iterdir(), key=_written, reverse=True) if folder.is_dir() else ():
        whole = _KEY.fullmatch(path.name) is not None
        held += path.stat().st_size if whole else 0
        if held > most_bytes or not whole:
            disk.remove(path)


def _written(path: Path) -> int:
    return path.stat().st_mtime_ns


def checked_lines(entries: Any) -> list[ReadLine]:
    """Lines from JSON.

    Raises:
        ValueError: They are not what a reader hands out. Or TypeError.
    """
    return [_checked(*entry) for entry in entries]


def _checked(text: Any, *numbers: Any) -> ReadLine:
    left, top, right, bottom, score = map(float, numbers)
    if not isinstance(text, str) or len(text) > _LONGEST_LINE:
        raise ValueError("not a line of text")
    if not all(map(math.isfinite, (left, top, right, bottom, score))):
        raise ValueError("not a place on a page")
    return text, left, top, right, bottom, score
