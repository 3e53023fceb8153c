"""What gives the kind of thing that is asked for comes forward."""

import pytest

from assistant.asked_first import asked_first
from assistant.ranking import RankWeights
from ingest.records import BlockKind, Chunk, Place

WEIGHTS = RankWeights(value=0.5, row=0.5)


def chunk(text: str, *kinds: BlockKind) -> Chunk:
    return Chunk(text[:4], text, Place("list.xlsx", "List", "Alarms"), 0, kinds=kinds)


CHUNKS = {
    1: chunk("F26 | belt worn | change the belt", "table_row"),
    2: chunk("1. Pull the old belt off.", "list_item"),
    3: chunk("The belt is tensioned every 500 h.", "paragraph"),
}
SAME = dict.fromkeys(CHUNKS, 1.0)


@pytest.mark.parametrize(
    ("question", "coded", "scores"),
    [
        ("How do I change the belt?", (), [0.5, 1.0, 1.0]),
        ("怎么换皮带？", (), [0.5, 1.0, 1.0]),
        ("How do I clear F26?", (1,), [1.0, 1.0, 1.0]),
        ("How often is the belt tensioned?", (), [1.0, 1.0, 1.5]),
        ("What is F26?", (1,), [1.0, 1.0, 1.0]),
    ],
)
def test_rows_step_back_from_a_way_and_an_interval_comes_forward(
    question: str, coded: tuple[int, ...], scores: list[float]
) -> None:
    found = asked_first(question, SAME, CHUNKS, coded, WEIGHTS)
    assert [found[number] for number in CHUNKS] == scores


def test_what_was_not_read_keeps_its_score() -> None:
    assert asked_first("How is it done?", {1: 1.0, 9: 0.7}, {1: CHUNKS[1]}, (), WEIGHTS)[9] == 0.7
