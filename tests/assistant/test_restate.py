"""A follow-up that the model says in full is used only when it adds nothing."""

import pytest
from langchain_core.language_models import BaseChatModel

from assistant.prompting import fill
from assistant.records import Answer, Turn
from assistant.restate import is_faithful, restate
from tests.fakes import Scripted

MACHINES = ("P-101", "SP-03")
TURNS = [
    Turn("Is E021 on SP-03 worse than E022?", Answer("", "E021 stops P-101 after 30 s.", "supported")),
]


def restated(model: BaseChatModel, question: str, timeout_s: float) -> str:
    """What comes of it in the end, without what is said meanwhile."""
    restating = restate(model, question, TURNS, MACHINES, timeout_s)
    while True:
        try:
            next(restating)
        except StopIteration as end:
            return str(end.value)


@pytest.mark.parametrize(
    ("question", "said", "kept"),
    [
        ("And the other one?", "Is E022 on P-101 worse than E021?", True),
        ("And the other one?", "How long until E021 stops P-101 after 30 s?", True),
        ("And the other one?", "Is E023 on P-101 worse than E021?", False),
        ("And the other one?", "Does E021 stop it after 40 s?", False),
        ("And the other one?", "Does E021 stop it after 30 min?", False),
        ("And the other one?", "Is E022 worse on P-102?", False),
        ("And the other one?", "E022 is worse.", False),
        ("And the other one?", "", False),
        ("And F7?", "Is E021 worse than E022?", False),
        ("And F7?", "Is F7 on SP-03 worse than E022?", True),
        ("另一个呢？", "E022 会使 P-101 停机吗？", True),
    ],
)
def test_no_number_or_name_is_added_or_lost(question: str, said: str, kept: bool) -> None:
    assert is_faithful(said, question, TURNS, MACHINES) is kept
    assert restated(Scripted(says=f"Follow-up: {said}"), question, 10.0) == (said if kept else "")


def test_a_model_that_fails_leaves_the_follow_up_to_the_rules() -> None:
    assert restated(Scripted(says=""), "And the other one?", 10.0) == ""
    slow = Scripted(says="Is E022 on P-101 worse than E021?")
    assert restated(slow, "And the other one?", -1.0) == ""


@pytest.mark.parametrize("name", ["follow_up", "follow_up.zh"])
def test_the_prompts_fence_the_conversation(name: str) -> None:
    prompt = fill(name, nonce="1a2b", conversation="CONVERSATION", question="QUESTION")
    assert "<conversation 1a2b>\nCONVERSATION\n</conversation 1a2b>" in prompt.user
    assert "QUESTION" in prompt.user
