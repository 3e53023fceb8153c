"""Ranking: signs are weighed as scores, codes lead to the row that defines them, copies are told once."""

from hypothesis import given
from hypothesis import strategies as st

from assistant.ranking import Content, RankWeights, Signs, lifted, weighed
from ingest.generation import ChunkTerms, Neighbour

HOT = ChunkTerms(" pump ", " alarm e021 ", " bearing hot grease ")
BELT = ChunkTerms(" conveyor ", " tension ", " belt screws 2 mm ")


def signs(**changed: object) -> Signs:
    known: dict[str, object] = {
        "lexical": {1: 4.0},
        "cosines": {1: 0.9, 2: 0.8},
        "terms": {"bearing": 2.0, "hot": 1.0},
        "held": {1: HOT, 2: BELT},
        "named": [],
    }
    return Signs(**{**known, **changed})  # type: ignore[arg-type]


def test_what_holds_the_words_in_their_order_comes_first() -> None:
    scores = weighed([1, 2], signs(), RankWeights())
    assert scores[1] > scores[2] == 0


def test_the_row_that_is_a_code_comes_before_what_only_mentions_it() -> None:
    scores = weighed([1, 2], signs(lexical={}, terms={}, named=[([1, 2], frozenset({2}))]), RankWeights())
    assert scores[2] > scores[1]


def test_a_code_that_is_everywhere_weighs_little() -> None:
    everywhere = list(range(1, 41))
    known = signs(
        lexical={},
        terms={},
        cosines=dict.fromkeys(everywhere, 0.8),
        held=dict.fromkeys(everywhere, BELT),
        named=[(everywhere, frozenset())],
    )
    assert max(weighed(everywhere, known, RankWeights()).values()) < 0.1


def test_what_stands_beside_a_good_passage_follows_it_sooner_in_a_short_document() -> None:
    weights = RankWeights()
    raised = lifted({1: 1.0, 2: 0.1}, [Neighbour(1, 2, 1, 4), Neighbour(1, 3, 2, 400)], weights)
    assert raised[1] == 1.0
    assert raised[2] == weights.neighbour_short
    assert raised[3] == weights.neighbour**2


@given(st.dictionaries(st.integers(1, 9), st.floats(0, 3), min_size=1), st.integers(1, 9))
def test_no_passage_loses_by_its_neighbours(scores: dict[int, float], beside: int) -> None:
    first = next(iter(scores))
    raised = lifted(scores, [Neighbour(first, beside, 1, 20)], RankWeights())
    assert all(raised[number] >= score for number, score in scores.items())


def test_a_passage_with_another_number_is_no_copy() -> None:
    words = " ".join(f"word{chr(97 + i)}" for i in range(20))
    first = Content.of(ChunkTerms("", "", f" {words} 35 "))
    assert first.is_copy_of(Content.of(ChunkTerms("", "", f" {words} again 35 ")))
    assert not first.is_copy_of(Content.of(ChunkTerms("", "", f" {words} 53 ")))


def test_a_passage_that_the_words_find_far_ahead_stays_ahead() -> None:
    held = dict.fromkeys((1, 2, 3), ChunkTerms(" ", " ", " "))
    known = signs(lexical={1: 10.0, 2: 1.0}, cosines={1: 0.80, 2: 0.82, 3: 0.84}, held=held)
    scores = weighed([1, 2, 3], known, RankWeights(lexical=0.6))
    assert max(scores, key=lambda number: scores[number]) == 1


def test_an_english_passage_is_measured_by_the_english_words_of_a_chinese_question() -> None:
    chinese = ChunkTerms(" 泵 ", " 报警 ", " 监控 网页 显示 温度 ")
    known = signs(
        lexical={1: 9.0, 2: 3.0},
        cosines={1: 0.9, 2: 0.9},
        terms={"upsd": 6.0, "网页": 3.0, "监控": 3.0, "温度": 3.0, "单位": 3.0},
        held={1: chinese, 2: ChunkTerms(" nut ", " pages ", " upsd answer ")},
    )
    own = weighed([1, 2], known, RankWeights(language=1.0))
    shared = weighed([1, 2], known, RankWeights(language=0.0))
    assert own[2] > shared[2]
    assert own[1] == shared[1]
