"""What a reading process hands back, as JSON and back; nothing but plain values is believed of it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, get_args

from ingest.errors import REASONS, Reason, SourceError
from ingest.page_cache import ReadLine, checked_lines
from ingest.records import Block, BlockKind, Box, Document

_KINDS = frozenset(get_args(BlockKind))

FAULT = "Millwright failed on it"
ENDED = "the process that read it was ended from outside"
RETRIED = (FAULT, ENDED)
"""How the details begin of endings that say nothing of the file: the next run reads it again."""


class ParserFault(SourceError):
    """A parser broke on a file: a mistake of ours, whatever is in the file.

    Args:
        where: File and line of ours, for the log.
    """

    def __init__(self, detail: str, where: str, reason: Reason = "corrupt") -> None:
        super().__init__(reason, detail)
        self.where = where


@dataclass(frozen=True, slots=True)
class Answer:
    """What was read of one file, or why not.

    Args:
        pages: Pictures that were read for it, by their key.
        unfinished: Some were left for want of time; with these kept, another turn gets further.
    """

    read: Document | SourceError
    pages: Mapping[str, Sequence[ReadLine]] = field(default_factory=dict)
    unfinished: bool = False


def answer_to_json(answer: Answer) -> bytes:
    """UTF-8 JSON; blocks and boxes are lists in the order of their fields, which keeps large files short."""
    entry: dict[str, Any] = {"pages": answer.pages, "unfinished": answer.unfinished}
    read = answer.read
    if isinstance(read, SourceError):
        entry |= {"reason": read.reason, "detail": read.detail}
        if isinstance(read, ParserFault):
            entry["where"] = read.where
    else:
        entry["document"] = _document_entry(read)
    return json.dumps(entry, ensure_ascii=False).encode("utf-8", "replace")


def answer_from_json(content: bytes) -> Answer:
    """What a reading process handed back; what it may not hand back counts as a broken file."""
    try:
        entry = json.loads(content)
        pages = {str(key): checked_lines(lines) for key, lines in entry.get("pages", {}).items()}
        read = _document(entry["document"]) if "document" in entry else _refusal(entry)
        return Answer(read, pages, bool(entry.get("unfinished")))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        return Answer(SourceError("corrupt", f"its reader gave a broken answer ({type(error).__name__})"))


def _refusal(entry: dict[str, Any]) -> SourceError:
    reason: Reason = entry["reason"] if entry["reason"] in REASONS else "corrupt"
    if "where" in entry:
        return ParserFault(str(entry["detail"]), str(entry["where"]), reason)
    return SourceError(reason, str(entry["detail"]))


def _document_entry(document: Document) -> dict[str, Any]:
    return {
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
