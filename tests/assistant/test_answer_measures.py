"""Measures of one answer, against values worked out by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer_measures import (
    carried,
    cited_sentences,
    figures,
    held,
    invented,
    missing_figures,
    rouge_l,
    token_f1,
)

TEXTS = st.text(alphabet="ab 泵阀1", max_size=30)


def test_token_f1_counts_shared_words() -> None:
    # Shared: close, the, valve. 3 of 4 words of the one, 3 of 5 of the other: 2*3/(4+5).
    assert token_f1("Close the relief valve", "close the valve by hand") == pytest.approx(6 / 9)
    # A word counts as often as it stands in both.
    assert token_f1("the the the", "the pump") == pytest.approx(2 / 5)
    assert token_f1("", "the pump") == 0.0


def test_chinese_is_compared_character_by_character() -> None:
    # 关闭阀门 and 关闭泵阀: 关, 闭, 阀 shared, four each.
    assert token_f1("关闭阀门", "关闭泵阀") == pytest.approx(6 / 8)
    # In order: 关 闭 阀, three of four.
    assert rouge_l("关闭阀门", "关闭泵阀") == pytest.approx(6 / 8)


def test_rouge_l_needs_the_order() -> None:
    # The longest common subsequence of "open then close" and "close then open" is one word.
    assert rouge_l("open then close", "close then open") == pytest.approx(2 / 6)
    assert rouge_l("close it now then open it", "close then open") == pytest.approx(2 * 3 / 9)


@given(TEXTS, TEXTS)
def test_measures_lie_between_0_and_1_and_a_text_equals_itself(first: str, second: str) -> None:
    for measure in (token_f1, rouge_l):
        assert 0 <= measure(first, second) <= 1
        assert measure(first, second) == measure(second, first)
        assert not first.strip() or measure(first, first) == 1
    assert rouge_l(first, second) <= token_f1(first, second)


def test_strings_are_held_whatever_their_case_width_and_spaces() -> None:
    assert held(("55 N·m", "e021", "seal"), "Torque:  55\nN·m (Ｅ０２１)") == [True, True, False]


def test_figures_are_compared_with_their_units() -> None:
    assert missing_figures("Tighten to 35 Nm.", "to 35 N·m") == []
    assert missing_figures("Tighten to 35 Nm.", "to 35 mm") == ["35 Nm"]
    assert missing_figures("Send E021.", "E022") == ["E021"]


def test_the_numbers_of_list_items_are_no_figures() -> None:
    assert figures("1. Open the list. 2. Press Select. 3. Wait 5 s.") == ["5 s"]
    assert figures("1. 打开列表。2. 按下选择。") == []


def test_a_shown_answer_is_cut_at_its_markers() -> None:
    text = "Close both valves.\nDrain it. [1]\nNever open it hot. [2] [3]"
    assert cited_sentences(text) == [
        ("Close both valves.\nDrain it.", (1,)),
        ("Never open it hot.", (2, 3)),
    ]


def test_words_are_carried_by_the_passages_together() -> None:
    passages = ["The casing nuts are tightened crosswise.", "Use a torque wrench."]
    assert carried("Tighten the casing nuts with a torque wrench.", passages) == 1.0
    assert carried("Tighten the flange bolts.", passages) == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("Tighten to 55 N·m. [1]", []),
        ("Tighten to 56 N·m. [1]", ["56"]),
        ("Tighten to 5 N·m. [1]", ["5"]),
        ("Fit the seal 4711-B. [1]", ["4711-b"]),
        ("Set max_current to 12.5. [1]", ["max_current", "12.5"]),
        ("1. Tighten to 55 N·m. [1]", []),
        ("扭矩为 60 N·m。 [1]", ["60"]),
        ("See 6308-C3 and E021. [2]", []),
    ],
)
def test_whatever_has_a_digit_must_stand_in_the_cited_passages(said: str, names: list[str]) -> None:
    assert invented(said, ["Tighten to 55 N·m.", "Bearing 6308-C3, alarm E021, seal 4711-A, 15 mm"]) == names
