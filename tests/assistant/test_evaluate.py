"""Measures of retrieval: how many characters are read until the gold text has been seen."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import QuestionError
from assistant.evaluate import Case, Passage, gold_end, measure, read_cases

PASSAGES = [
    Passage("pump.md", "Spare parts", "The seal kit is in the store."),
    Passage("pump.md", "Tightening", "Tighten the cover nuts to 55 N·m in three rounds."),
]


def test_strings_are_seen_where_the_last_of_them_ends() -> None:
    end = gold_end(Case("1", "?", must_contain=("seal kit", "55 n·m")), PASSAGES)
    assert end is not None
    assert end.rank == 2
    read = "\n".join(passage.text for passage in PASSAGES)[: end.characters]
    assert read.endswith("55 N·m")


def test_most_of_a_reference_answer_is_enough_and_half_of_it_is_not() -> None:
    enough = Case("1", "?", answers=("Tighten the cover nuts to 55 N·m, crosswise.",))
    half = Case("2", "?", answers=("Tighten the cover nuts with a torque wrench of the next larger size.",))
    assert gold_end(enough, PASSAGES) is not None
    assert gold_end(half, PASSAGES) is None


def test_a_bare_yes_is_seen_with_the_section_that_decides_it() -> None:
    case = Case("1", "?", answers=("Yes",), doc="pump.md", passage="Tightening")
    assert gold_end(case, PASSAGES).rank == 2  # type: ignore[union-attr]


def test_a_code_must_stand_in_the_passage_that_explains_it() -> None:
    case = Case("1", "?", passage="id 36113", must_contain=("check input",), kind="code_lookup")
    apart = [Passage("a", "", "36113: overload"), Passage("a", "", "36114: check input")]
    assert gold_end(case, apart) is None
    assert gold_end(case, [*apart, Passage("a", "", "36113: check input")]).rank == 3  # type: ignore[union-attr]


def test_unanswerable_questions_do_not_count() -> None:
    cases = [(Case("1", "?", must_contain=("55",)), PASSAGES), (Case("2", "?", answerable=False), [])]
    measured = measure(cases)
    assert (measured.questions, measured.short, measured.long, measured.mrr) == (1, 1.0, 1.0, 0.5)


@given(st.lists(st.text(max_size=60), max_size=6), st.text(min_size=1, max_size=20))
def test_a_string_is_seen_only_if_it_is_there(texts: list[str], wanted: str) -> None:
    found = [Passage("a", "", text) for text in texts]
    end = gold_end(Case("1", "?", must_contain=(wanted,)), found)
    folded = " ".join(wanted.casefold().split())
    if end is None:
        assert not folded or not any(folded in text for text in texts)
    else:
        assert 1 <= end.rank <= len(texts)


def test_a_line_that_is_no_question_is_named(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text(json.dumps({"question": "Why?", "gold": {"doc": "a.md"}}) + "\n[1]\n")
    with pytest.raises(QuestionError, match="line 2"):
        read_cases(path)
