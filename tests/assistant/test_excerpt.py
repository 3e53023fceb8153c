"""How much is quoted around a sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.excerpt import excerpt, width
from assistant.sentences import sentences

STEPS = """The pump must be cold. Change the seal as follows:
1. Close both valves. Lock them.
2. Drain the casing.
3. Pull the cartridge.
Oil the shaft lightly. Keep the box for the old seal."""


def quoted(text: str, sentence: str, most: int) -> str:
    spans = sentences(text)
    at = next(number for number, span in enumerate(spans) if sentence in span.text)
    first, last = excerpt(text, spans, at, most)
    return text[spans[first].start : spans[last].start + len(spans[last].text)]


@pytest.mark.parametrize("sentence", ["as follows", "Close both", "Lock them", "Drain", "Pull"])
def test_steps_come_whole_with_the_line_that_announces_them(sentence: str) -> None:
    shown = quoted(STEPS, sentence, 100)
    assert shown.startswith("Change the seal as follows:\n1. Close both valves.")
    assert shown.endswith("3. Pull the cartridge.")


def test_a_list_that_is_far_too_long_is_not_quoted_whole() -> None:
    assert quoted(STEPS, "Drain", 25) == "2. Drain the casing."


def test_what_follows_is_added_while_there_is_room() -> None:
    text = "The seal is a cartridge. It is kept dry. It lasts three years. It is grey."
    assert quoted(text, "kept dry", 40) == "It is kept dry. It lasts three years."
    assert quoted(text, "kept dry", 200) == "It is kept dry. It lasts three years. It is grey."


def test_a_quote_does_not_end_with_the_announcement_of_something_else() -> None:
    text = "The seal is a cartridge. Proceed as follows:\n- 12 -"
    assert quoted(text, "cartridge", 200) == "The seal is a cartridge."


def test_a_chinese_character_is_as_wide_as_three_letters() -> None:
    assert width("泵 P-101") == 3 + len(" P-101")


def test_chinese_bullets_in_running_text_are_items() -> None:
    text = "请遵循以下注意事项：■请勿打开泵盖。■请佩戴护目镜。本章结束。"
    assert quoted(text, "护目镜", 40) == "■请佩戴护目镜。本章结束。"


@given(st.lists(st.sampled_from(["Drain it.", "1. Pull.", "As follows:", "\n", "- a", "- 3 -", "■泵", "。"])))
def test_the_sentence_itself_is_always_quoted(pieces: list[str]) -> None:
    text = " ".join(pieces)
    spans = sentences(text)
    for at in range(len(spans)):
        first, last = excerpt(text, spans, at, 40)
        assert 0 <= first <= at <= last < len(spans)
