"""Measures of retrieval on question files: how much must be read until the gold text has been seen."""

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any, Protocol

from assistant.question_file import read_questions
from assistant.records import Hit
from ingest.terms import is_chinese, normalise

READ_SHORT, READ_LONG = 1000, 5000
PASSAGES_READ = 60
"""Passages read of each search: more than 5,000 characters where they have 90 on average; of short ones (the
rows of a table, a question with its answer) fourteen ended long before."""
_SHARE = 0.6
"""So much of a reference answer must have been read; annotators shorten and join what they copy."""
_PASSAGE_CHARACTERS = 120
"""A longer `passage_or_section` is the gold text itself, not a heading."""
_TOKEN = re.compile(r"[㐀-䶿一-鿿]|[a-z0-9À-ɏ]+")
_YES_NO = frozenset(("yes", "no", "是", "否", "可以", "不可以", "能", "不能"))


@dataclass(frozen=True, slots=True)
class Case:
    """One line of a question file; `doc` and `passage` are empty where it names no gold."""

    id: str
    question: str
    language: str = "en"
    answers: tuple[str, ...] = ()
    doc: str = ""
    passage: str = ""
    answerable: bool = True
    must_contain: tuple[str, ...] = ()
    kind: str = ""


class Readable(Protocol):
    """A found passage, as far as it is measured."""

    @property
    def doc(self) -> str:
        """Its document."""

    @property
    def section(self) -> str:
        """Its heading path."""

    @property
    def text(self) -> str:
        """What is read."""


@dataclass(frozen=True, slots=True)
class Retrieval:
    """Means over the answerable questions of a set.

    Args:
        short: Share whose gold text stands in the first 1,000 characters read (text@1k).
        long: The same in the first 5,000 (text@5k).
        mrr: Mean reciprocal rank of the passage with which the gold text is complete.
    """

    questions: int
    short: float
    long: float
    mrr: float


def read_cases(path: Path) -> list[Case]:
    """The questions of a JSON lines file.

    Raises:
        QuestionError: The file, or a line of it, cannot be read.
    """
    return [case_of(entry, question) for entry, question in read_questions(path)]


def case_of(entry: dict[str, Any], question: str) -> Case:
    """The object of a line as a case."""
    gold = entry.get("gold") or {}
    return Case(
        id=str(entry.get("id", "")),
        question=question,
        language=str(entry.get("lang") or ("zh" if is_chinese(question) else "en")),
        answers=tuple(map(str, entry.get("answers") or ())),
        doc=gold.get("doc") or "",
        passage=gold.get("passage_or_section") or "",
        answerable=bool(entry.get("answerable", True)),
        must_contain=tuple(map(str, entry.get("must_contain") or ())),
        kind=str(entry.get("kind") or ""),
    )


class Searcher(Protocol):
    """What finds passages."""

    def search(self, question: str, *, limit: int) -> list[Hit]:
        """The passages, best first."""


@dataclass(frozen=True, slots=True)
class Passage:
    """What is measured of a found passage."""

    doc: str
    section: str
    text: str


def passages(hits: Sequence[Hit]) -> list[Passage]:
    """The hits as they are measured."""
    return [Passage(hit.chunk.place.doc, hit.chunk.place.section, hit.chunk.text) for hit in hits]


def measure(cases: Iterable[tuple[Case, Sequence[Readable]]]) -> Retrieval:
    """Score what was found for each answerable question."""
    ends = [gold_end(case, found) for case, found in cases if case.answerable]
    if not ends:
        return Retrieval(0, 0.0, 0.0, 0.0)
    return Retrieval(
        len(ends),
        mean(end is not None and end.characters <= READ_SHORT for end in ends),
        mean(end is not None and end.characters <= READ_LONG for end in ends),
        mean(1 / end.rank if end else 0.0 for end in ends),
    )


@dataclass(frozen=True, slots=True)
class End:
    """Where the gold text is complete: after so many characters, in the passage of that rank."""

    characters: int
    rank: int


def gold_end(case: Case, found: Sequence[Readable]) -> End | None:
    """Where a reader of the passages, best first, has seen the gold text; None if never.

    Seen are: 60 % of the word pairs (Chinese: character pairs) of the gold passage where it is given; else
    every string of `must_contain`; else, for a bare yes or no, the section that decides it; else 60 % of
    the word pairs of a reference answer. A looked-up code must stand in the passage that explains it.
    """
    starts = _starts(found)
    if case.kind == "code_lookup":
        return _first_whole(case, found, starts)
    if len(case.passage) > _PASSAGE_CHARACTERS:
        return _overlap(case.passage, found, starts)
    if case.must_contain:
        return _all_strings(case.must_contain, found, starts)
    if case.passage and all(answer.strip(" .。").casefold() in _YES_NO for answer in case.answers):
        return _in_section(case, found, starts)
    ends = [_overlap(answer, found, starts) for answer in case.answers]
    return min((end for end in ends if end), key=lambda end: end.characters, default=None)


def _starts(found: Sequence[Readable]) -> list[int]:
    starts, at = [], 0
    for passage in found:
        starts.append(at)
        at += len(passage.text) + 1
    return starts


def _first_whole(case: Case, found: Sequence[Readable], starts: Sequence[int]) -> End | None:
    code = case.passage.split()[-1] if case.passage else ""
    wanted = [_folded(text) for text in (code, *case.must_contain) if text]
    for rank, passage in enumerate(found, start=1):
        text = _folded(passage.text)
        if all(string in text for string in wanted):
            return End(starts[rank - 1] + max(text.index(string) + len(string) for string in wanted), rank)
    return None


def _all_strings(strings: Sequence[str], found: Sequence[Readable], starts: Sequence[int]) -> End | None:
    ends: list[End] = []
    texts = [_folded(passage.text) for passage in found]
    for string in map(_folded, strings):
        rank = next((n for n, text in enumerate(texts) if string in text), None)
        if rank is None:
            return None
        ends.append(End(starts[rank] + texts[rank].index(string) + len(string), rank + 1))
    return max(ends, key=lambda end: end.characters)


def _in_section(case: Case, found: Sequence[Readable], starts: Sequence[int]) -> End | None:
    heading = _folded(case.passage)
    for rank, passage in enumerate(found, start=1):
        if passage.doc == case.doc and heading in _folded(f"{passage.section} {passage.text}"):
            return End(starts[rank - 1] + len(passage.text), rank)
    return None


def _overlap(answer: str, found: Sequence[Readable], starts: Sequence[int]) -> End | None:
    wanted = {pair for pair, _ in _pairs(answer)}
    seen: dict[tuple[str, str], End] = {}
    for rank, passage in enumerate(found, start=1):
        for pair, end in _pairs(passage.text):
            if pair in wanted and pair not in seen:
                seen[pair] = End(starts[rank - 1] + end, rank)
    needed = max(1, round(_SHARE * len(wanted)))
    if len(seen) < needed:
        return None
    return sorted(seen.values(), key=lambda end: end.characters)[needed - 1]


def _pairs(text: str) -> list[tuple[tuple[str, str], int]]:
    """Neighbouring words with where the second ends."""
    tokens = [(match.group(), match.end()) for match in _TOKEN.finditer(text.casefold())]
    if len(tokens) == 1:
        return [((tokens[0][0], ""), tokens[0][1])]
    return [((first, second), end) for (first, _), (second, end) in itertools.pairwise(tokens)]


def _folded(text: str) -> str:
    return " ".join(normalise(text).casefold().split())
