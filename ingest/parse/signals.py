"""Warnings in running text: a signal word and what it announces become one block."""

import re
from collections.abc import Iterable, Iterator

from ingest.clean import warning_signal
from ingest.records import Block

_MARKER = re.compile(r"^(?:-|\d+\.|\(?[a-z]\))\s+")
_ALONE = re.compile(r"\W*(?:\w{4,8}|[\u4e00-\u9fff]{2})\W*")
"""A signal word with nothing after it announces the paragraph below."""


def warns(text: str) -> bool:
    """Whether a paragraph or list item opens with a signal word."""
    return warning_signal(_MARKER.sub("", text, count=1))


def joined(blocks: Iterable[Block]) -> Iterator[Block]:
    """Blocks with each lone signal word joined to the paragraph that it announces."""
    held: Block | None = None
    for block in blocks:
        if held is not None:
            if block.kind in ("paragraph", "list_item", "warning"):
                yield Block("warning", f"{held.text.rstrip(':：')}: {block.text}", label=held.label)
                held = None
                continue
            yield held
            held = None
        if block.kind == "warning" and _ALONE.fullmatch(block.text):
            held = block
        else:
            yield block
    if held is not None:
        yield held
