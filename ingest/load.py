"""From folders to sources: every plain file once, its type decided by its content."""

import hashlib
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from ingest.errors import MillwrightError, SourceError
from ingest.folder import FolderRules, read_rules
from ingest.limits import Limits
from ingest.records import DocumentKind, FileOutcome, Metadata, Source
from ingest.sniff import sniff

_BLOCK_BYTES = 1 << 20


def find_sources(
    roots: Sequence[Path], kind: DocumentKind | None, limits: Limits
) -> Iterator[Source | FileOutcome]:
    """Every file under some folders, in sorted order; what cannot be a document is a row with its reason.

    Args:
        kind: What the documents are where millwright.toml does not say it.

    Raises:
        MillwrightError: A root does not exist, or a millwright.toml is wrong.
    """
    start = Metadata(kind=kind) if kind else Metadata()
    for root in roots:
        if root.is_dir():
            yield from _walk(root, root, (read_rules(root),), start, limits)
        elif root.exists() or root.is_symlink():
            rules = (read_rules(root.parent),)
            yield _source(root, root.name, _stated(root, rules, start), limits)
        else:
            raise MillwrightError(f"{root}: no such file or folder. Check the path and try again.")


def _walk(
    folder: Path, root: Path, rules: tuple[FolderRules, ...], start: Metadata, limits: Limits
) -> Iterator[Source | FileOutcome]:
    for path in sorted(folder.iterdir(), key=lambda path: path.name):
        if path.name.startswith(".") or any(rule.ignores(path) for rule in rules):
            continue
        if path.is_dir() and not path.is_symlink():
            own = read_rules(path)
            yield from _walk(path, root, (*rules, own) if own.ignored or own.stated else rules, start, limits)
        else:
            doc = path.relative_to(root).as_posix()
            yield _source(path, doc, _stated(path, rules, start), limits)


def _stated(path: Path, rules: tuple[FolderRules, ...], start: Metadata) -> Metadata:
    for rule in rules:
        start = rule.metadata(path, start)
    return start


def _source(path: Path, doc: str, metadata: Metadata, limits: Limits) -> Source | FileOutcome:
    try:
        content = read_plain(path, limits)
        file_type = sniff(path.name, content, limits)
    except SourceError as error:
        return FileOutcome(doc, error.reason, error.detail)
    if file_type == "text" and path.suffix.lower() == ".log" and metadata == Metadata():
        metadata = replace(metadata, kind="log")
    digest = hashlib.sha256(content).hexdigest()
    return Source(path.absolute(), doc, file_type, digest, len(content), metadata)


def read_plain(path: Path, limits: Limits) -> bytes:
    """The content of a plain file; links, pipes and devices are not followed.

    Raises:
        SourceError: `unsafe_path`, `empty`, `limit`, or `corrupt` when the disk cannot read it.
    """
    try:
        entry = os.lstat(path)
        if not stat.S_ISREG(entry.st_mode):
            raise SourceError("unsafe_path", "not a plain file (a link, a pipe or a device)")
        if entry.st_size == 0:
            raise SourceError("empty", "the file has 0 bytes")
        if entry.st_size > limits.file_bytes:
            raise SourceError(
                "limit", f"{entry.st_size / 1e6:,.0f} MB; at most {limits.file_bytes / 1e6:,.0f} MB"
            )
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as file:
            content = file.read(limits.file_bytes + 1)
    except OSError as error:
        raise SourceError("corrupt", f"cannot be read: {error.strerror}") from error
    if len(content) > limits.file_bytes:
        raise SourceError("limit", "it grew while it was being read")
    return content
