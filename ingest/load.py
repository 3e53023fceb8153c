"""From folders to sources: every plain file once, its type decided by its content."""

import hashlib
import os
import stat
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

from ingest.errors import MillwrightError, SourceError
from ingest.folder import FolderRules, read_rules
from ingest.limits import Limits
from ingest.records import DocumentKind, FileOutcome, Metadata, Source
from ingest.sniff import has_known_suffix, sniff

# A list of parts or work orders is no manual, and whoever may quote manuals to a customer may not quote it.
_KIND_OF: dict[str, DocumentKind] = {
    ".log": "log",
    **dict.fromkeys((".csv", ".tsv", ".xls", ".xlsx"), "list"),
}
_BIDIRECTIONAL = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def find_sources(
    roots: Sequence[Path], kind: DocumentKind | None, limits: Limits
) -> Iterator[Source | FileOutcome]:
    """Every file under some folders, in sorted order; what cannot be a document is a row with its reason.

    Args:
        kind: What the documents are where millwright.toml does not say it.

    Raises:
        MillwrightError: A root does not exist, or a millwright.toml is wrong.
    """
    for root in roots:
        if root.is_dir():
            yield from _walk(root, root, (read_rules(root),), kind, limits)
        elif root.exists() or root.is_symlink():
            yield _source(root, root.name, _stated(root, (read_rules(root.parent),), kind), limits)
        else:
            raise MillwrightError(f"{root}: no such file or folder. Check the path and try again.")


def _walk(
    folder: Path, root: Path, rules: tuple[FolderRules, ...], kind: DocumentKind | None, limits: Limits
) -> Iterator[Source | FileOutcome]:
    doc = folder.relative_to(root).as_posix()
    try:
        paths = sorted(folder.iterdir(), key=lambda path: path.name)
        own = read_rules(folder) if folder != root else FolderRules(folder)
    except OSError as error:
        yield FileOutcome(doc, "corrupt", f"the folder cannot be read: {error.strerror}")
        return
    rules = (*rules, own) if own.ignored or own.stated else rules
    for path in paths:
        if path.name.startswith(".") or any(rule.ignores(path) for rule in rules):
            continue
        doc = path.relative_to(root).as_posix()
        if path.is_symlink() or not path.is_dir():
            yield _source(path, doc, _stated(path, rules, kind), limits)
        elif has_known_suffix(path.name):
            yield FileOutcome(doc, "unsafe_path", "a folder with the name of a file")
        else:
            yield from _walk(path, root, rules, kind, limits)


def _stated(path: Path, rules: tuple[FolderRules, ...], kind: DocumentKind | None) -> Metadata:
    metadata = Metadata(kind=kind or _KIND_OF.get(path.suffix.lower(), "manual"))
    for rule in rules:
        metadata = rule.metadata(path, metadata)
    return metadata


def _source(path: Path, doc: str, metadata: Metadata, limits: Limits) -> Source | FileOutcome:
    try:
        _refuse_odd_name(doc)
        content = read_plain(path, limits)
        file_type = sniff(path.name, content, limits)
    except SourceError as error:
        return FileOutcome(_printable(doc), error.reason, error.detail)
    digest = hashlib.sha256(content).hexdigest()
    return Source(path.absolute(), doc, file_type, digest, len(content), metadata)


def _refuse_odd_name(doc: str) -> None:
    """A name is shown beside each answer; it may neither hide nor reverse anything, and must be storable."""
    if _printable(doc) != doc:
        raise SourceError("unsafe_path", "its name holds characters that cannot be shown; rename it")


def _printable(doc: str) -> str:
    """A name with control, bidirectional and undecodable characters written out."""
    return "".join(
        character.encode("unicode_escape").decode("ascii")
        if unicodedata.category(character) in ("Cc", "Cs") or character in _BIDIRECTIONAL
        else character
        for character in doc
    )


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
