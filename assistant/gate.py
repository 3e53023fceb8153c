"""Whether the documents answer a question: decided from what was found, before anything is written.

Four things decline: an identifier that no document holds, one whose meaning is asked and that only logs hold,
a value asked for ("how many newton metres") that nothing shown gives, and evidence too weak in sum. Weights
and threshold come from benchmarks/gate.py.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.asked_measure import asked_kinds, giving
from assistant.evidence import asks_what_happened, coverage, share
from assistant.names import CODE_NOUNS, CODE_NOUNS_CHINESE
from assistant.retrieve import Found
from ingest.terms import identifiers, is_chinese, normalise, query_words, words

Reason = Literal["unknown", "logged", "value", "weak"]

_TRANSLATED = 0.9
"""What a term of the glossary counts beside the question's own."""
_NAME = re.compile(r"(?<![.?!:] )(?<!^)\b[A-Z][A-Za-z0-9]+(?:-[A-Za-z0-9]+)*")
_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)*")
_YEAR = re.compile(r"(?:19|20)\d\d")
_ACCOUNT = 60
"""A question of more words tells what has happened."""
_CODE_BEFORE = re.compile(rf"(?:\b(?:{CODE_NOUNS}|id|no\.?)|{CODE_NOUNS_CHINESE}|ID)\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the documents do not answer.

    Args:
        names: What no document holds: identifiers, or names that the question writes with a capital.
    """

    reason: Reason
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for the passages found, each 0 to 1.

    Args:
        cosine: Of the question and the most similar passage.
        coverage: Share of the question's terms, by rarity, in the passage that holds most of them.
        unseen: Share of its terms that no passage of the index holds.
    """

    cosine: float
    coverage: float
    unseen: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """Weights of the signs in a logistic regression; those of `cosine` fit one embedder only."""

    cosine: float
    coverage: float
    unseen: float
    constant: float


CALIBRATED: Mapping[str, Calibration] = {
    "multilingual-e5-small": Calibration(120.17, 3.47, -2.53, -103.58),
}
"""By embedder; fitted by `benchmarks/gate.py --fit` on tuning halves."""
BY_WORDS = Calibration(0.0, 2.04, -2.05, -0.11)
"""For an embedder that was not calibrated."""


def refusal(
    question: str,
    found: Found,
    calibration: Calibration,
    least: float,
    quoted: Sequence[str] | None = None,
) -> Refusal | None:
    """Why a question must be declined; None when what was found may answer it.

    Args:
        least: The least confidence, 0 to 1.
        quoted: What would be shown of the passages; a value that is asked for must stand in it.
    """
    unknown = tuple(name for name in found.unknown if _is_code(name, question))
    if unknown:
        return Refusal("unknown", unknown)
    if not found.hits:
        return Refusal("weak")
    only_logged = () if asks_what_happened(question) else _only_logged(question, found)
    if only_logged:
        return Refusal("logged", only_logged)
    kinds = asked_kinds(question)
    shown = [hit.chunk.text for hit in found.hits] if quoted is None else quoted
    if kinds and not any(giving(text, kinds) for text in shown):
        return Refusal("value")
    # Every code of the question is known here, and is found by itself, whatever words stand around it.
    if any(not name.isdigit() for name in identifiers(question)):
        return None
    if confidence(signs(question, found), calibration) < least:
        return Refusal("weak", _unseen_names(question, found))
    return None


def _only_logged(question: str, found: Found) -> tuple[str, ...]:
    """The codes of a question that logs hold and nothing that explains them does."""
    codes = [name for name in identifiers(question) if name.lower() not in found.name]
    if not codes:
        return ()
    logged, explained = set[str](), set[str]()
    for hit in found.hits:
        held = logged if hit.chunk.metadata.kind == "log" else explained
        held.update(identifiers(hit.chunk.searchable))
    return tuple(name for name in codes if name in logged - explained and _is_code(name, question))


def confidence(of: Signs, by: Calibration) -> float:
    """How likely the passages found answer the question, 0 to 1."""
    total = by.constant + by.cosine * of.cosine + by.coverage * of.coverage + by.unseen * of.unseen
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, total))))


def signs(question: str, found: Found) -> Signs:
    """What speaks for what was found."""
    asked = frozenset(query_words(question))
    own = {term: rarity for term, rarity in found.terms.items() if term in asked}
    translated = {term: rarity for term, rarity in found.terms.items() if term not in asked}
    texts = [hit.chunk.searchable for hit in found.hits]
    held = [max(coverage(text, own), _TRANSLATED * coverage(text, translated)) for text in texts]
    return Signs(
        cosine=max(found.cosines.values(), default=0.0),
        coverage=max(held, default=0.0),
        unseen=share(found.unseen, own),
    )


def _unseen_names(question: str, found: Found) -> tuple[str, ...]:
    """The names of a question (capitalised; among Chinese, all Latin words) that no passage holds."""
    pattern = _LATIN if is_chinese(question) else _NAME
    named = dict.fromkeys(match.group() for match in pattern.finditer(normalise(question)))
    return tuple(name for name in named if words(name) and found.unseen.issuperset(words(name)))


def _is_code(name: str, question: str) -> bool:
    """Whether a name is asked about as a code.

    Four digits may be a year, and the bare numbers of a long account are lots, torques and grades; they are
    codes where a word such as "alarm" stands before them.
    """
    account = name.isdigit() and len(words(question)) > _ACCOUNT
    if not (account or _YEAR.fullmatch(name)):
        return True
    plain = normalise(question)
    return any(_CODE_BEFORE.search(plain[: match.start()]) for match in re.finditer(name, plain))
