"""Identifiers stay whole; words are found in both languages."""

import itertools
import sys
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import terms
from ingest.terms import identifiers, is_chinese, query_words, words


@pytest.mark.parametrize(
    "code",
    [
        "0x0F0063",
        "AL-16",
        "M6x20",
        "6SL3210-5BE24-0UV0",
        "P-101",
        "G28",
        "minimum_sensitivity",
        "36113",
        "E021",
    ],
)
def test_an_identifier_is_found_whole(code: str) -> None:
    assert identifiers(f"The panel shows {code}, then stops.") == [code.upper()]
    assert code.lower() in words(f"The panel shows {code}, then stops.")


@pytest.mark.parametrize("text", ["Wait 24V", "torque 85Nm", "e.g. the pump", "3.5 bar", "and/or", "the 2nd"])
def test_a_quantity_or_plain_word_is_no_identifier(text: str) -> None:
    assert identifiers(text) == []


def test_full_width_and_long_dashes_are_the_same_code() -> None:
    assert identifiers("ＡＬ－１６ AL–16 AL‑16") == ["AL-16"]


def test_a_plural_finds_the_singular() -> None:
    assert set(query_words("worn bearings")) & set(words("bearing wear"))


def test_camel_case_is_found_by_its_parts() -> None:
    assert {"overtemperror", "overtemp", "error"} <= set(words("OvertempError"))


def test_a_chinese_question_keeps_what_it_asks_for() -> None:
    terms = query_words("主轴报警 SC417 是什么意思？")
    assert {"主轴", "报警", "sc417"} <= set(terms)
    assert not {"什么", "意思", "是"} & set(terms)


def test_the_language_of_a_question() -> None:
    assert is_chinese("TMC 驱动报告 OvertempError 是什么意思?")
    assert not is_chinese("What does 主轴 mean on the panel of this machine?")


@given(st.text())
def test_any_text_gives_words_that_are_stable(text: str) -> None:
    assert words(text) == words(text)
    assert all(term.strip() == term and term for term in words(text))


@given(st.text(min_size=1))
def test_a_question_only_asks_for_words_it_holds(text: str) -> None:
    assert (
        set(query_words(text)) <= set(words(text)) or is_chinese(text) or any("一" <= c <= "鿿" for c in text)
    )


def test_threads_do_not_disturb_each_other() -> None:
    made_up = [
        "".join(letters) + "izations" for letters in itertools.product("bcdfg", "aeiou", "klmnp", "aei")
    ]
    alone = {word: words(word) for word in made_up}
    terms._stem.cache_clear()
    wrong: list[str] = []

    def stem(start: int) -> None:
        wrong.extend(word for word in made_up[start:] + made_up[:start] if words(word) != alone[word])

    threads = [threading.Thread(target=stem, args=(20 * number,)) for number in range(12)]
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(before)
    assert wrong == []
