"""A model that runs in circles is stopped; one that is only thorough is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.prompting import Prompt
from assistant.records import TokenCounts
from assistant.writing import repeats, write
from tests.fakes import Scripted

RUN = "tighten the casing cover nuts crosswise to 55 N·m"


@pytest.mark.parametrize(
    ("text", "circling"),
    [
        (f"{RUN}, {RUN}", False),
        (f"{RUN}, {RUN}, {RUN}", True),
        (f"First {RUN}. Then wait. Again {RUN}. And once more: {RUN}", True),
        ("请检查主轴轴承的温度。" * 2, False),
        ("请检查主轴轴承的温度。" * 3, True),
        ("55 " * 40, True),
        ("Check pump 1, then pump 2, then pump 3, then pump 4, then pump 5.", False),
    ],
)
def test_three_times_the_same_run_is_a_circle(text: str, circling: bool) -> None:
    assert repeats(text) is circling


@given(st.lists(st.integers(), unique=True, max_size=60))
def test_words_that_differ_never_repeat(numbers: list[int]) -> None:
    assert not repeats(" ".join(f"w{number}" for number in numbers).replace("-", "m"))


def test_the_answer_ends_where_it_begins_to_circle() -> None:
    written = list(write(Scripted(says=f"{RUN}. " * 50), Prompt("", "?", "v"), (), 30.0))
    text = "".join(piece for piece in written if isinstance(piece, str))
    assert 3 <= text.count("crosswise") <= 4
    assert isinstance(written[-1], TokenCounts)
