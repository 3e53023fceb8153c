"""What is shown after each event, without a browser."""

from pathlib import Path

import pytest

from assistant.errors import IndexMissingError
from assistant.ui.conversation import Conversation, Turns, View
from tests.ui.plant import HEAD_LINE, FixedAnswers


@pytest.fixture
def plant(tmp_path: Path) -> FixedAnswers:
    return FixedAnswers(tmp_path)


def views(plant: FixedAnswers, question: str, machine: str = "") -> list[View]:
    return list(Conversation(plant).ask(question, machine, "en", ()))


def test_the_sources_come_first_and_the_words_are_called_unchecked(plant: FixedAnswers) -> None:
    shown = views(plant, "How much head?")
    with_sources = next(number for number, view in enumerate(shown) if HEAD_LINE in view.sources)
    with_words = next(number for number, view in enumerate(shown) if "mw-unchecked" in view.current)
    assert with_sources < with_words
    assert all("mw-supported" not in view.current for view in shown[:-1])
    assert "mw-supported" in shown[-1].current
    assert [view.busy for view in shown] == [True] * (len(shown) - 1) + [False]


def test_words_that_come_at_once_are_shown_together(plant: FixedAnswers) -> None:
    plant.text = "word " * 2000
    assert len(views(plant, "How much head?")) < 60


def test_a_question_left_alone_closes_the_stream(plant: FixedAnswers) -> None:
    asking = Conversation(plant).ask("How much head?", "", "en", ())
    for _ in range(3):
        next(asking)
    assert plant.closed == 0
    asking.close()  # type: ignore[attr-defined]
    assert plant.closed == 1


def test_an_unforeseen_fault_keeps_the_question(
    plant: FixedAnswers, caplog: pytest.LogCaptureFixture
) -> None:
    last = views(plant, "boom")[-1]
    assert last.box == "boom"
    assert "RuntimeError" not in last.error
    assert "a fault that no one foresaw" in caplog.text


def test_the_last_twenty_turns_are_kept(plant: FixedAnswers) -> None:
    conversation = Conversation(plant)
    turns: Turns = ()
    for number in range(22):
        turns = list(conversation.ask(f"Question {number}?", "", "en", turns))[-1].turns
    assert [turn.question for turn in turns] == [f"Question {number}?" for number in range(2, 22)]


def test_without_an_index_the_page_says_what_to_do(tmp_path: Path) -> None:
    class Empty(FixedAnswers):
        def warm(self) -> None:
            pass

        def health(self) -> dict[str, str]:
            raise IndexMissingError("indexes/default: there is no index yet. Run `millwright ingest FOLDER`.")

        def documents(self) -> list:  # type: ignore[type-arg]
            raise IndexMissingError("no index")

    conversation = Conversation(Empty(tmp_path))
    assert "Run `millwright ingest FOLDER`" in conversation.trouble()
    assert conversation.machines() == []
    assert "mw-welcome" in conversation.shown((), "en").current
