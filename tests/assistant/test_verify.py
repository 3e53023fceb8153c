"""A written sentence is carried by a passage, or it is not shown as its."""

import pytest

from assistant.records import Fault
from assistant.verify import check

PASSAGE = (
    "Tighten the casing cover nuts crosswise to 55 N·m. Never use the old torque of 65 N·m. Stop at 1000 ns."
)


@pytest.mark.parametrize(
    "sentence",
    [
        "Tighten the casing cover nuts to 55 N·m.",
        "The casing cover nuts are tightened crosswise to 55 Nm.",
        "Never use the old torque of 65 N·m.",
    ],
)
def test_what_the_passage_says_is_supported(sentence: str) -> None:
    assert check(sentence, PASSAGE).supported


@pytest.mark.parametrize(
    ("sentence", "fault", "missing"),
    [
        ("Tighten the casing cover nuts to 60 N·m.", "number", "60 N·m"),
        ("Stop at 1000 microseconds.", "number", "1000 microseconds"),
        ("Tighten the casing cover nuts of P-999 to 55 N·m.", "code", "P-999"),
        ("Tighten the casing cover nuts to 55 bar.", "number", "55 bar"),
    ],
)
def test_a_number_unit_or_code_that_is_not_there_is_named(sentence: str, fault: Fault, missing: str) -> None:
    verdict = check(sentence, PASSAGE)
    assert verdict.fault == fault
    assert verdict.missing == (missing,)


def test_words_that_are_not_there_do_not_pass() -> None:
    assert check("Replace the gearbox oil every time with fresh lubricant.", PASSAGE).fault == "words"


def test_what_stands_beside_a_passage_names_its_machine_but_denies_nothing() -> None:
    passage, about = "Tighten the nuts to 55 N·m.", "Pump P-101\nDo not tighten"
    assert check("Tighten the nuts of P-101 to 55 N·m.", passage, about).supported
    assert check("Tighten the nuts of P-102 to 55 N·m.", passage, about).fault == "code"


@pytest.mark.parametrize(
    ("sentence", "supported"),
    [
        ("The O-rings may be wetted with mineral oil and grease.", False),
        ("Wet the O-rings with soapy water.", True),
        ("No mineral oil or grease on the O-rings.", True),
    ],
)
def test_what_is_forbidden_is_not_allowed_by_its_words(sentence: str, supported: bool) -> None:
    passage = "Wet the O-rings of the seal with soapy water; no mineral oil or grease may touch them."
    assert check(sentence, passage).supported is supported


def test_the_number_of_a_step_is_no_word_that_a_passage_must_hold() -> None:
    assert check("3. Open the vent valve.", "First open the vent valve.").carried == 1
    assert check("3.5 bar at the vent valve.", "Open the vent valve.").missing == ("3.5 bar",)


def test_words_gathered_from_two_sentences_do_not_make_a_third() -> None:
    passage = "Wet the O-rings with soapy water. Mineral oil and grease make the EPDM swell."
    assert not check("The O-rings may be wetted with mineral oil and grease.", passage).supported
    assert check("The O-rings may be wetted with soapy water.", passage).supported
