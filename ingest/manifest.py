"""manifest.json: what a generation consists of, so that damage and mismatch are seen before use."""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ingest.disk import FileMark, write_file
from ingest.errors import IndexCorruptError

MANIFEST = "manifest.json"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything a reader must know before it trusts the files beside it.

    Args:
        generation: Counts up by one with every run that changed something.
        embedder: Name of the model, for people; `fingerprint` is what is compared.
        reader: Version of the parsers and of the chunker, as "parser.chunker".
    """

    generation: int
    created: str
    embedder: str
    fingerprint: str
    dimension: int
    reader: str
    documents: int
    chunks: int
    files: dict[str, FileMark]
    format: int = FORMAT


def write_manifest(folder: Path, manifest: Manifest) -> str:
    """Write it with a checksum of itself; returns the sha256 of the file."""
    content = asdict(manifest)
    content["sha256"] = _checksum(content)
    return write_file(folder / MANIFEST, json.dumps(content, indent=1).encode()).sha256


def read_manifest(folder: Path) -> Manifest:
    """Read and check it.

    Raises:
        IndexCorruptError: It is absent, damaged, or of a format this version does not know.
    """
    path = folder / MANIFEST
    try:
        content: dict[str, Any] = json.loads(path.read_bytes())
        checksum = content.pop("sha256")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise IndexCorruptError(f"{path}: cannot be read ({type(error).__name__})") from error
    if checksum != _checksum(content):
        raise IndexCorruptError(f"{path}: not the file that was written (checksum differs)")
    if content.get("format") != FORMAT:
        raise IndexCorruptError(f"{path}: format {content.get('format')!r}, but this version reads {FORMAT}")
    files = {name: FileMark(**mark) for name, mark in content.pop("files").items()}
    return Manifest(files=files, **content)


def _checksum(content: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
