"""ask(): retrieve -> gate -> evidence -> generate -> cite and verify.

Code decides whether there is an answer, what is cited and which number is true; the model only words it.
"""

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant.cautions import Beside, cautions
from assistant.cite import Cited, cite, quoted_answer
from assistant.config import AnswerSettings
from assistant.errors import BusyError, MillwrightError, QuestionError
from assistant.evidence import Quote, citations, coverage, quotes
from assistant.follow_up import Resolved, resolve
from assistant.passages import passage_texts
from assistant.phrases import phrase
from assistant.prompting import answer_prompt
from assistant.records import (
    Answer,
    AnswerEvent,
    Done,
    Evidence,
    Language,
    Timings,
    TokenCounts,
    Turn,
    Waiting,
    Words,
)
from assistant.restate import restate
from assistant.retrieve import Found, Retriever
from assistant.writing import write
from ingest.chunk import CountTokens
from ingest.terms import content_words, is_chinese

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Writer:
    """A generator with what it is called and how long it may take."""

    engine: str
    model: "BaseChatModel"
    timeout_s: float


@dataclass(frozen=True, slots=True)
class Searched:
    """The size of what is searched, for the sentence that declines."""

    documents: int
    passages: int


@dataclass(frozen=True, slots=True)
class Answerer:
    """Answers questions from one index; `writer` None answers with quotes alone.

    Args:
        beside: The passages around one, where the warnings of its section stand.
        machines: The machines that documents are about.
    """

    retriever: Retriever
    count_tokens: CountTokens
    settings: AnswerSettings
    searched: Searched
    limit: int
    beside: Beside = lambda chunk: [chunk]
    machines: tuple[str, ...] = ()

    def stream(
        self,
        question: str,
        filters: Mapping[str, str],
        writer: Writer | None,
        history: Sequence[Turn] = (),
    ) -> Iterator[AnswerEvent]:
        """Answer a question: the evidence first, then words, then the verified answer.

        A follow-up that only the model can put in full brings a second evidence, found with its words.

        Raises:
            QuestionError: An empty or too long question, or an unknown filter.
        """
        started = time.monotonic()
        question = self.checked(question)
        asked = resolve(question, history, self.machines)
        draft = self._drafted(question, asked, filters, writer, started)
        yield draft.evidence
        if not asked.settled and writer is not None and self.settings.restate_s:
            whole = yield from restate(
                writer.model, question, history, self.machines, self.settings.restate_s
            )
            if whole:
                asked = Resolved(whole)
                draft = self._drafted(question, asked, filters, writer, started)
                yield draft.evidence
        if writer is None or draft.answer.support == "declined":
            yield Done(_timed(draft.answer, started))
            return
        yield from self._written(draft, writer, history if asked.base else (), started)

    def _drafted(
        self,
        question: str,
        asked: Resolved,
        filters: Mapping[str, str],
        writer: Writer | None,
        started: float,
    ) -> "_Draft":
        """What the documents say, in quotes, or that they do not say it."""
        language: Language = "zh" if is_chinese(question) else "en"
        found = _leaning_on(self.retriever.find(asked.question, self.limit, filters), question, asked)
        best = quotes(found.hits, found.terms, self.settings.evidence)
        evidence = citations(best)
        warnings = cautions([quote.hit.chunk for quote in best], self.beside, len(evidence) + 1)
        retrieved_ms = _since(started)
        answer = Answer(
            question,
            quoted_answer(best, evidence),
            "supported",
            citations=(*evidence, *warnings),
            evidence=evidence,
            warnings=warnings,
            hits=found.hits,
            timings=Timings(retrieved_ms, retrieved_ms),
            language=language,
            engine=writer.engine if writer else "extractive",
            resolved="" if asked.question == question else asked.question,
        )
        refusal = self._refusal(found, best, language)
        if refusal:
            answer = replace(answer, text=refusal, support="declined", citations=(), evidence=(), warnings=())
        shown = Evidence(answer.evidence, answer.warnings, found.hits, language, retrieved_ms)
        return _Draft(answer, found, asked, shown)

    def checked(self, question: str) -> str:
        """The question without surrounding space; refused when empty or too long."""
        question = question.strip()
        if not question:
            raise QuestionError("the question is empty; type what you want to know")
        most = self.settings.max_question_characters
        if len(question) > most:
            raise QuestionError(
                f"the question has {len(question):,} characters, at most {most:,} are read; "
                "ask for one thing at a time, and ingest long texts as documents"
            )
        return question

    def _refusal(self, found: Found, best: Sequence[Quote], language: Language) -> str:
        """Why the documents do not answer; empty when they may."""
        counts = {"documents": self.searched.documents, "passages": self.searched.passages}
        if found.unknown:
            return phrase("unknown", language, names=", ".join(found.unknown), **counts)
        held = max((coverage(hit.chunk.searchable, found.terms) for hit in found.hits), default=0.0)
        nearest = max(found.cosines.values(), default=0.0)
        fits = held >= self.settings.min_coverage or nearest >= self.settings.min_cosine
        return "" if best and fits else phrase("declined", language, **counts)

    def _written(
        self, draft: "_Draft", writer: Writer, history: Sequence[Turn], started: float
    ) -> Iterator[AnswerEvent]:
        """Let the model word the answer; whatever goes wrong, the quotes remain."""
        settings, quoted, found = self.settings, draft.answer, draft.found
        language = quoted.language
        hits = found.hits[: settings.passages]
        passages = passage_texts(hits, found.terms, settings.prompt_tokens, self.count_tokens)
        # With the turn before it in sight, a follow-up is read as it was asked.
        said = quoted.question if history else draft.asked.question
        prompt = answer_prompt(said, passages, language)
        quoted = replace(quoted, prompt=prompt.version)
        text, first_ms, tokens = "", 0.0, TokenCounts()
        try:
            with closing(write(writer.model, prompt, _recent(history), writer.timeout_s)) as pieces:
                for piece in pieces:
                    if isinstance(piece, TokenCounts):
                        tokens = piece
                    elif isinstance(piece, Waiting):
                        yield piece
                    else:
                        first_ms = first_ms or _since(started)
                        text += piece
                        yield Words(piece)
        except TimeoutError:
            note = phrase("slow", language, seconds=writer.timeout_s)
            yield Done(_timed(replace(quoted, note=note), started))
            return
        except MillwrightError as error:
            log.warning("the generator failed: %s", error)
            name = "busy" if isinstance(error, BusyError) else "unavailable"
            note = phrase(name, language, reason=error)
            yield Done(_timed(replace(quoted, note=note), started))
            return
        cited = cite(text, hits, quoted.citations, draft.asked.question, language)
        answer = self._warned(_finished(quoted, cited, language))
        timings = replace(answer.timings, first_token=first_ms)
        yield Done(_timed(replace(answer, timings=timings, tokens=tokens), started))

    def _warned(self, answer: Answer) -> Answer:
        """The answer with the warnings of passages that it cites beyond the evidence."""
        named = {entry.chunk_id for entry in answer.citations}
        chunks = [hit.chunk for hit in answer.hits if hit.chunk.chunk_id in named]
        shown = {(entry.place.doc, entry.quote) for entry in answer.warnings}
        new = [
            entry for entry in cautions(chunks, self.beside, 1) if (entry.place.doc, entry.quote) not in shown
        ]
        first = len(answer.citations) + 1
        added = tuple(replace(entry, marker=marker) for marker, entry in enumerate(new, start=first))
        return replace(answer, warnings=answer.warnings + added, citations=answer.citations + added)


