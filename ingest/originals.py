"""The documents themselves, kept by their sha256: whatever happens to an index, it is made again from them.

originals/<sha256>               the file
originals/<sha256>.<name>.json   where it was found and what was stated of it; one for each document
originals/<generation>.list      the documents of a generation: the kept ones of another are not among them
"""

import hashlib
import json
import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from ingest import disk
from ingest.errors import IndexCorruptError
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
    if not _is_whole(target):
        disk.copy_file(source.path, target)
        if not _is_whole(target):
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
    """The documents of the newest generation, by name, with the root each was found under.

    Where no list of a generation can be read, the version of each document that was kept last.

    Returns:
        Root and source; the source's path is the kept copy, which may be damaged: see `is_whole`.
    """
    newest = sorted((folder / FOLDER).glob("*.list"), reverse=True)
    listed = next((names for names in map(_listed, newest) if names is not None), None)
    found: dict[str, tuple[str, Source]] = {}
    for root, source in _cards(folder):
        if listed is None or _card(source.doc, source.sha256) in listed:
            found[source.doc] = (root, source)
    return sorted(found.values(), key=lambda entry: entry[1].doc)


def _cards(folder: Path) -> Iterator[tuple[str, Source]]:
    """Every kept document, those kept last at the end."""
    for card in sorted((folder / FOLDER).glob("*.json"), key=lambda path: path.stat().st_mtime_ns):
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
            yield root, source


def write_list(folder: Path, generation: int, files: Iterable[KnownFile]) -> None:
    """Write down which documents a generation holds, so that a rebuild brings back those and no others."""
    names = sorted(_card(file.doc, file.sha256) for file in files)
    disk.make_folder(folder / FOLDER)
    disk.replace_file(folder / FOLDER / _list(generation), _sealed(names))


def _listed(path: Path) -> set[str] | None:
    """The cards that a list names; None when it is absent or damaged."""
    try:
        content = path.read_bytes()
        names = content.decode("ascii").split()[1:]
    except (OSError, ValueError):
        return None
    return set(names) if content == _sealed(names) else None


def _sealed(names: Sequence[str]) -> bytes:
    body = "".join(f"{name}\n" for name in names).encode()
    return hashlib.sha256(body).hexdigest().encode() + b"\n" + body


def tidy(folder: Path, generations: Iterable[int]) -> None:
    """Remove what none of these generations needs; nothing while a list of theirs cannot be read."""
    there = folder / FOLDER
    needed: set[str] = set()
    for generation in generations:
        listed = _listed(there / _list(generation))
        if listed is None:
            return
        needed |= {_list(generation), *listed, *(name.partition(".")[0] for name in listed)}
    for path in there.iterdir() if there.is_dir() else ():
        if path.name not in needed:
            disk.remove(path)


def is_whole(source: Source) -> bool:
    """Whether a kept copy still is the file that was kept."""
    return _is_whole(source.path)


def _is_whole(copy: Path) -> bool:
    try:
        return disk.mark_of(copy).sha256 == copy.name
    except IndexCorruptError:
        return False


def _list(generation: int) -> str:
    return f"{generation:04d}.list"


def _card(doc: str, sha256: str) -> str:
    return f"{sha256}.{hashlib.sha256(doc.encode()).hexdigest()[:12]}.json"
