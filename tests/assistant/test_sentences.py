"""Sentences are verbatim spans of the text."""

import re

from hypothesis import given
from hypothesis import strategies as st

from assistant.sentences import sentences


@given(st.text(alphabet=st.sampled_from("ab 1.?!。；\n\"')泵"), max_size=80))
def test_sentences_are_verbatim_and_lose_nothing(text: str) -> None:
    spans = sentences(text)
    assert all(text[span.start : span.start + len(span.text)] == span.text for span in spans)
    assert re.sub(r"\s", "", "".join(span.text for span in spans)) == re.sub(r"\s", "", text)


def test_numbers_and_list_numbers_end_no_sentence() -> None:
    text = "1. Set 3.5 bar. Wait e.g. 10 s. 停机。然后放油；"
    assert [span.text for span in sentences(text)] == [
        "1. Set 3.5 bar.",
        "Wait e.g. 10 s.",
        "停机。",
        "然后放油；",
    ]
