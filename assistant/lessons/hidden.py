"""Hidden hazards: what several reports share, and no manual or procedure mentions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.lessons.codes import Code, Codes, plain
from assistant.lessons.records import Axis, Coded, Pattern
from assistant.records import Citation
from assistant.reports.from_documents import Documents, found_for
from assistant.sentences import sentences
from ingest.records import Chunk

_KINDS = ("sop", "manual", "list", "note")
"""What tells people how to work; a report only tells what happened."""
_PASSAGES, _MENTIONS = 30, 3
_AXES: tuple[Axis, ...] = ("hazard", "mode")


@dataclass(frozen=True, slots=True)
class _Shared:
    axis: Axis
    code: Code
    component: Code
    members: tuple[str, ...]


def patterns(
    failures: Sequence[Coded], codes: Codes, documents: Documents, reports: Iterable[str], shared_by: int
) -> tuple[Pattern, ...]:
    """The patterns that enough reports share, each with what manuals and procedures say of it.

    Args:
        reports: The documents that hold incidents; what they say is no instruction.
        shared_by: So many incidents with different texts share a pattern.
    """
    left_out = frozenset(reports)
    found = [_looked_up(one, documents, left_out) for one in _shared(failures, codes, shared_by)]
    found.sort(
        key=lambda one: (not one.hidden, one.axis != "hazard", -len(one.members), one.code, one.component)
    )
    return tuple(found)


def _shared(failures: Sequence[Coded], codes: Codes, shared_by: int) -> list[_Shared]:
    """Each set of incidents once: by its hazard where one is known, else by its failure mode."""
    kept: list[_Shared] = []
    for axis in _AXES:
        for code in codes[axis]:
            for component in codes["component"]:
                members = [
                    entry
                    for entry in failures
                    if entry.code(axis) == code.code and entry.code("component") == component.code
                ]
                # The same words twice are one story told twice.
                if len({entry.incident.told for entry in members}) < shared_by:
                    continue
                ids = tuple(entry.incident.id for entry in members)
                if not any(set(ids) <= set(other.members) for other in kept):
                    kept.append(_Shared(axis, code, component, ids))
    return kept


def _looked_up(shared: _Shared, documents: Documents, left_out: frozenset[str]) -> Pattern:
    asked = tuple(f"{shared.component.names[lang]} {shared.code.names[lang]}" for lang in ("en", "zh"))
    passages: dict[str, Chunk] = {}
    for question in asked:
        for kind in _KINDS:
            found = found_for(question, documents, _PASSAGES, {"kind": kind})
            for hit in found.hits if found else ():
                if hit.chunk.place.doc not in left_out and hit.chunk.metadata.kind in _KINDS:
                    passages.setdefault(hit.chunk.chunk_id, hit.chunk)
    mentions = [
        Citation(1, chunk.chunk_id, chunk.place, quote)
        for chunk in passages.values()
        if (quote := _mention(chunk, shared))
    ]
    return Pattern(
        shared.axis, shared.code.code, shared.component.code, shared.members, asked, len(passages),
        tuple(mentions[:_MENTIONS]),
    )  # fmt: skip


def _mention(chunk: Chunk, shared: _Shared) -> str:
    """The sentence of a passage that speaks of both, else its first of the hazard; empty where it does not.

    The heading counts: "Hoses" above "Look for leaks" speaks of both.
    """
    whole = plain(chunk.searchable)
    if not (shared.code.found(whole) and shared.component.found(whole)):
        return ""
    spans = [span.text for span in sentences(chunk.text)]
    held = [text for text in spans if shared.code.found(plain(text))]
    both = [text for text in held if shared.component.found(plain(text))]
    return (both or held or spans or [""])[0]
