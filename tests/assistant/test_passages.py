"""What is put before the model: whole passages while they fit, then the part around the best sentence."""

from assistant.passages import as_generator, tight
from tests.fakes import WordEmbedder

COUNT = WordEmbedder().count_tokens


def test_a_number_counts_digit_by_digit() -> None:
    assert as_generator(lambda texts: [5 for _ in texts])(["P-101", "no number", "12.5 and 4000"]) == [
        7,
        5,
        9,
    ]


def test_the_part_around_the_best_sentence_fits_and_stands_verbatim() -> None:
    text = "Open the valve. Vent the casing. Grease the bearing with 12 g. Close the guard. Start the pump."
    part = tight(text, {"bear": 2.0}, 12, COUNT)
    assert "Grease the bearing with 12 g." in part
    assert part in text
    assert COUNT([part])[0] <= 12
    assert tight("", {"bear": 1.0}, 12, COUNT) == ""
