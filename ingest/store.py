"""An index on disk: numbered generations, the name of the current one, one writer at a time.

    <index>/CURRENT                       "0007 <sha256 of its manifest>"
    <index>/generations/0007/             manifest.json  chunks.sqlite  vectors.faiss
    <index>/originals/<sha256>            the files themselves; the index can always be rebuilt from them
    <index>/lock                          held by the writer; says who it is

A run writes a new folder, flushes it, renames it into place and replaces CURRENT last. Whatever kills
it on the way leaves the previous generation as it was.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ingest import disk, originals
from ingest.errors import IndexCorruptError, IndexMissingError
from ingest.generation import Generation
from ingest.lock import held
from ingest.manifest import MANIFEST, Manifest, write_manifest
from ingest.tables import TableWriter, known_files
from ingest.vectors import FLAT_BELOW, VectorIndex

log = logging.getLogger(__name__)

KEPT_GENERATIONS = 2
TABLES = "chunks.sqlite"
VECTORS = "vectors.faiss"


@dataclass(frozen=True, slots=True)
class Opened:
    """A generation ready to be searched; `notice` says so when it is not the newest."""

    generation: Generation
    notice: str = ""


def open_index(folder: Path) -> Opened:
    """Open the current generation, or the newest whole one before it when that is damaged.

    Raises:
        IndexMissingError: Nothing was ever ingested there.
        IndexCorruptError: No generation is whole.
    """
    numbers = _numbers(folder)
    if not numbers:
        raise _missing(folder)
    damage: list[str] = []
    for number in _in_order(folder, numbers, damage):
        try:
            generation = Generation(_generation_folder(folder, number))
        except IndexCorruptError as error:
            damage.append(str(error))
            continue
        notice = ""
        if damage:
            notice = (
                f"{'; '.join(damage)}. Generation {number} is used instead; "
                f"`millwright rebuild --index {folder.name}` mends it."
            )
            log.warning("%s", notice)
        return Opened(generation, notice)
    raise IndexCorruptError(
        f"{'; '.join(damage)}. No whole generation is left; "
        f"`millwright rebuild --index {folder.name}` makes one from the kept originals."
    )


@dataclass(frozen=True, slots=True)
class Checked:
    """One generation after every file of it was hashed; `damage` is empty when it is whole."""

    number: int
    current: bool
    damage: str


def check(folder: Path) -> list[Checked]:
    """Verify every generation of an index.

    Raises:
        IndexMissingError: There is none.
    """
    numbers = _numbers(folder)
    if not numbers:
        raise _missing(folder)
    current, misnamed = _named(folder, numbers)
    checks: list[Checked] = []
    for number in numbers:
        # Without a current one, no generation can be relied on to be the newest.
        damage = [misnamed] if misnamed and current in {None, number} else []
        try:
            Generation(_generation_folder(folder, number))
        except IndexCorruptError as error:
            damage.append(str(error))
        checks.append(Checked(number, current == number, "; ".join(damage)))
    return checks


def _missing(folder: Path) -> IndexMissingError:
    return IndexMissingError(
        f"{folder}: there is no index of that name. Make one with `millwright ingest PATH "
        f"--index {folder.name}`; `--data DIR` says where indexes are kept."
    )


def _in_order(folder: Path, numbers: list[int], damage: list[str]) -> Iterator[int]:
    """The generation that CURRENT names, then the others, newest first."""
    current, misnamed = _named(folder, numbers)
    if misnamed:
        damage.append(misnamed)
    elif current is not None:
        yield current
    yield from (other for other in reversed(numbers) if other != current)


def _named(folder: Path, numbers: list[int]) -> tuple[int | None, str]:
    """The generation that CURRENT names, and what is wrong with CURRENT or with that manifest."""
    current = _current(folder)
    if current is None or current[0] not in numbers:
        return None, f"{folder / 'CURRENT'}: absent or damaged"
    number, manifest_sha256 = current
    manifest = _generation_folder(folder, number) / MANIFEST
    try:
        whole = disk.mark_of(manifest).sha256 == manifest_sha256
    except IndexCorruptError:
        whole = False
    if whole:
        return number, ""
    return number, f"{manifest}: not the file that {folder / 'CURRENT'} names (sha256 differs)"


class Writer:
    """Builds the next generation from the current one; use inside `writing`."""

    def __init__(
        self, folder: Path, previous: Path | None, number: int, dimension: int, flat_below: int = FLAT_BELOW
    ) -> None:
        self._folder, self.number, self._flat_below = folder, number, flat_below
        self._target = _generation_folder(folder, number)
        self._fresh = self._target.with_name(f".{self._target.name}.partial")
        disk.remove(self._fresh)
        disk.make_folder(self._fresh)
        if previous is not None:
            disk.copy_file(previous / TABLES, self._fresh / TABLES)
        self.tables = TableWriter(self._fresh / TABLES)
        self.vectors = VectorIndex.load(previous / VECTORS) if previous else VectorIndex.empty(dimension)

    def publish(self, *, embedder: str, fingerprint: str, reader: str) -> Manifest:
        """Flush everything, put the folder into place, name it as the current one."""
        documents, chunks = self.tables.counts()
        self.tables.close()
        tables = self._fresh / TABLES
        disk.flush_file(tables)
        originals.write_list(self._folder, self.number, known_files(tables))
        marks = {
            TABLES: disk.mark_of(tables),
            VECTORS: self.vectors.settled(self._flat_below).save(self._fresh / VECTORS),
        }
        manifest = Manifest(
            generation=self.number,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            embedder=embedder,
            fingerprint=fingerprint,
            dimension=self.vectors.dimension,
            reader=reader,
            documents=documents,
            chunks=chunks,
            files=marks,
        )
        manifest_sha256 = write_manifest(self._fresh, manifest)
        disk.flush_folder(self._fresh)
        disk.rename(self._fresh, self._target)
        disk.replace_file(self._folder / "CURRENT", f"{self.number:04d} {manifest_sha256}\n".encode())
        return manifest

    def abandon(self) -> None:
        """Throw the unfinished generation away."""
        self.tables.close(keep=False)
        disk.remove(self._fresh)
        current = _current(self._folder)
        if current is None or current[0] != self.number:
            # In place but never named: it would hold the space that the next run needs.
            disk.remove(self._target)


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Hold the index's write lock.

    Raises:
        BusyError: Another process holds it.
    """
    disk.make_folder(folder / "generations")
    with held(folder / "lock"):
        yield


