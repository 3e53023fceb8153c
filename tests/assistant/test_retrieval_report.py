"""The report of a question file, against values worked out by hand."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import QuestionError
from assistant.eval_view import print_retrieval, write_comparison
from assistant.evaluate import Case, Passage
from assistant.retrieval_report import MEASURES, interval, means, report, score

NUTS = Passage("pump.md", "Tightening", "Tighten the cover nuts to 55 N·m.")
STORE = Passage("store.md", "Spare parts", "The seal kit is in the store." + " It is cold there." * 60)
ASKED = Case("1", "How tight?", doc="pump.md", must_contain=("55",), kind="value")
ZH = Case("2", "密封件在哪里？", "zh", doc="other.md", must_contain=("seal kit",), kind="place")


def test_a_question_is_scored_by_the_passage_that_completes_it() -> None:
    assert score(ASKED, [NUTS, STORE]).values() == (1, 1, 1, 1, 1)
    late = score(ASKED, [STORE, NUTS]).values()
    assert late == (0, 1, 1 / 2, 1 / math.log2(3), 1)
    assert score(ASKED, [STORE]).values() == (0, 0, 0, 0, 0)


def test_what_comes_after_the_tenth_passage_has_no_rank() -> None:
    short = Passage("store.md", "", "Nothing.")
    assert score(ASKED, [*[short] * 10, NUTS]).values() == (1, 1, 0, 0, 0)


def test_questions_are_reported_together_and_by_language_and_kind() -> None:
    measured = report([score(ASKED, [NUTS]), score(ZH, [NUTS])])
    assert [(group.name, group.questions) for group in measured.groups] == [
        ("all", 2),
        ("en", 1),
        ("value", 1),
        ("zh", 1),
        ("place", 1),
    ]
    assert measured.groups[0].figures[0].mean == 0.5
    assert [entry.case.id for entry in measured.missed] == ["2"]
    assert measured.as_json()["missed"][0]["found"] == [{"doc": "pump.md", "section": "Tightening"}]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=50))
def test_the_interval_holds_the_mean_and_stays_among_the_values(values: list[float]) -> None:
    figure = interval(np.array(values))
    assert min(values) - 1e-4 <= figure.low <= figure.high <= max(values) + 1e-4
    assert figure.mean == pytest.approx(np.mean(values), abs=1e-4)


def test_the_interval_narrows_with_the_number_of_questions() -> None:
    few, many = interval(np.tile([0.0, 1.0], 5)), interval(np.tile([0.0, 1.0], 500))
    assert many.high - many.low < (few.high - few.low) / 5
    # A mean of 1,000 coins: 1.96 standard errors of 0.5 / sqrt(1000) each side.
    assert many.high - many.low == pytest.approx(2 * 1.96 * 0.5 / math.sqrt(1000), rel=0.1)


def test_the_table_names_what_was_missed_and_what_was_found(capsys: pytest.CaptureFixture[str]) -> None:
    print_retrieval(report([score(ASKED, [NUTS]), score(ZH, [NUTS])]))
    told = capsys.readouterr().out
    assert "wanted other.md" in told
    assert "found  pump.md, Tightening" in told
    assert all(name in told for name in MEASURES)


def test_two_runs_stand_side_by_side_on_a_page(tmp_path: Path) -> None:
    first, second = report([score(ASKED, [STORE, NUTS])]), report([score(ASKED, [NUTS])])
    saved, page = tmp_path / "before <b>.json", tmp_path / "page.html"
    saved.write_text(json.dumps(first.as_json()))
    write_comparison(saved, second.as_json(), "after", page)
    text = page.read_text()
    assert "before &lt;b&gt;" in text
    assert "0.500" in text
    assert "1.000" in text
    assert "http" not in text


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"groups": [{"name": "all"}]}'])
def test_what_is_no_saved_run_is_told(tmp_path: Path, content: str) -> None:
    saved = tmp_path / "run.json"
    saved.write_text(content)
    run = report([score(ASKED, [NUTS])]).as_json()
    with pytest.raises(QuestionError, match="--json"):
        write_comparison(saved, run, "after", tmp_path / "page.html")
    assert means(run)["all"]["text@1k"] == 1.0
