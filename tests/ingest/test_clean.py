"""Text as a reader sees it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.clean import is_signal_word, join_lines, one_line, pattern, running_lines, visible, warning_signal

_SEEN = st.text(st.characters(min_codepoint=33, max_codepoint=0x9FFF, exclude_categories=("C", "Z", "M")))


@given(st.text(st.characters()))
def test_what_is_visible_stays_as_it_is(text: str) -> None:
    once = visible(text)
    assert visible(once) == once
    assert unicodedata.is_normalized("NFC", once)


@given(st.text(st.characters()))
def test_nothing_visible_is_a_control_or_half_a_character(text: str) -> None:
    shown = visible(text)
    assert not [c for c in shown if unicodedata.category(c) in ("Cc", "Cs") and c != "\n"]
    shown.encode()


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("torque\u202e 85\u202c Nm", "torque 85 Nm"),
        ("a\u200bb\u2060c\ufeffd", "abcd"),
        ("hid\U000e0041\U000e0042den", "hidden"),
        ("smug\U000e0101gled\ufe0f", "smuggled"),
        ("pres\u00adsure", "pressure"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("12\u00a0bar\r\n3\u202fmm", "12 bar\n3 mm"),
        ("e\u0301", "\u00e9"),
        ("\u2460 \uff21", "\u2460 \uff21"),
    ],
)
def test_invisible_characters_go_and_the_others_stay(raw: str, shown: str) -> None:
    assert visible(raw) == shown


@given(st.lists(_SEEN, max_size=6))
def test_joined_lines_lose_nothing_but_hyphens(lines: list[str]) -> None:
    joined = join_lines(lines)
    assert [c for c in joined if c not in " -"] == [c for c in "".join(lines) if c not in " -"]


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        (["Release the pres-", "sure first."], "Release the pressure first."),
        (["Use a high-", "pressure hose."], "Use a high-pressure hose."),
        (["alarm E-", "1047"], "alarm E-1047"),
        (["pre-", "and post-lubrication"], "pre- and post-lubrication"),
        (["in /usr/local/", "etc"], "in /usr/local/etc"),
        (["打开卸荷球阀，", "确认压力为零"], "打开卸荷球阀，确认压力为零"),
        (["按下 RESET", "按钮"], "按下 RESET 按钮"),
        (["12 -", "15 bar"], "12 - 15 bar"),
    ],
)
def test_lines_of_a_paragraph_are_joined_as_they_are_read(lines: list[str], joined: str) -> None:
    assert join_lines(lines, frozenset({"high", "pressure", "release"})) == joined


def test_running_lines_are_those_on_many_pages_whatever_the_page_number() -> None:
    pages = [["Pump manual", f"Step {n} in words {chr(97 + n)}", f"Page {n} of 20"] for n in range(1, 11)]
    running = running_lines(pages)
    assert pattern("Pump manual") in running
    assert pattern("Page 77 of 20") in running
    assert pattern("Step 3 in words d") not in running


def test_few_pages_tell_no_running_lines() -> None:
    assert running_lines([["Pump manual"]] * 3) == set()


@pytest.mark.parametrize(
    "text",
    [
        "WARNING: hot",
        "Caution! Wet floor",
        "DANGER",
        "NOTICE Keep dry",
        "⚠ WARNING",
        "警告：高压",
        "【危险】",
        "小心 烫伤",
    ],
)
def test_signal_words_open_a_warning(text: str) -> None:
    assert warning_signal(text)


@pytest.mark.parametrize(
    "text", ["Notice how it turns", "warning", "The DANGER sign", "注意事项", "Dangerous goods"]
)
def test_other_words_do_not(text: str) -> None:
    assert not warning_signal(text)


def test_a_lone_signal_word_is_told_from_a_sentence() -> None:
    assert is_signal_word("DANGER")
    assert is_signal_word("警告：")
    assert not is_signal_word("WARNING: hot")


@given(st.text())
def test_one_line_has_no_line_ends_and_no_double_spaces(text: str) -> None:
    line = one_line(text)
    assert "\n" not in line
    assert "  " not in line
    assert line == line.strip()
