"""Every write to an index folder goes through here, flushed to the disk before it counts.

`before_call` is the seam for fault tests: it is called with the name and path of each operation before
it happens, and may raise OSError (disk full, I/O error) or end the process.
"""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import IndexCorruptError, IndexWriteError

_BLOCK_BYTES = 1 << 20


def _proceed(name: str, path: Path) -> None:
    """Let the operation happen; tests put a fault in its place."""


before_call: Callable[[str, Path], None] = _proceed


@dataclass(frozen=True, slots=True)
class FileMark:
    """What a file must look like to be the one that was written."""

    sha256: str
    size_bytes: int


def write_file(path: Path, content: bytes) -> FileMark:
    """Write a new file and flush it to the disk."""
    with guarded("write", path), open(path, "wb") as file:
        file.write(content)
        file.flush()
        before_call("fsync", path)
        os.fsync(file.fileno())
    return FileMark(hashlib.sha256(content).hexdigest(), len(content))


def replace_file(path: Path, content: bytes) -> None:
    """Replace a file whole: readers see the old content or the new, never a part."""
    fresh = path.with_name(f".{path.name}.new")
    write_file(fresh, content)
    rename(fresh, path)


def copy_file(source: Path, target: Path) -> None:
    """Copy a file and flush the copy; `target` appears only when it is whole."""
    fresh = target.with_name(f".{target.name}.new")
    with guarded("copy", target):
        shutil.copyfile(source, fresh)
    flush_file(fresh)
    rename(fresh, target)


def flush_file(path: Path) -> None:
    """Flush a file that another library wrote."""
    with guarded("fsync", path):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def flush_folder(path: Path) -> None:
    """Flush the names in a folder, so that a rename in it survives a power cut."""
    flush_file(path)


def rename(source: Path, target: Path) -> None:
    """Move a file or folder into place in one step and flush the folder that holds it."""
    with guarded("rename", target):
        os.replace(source, target)
    flush_folder(target.parent)


def make_folder(path: Path) -> None:
    """Make a folder and its parents, each flushed into the folder that holds it; it may be there already."""
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    with guarded("mkdir", path):
        path.mkdir(parents=True, exist_ok=True)
    for folder in missing:
        flush_folder(folder.parent)


def remove(path: Path) -> None:
    """Remove a file or a folder with all in it; it may be gone already."""
    with guarded("remove", path):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def mark_of(path: Path) -> FileMark:
    """Read a file whole and say what it is.

    Raises:
        IndexCorruptError: It is absent or cannot be read.
    """
    digest, size = hashlib.sha256(), 0
    try:
        with open(path, "rb") as file:
            while block := file.read(_BLOCK_BYTES):
                digest.update(block)
                size += len(block)
    except OSError as error:
        raise IndexCorruptError(f"{path}: cannot be read ({error.strerror})") from error
    return FileMark(digest.hexdigest(), size)


@contextmanager
def guarded(name: str, path: Path) -> Iterator[None]:
    """Announce an operation and turn its failure into one clear line."""
    try:
        before_call(name, path)
        yield
    except OSError as error:
        raise _write_error(name, path, error) from error


def _write_error(name: str, path: Path, error: OSError) -> IndexWriteError:
    return IndexWriteError(
        f"{path}: {name} failed ({error.strerror or error}). The index is as it was before this run; "
        "free some space or mend the disk, then run the same command again."
    )
