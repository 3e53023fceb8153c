"""ask(): retrieve -> gate -> evidence -> generate -> cite and verify.

Code decides whether there is an answer, what is cited and which number is true; the model only words it.
"""

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant.cautions import Beside, cautions
from assistant.cite import Cited, cite, quoted_answer
from assistant.config import AnswerSettings
from assistant.errors import MillwrightError, QuestionError
from assistant.evidence import Quote, citations, coverage, quotes
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
    Words,
)
from assistant.retrieve import Found, Retriever
from assistant.writing import write
from ingest.chunk import CountTokens
from ingest.terms import is_chinese

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
    """

    retriever: Retriever
    count_tokens: CountTokens
    settings: AnswerSettings
    searched: Searched
    limit: int
    beside: Beside = lambda chunk: [chunk]

    def stream(
        self, question: str, filters: Mapping[str, str], writer: Writer | None, history: Sequence[Turn] = ()
    ) -> Iterator[AnswerEvent]:
        """Answer a question: the evidence first, then words, then the verified answer.

        Raises:
            QuestionError: An empty or too long question, or an unknown filter.
        """
        started = time.monotonic()
        question = self.checked(question)
        language: Language = "zh" if is_chinese(question) else "en"
        found = self.retriever.find(standalone(question, history), self.limit, filters)
        best = quotes(found.hits, found.terms, self.settings.evidence)
        evidence = citations(best)
        warnings = cautions([quote.hit.chunk for quote in best], self.beside, len(evidence) + 1)
        retrieved_ms = _since(started)
        draft = Answer(
            question,
            "",
            "declined",
            evidence=evidence,
            warnings=warnings,
            hits=found.hits,
            timings=Timings(retrieved_ms, retrieved_ms),
            language=language,
            engine=writer.engine if writer else "extractive",
        )
        refusal = self._refusal(found, best, language)
        if refusal:
            yield Evidence((), (), found.hits, language, retrieved_ms)
            yield Done(_timed(replace(draft, text=refusal, evidence=(), warnings=()), started))
            return
        yield Evidence(evidence, warnings, found.hits, language, retrieved_ms)
        quoted = replace(
            draft, text=quoted_answer(best, evidence), support="supported", citations=(*evidence, *warnings)
        )
        if writer is None:
            yield Done(_timed(quoted, started))
            return
        yield from self._written(quoted, found, writer, history, started)

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
        self, quoted: Answer, found: Found, writer: Writer, history: Sequence[Turn], started: float
    ) -> Iterator[AnswerEvent]:
        """Let the model word the answer; whatever goes wrong, the quotes remain."""
        settings, language = self.settings, quoted.language
        hits = found.hits[: settings.passages]
        passages = passage_texts(hits, found.terms, settings.prompt_tokens, self.count_tokens)
        prompt = answer_prompt(quoted.question, passages, language)
        quoted = replace(quoted, prompt=prompt.version)
        text, first_ms, tokens = "", 0.0, TokenCounts()
        try:
            for piece in write(writer.model, prompt, _recent(history), writer.timeout_s):
                if isinstance(piece, TokenCounts):
                    tokens = piece
                    continue
                first_ms = first_ms or _since(started)
                text += piece
                yield Words(piece)
        except TimeoutError:
            note = phrase("slow", language, seconds=writer.timeout_s)
            yield Done(_timed(replace(quoted, note=note), started))
            return
        except MillwrightError as error:
            log.warning("the generator failed: %s", error)
            note = phrase("unavailable", language, reason=error)
            yield Done(_timed(replace(quoted, note=note), started))
            return
        cited = cite(text, hits, quoted.citations, quoted.question, language)
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


def standalone(question: str, history: Sequence[Turn]) -> str:
    """A follow-up with what it leaves unsaid: the question before it."""
    if not history:
        return question
    words = question.split()
    short = len(question) < 16 if is_chinese(question) else len(words) < 7
    refers = any(word.strip("?,.").lower() in _REFERRING for word in words) or any(
        mark in question for mark in ("它", "这个", "那个", "上面", "呢")
    )
    return f"{history[-1].question}\n{question}" if short or refers else question


_REFERRING = frozenset(
    ("it", "its", "that", "this", "they", "them", "those", "these", "there", "then", "other")
)


def _recent(history: Sequence[Turn]) -> list[tuple[str, str]]:
    """The last turn only: more would cost the reader seconds before the first word."""
    return [(turn.question, turn.answer.text) for turn in history[-1:] if turn.answer.support != "declined"]


def _since(started: float) -> float:
    return 1000 * (time.monotonic() - started)


def _timed(answer: Answer, started: float) -> Answer:
    return replace(answer, timings=replace(answer.timings, total=_since(started)))
