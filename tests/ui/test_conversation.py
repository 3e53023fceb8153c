"""What is shown after each event, without a browser."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import gradio as gr
import pytest

from assistant.config import HistorySettings
from assistant.desk import Desk
from assistant.errors import IndexMissingError
from assistant.history import History
from assistant.records import AnswerEvent, Done, Evidence, Language
from assistant.ui import render
from assistant.ui.callbacks import changes
from assistant.ui.conversation import Conversation, View
from assistant.ui.kept import KeptTalks
from assistant.ui.talk import NEW_TALK
from tests.ui.plant import HEAD_LINE, FixedAnswers


@pytest.fixture
def plant(tmp_path: Path) -> FixedAnswers:
    return FixedAnswers(tmp_path)


def views(plant: FixedAnswers, question: str, machine: str = "") -> list[View]:
    return list(Conversation(plant, Desk(4)).ask(question, machine, "en", NEW_TALK))


def test_the_sources_come_first_and_the_words_are_called_unchecked(plant: FixedAnswers) -> None:
    shown = views(plant, "How much head?")
    with_sources = next(number for number, view in enumerate(shown) if HEAD_LINE in view.sources)
    with_words = next(number for number, view in enumerate(shown) if "mw-unchecked" in view.current)
    assert with_sources < with_words
    assert all("mw-supported" not in view.current for view in shown[:-1])
    assert "mw-supported" in shown[-1].current
    assert [view.busy for view in shown] == [True] * (len(shown) - 1) + [False]


class QuotesAlone(FixedAnswers):
    """Answers as it does without a model."""

    def _events(self, question: str) -> Iterator[AnswerEvent]:
        for event in super()._events(question):
            if isinstance(event, Evidence):
                yield replace(event, last=True)
            elif isinstance(event, Done):
                yield event


def test_where_no_word_will_come_the_sources_come_with_the_answer(tmp_path: Path) -> None:
    shown = views(QuotesAlone(tmp_path), "How much head?")
    searching, answered = shown[0], shown[-1]
    assert all(view is searching for view in shown[:-1])
    assert searching.busy
    assert "mw-state" in searching.current
    assert HEAD_LINE in answered.sources
    assert "mw-supported" in answered.current


def test_what_the_page_keeps_is_set_again_only_when_it_is_new(plant: FixedAnswers) -> None:
    shown = views(plant, "How much head?")
    kept = [changes(view, before)[5:7] for before, view in zip([None, *shown], shown, strict=False)]
    assert kept[0] == [NEW_TALK, "How much head?"]
    assert len(kept) > 3
    assert all(values == [gr.skip(), gr.skip()] for values in kept[1:-1])
    assert kept[-1] == [shown[-1].talk, gr.skip()]
    assert changes(shown[-1])[5:7] == [shown[-1].talk, "How much head?"]


def test_words_that_come_at_once_are_shown_together(plant: FixedAnswers) -> None:
    plant.text = "word " * 2000
    assert len(views(plant, "How much head?")) < 60


def test_a_question_left_alone_closes_the_stream(plant: FixedAnswers) -> None:
    plant.pause_s = 0.2
    asking = Conversation(plant, Desk(4)).ask("How much head?", "", "en", NEW_TALK)
    for _ in range(3):
        next(asking)
    assert plant.closed == 0
    began = time.monotonic()
    asking.close()
    assert time.monotonic() - began < 0.1  # Gradio closes it where nothing may block
    while not plant.closed:
        assert time.monotonic() - began < 1
        time.sleep(0.01)


def test_one_question_too_many_is_told_that_it_is_busy_and_stays_in_the_box(plant: FixedAnswers) -> None:
    conversation = Conversation(plant, Desk(1))
    plant.pause_s = 0.2
    first = conversation.ask("How much head?", "", "en", NEW_TALK)
    for _ in range(3):
        next(first)
    second = list(conversation.ask("How much more?", "", "en", NEW_TALK))[-1]
    assert "busy: 1 questions are being answered already" in second.error
    assert second.box == "How much more?"
    assert "mw-supported" in list(first)[-1].current
    assert "mw-supported" in list(conversation.ask("How much more?", "", "en", NEW_TALK))[-1].current


@pytest.mark.parametrize(("language", "said"), [("en", "written answer: 3"), ("zh", "前面还有 3 个问题")])
def test_who_waits_sees_the_sources_and_the_place(plant: FixedAnswers, language: Language, said: str) -> None:
    plant.ahead = (3, 3, 2, 0)
    shown = list(Conversation(plant, Desk(4)).ask("How much head?", "", language, NEW_TALK))
    told = next(view for view in shown if said in view.current)
    assert HEAD_LINE in told.sources
    assert sum(said in view.current for view in dict.fromkeys(shown)) == 1
    assert said not in shown[-1].current


def test_an_unforeseen_fault_keeps_the_question(
    plant: FixedAnswers, caplog: pytest.LogCaptureFixture
) -> None:
    last = views(plant, "boom")[-1]
    assert last.box == "boom"
    assert "RuntimeError" not in last.error
    assert "a fault that no one foresaw" in caplog.text


def test_the_last_twenty_turns_are_kept(plant: FixedAnswers) -> None:
    conversation = Conversation(plant, Desk(4))
    talk = NEW_TALK
    for number in range(22):
        talk = list(conversation.ask(f"Question {number}?", "", "en", talk))[-1].talk
    assert [turn.question for turn in talk.turns] == [f"Question {number}?" for number in range(2, 22)]


def test_without_an_index_the_page_says_what_to_do(tmp_path: Path) -> None:
    class Empty(FixedAnswers):
        def warm(self) -> None:
            pass

        def health(self) -> dict[str, str]:
            raise IndexMissingError("indexes/default: there is no index yet. Run `millwright ingest FOLDER`.")

        def documents(self) -> list:  # type: ignore[type-arg]
            raise IndexMissingError("no index")

    conversation = Conversation(Empty(tmp_path), Desk(4))
    assert "Run `millwright ingest FOLDER`" in conversation.trouble("en")
    assert conversation.machines() == []
    assert "mw-welcome" in conversation.shown(NEW_TALK, "en").current


def test_an_answer_is_kept_for_its_owner_and_opened_as_it_was(plant: FixedAnswers) -> None:
    conversation, kept = Conversation(plant, Desk(4)), KeptTalks(plant)
    first = list(conversation.ask("How much head?", "", "en", NEW_TALK, "page:ann"))[-1]
    second = list(conversation.ask("And hot?", "", "en", first.talk, "page:ann"))[-1]
    assert first.talk.id == second.talk.id != ""
    title, number = kept.choices("page:ann", "en")[1]
    assert title.startswith("How much head? · ")
    plant.text = "Another answer since."
    opened, _ = kept.open("page:ann", number, "en")
    assert conversation.shown(opened, "en") == replace(conversation.shown(second.talk, "en"), talk=opened)
    assert kept.choices("page:bob", "zh") == [("尚无保存的对话", "")]
    assert list(conversation.ask("Unkept?", "", "en", NEW_TALK))[-1].talk.id == ""
    assert kept.delete("page:ann", number, opened) == NEW_TALK
    assert len(kept.choices("page:ann", "en")) == 1


def test_an_answer_that_cannot_be_kept_is_shown_with_a_line(plant: FixedAnswers) -> None:
    (plant.folder / "file").write_text("")
    plant.kept = History(plant.folder / "file" / "x.sqlite", HistorySettings())
    last = list(Conversation(plant, Desk(4)).ask("How much head?", "", "en", NEW_TALK, "page:ann"))[-1]
    assert "mw-supported" in last.current
    assert "the conversation was not kept" in last.error
    assert KeptTalks(plant).choices("page:ann", "en") == [("None was kept yet", "")]


def test_what_a_conversation_is_about_goes_with_the_next_question_until_it_is_forgotten(
    plant: FixedAnswers,
) -> None:
    conversation = Conversation(plant, Desk(4))
    first = list(conversation.ask("How much head?", "", "en", NEW_TALK))[-1]
    assert "Machine <b>P-101</b>" in first.about
    second = list(conversation.ask("How much more?", "", "en", first.talk))[-1]
    forgotten = conversation.forget_about(second.talk, "en")
    assert forgotten.about == ""
    assert forgotten.current == second.current
    list(conversation.ask("And then?", "", "en", forgotten.talk))
    assert [card.machine for card in plant.about] == ["", "P-101", ""]


def test_before_it_is_known_nothing_is_said_of_documents_and_users() -> None:
    assert "mw-summary" not in render.banner(None, "en")
    assert "mw-account" not in render.banner(None, "en")
    assert "No documents yet" in render.banner({}, "en")