def _finished(quoted: Answer, cited: Cited, language: Language) -> Answer:
    """The written answer where the passages carry it, the quotes where they do not."""
    if not cited.text:
        note = phrase("replaced", language)
        return replace(
            quoted, support="partly", unsupported=cited.unsupported, withheld=cited.withheld, note=note
        )
    return replace(
        quoted,
        text=cited.text,
        support="partly" if cited.unsupported else "supported",
        citations=cited.citations,
        unsupported=cited.unsupported,
        withheld=cited.withheld,
    )


@dataclass(frozen=True, slots=True)
class _Draft:
    """An answer in quotes, with what it was found by."""

    answer: Answer
    found: Found
    asked: Resolved
    evidence: Evidence


def _leaning_on(found: Found, question: str, asked: Resolved) -> Found:
    """What was found, where the words of the question before count less than those of the follow-up."""
    own = set(content_words(question)) if asked.base else set()
    if not own:
        return found
    weighed = {term: rarity * (1.0 if term in own else _BASE_SHARE) for term, rarity in found.terms.items()}
    return replace(found, terms=weighed)


_BASE_SHARE = 0.4
"""How much a word of the question before counts in choosing what to quote."""


def _recent(history: Sequence[Turn]) -> list[tuple[str, str]]:
    """The last turn only: more would cost the reader seconds before the first word."""
    return [(turn.question, turn.answer.text) for turn in history[-1:] if turn.answer.support != "declined"]


def _since(started: float) -> float:
    return 1000 * (time.monotonic() - started)


def _timed(answer: Answer, started: float) -> Answer:
    return replace(answer, timings=replace(answer.timings, total=_since(started)))
