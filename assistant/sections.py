"""Which section of a short document is asked for: the one that the question names, not the one it quotes.

Whoever pastes what happened and asks what was done about it has found the incident report at once; its first
section is what was pasted, and the answer stands in the others.
"""

import itertools
from collections.abc import Iterable, Mapping

from assistant.ranking import SHORT_DOCUMENT_CHUNKS, RankWeights
from ingest.generation import Neighbour
from ingest.records import Chunk
from ingest.terms import normalise, query_words

_QUOTED_WIDTH = 60
"""So many letters word for word are no coincidence; a Chinese character says as much as three of them."""


def in_short_documents(neighbours: Iterable[Neighbour]) -> set[int]:
    """The passages that stand together in a short document."""
    return {
        number
        for beside in neighbours
        if beside.chunks <= SHORT_DOCUMENT_CHUNKS
        for number in (beside.of, beside.number)
    }


def wanted(
    question: str, scores: Mapping[int, float], sections: Mapping[int, Chunk], weights: RankWeights
) -> dict[int, float]:
    """The scores, where a section that the question quotes gives way and one that it names comes forward.

    Args:
        sections: The passages of short documents, by chunk number.
    """
    asked = frozenset(query_words(question))
    windows = _windows(_folded(question))
    changed = dict(scores)
    for number, chunk in sections.items():
        if number not in changed:
            continue
        changed[number] *= 1 + weights.heading * _named(chunk, asked)
        text = _folded(chunk.text) if windows else ""
        if any(window in text for window in windows):
            changed[number] *= weights.quoted
    return changed


def unquoted(question: str, texts: Iterable[str]) -> str:
    """What is left of a question without what it quotes of some texts; folded to lower case."""
    folded = _folded(question)
    windows = _windows(folded)
    held = [_folded(text) for text in texts] if windows else []
    kept = list(folded)
    at = 0
    for window in windows:
        at = folded.index(window, at)
        for text in held:
            place = text.find(window)
            if place >= 0:
                same = _same(folded[at:], text[place:])
                kept[at : at + same] = " " * same
    return "".join(kept)


def _same(first: str, second: str) -> int:
    """How many characters two texts begin with alike."""
    pairs = zip(first, second, strict=False)
    return sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], pairs))


def _named(chunk: Chunk, asked: frozenset[str]) -> float:
    """Share of the words of a passage's own heading that the question holds."""
    heading = {word for word in query_words(chunk.place.section.rsplit(" > ", 1)[-1]) if len(word) > 1}
    return len(heading & asked) / len(heading) if heading else 0.0


def _windows(question: str) -> list[str]:
    """The pieces of a question that are long enough to be a quotation, one from the start of each word."""
    width = [3 if _is_han(character) else 1 for character in question]
    found: list[str] = []
    for start, character in enumerate(question):
        if start and question[start - 1] != " " and not _is_han(character):
            continue
        end, wide = start, 0
        while end < len(question) and wide < _QUOTED_WIDTH:
            wide += width[end]
            end += 1
        if wide < _QUOTED_WIDTH:
            break
        found.append(question[start:end])
    return found


def _is_han(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff"


def _folded(text: str) -> str:
    return " ".join(normalise(text).casefold().split())
