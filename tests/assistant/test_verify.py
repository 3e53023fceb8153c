"""A written sentence is carried by a passage, or it is not shown as its."""

import pytest

from assistant.verify import check, contradicts, numbers

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
    ("sentence", "missing"),
    [
        ("Tighten the casing cover nuts to 60 N·m.", "60"),
        ("Stop at 1000 microseconds.", "1000"),
        ("Tighten the casing cover nuts of P-999 to 55 N·m.", "P-999"),
        ("Tighten the casing cover nuts to 55 bar.", "55"),
    ],
)
def test_a_number_unit_or_code_that_is_not_there_is_named(sentence: str, missing: str) -> None:
    verdict = check(sentence, PASSAGE)
    assert not verdict.supported
    assert missing in verdict.missing


def test_words_that_are_not_there_do_not_pass() -> None:
    assert not check("Replace the gearbox oil every year with fresh lubricant.", PASSAGE).supported


def test_a_yes_against_a_never_is_withheld() -> None:
    assert contradicts("Yes, use the old torque.", "Never use the old torque.")
    assert contradicts("可以直接拆油管。", "严禁带压拆卸油管。")
    assert not contradicts("No, the old torque is wrong.", "Never use the old torque.")


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


def test_words_gathered_from_two_sentences_do_not_make_a_third() -> None:
    passage = "Wet the O-rings with soapy water. Mineral oil and grease make the EPDM swell."
    assert not check("The O-rings may be wetted with mineral oil and grease.", passage).supported
    assert check("The O-rings of the pump seal may be wetted with soapy water.", passage).supported


def test_numbers_carry_their_units() -> None:
    assert numbers("1,500 W and 3.5 bar") == {"1500": {"w"}, "3.5": {"bar"}}
