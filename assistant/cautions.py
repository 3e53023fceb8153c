"""The warnings that belong to what is cited: in the same passage, or before it under the same heading."""

from collections.abc import Callable, Iterable, Sequence

from assistant.records import Citation
from ingest.clean import is_signal_word, warning_signal
from ingest.records import Chunk

REACH, _AFTER = 8, 1
"""Passages around one that are read, for its steps may be many; and how long after it a warning may stand."""

Beside = Callable[[Chunk], Sequence[Chunk]]
"""A chunk with those around it in its document, in reading order."""


def cautions(cited: Iterable[Chunk], beside: Beside, first_marker: int) -> tuple[Citation, ...]:
    """The warnings of the cited passages and of their sections, verbatim, each once.

    A warning of another section is not among them, nor one that comes much later in the same one.
    """
    found: dict[tuple[str, str], Chunk] = {}
    for chunk in cited:
        for near in section(chunk, beside):
            if near.ordinal > chunk.ordinal + _AFTER:
                continue
            for line in _warnings(near):
                found.setdefault((near.place.doc, line), near)
    return tuple(
        Citation(marker, chunk.chunk_id, chunk.place, line)
        for marker, ((_, line), chunk) in enumerate(found.items(), start=first_marker)
    )


def section(chunk: Chunk, beside: Beside) -> list[Chunk]:
    """A passage with those of its section around it, in reading order."""
    near = beside(chunk) or [chunk]
    return [
        other
        for other in near
        if other.place.doc == chunk.place.doc and other.place.section == chunk.place.section
    ]


def _warnings(chunk: Chunk) -> list[str]:
    """The warning blocks of a chunk; a signal word alone on its line goes with what it announces."""
    if "warning" not in chunk.kinds:
        return []
    lines = chunk.text.split("\n")
    return [
        "\n".join(lines[at : at + 2]) if is_signal_word(line) else line
        for at, line in enumerate(lines)
        if warning_signal(line)
    ]