def tidy(folder: Path, base: int | None = None) -> None:
    """Remove what no kept generation needs: older generations, unfinished folders, unused originals.

    Args:
        base: The generation that the run began with; it was whole, which a newer one may not be.
    """
    numbers = _numbers(folder)
    current = _current(folder)
    kept = {number for number in (current[0] if current else None, base) if number in numbers}
    for number in reversed(numbers):
        if len(kept) < KEPT_GENERATIONS:
            kept.add(number)
    for number in numbers:
        if number not in kept:
            disk.remove(_generation_folder(folder, number))
    for rubbish in [*(folder / "generations").glob(".*.partial"), *folder.glob(".*.new")]:
        disk.remove(rubbish)
    originals.tidy(folder, kept)


def next_number(folder: Path) -> int:
    """The number of the next generation: one more than any that was ever finished."""
    return max(_numbers(folder), default=0) + 1


def _current(folder: Path) -> tuple[int, str] | None:
    try:
        number, manifest_sha256 = (folder / "CURRENT").read_text(encoding="ascii").split()
        return int(number), manifest_sha256
    except (OSError, ValueError):
        return None


def _numbers(folder: Path) -> list[int]:
    """The finished generations, oldest first."""
    generations = folder / "generations"
    if not generations.is_dir():
        return []
    return sorted(int(path.name) for path in generations.iterdir() if path.is_dir() and path.name.isdigit())


def _generation_folder(folder: Path, number: int) -> Path:
    return folder / "generations" / f"{number:04d}"
