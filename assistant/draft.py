"""An answer in quotes: what the documents say to a question, or that they do not say it.

It is complete in itself; a model may only put it in other words.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.card import NOTHING, favoured, learned
from assistant.cautions import Beside, cautions
from assistant.cite import quoted_answer
from assistant.config import AnswerSettings
from assistant.declining import Searched, declined
from assistant.evidence import Quote, citations, quotes
from assistant.follow_up import Resolved
from assistant.gate import BY_WORDS, Calibration, Refusal, refusal
from assistant.procedure import in_order
from assistant.records import Answer, Brought, Card, Evidence, Hit, Language, Timings
from assistant.retrieve import Found, Retriever
from assistant.tables.answer import Tables
from ingest.terms import content_words, is_chinese


@dataclass(frozen=True, slots=True)
class Scope:
    """Where to search: what the user filtered by, and what the conversation is about."""

    filters: Mapping[str, str]
    about: Card


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer in quotes, with what it was found by.

    Args:
        complete: Nothing is left to be put in words: it was counted, or rows of a table or the steps of a
            procedure say it.
    """

    answer: Answer
    found: Found
    asked: Resolved
    evidence: Evidence
    complete: bool = False


@dataclass(frozen=True, slots=True)
class Drafter:
    """Drafts answers from one index.

    Args:
        beside: The passages around one, where the warnings of its section stand.
        machines: The machines that documents are about.
        calibration: What the gate makes of the signs of the index's embedder.
        tables: What counts over whole tables; None where nothing does.
    """

    retriever: Retriever
    settings: AnswerSettings
    searched: Searched
    limit: int
    beside: Beside
    machines: tuple[str, ...]
    calibration: Calibration = BY_WORDS
    tables: Tables | None = None

    def draft(
        self,
        question: str,
        asked: Resolved,
        scope: Scope,
        engine: str,
        started: float,
        brought: Sequence[Brought] = (),
    ) -> Draft:
        """Search, choose what to quote, and decide whether it answers.

        Args:
            asked: The question so that it stands alone.
            engine: What will put the answer in words.
            started: When the question came, by `time.monotonic`.
            brought: What a model had looked up for it.

        Raises:
            QuestionError: An unknown filter.
        """
        language: Language = "zh" if is_chinese(question) else "en"
        found = _leaning_on(_with(self._found(asked, scope), brought, self.limit), question, asked)
        counted = (
            self.tables.answer(asked.question, language, found.hits, scope.filters) if self.tables else None
        )
        if counted:
            found = replace(found, hits=tuple(quote.hit for quote in counted.quotes))
            best, complete = counted.quotes, True
        else:
            best, complete = self._quotes(found, asked)
        evidence = citations(best)
        warnings = cautions([quote.hit.chunk for quote in best], self.beside, len(evidence) + 1)
        retrieved_ms = since(started)
        answer = Answer(
            question,
            "\n".join([*([counted.text] if counted else []), quoted_answer(evidence)]),
            "supported",
            citations=(*evidence, *warnings),
            evidence=evidence,
            warnings=warnings,
            hits=found.hits,
            timings=Timings(retrieved_ms, retrieved_ms),
            language=language,
            engine="extractive" if complete else engine,
            resolved="" if asked.question == question else asked.question,
            counted=counted.text if counted else "",
        )
        refused = None if counted else self._refused(found, asked, [quote.text for quote in best])
        if refused:
            text = declined(
                refused, language, self.searched, scope.filters, self._elsewhere(refused, asked, scope)
            )
            answer = replace(answer, text=text, support="declined", citations=(), evidence=(), warnings=())
        answer = replace(answer, about=learned(scope.about, scope.filters, answer, self.machines))
        shown = Evidence(answer.evidence, answer.warnings, found.hits, language, retrieved_ms)
        return Draft(answer, found, asked, shown, complete)

    def _quotes(self, found: Found, asked: Resolved) -> tuple[list[Quote], bool]:
        """What is quoted, in the order in which it is read, and whether a model's words would add nothing."""
        best = quotes(found.meant, found.asked, self.settings.evidence, asked.question)
        ordered = in_order(best, self.beside, asked.question)
        steps = ordered.whole and self.settings.steps_as_they_are
        return ordered.quotes, steps or (self.settings.rows_as_they_are and _are_rows(ordered.quotes))

    def _found(self, asked: Resolved, scope: Scope) -> Found:
        about = favoured(scope.about, asked.question, self.machines)
        return self.retriever.find(
            asked.question, self.limit, scope.filters, None if about == NOTHING else about
        )

    def _refused(self, found: Found, asked: Resolved, quoted: Sequence[str] | None = None) -> Refusal | None:
        return refusal(asked.question, found, self.calibration, self.settings.min_confidence, quoted)

    def _elsewhere(self, refused: Refusal, asked: Resolved, scope: Scope) -> str:
        """The document that may answer when the filters are left out; empty when none may."""
        if not scope.filters or refused.reason == "unknown":
            return ""
        found = self.retriever.find(asked.question, self.limit, {})
        return "" if self._refused(found, asked) else found.hits[0].chunk.place.doc


def _are_rows(best: Sequence[Quote]) -> bool:
    """Whether all that is quoted are rows of tables: as short as an answer, and exact."""
    return bool(best) and all("table_row" in quote.hit.chunk.kinds for quote in best)


def since(started: float) -> float:
    """Milliseconds since a moment of `time.monotonic`."""
    return 1000 * (time.monotonic() - started)


def timed(answer: Answer, started: float) -> Answer:
    """The answer with how long it took in all."""
    return replace(answer, timings=replace(answer.timings, total=since(started)))


def _with(found: Found, brought: Sequence[Brought], limit: int) -> Found:
    """What was found, and what a model had looked up where its worth puts it.

    It was looked up in other words than the question's, so the best of it stands just below the best found.
    """
    if not brought:
        return found
    best = max((hit.score for hit in found.hits), default=1.0)
    scores = {hit.chunk.chunk_id: (hit.chunk, hit.score) for hit in found.hits}
    for entry in brought:
        score = _BROUGHT_SHARE * best * entry.worth
        if score > scores.get(entry.chunk.chunk_id, (entry.chunk, -1.0))[1]:
            scores[entry.chunk.chunk_id] = (entry.chunk, score)
    ranked = sorted(scores.values(), key=lambda scored: -scored[1])[:limit]
    hits = tuple(Hit(chunk, score, rank) for rank, (chunk, score) in enumerate(ranked, start=1))
    return replace(found, hits=hits)


_BROUGHT_SHARE = 0.9


def _leaning_on(found: Found, question: str, asked: Resolved) -> Found:
    """What was found, where the words of the question before count less than those of the follow-up."""
    own = set(content_words(question)) if asked.base else set()
    if not own:
        return found
    weighed = {term: rarity * (1.0 if term in own else _BASE_SHARE) for term, rarity in found.terms.items()}
    return replace(found, terms=weighed)


_BASE_SHARE = 0.4
"""How much a word of the question before counts in choosing what to quote."""
