"""ask(): retrieve -> gate -> evidence -> generate -> cite and verify.

Code decides whether there is an answer, what is cited and which number is true; the model only words it.
"""

import logging
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant.brief import brief
from assistant.card import NOTHING
from assistant.cautions import Beside, cautions
from assistant.cite import Cited, cite, quoted_answer, unsaid
from assistant.config import AnswerSettings
from assistant.declining import Searched
from assistant.draft import Draft, Drafter, Scope, since, timed
from assistant.errors import BusyError, MillwrightError, QuestionError
from assistant.follow_up import Resolved, resolve
from assistant.gate import BY_WORDS, Calibration
from assistant.phrases import phrase
from assistant.records import (
    Answer,
    AnswerEvent,
    Brought,
    Card,
    Done,
    Language,
    TokenCounts,
    Turn,
    Waiting,
    Words,
)
from assistant.restate import restate
from assistant.retrieve import Retriever
from assistant.tables.answer import Tables
from assistant.writing import write
from ingest.chunk import CountTokens

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Writer:
    """A generator with what it is called and how long it may take."""

    engine: str
    model: "BaseChatModel"
    timeout_s: float


Gather = Callable[["BaseChatModel", str, Mapping[str, str]], Generator[Waiting, None, list[Brought]]]
"""Lets a model look passages up for a question, within filters."""


@dataclass(frozen=True, slots=True)
class Answerer:
    """Answers questions from one index; `writer` None answers with quotes alone.

    Args:
        beside: The passages around one, where the warnings of its section stand.
        machines: The machines that documents are about.
        calibration: What the gate makes of the signs of the index's embedder.
        tables: What counts over whole tables; None where nothing does.
    """

    retriever: Retriever
    count_tokens: CountTokens
    settings: AnswerSettings
    searched: Searched
    limit: int
    beside: Beside = lambda chunk: [chunk]
    machines: tuple[str, ...] = ()
    calibration: Calibration = BY_WORDS
    tables: Tables | None = None

    def stream(
        self,
        question: str,
        filters: Mapping[str, str],
        writer: Writer | None,
        history: Sequence[Turn] = (),
        about: Card = NOTHING,
        gather: Gather | None = None,
    ) -> Iterator[AnswerEvent]:
        """Answer a question: the evidence first, then words, then the verified answer.

        A follow-up that only the model can put in full brings a second evidence, found with its words; so
        does what a model that calls tools has looked up.

        Args:
            about: What the conversation is about; its passages come forward.
            gather: How the model looks passages up by itself; None where it does not.

        Raises:
            QuestionError: An empty or too long question, or an unknown filter.
        """
        started = time.monotonic()
        question = self.checked(question)
        asked = resolve(question, history, self.machines, about)
        engine, scope = writer.engine if writer else "extractive", Scope(filters, about)
        drafter = Drafter(
            self.retriever,
            self.settings,
            self.searched,
            self.limit,
            self.beside,
            self.machines,
            self.calibration,
            self.tables,
        )
        draft = drafter.draft(question, asked, scope, engine, started)
        unsettled = not asked.settled and writer is not None and not draft.answer.counted
        yield replace(draft.evidence, last=writer is None or (draft.complete and not unsettled))
        if unsettled and writer is not None and self.settings.restate_s:
            whole = yield from restate(
                writer.model, question, history, self.machines, self.settings.restate_s
            )
            if whole:
                asked = Resolved(whole)
                draft = drafter.draft(question, asked, scope, engine, started)
                yield draft.evidence
        if writer is not None and gather is not None and not draft.found.unknown and not draft.complete:
            brought = yield from gather(writer.model, asked.question, filters)
            if brought:
                draft = drafter.draft(question, asked, scope, engine, started, brought)
                yield draft.evidence
        # What was counted or stands in rows is said in full; a model could only garble it.
        if writer is None or draft.complete or draft.answer.support == "declined":
            yield Done(timed(draft.answer, started))
            return
        yield from self._written(draft, writer, history, started)

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

    def _written(
        self, draft: Draft, writer: Writer, history: Sequence[Turn], started: float
    ) -> Iterator[AnswerEvent]:
        """Let the model word the answer; whatever goes wrong, the quotes remain."""
        quoted, language = draft.answer, draft.answer.language
        put = brief(draft, history, self.settings, self.count_tokens, self.searched.generation)
        quoted = replace(quoted, prompt=put.prompt.version)
        text, first_ms, tokens = "", 0.0, TokenCounts()
        try:
            with closing(write(writer.model, put.prompt, put.before, writer.timeout_s)) as pieces:
                for piece in pieces:
                    if isinstance(piece, TokenCounts):
                        tokens = piece
                    elif isinstance(piece, Waiting):
                        yield piece
                    else:
                        first_ms = first_ms or since(started)
                        text += piece
                        yield Words(piece)
        except TimeoutError:
            note = phrase("slow", language, seconds=writer.timeout_s)
            yield Done(timed(replace(quoted, note=note), started))
            return
        except MillwrightError as error:
            log.warning("the generator failed: %s", error)
            name = "busy" if isinstance(error, BusyError) else "unavailable"
            note = phrase(name, language, reason=error)
            yield Done(timed(replace(quoted, note=note), started))
            return
        cited = cite(text, put.hits, quoted.citations, draft.asked.question, language, draft.found.terms)
        answer = self._warned(_finished(quoted, cited, language))
        timings = replace(answer.timings, first_token=first_ms)
        reading = put.read(text, cited, quoted)
        yield Done(timed(replace(answer, timings=timings, tokens=tokens, reading=reading), started))

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
    """The written answer where the passages carry it, then the quotes that say more; else the quotes."""
    if not cited.text:
        note = phrase("replaced", language)
        return replace(
            quoted, support="partly", unsupported=cited.unsupported, withheld=cited.withheld, note=note
        )
    left = unsaid(cited.text, quoted.evidence)
    return replace(
        quoted,
        text="\n\n".join(filter(None, (cited.text, quoted_answer(left)))),
        written=cited.text,
        support="partly" if cited.unsupported else "supported",
        citations=cited.citations,
        unsupported=cited.unsupported,
        withheld=cited.withheld,
    )
