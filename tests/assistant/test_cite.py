"""What is left out is shown with its reason and what the passage says instead."""

import pytest

from assistant.cite import cite
from assistant.records import Citation, Fault, Hit
from assistant.wire import withheld_json
from ingest.records import Chunk, Place

TEXT = (
    "Tighten the casing cover nuts crosswise to 55 N·m. Never use mineral oil on the O-rings. "
    "Open the vent valve."
)
HIT = Hit(Chunk("c1", TEXT, Place("pump.md", "Pump P-101", "6.4 Seal", 31), 0), 1.0, 1)
CHINESE = Hit(Chunk("c2", "顺时针旋转调节螺钉。严禁带压拆卸油管。", Place("hp2.pdf"), 0), 1.0, 1)


@pytest.mark.parametrize(
    ("sentence", "fault", "reason", "beside"),
    [
        (
            "Tighten the casing cover nuts to 80 N·m.",
            "number",
            "the number 80 N·m is not in the cited passage",
            "55 N·m",
        ),
        (
            "Tighten the casing cover nuts of P-102 to 55 N·m.",
            "code",
            "the code P-102 is not in the cited passage",
            "55 N·m",
        ),
        ("Use mineral oil on the O-rings.", "polarity", "the cited passage says the opposite", "Never use"),
        (
            "Close the vent valve.",
            "opposite",
            "“Close” stands where the cited passage says “Open”",
            "Open the vent valve.",
        ),
        ("The gearbox was painted by Miller.", "words", "no passage says this", ""),
    ],
)
def test_a_withheld_sentence_has_its_reason_and_the_evidence_beside(
    sentence: str, fault: Fault, reason: str, beside: str
) -> None:
    (withheld,) = cite(sentence, [HIT], ()).withheld
    assert (withheld.sentence, withheld.fault) == (sentence, fault)
    assert withheld.reason.startswith(reason)
    shown = withheld_json(withheld)
    assert shown["evidence"]["page"] == 31
    assert beside in shown["evidence"]["quote"]
    assert shown["reason"] == withheld.reason


def test_the_reason_is_in_the_language_of_the_question() -> None:
    (withheld,) = cite("逆时针旋转调节螺钉。", [CHINESE], (), "怎么转？", "zh").withheld
    assert withheld.reason == "此处写“逆时针”，而所引段落写“顺时针”"


def test_a_row_carries_nothing_of_another_row_of_its_table() -> None:
    rows = [
        Hit(
            Chunk(part, f"failure: damaged {part} | {sensors}", Place("fan.xlsx"), 0, kinds=("table_row",)),
            1,
            1,
        )
        for part, sensors in (("bellows", "sensor: air leakage"), ("seal", "sensor: vibration, temperature"))
    ]
    said = "The sensor of the failure is vibration or temperature."
    terms = {"damag": 1.0, "bellow": 2.0}
    assert cite(said, rows, ()).citations[0].chunk_id == "seal"
    assert cite(said, rows, (), terms=terms).text == ""
    right = "The sensor of the failure damaged bellows is air leakage."
    assert cite(right, rows, (), terms=terms).citations[0].chunk_id == "bellows"


def test_what_is_written_in_lines_stays_in_lines() -> None:
    said = (
        "1. Open the vent valve.\n2. Tighten the casing cover nuts crosswise to 55 N·m. Open the vent valve."
    )
    assert cite(said, [HIT], ()).text.splitlines() == [
        "1. Open the vent valve. [1]",
        "2. Tighten the casing cover nuts crosswise to 55 N·m. [2] Open the vent valve. [1]",
    ]


def test_a_bare_no_is_cited_and_a_bare_yes_is_left_out() -> None:
    question = "May I use mineral oil on the O-rings?"
    assert cite("No!", [HIT], (), question).text == "No! [1]"
    cited = cite("No. Never use mineral oil on the O-rings.", [HIT], (), question)
    assert cited.text == "No. Never use mineral oil on the O-rings. [1]"
    assert cite("Yes.", [HIT], (), question).withheld[0].fault == "polarity"


def test_a_warning_that_says_the_opposite_outweighs_a_passage_that_carries_the_words() -> None:
    warning = Citation(
        1, "c9", Place("pump.md"), "WARNING: Never open the drain of the casing under pressure."
    )
    step = Hit(
        Chunk("c3", "Open the drain of the casing under pressure gauge PG1.", Place("pump.md"), 0), 1.0, 1
    )
    said = "Open the drain of the casing under pressure."
    assert cite(said, [step], ()).text == f"{said} [1]"
    (withheld,) = cite(said, [step], (warning,)).withheld
    assert (withheld.fault, withheld.evidence) == ("polarity", warning)
