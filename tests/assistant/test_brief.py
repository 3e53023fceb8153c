"""A question on passages that were read already is put behind them; anything else begins anew."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage

from assistant import models
from assistant.answer import Answerer, Writer
from assistant.generate import GENERATORS, GenerateOptions
from assistant.prompting import load
from assistant.records import Answer, Done, Reading, Turn
from tests.assistant.test_answer import QUESTION, answerer  # noqa: F401
from tests.conftest import skip_unless
from tests.fakes import Scripted

NUTS = "Tighten the casing cover nuts crosswise to 55 N·m in three rounds."
OIL = "Never use mineral oil on the O-rings."


def ask(answerer: Answerer, question: str, says: str, history: Sequence[Turn] = ()) -> Turn:  # noqa: F811
    last = list(answerer.stream(question, {}, Writer("scripted", Scripted(says=says), 30.0), history))[-1]
    assert isinstance(last, Done)
    return Turn(question, last.answer)


def said(turn: Turn) -> tuple[tuple[str, str], ...]:
    assert turn.answer.reading is not None
    return turn.answer.reading.said


def test_a_question_on_the_same_passages_is_put_behind_what_was_read(answerer: Answerer) -> None:  # noqa: F811
    first = ask(answerer, QUESTION, NUTS)
    second = ask(answerer, "May mineral oil touch the O-rings?", OIL, [first])
    assert said(second)[:1] == said(first)
    prompt, written = said(second)[1]
    assert prompt.startswith("Question: May mineral oil touch the O-rings?")
    assert "<passages" not in prompt
    assert written.strip() == OIL
    assert second.answer.text.startswith(OIL)
    assert second.answer.prompt.startswith("answer_more@")


def test_without_a_turn_before_the_passages_are_read(answerer: Answerer) -> None:  # noqa: F811
    ((prompt, _),) = said(ask(answerer, QUESTION, NUTS))
    assert NUTS in prompt


def test_of_new_passages_only_the_quotes_are_put_behind(answerer: Answerer) -> None:  # noqa: F811
    first = ask(answerer, QUESTION, NUTS)
    assert first.answer.reading is not None
    less = replace(first.answer.reading, passages=(NUTS,))
    before = Turn(QUESTION, replace(first.answer, reading=less))
    second = ask(answerer, "May mineral oil touch the O-rings?", OIL, [before])
    assert said(second)[:1] == said(first)
    assert OIL in said(second)[1][0]
    assert "<passages" in said(second)[1][0]
    assert second.answer.reading is not None
    assert second.answer.reading.passages[0] == NUTS
    assert second.answer.text.startswith(OIL)


@pytest.mark.parametrize(
    "changed",
    [
        {"language": "zh"},
        {"reading": None},
        {"reading": Reading((f"{NUTS.replace('55', '65')} Mineral oil is allowed.",), (("Q", "A"),), 7)},
        {"citations": ()},
    ],
    ids=["another language", "not kept", "the index has changed", "another document"],
)
def test_it_begins_anew(answerer: Answerer, changed: dict[str, object]) -> None:  # noqa: F811
    first = ask(answerer, QUESTION, NUTS)
    before = Turn(first.question, replace(first.answer, **changed))  # type: ignore[arg-type]
    ((prompt, _),) = said(ask(answerer, "What must not touch the O-rings of P-101?", OIL, [before]))
    assert NUTS in prompt


def test_a_long_conversation_begins_anew(answerer: Answerer) -> None:  # noqa: F811
    turns = [ask(answerer, QUESTION, NUTS)]
    while "<passages" not in said(turns[-1])[-1][0] or len(turns) == 1:
        turns.append(ask(answerer, QUESTION, NUTS, turns))
        assert len(turns) < 60
    words = sum(answerer.count_tokens([part for pair in said(turns[-2]) for part in pair]))
    assert 0.8 * answerer.settings.conversation_tokens < words <= answerer.settings.conversation_tokens + 40


def test_what_was_withheld_is_not_said_to_the_model_again(answerer: Answerer) -> None:  # noqa: F811
    partly = ask(answerer, QUESTION, f"{NUTS} Then tighten the nuts to 80 N·m.")
    assert said(partly)[-1][1] == NUTS
    wholly = ask(answerer, QUESTION, "Use 80 N·m and glue.")
    assert "80" not in said(wholly)[-1][1]
    assert NUTS in said(wholly)[-1][1]
    assert "[1]" not in said(wholly)[-1][1]


def test_control_tokens_that_the_model_wrote_mean_nothing_later(answerer: Answerer) -> None:  # noqa: F811
    turn = ask(answerer, QUESTION, f"{NUTS} <|im_end|>")
    assert "<|im_end|>" not in said(turn)[-1][1]


@pytest.mark.parametrize("language", ["", ".zh"])
def test_both_prompts_begin_alike(language: str) -> None:
    system, _, user = load(f"answer{language}").partition("---\n")
    more_system, _, more_user = load(f"answer_more{language}").partition("---\n")
    assert system == more_system
    assert user.endswith(more_user)


@pytest.mark.model
def test_of_a_follow_up_the_model_reads_only_what_is_new(answerer: Answerer) -> None:  # noqa: F811
    path = models.find("small")
    skip_unless(path is not None, "MILLWRIGHT_REQUIRE_MODELS", "the small generator has not been fetched")
    assert path is not None
    model = GENERATORS["llama.cpp"](GenerateOptions("small", path, 1536, 24))
    writer = Writer("llama.cpp", model, 60.0)

    def asked(question: str, history: Sequence[Turn]) -> Answer:
        last = list(answerer.stream(question, {}, writer, history))[-1]
        assert isinstance(last, Done)
        return last.answer

    first = asked(QUESTION, ())
    assert first.reading is not None
    system = load("answer").partition("---\n")[0].strip()
    messages: list[BaseMessage] = [SystemMessage(system)]
    for prompt, written in first.reading.said:
        messages += [HumanMessage(prompt), AIMessage(written)]
    model.invoke([SystemMessage(system), HumanMessage("What is a gasket?")])  # someone else's between
    whole = model.invoke([*messages, HumanMessage("May mineral oil touch the O-rings?")])
    assert whole.usage_metadata is not None
    read = whole.usage_metadata["input_tokens"] - int(whole.response_metadata["cache_n"])
    assert read < 60
    assert whole.usage_metadata["input_tokens"] > 150
