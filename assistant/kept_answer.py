"""An answer as text to keep: what was shown, word for word, whatever becomes of the documents."""

import hashlib
from dataclasses import replace
from functools import cache
from typing import Any

from assistant.records import Answer

NEAREST = 3
"""Passages that are shown, and so kept, of an answer that cites none."""
MOST_CHARACTERS = 400_000


def as_text(answer: Answer) -> str:
    """The answer as JSON, with the passages it cites; of a declined one, with the nearest ones.

    Raises:
        ValueError: It is too long to be kept.
    """
    # The model remembers what it has read while this process lives; the fences stay in it as well.
    text = str(_adapter().dump_json(replace(as_shown(answer), reading=None)), "utf-8")
    if len(text) > MOST_CHARACTERS:
        raise ValueError(f"the answer has {len(text):,} characters, at most {MOST_CHARACTERS:,} are kept")
    return text


def as_shown(answer: Answer) -> Answer:
    """The answer without the passages that were found for it and are not shown, most of its size."""
    named = {entry.chunk_id for entry in (*answer.citations, *answer.evidence, *answer.warnings)}
    named |= {entry.evidence.chunk_id for entry in answer.withheld if entry.evidence}
    hits = [hit for hit in answer.hits if hit.chunk.chunk_id in named] if named else answer.hits[:NEAREST]
    return replace(answer, hits=tuple(hits))


def from_text(text: str) -> Answer:
    """The answer again.

    Raises:
        ValueError: The text is none.
    """
    answer: Answer = _adapter().validate_json(text)
    return answer


def mark(question: str, text: str) -> str:
    """What must be the same when it is read again: a digit that turned over is not a torque."""
    return hashlib.sha256(f"{question}\n{text}".encode()).hexdigest()


@cache
def _adapter() -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(Answer)
