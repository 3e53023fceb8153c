"""What a power cut leaves: files that were not flushed in time have lost their second half."""

from collections.abc import Sequence
from pathlib import Path


def flushed_files(log: Sequence[tuple[str, Path]]) -> set[Path]:
    """The files whose content was on the disk, from the operations of a run; the last one never happened.

    A rename carries over what was flushed under the name before (`.NAME.new`, `.NAME.partial`), except of
    a database: SQLite goes on writing to it, which no operation tells.
    """
    flushed: set[Path] = set()
    for name, path in log[:-1]:
        if name == "fsync":
            flushed.add(path)
        elif name in {"write", "copy"}:
            flushed.discard(path)
        elif name == "rename":
            for before in (path.with_name(f".{path.name}{suffix}") for suffix in (".new", ".partial")):
                moved = {old for old in flushed if old == before or before in old.parents}
                flushed -= moved
                if path.suffix != ".sqlite":
                    flushed |= {path / old.relative_to(before) for old in moved}
    return flushed


def cut_power(index: Path, base: Path, log: Sequence[tuple[str, Path]]) -> list[Path]:
    """Truncate what is new in an index and was not flushed; returns what was lost."""
    flushed = flushed_files(log)
    lost: list[Path] = []
    for path in sorted(index.rglob("*")):
        before = base / path.relative_to(index)
        if not path.is_file() or path in flushed or path.name == "lock":
            continue
        content = path.read_bytes()
        if before.is_file() and before.read_bytes() == content:
            continue
        path.write_bytes(content[: len(content) // 2])
        lost.append(path)
    return lost
