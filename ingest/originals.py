"""The documents themselves, kept by their sha256: whatever happens to an index, it is made again from them.

originals/<sha256>               the file
originals/<sha256>.<name>.json   where it was found and what was stated of it; one for each document
"""

import hashlib
import json
import logging
from collections.abc import Iterable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from ingest import disk
from ingest.records import Metadata, Source
from ingest.tables import KnownFile

log = logging.getLogger(__name__)

FOLDER = "originals"


def keep(folder: Path, root: str, source: Source) -> None:
    """Keep a copy of a file, with the name and metadata of the document it is.

    Args:
        root: Folder it was found under.
    """
    target = folder / FOLDER / source.sha256
    disk.make_folder(target.parent)
    if not target.exists():
        disk.copy_file(source.path, target)
        if disk.mark_of(target).sha256 != source.sha256:
            # It was changed while the run was going on; the next run reads it again.
            log.warning("%s changed while it was being read; its original is not kept", source.doc)
            disk.remove(target)
            return
    card = target.with_name(_card(source.doc, source.sha256))
    content = {"root": root, **asdict(replace(source, path=Path())), "path": ""}
    written = json.dumps(content, ensure_ascii=False).encode()
    if not card.exists() or card.read_bytes() != written:
        disk.replace_file(card, written)


def find(folder: Path, sha256: str) -> Path | None:
    """The kept copy of a file; None when there is none."""
    path = folder / FOLDER / sha256
    return path if path.is_file() else None


def kept(folder: Path) -> list[tuple[str, Source]]:
    """Every document that is kept, by name, with the root it was found under; its path is the copy's."""
    found: list[tuple[str, Source]] = []
    for card in (folder / FOLDER).glob("*.json"):
        try:
            entry: dict[str, Any] = json.loads(card.read_bytes())
            root = str(entry.pop("root"))
            metadata = Metadata(**entry.pop("metadata"))
            path = (folder / FOLDER / entry["sha256"]).absolute()
            source = Source(**{**entry, "path": path, "metadata": metadata})
        except (OSError, ValueError, KeyError, TypeError) as error:
            log.warning("%s: not readable (%s); its document is left out", card, type(error).__name__)
            continue
        if source.path.is_file():
            found.append((root, source))
    return sorted(found, key=lambda entry: entry[1].doc)


def tidy(folder: Path, needed: Iterable[KnownFile]) -> None:
    """Remove what no kept generation needs."""
    names = {name for file in needed for name in (file.sha256, _card(file.doc, file.sha256))}
    there = folder / FOLDER
    for path in there.iterdir() if there.is_dir() else ():
        if path.name not in names:
            disk.remove(path)


def _card(doc: str, sha256: str) -> str:
    return f"{sha256}.{hashlib.sha256(doc.encode()).hexdigest()[:12]}.json"
