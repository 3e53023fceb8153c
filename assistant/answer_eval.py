"""`millwright eval --answers`: each question of a file is asked, and its answer measured without a judge."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Protocol

from assistant.answer_measures import (
    MIN_CARRIED,
    carried,
    cited_sentences,
    figures,
    held,
    invented,
    missing_figures,
    rouge_l,
    token_f1,
)
from assistant.errors import QuestionError
from assistant.evaluate import Case, Passage, gold_end, read_cases
from assistant.records import Answer, AnswerEvent, Done, Evidence, Words
from ingest.records import Chunk

MEASURES = (
    "facts",
    "all_facts",
    "must_contain",
    "figures",
    "f1",
    "rouge_l",
    "faithful",
    "carried",
    "gold_precision",
    "gold_recall",
    "declined_unanswerable",
    "declined_answerable",
    "judged",
)
"""What is measured of an answer, 0 to 1; see `scored`."""

Judge = Callable[[Case, Answer], bool | None]


@dataclass(frozen=True, slots=True)
class Seconds:
    """From the question to the evidence, to the first and to the last word."""

    evidence: float
    first: float
    last: float


@dataclass(frozen=True, slots=True)
class Scored:
    """One question with its answer.

    Args:
        values: One of each of MEASURES; None where it says nothing of this question.
        lacking: The strings and figures of the reference that the answer lacks.
        invented: Tokens with a digit or underscore that no cited passage holds.
    """

    case: Case
    answer: Answer
    seconds: Seconds
    values: tuple[float | None, ...]
    lacking: tuple[str, ...] = ()
    invented: tuple[str, ...] = ()


class Answering(Protocol):
    """What answers questions."""

    def stream(self, question: str, *, engine: str | None) -> Iterator[AnswerEvent]:
        """Evidence, words, the finished answer."""


def evaluate(
    application: Answering,
    path: Path,
    engine: str | None,
    most: int | None = None,
    judge: Judge | None = None,
) -> list[Scored]:
    """Ask the questions of a file, at most so many, and measure the answers.

    Raises:
        QuestionError: The file cannot be read, or holds no question.
    """
    cases = read_cases(path)[:most]
    if not cases:
        raise QuestionError(f"{path}: no questions; write one JSON object a line, with a `question`")
    # The first search loads the embedder; that is no question's time.
    next(iter(application.stream(cases[0].question, engine=engine)))
    return [ask(application, case, engine, judge) for case in cases]


def ask(application: Answering, case: Case, engine: str | None, judge: Judge | None = None) -> Scored:
    """Ask one question and measure its answer."""
    started = time.monotonic()
    evidence = first = 0.0
    for event in application.stream(case.question, engine=engine):
        now = time.monotonic() - started
        if isinstance(event, Evidence):
            evidence = now
        elif isinstance(event, Words):
            first = first or now
        elif isinstance(event, Done):
            opinion = None
            if judge and case.answerable and case.answers and event.answer.support != "declined":
                opinion = judge(case, event.answer)
            return scored(case, event.answer, Seconds(evidence, first or now, now), opinion)
    raise AssertionError("a stream of an answer ends with Done")


def scored(case: Case, answer: Answer, seconds: Seconds, opinion: bool | None = None) -> Scored:
    """Measure an answer. A declined one has none of the facts of an answerable question.

    facts: share of the strings of `must_contain`, or where there are none of the figures (quantities and
        codes) of the first reference, that the answer holds. all_facts: whether it holds all of them.
    must_contain, figures: the same, each by itself; figures counts only when none is missing.
    f1, rouge_l: against the reference that fits best.
    faithful: sentences shown, of those that were written. carried: sentences shown whose words the cited
        passage holds. gold_precision: cited passages that are of the gold document. gold_recall: whether
        they hold the gold text.
    """
    declined = answer.support == "declined"
    text = "" if declined else answer.text
    # What code has counted stands in no document; what it counted over is named, and its rows are cited.
    quoted = text.removeprefix(answer.counted)
    strings = held(case.must_contain, text)
    wanted = figures(case.answers[0]) if case.answers else []
    missing = missing_figures(case.answers[0], text) if case.answers else []
    found = strings or [figure not in missing for figure in wanted]
    sources = {hit.chunk.chunk_id: hit.chunk for hit in answer.hits}
    cited = [] if declined else _cited(answer, sources)
    asked = case.answerable
    values = {
        "facts": mean(found) if asked and found else None,
        "all_facts": float(all(found)) if asked and found else None,
        "must_contain": mean(strings) if asked and strings else None,
        "figures": float(not missing) if asked and wanted else None,
        "f1": max(token_f1(text, entry) for entry in case.answers) if asked and case.answers else None,
        "rouge_l": max(rouge_l(text, entry) for entry in case.answers) if asked and case.answers else None,
        "faithful": _faithful(answer),
        "carried": _carried(quoted, answer, sources),
        "gold_precision": _precision(case, cited),
        "gold_recall": float(gold_end(case, cited) is not None) if asked and case.doc else None,
        "declined_unanswerable": None if asked else float(declined),
        "declined_answerable": float(declined) if asked else None,
        "judged": None if opinion is None else float(opinion),
    }
    lacking = [string for string, there in zip(case.must_contain, strings, strict=True) if not there]
    return Scored(
        case,
        answer,
        seconds,
        tuple(values[name] for name in MEASURES),
        tuple(lacking if strings else missing) if asked else (),
        tuple(invented(quoted, [sources[key].searchable for key in _cited_chunks(answer, sources)])),
    )


def _cited_chunks(answer: Answer, sources: dict[str, Chunk]) -> list[str]:
    """The chunks that the markers of the text stand for, each once."""
    markers = {marker for _, group in cited_sentences(answer.text) for marker in group}
    named = [entry.chunk_id for entry in answer.citations if entry.marker in markers]
    return [chunk_id for chunk_id in dict.fromkeys(named) if chunk_id in sources]


def _cited(answer: Answer, sources: dict[str, Chunk]) -> list[Passage]:
    chunks = [sources[chunk_id] for chunk_id in _cited_chunks(answer, sources)]
    return [Passage(chunk.place.doc, chunk.place.section, chunk.text) for chunk in chunks]


def _faithful(answer: Answer) -> float | None:
    """Share of the written sentences that are shown; None when none was written."""
    # A note says that the quotes stand in for what was written.
    shown = 0 if answer.note or answer.support == "declined" else len(cited_sentences(answer.text))
    written = shown + len(answer.unsupported)
    return shown / written if written else None


def _carried(text: str, answer: Answer, sources: dict[str, Chunk]) -> float | None:
    """Share of the shown sentences whose words the passages of their markers hold."""
    by_marker = {entry.marker: sources.get(entry.chunk_id) for entry in answer.citations}
    shares: list[bool] = []
    for sentence, markers in cited_sentences(text):
        chunks = [by_marker.get(marker) for marker in markers]
        passages = [chunk.searchable for chunk in chunks if chunk is not None]
        shares.append(carried(sentence, passages) >= MIN_CARRIED)
    return mean(shares) if shares else None


def _precision(case: Case, cited: Sequence[Passage]) -> float | None:
    if not case.answerable or not case.doc or not cited:
        return None
    return mean(passage.doc == case.doc for passage in cited)
