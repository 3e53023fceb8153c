"""Measures of one answer against its references and its cited passages: plain functions, no model.

English is compared word by word, Chinese character by character.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from assistant.quantities import unknown_codes, unknown_quantities
from ingest.terms import normalise, query_words, words

_TOKEN = re.compile(r"[㐀-䶿一-鿿]|[a-z0-9À-ɏ]+(?:[.,]\d+)*")
_CITED = re.compile(r"(.+?)((?:\s*\[\d+\])+)", re.DOTALL)
_MARKER = re.compile(r"\[(\d+)\]")
_LIST_NUMBER = re.compile(r"^\s*\d{1,2}[.)、](?=\s)", re.MULTILINE)
# References are copied without their line breaks: "1. Open the list. 2. Press Select."
_STEP = re.compile(r"(?<![^\s.:：。])\d{1,2}[.)、](?!\d)\s*(?=[A-Z㐀-鿿])")
# Deliberately not `assistant.quantities`, which decides what is shown: a check must be able to fail.
_NAMED = re.compile(r"[a-z0-9_]*[\d_][a-z0-9_]*(?:[-.,:/#+][a-z0-9_]+)*")

MIN_CARRIED = 0.8
"""Share of a shown sentence's content words that the passage it cites must hold, to count as carried."""


def tokens(text: str) -> list[str]:
    """Lower-case words; for Chinese, characters."""
    return _TOKEN.findall(normalise(text).casefold())


def token_f1(answer: str, reference: str) -> float:
    """Harmonic mean of precision and recall of the tokens, each as often as it stands there (SQuAD)."""
    ours, theirs = tokens(answer), tokens(reference)
    return _f1((Counter(ours) & Counter(theirs)).total(), len(ours), len(theirs))


def rouge_l(answer: str, reference: str) -> float:
    """The same of the longest common subsequence of tokens (Lin, 2004; beta 1)."""
    ours, theirs = tokens(answer), tokens(reference)
    lengths = [0] * (len(theirs) + 1)
    for token in ours:
        before = 0
        for at, other in enumerate(theirs, start=1):
            above = lengths[at]
            lengths[at] = before + 1 if token == other else max(above, lengths[at - 1])
            before = above
    return _f1(lengths[-1], len(ours), len(theirs))


def _f1(shared: int, ours: int, theirs: int) -> float:
    return 2 * shared / (ours + theirs) if ours and theirs else 0.0


def held(strings: Sequence[str], text: str) -> list[bool]:
    """Which of the strings stand in a text; case, width and white space do not count."""
    folded = _folded(text)
    return [_folded(string) in folded for string in strings]


def _folded(text: str) -> str:
    return " ".join(normalise(text).casefold().split())


def figures(text: str) -> list[str]:
    """The quantities and codes of a text, as they are written; the numbers of its list items are none."""
    return missing_figures(text, "")


def missing_figures(reference: str, answer: str) -> list[str]:
    """The quantities (in any unit) and codes of a reference that an answer lacks."""
    said = _STEP.sub(" ", reference)
    return [*dict.fromkeys(unknown_quantities(said, answer)), *unknown_codes(said, answer)]


def cited_sentences(text: str) -> list[tuple[str, tuple[int, ...]]]:
    """What stands before each marker or group of markers in a shown answer, with their numbers."""
    return [
        (match.group(1).strip(), tuple(map(int, _MARKER.findall(match.group(2)))))
        for match in _CITED.finditer(text)
    ]


def carried(sentence: str, passages: Iterable[str]) -> float:
    """Share of a sentence's content words that stand in the passages."""
    content = query_words(sentence)
    known = {word for passage in passages for word in words(passage)}
    return sum(word in known for word in content) / len(content) if content else 1.0


def invented(text: str, passages: Iterable[str]) -> list[str]:
    """Every token of a shown answer with a digit or underscore that no cited passage holds, as a token.

    Markers and the numbers that open the items of a list do not count; units are not converted.
    """
    shown = _LIST_NUMBER.sub(" ", _MARKER.sub(" ", normalise(text))).casefold()
    source = "\n".join(normalise(passage).casefold() for passage in passages)
    known = set(_NAMED.findall(source))
    return [name for name in dict.fromkeys(_NAMED.findall(shown)) if name.strip("_") and name not in known]
