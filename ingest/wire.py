"""A Document as JSON and back; it crosses a process border, so nothing but plain values is believed."""

import json
from typing import Any, get_args

from ingest.errors import REASONS, SourceError
from ingest.records import Block, BlockKind, Box, Document

_KINDS = frozenset(get_args(BlockKind))


def document_to_json(document: Document) -> bytes:
    """UTF-8 JSON; blocks and boxes are lists in the order of their fields, which keeps large files short."""
    entry = {
        "title": document.title,
        "blocks": [
            [
                block.kind,
                block.text,
                block.level,
                block.page,
                [[box.page, box.left, box.top, box.right, box.bottom] for box in block.boxes],
                block.label,
                block.header,
                block.ocr,
            ]
            for block in document.blocks
        ],
        "pages": document.pages,
        "language": document.language,
        "revision": document.revision,
        "date": document.date,
        "warnings": document.warnings,
    }
    return json.dumps({"document": entry}, ensure_ascii=False).encode("utf-8", "replace")


def error_to_json(error: SourceError) -> bytes:
    """UTF-8 JSON of why a file was refused."""
    return json.dumps({"reason": error.reason, "detail": error.detail}).encode()


def result_from_json(content: bytes) -> Document | SourceError:
    """What a reading process handed back; what it may not hand back counts as a broken file."""
    try:
        entry = json.loads(content)
        if "document" in entry:
            return _document(entry["document"])
        reason = entry["reason"]
        return SourceError(reason if reason in REASONS else "corrupt", str(entry["detail"]))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        return SourceError("corrupt", f"its reader gave a broken answer ({type(error).__name__})")


def _document(entry: dict[str, Any]) -> Document:
    return Document(
        title=str(entry["title"]),
        blocks=tuple(_block(block) for block in entry["blocks"]),
        pages=int(entry["pages"]),
        language=str(entry["language"]),
        revision=str(entry["revision"]),
        date=str(entry["date"]),
        warnings=tuple(map(str, entry["warnings"])),
    )


def _block(entry: list[Any]) -> Block:
    kind, text, level, page, boxes, label, header, ocr = entry
    if kind not in _KINDS:
        raise ValueError(f"no such kind of block: {kind!r}")
    return Block(
        kind=kind,
        text=str(text),
        level=int(level),
        page=None if page is None else int(page),
        boxes=tuple(Box(int(number), *map(float, corners)) for number, *corners in boxes),
        label=str(label),
        header=str(header),
        ocr=bool(ocr),
    )
