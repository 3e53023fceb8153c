"""Parts of a DOCX or XLSX, counted while they are unpacked, and XML that declares nothing."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from ingest.errors import Reason, SourceError
from ingest.limits import Limits

_BLOCK_BYTES = 1 << 20
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_UTF16 = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")


def read_part(archive: zipfile.ZipFile, name: str, limits: Limits) -> bytes:
    """One part of an archive; its declared size is not believed.

    Raises:
        SourceError: `bomb` when it expands too far, `corrupt` when it cannot be unpacked.
    """
    entry = archive.getinfo(name)
    too_dense = entry.file_size > _BLOCK_BYTES and entry.file_size > limits.expansion * max(
        1, entry.compress_size
    )
    if entry.file_size > limits.part_bytes or too_dense:
        raise SourceError("bomb", f"{name} expands from {entry.compress_size:,} to {entry.file_size:,} bytes")
    blocks: list[bytes] = []
    size = 0
    try:
        with archive.open(entry) as part:
            while block := part.read(_BLOCK_BYTES):
                size += len(block)
                if size > limits.part_bytes:
                    raise SourceError("bomb", f"{name} expands beyond {limits.part_bytes:,} bytes")
                blocks.append(block)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError) as error:
        raise SourceError("corrupt", f"{name}: {error}") from error
    return b"".join(blocks)


def refuse_declarations(content: bytes, name: str) -> None:
    """Refuse XML with a DTD or entities, in whatever encoding it hides them.

    Raises:
        SourceError: `xml_forbidden`.
    """
    plain = content.replace(b"\0", b"") if content.startswith(_UTF16) else content
    if _DECLARATION.search(plain):
        raise SourceError("xml_forbidden", f"{name} declares a DTD or entities")


def xml_events(content: bytes, name: str, limits: Limits) -> Iterator[tuple[str, Any]]:
    """Start and end events of a part, with its depth limited.

    Raises:
        SourceError: `xml_forbidden`, `limit` or `corrupt`.
    """
    refuse_declarations(content, name)
    from lxml import etree

    depth = 0
    try:
        events = etree.iterparse(
            io.BytesIO(content),
            events=("start", "end"),
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
        )
        for event, element in events:
            depth += 1 if event == "start" else -1
            if depth > limits.xml_depth:
                raise SourceError("limit", f"{name}: elements more than {limits.xml_depth} deep")
            yield event, element
    except etree.XMLSyntaxError as error:
        reason: Reason = "limit" if "depth" in str(error).lower() else "corrupt"
        raise SourceError(reason, f"{name}: {str(error)[:100]}") from error
