"""In a short document the section that is asked for comes before the one that the question repeats."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.ranking import RankWeights
from assistant.sections import in_short_documents, unquoted, wanted
from ingest.generation import Neighbour
from ingest.records import Chunk, Place

EVENT = "While the line was restarted after lunch the clamp of station four opened under load; nobody fell."
CHANGE = "The clamp is now locked by a second valve and is tried each week."
ZH_EVENT = "午休后重新启动生产线时，四号工位的夹具在带载状态下突然打开，没有人员受伤。"


def section(heading: str, text: str) -> Chunk:
    return Chunk(heading, text, Place("report.md", "Report 7", f"Report 7 > {heading}"), 0)


REPORT = {1: section("Event", EVENT), 2: section("Recommendation(s)", CHANGE)}


@pytest.mark.parametrize("lead", ["What did they change after this: ", "Was wurde geändert? "])
def test_what_the_question_quotes_gives_way_to_the_rest(lead: str) -> None:
    scores = wanted(lead + EVENT[:90], {1: 2.0, 2: 1.3}, REPORT, RankWeights())
    assert scores[2] > scores[1]


def test_a_chinese_quotation_counts_by_what_it_says() -> None:
    report = {1: section("经过", ZH_EVENT), 2: section("措施", "夹具改由第二个阀锁定。")}
    scores = wanted(f"{ZH_EVENT[:26]}之后改了什么?", {1: 2.0, 2: 1.3}, report, RankWeights())
    assert scores[2] > scores[1]


def test_a_few_words_in_common_are_no_quotation() -> None:
    asked = "Why did the clamp of station four open?"
    assert wanted(asked, {1: 2.0, 2: 1.3}, REPORT, RankWeights())[1] == 2.0


def test_a_section_that_the_question_names_comes_forward() -> None:
    scores = wanted("What was recommended for the clamp?", {1: 1.0, 2: 1.0}, REPORT, RankWeights())
    assert scores[2] > scores[1]


@given(st.text(max_size=200))
def test_whatever_is_asked_no_score_turns_negative_or_appears(question: str) -> None:
    scores = wanted(question, {1: 1.0, 3: 0.5}, REPORT, RankWeights())
    assert scores.keys() == {1, 3}
    assert scores[1] > 0
    assert scores[3] == 0.5


def test_only_short_documents_are_read_as_a_whole() -> None:
    assert in_short_documents([Neighbour(1, 2, 1, 5), Neighbour(7, 8, 1, 300)]) == {1, 2}


def test_what_a_question_quotes_is_taken_out_of_it() -> None:
    event = "a hose burst during refuelling and two hundred litres of kerosene ran into the drain"
    left = unquoted(
        f"What was recommended after this: {event}? And by whom?", [f"On May 3, {event}. It was late."]
    )
    assert left.split() == ["what", "was", "recommended", "after", "this:", "?", "and", "by", "whom?"]
    assert unquoted("Why did it leak?", ["Why did it leak?"]) == "why did it leak?"
