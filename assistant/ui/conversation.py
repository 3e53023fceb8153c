"""What the page shows after each event of a conversation; no Gradio here."""

import logging
import time
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial

from assistant.card import NOTHING
from assistant.desk import Desk
from assistant.errors import HistoryError, MillwrightError
from assistant.records import Answer, AnswerEvent, Done, Evidence, Language, Waiting, Words
from assistant.ui import render, sources
from assistant.ui.labels import speaker
from assistant.ui.machine_view import machine_documents
from assistant.ui.rating import NO_MARKS, Marks, saving_row
from assistant.ui.reading import told
from assistant.ui.service import Assistant
from assistant.ui.talk import NEW_TALK, Talk

log = logging.getLogger(__name__)

_BETWEEN_UPDATES_S = 0.12
"""Words that come faster are shown together; each update costs the browser a layout."""


@dataclass(frozen=True, slots=True)
class View:
    """Everything that changes on the page; the HTML is finished.

    Args:
        box: What stands in the question box.
        busy: An answer is under way: there is something to stop.
        asked: The question that is under way or was last.
        about: What the conversation is about.
    """

    current: str
    earlier: str = ""
    sources: str = ""
    error: str = ""
    box: str = ""
    busy: bool = False
    asked: str = ""
    about: str = ""
    talk: Talk = NEW_TALK


class Conversation:
    """Turns what the user does into views.

    Args:
        desk: Counts the questions under way; shared with whatever else asks the assistant.
    """

    def __init__(self, assistant: Assistant, desk: Desk) -> None:
        self._assistant, self._desk = assistant, desk

    @property
    def places(self) -> int:
        """Questions that may be under way."""
        return self._desk.places

    def health(self) -> dict[str, str]:
        """What is served; empty when there is nothing to serve yet."""
        try:
            return self._assistant.health()
        except MillwrightError:
            return {}

    def trouble(self, language: Language) -> str:
        """Why no question can be answered now, as an error line; empty when all is well."""
        try:
            notices = (self._assistant.health().get("notice", ""), self._assistant.history.notice)
            return render.error_line(" ".join(told(notice, language) for notice in notices if notice))
        except MillwrightError as error:
            return render.error_line(str(error), language)

    def machines(self) -> list[str]:
        """The machines that documents name, sorted."""
        try:
            rows = self._assistant.documents()
        except MillwrightError:
            return []
        return sorted({row.metadata.machine for row in rows if row.metadata.machine})

    def held(self, machine: str, language: Language) -> str:
        """The documents of a machine, as HTML; empty where none is chosen."""
        try:
            return machine_documents(self._assistant.documents() if machine else (), machine, language)
        except MillwrightError:
            return ""

    def shown(self, talk: Talk, language: Language, owner: str = "") -> View:
        """The conversation at rest, with what its owner thinks of the answers."""
        about = render.about(talk.about, language)
        if not talk.turns:
            welcome, nothing = render.welcome(language), sources.evidence((), (), language)
            return View(welcome, sources=nothing, about=about, talk=talk)
        health, marks = self.health(), self._marks(talk, owner)
        saving = saving_row(marks.talk, language, speaker(language))
        return View(
            current=render.answered(talk.turns[-1], language, health, marks) + saving,
            earlier=render.earlier(talk.turns[:-1], language, health, marks),
            sources=render.cited(talk.turns[-1].answer, language),
            about=about,
            talk=talk,
        )

    def forget_about(self, talk: Talk, language: Language, owner: str = "") -> View:
        """The conversation goes on, about nothing in particular."""
        error = ""
        if owner and talk.id:
            try:
                self._assistant.history.say_about(owner, talk.id, NOTHING)
            except HistoryError as problem:
                error = render.error_line(str(problem), language)
        return replace(self.shown(replace(talk, about=NOTHING), language, owner), error=error)

    def ask(
        self, question: str, machine: str, language: Language, talk: Talk, owner: str = ""
    ) -> Generator[View]:
        """Answer: what is being looked up, the sources, the words, the finished answer.

        The answer is kept in the owner's history; without an owner nothing is.

        Several views come a second, the same one again where nothing is new, so that the user can stop it.
        """
        at_rest = replace(self.shown(talk, language, owner), box=question)
        question = question.strip()
        if not question:
            yield replace(at_rest, box="", error=render.error_line(speaker(language)("empty_question")))
            return
        start = View(
            current=render.pending(question, language),
            earlier=render.earlier(talk.turns, language, self.health(), self._marks(talk, owner)),
            sources=sources.evidence((), (), language),
            busy=True,
            asked=question,
            about=at_rest.about,
            talk=talk,
        )
        yield start
        filters = {"machine": machine} if machine else {}
        try:
            with closing(self._answering(start, filters, language, owner)) as views:
                yield from views
        except MillwrightError as error:
            yield replace(at_rest, error=render.error_line(str(error), language))
        except Exception:  # the page must say something, whatever broke; the log says what
            log.exception("a question could not be answered")
            yield replace(at_rest, error=render.error_line(speaker(language)("unexpected")))

    def stop(self, asked: str, language: Language, talk: Talk, owner: str = "") -> View:
        """The view after the user did not wait for the answer; the sources stay."""
        at_rest = self.shown(talk, language, owner)
        if not asked:
            return at_rest
        return replace(
            at_rest,
            current=render.stopped(asked, language),
            earlier=render.earlier(talk.turns, language, self.health(), self._marks(talk, owner)),
            asked=asked,
        )

    def _marks(self, talk: Talk, owner: str) -> Marks:
        if not owner or not talk.id:
            return NO_MARKS
        try:
            return Marks(talk.id, self._assistant.history.ratings(owner, talk.id))
        except HistoryError:
            return NO_MARKS

    def _finished(self, start: View, answer: Answer, language: Language, owner: str) -> View:
        """The view of a finished answer, its turn kept; that it could not be is said beside the answer."""
        talk, error = start.talk.with_answer(start.asked, answer), ""
        if owner:
            try:
                talk = talk.kept(self._assistant.history.add(owner, talk.id, talk.turns[-1]))
                self._assistant.gaps.declined(answer, talk.source)
            except HistoryError as problem:
                error = render.error_line(str(problem), language)
        return replace(self.shown(talk, language, owner), asked=start.asked, error=error)

    def _answering(
        self, start: View, filters: Mapping[str, str], language: Language, owner: str
    ) -> Generator[View]:
        talk = start.talk
        stream = partial(
            self._assistant.stream, start.asked, filters=filters, history=talk.turns, about=talk.about
        )
        events = self._desk.ask(stream)
        try:
            yield from self._views(events, start, language, owner)
        finally:
            events.close()

    def _views(
        self, events: Iterator[AnswerEvent | None], start: View, language: Language, owner: str
    ) -> Iterator[View]:
        evidence = Evidence((), (), (), language, 0.0)
        view, written, updated, ahead = start, "", 0.0, 0
        for event in events:
            match event:
                case None:
                    yield view
                    continue
                case Waiting():
                    if event.ahead == ahead:
                        yield view
                        continue
                    ahead = event.ahead
                case Evidence():
                    if event.last:
                        continue  # the finished view shows it too; of many users' views, all wait for each
                    evidence = event
                    view = replace(view, sources=sources.evidence(event.citations, event.hits, language))
                case Words():
                    written += event.text
                    if time.monotonic() - updated < _BETWEEN_UPDATES_S:
                        continue
                    updated = time.monotonic()
                case Done():
                    yield self._finished(start, event.answer, language, owner)
                    return
            text = render.writing(start.asked, evidence, written, ahead, language)
            view = replace(view, current=text)
            yield view
