"""The gate: what was found answers, or the reason why it cannot."""

from dataclasses import replace

import pytest

from assistant.asked_measure import MONEY, asked_kinds, giving
from assistant.gate import BY_WORDS, CALIBRATED, Refusal, Signs, confidence, refusal
from assistant.records import Hit
from assistant.retrieve import Found
from assistant.units import kind_of
from ingest.records import Chunk, Metadata, Place

E5 = CALIBRATED["multilingual-e5-small"]
TEXT = "Tighten the casing cover nuts crosswise to 55 N·m in three rounds."
TERMS = {"casing": 2.0, "cover": 1.5, "nut": 2.5}


def found(text: str = TEXT, cosine: float = 0.9, unknown: tuple[str, ...] = (), unseen: str = "") -> Found:
    chunk = Chunk("c1", text, Place("pump.pdf", "Pump", "6.4"), 0)
    return Found((Hit(chunk, 1.0, 1),), {"c1": cosine}, TERMS, unknown, frozenset(unseen.split()))


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How many newton metres for the cover nuts?", "torque"),
        ("What torque do the nuts need?", "torque"),
        ("盖板螺母的拧紧力矩是多少？", "torque"),
        ("喷嘴要拧到多少牛·米？", "torque"),
        ("What does a new pump cost in euros?", MONEY),
        ("更换轴承要花多少钱？", MONEY),
        ("How heavy is the motor?", "[mass]"),
        ("电机多重？", "[mass]"),
        ("How many hours may it run?", "[time]"),
        ("油箱要加多少升油？", "[length] ** 3"),
        ("What is the oil quantity of the gearbox?", "[length] ** 3"),
        ("齿轮箱的换油量是多少？", "[length] ** 3"),
        ("What insulation resistance must the winding have?", kind_of("ohm")),
        ("绕组的绝缘电阻最低多少？", kind_of("ohm")),
    ],
)
def test_the_value_asked_for_is_known_by_name_or_unit(question: str, kind: str) -> None:
    assert kind in asked_kinds(question)


@pytest.mark.parametrize(
    "question",
    [
        "The torque limit alarm is on. What do I do?",
        "How many bolts hold the cover?",
        "控制器出现“最大力矩参数错误”报警，怎么解决？",
        "主板复位的那几秒会怎么样？",
        "How much grease in the bearing?",
    ],
)
def test_what_asks_for_no_value_is_left_alone(question: str) -> None:
    assert not asked_kinds(question)


def test_a_value_counts_in_any_unit_of_its_kind_and_under_the_head_of_a_column() -> None:
    assert giving(TEXT, ["torque"]) == [TEXT]
    assert not giving("Tighten the 12 nuts of 30 mm crosswise.", ["torque"])
    assert giving("Bolt | Torque (N·m)\nM8 | 25", ["torque"])
    assert giving("The spare costs 40 EUR.", [MONEY])


def test_what_fits_is_answered() -> None:
    assert refusal("How tight are the casing cover nuts?", found(), E5, 0.3) is None
    assert refusal("What torque do the casing cover nuts need?", found(), E5, 0.3) is None


def test_a_torque_that_no_passage_gives_is_declined() -> None:
    without = found(TEXT.replace("55 N·m", "the mark"))
    question = "What torque do the casing cover nuts need?"
    assert refusal(question, without, E5, 0.3) == Refusal("value")


def test_a_value_must_stand_in_what_is_shown() -> None:
    question = "What torque do the casing cover nuts need?"
    assert refusal(question, found(), E5, 0.3, ["The casing cover nuts are tightened."]) == Refusal("value")
    assert refusal(question, found(), E5, 0.3, [TEXT]) is None


def test_a_code_that_only_a_log_holds_is_not_explained_by_it() -> None:
    logged = Chunk("log", "08:10 ALARM A577 RAISED", Place("line.log", "log"), 0, Metadata(kind="log"))
    listed = Chunk("list", "A577 | low vacuum", Place("list.csv", "list"), 0)
    only = Found((Hit(logged, 1.0, 1),), {"log": 0.9}, TERMS, ())
    both = Found((Hit(logged, 1.0, 1), Hit(listed, 0.5, 2)), {"log": 0.9}, TERMS, ())
    assert refusal("What does A577 mean?", only, E5, 0.3) == Refusal("logged", ("A577",))
    assert refusal("When was A577 raised?", only, E5, 0.3) is None
    assert refusal("What does A577 mean?", both, E5, 0.3) is None
    named = replace(only, machine="A577", name=frozenset({"a577"}))
    assert refusal("What is done at A577?", named, E5, 0.0) is None


def test_an_identifier_that_no_document_holds_is_declined_but_no_year_is() -> None:
    assert refusal("Casing cover of P-900?", found(unknown=("P-900",)), E5, 0.3) == Refusal(
        "unknown", ("P-900",)
    )
    assert refusal("Casing cover nuts in the year 2017?", found(unknown=("2017",)), E5, 0.3) is None
    account = (
        f"{'The pump was taken apart and looked at again. ' * 10} Braycote 601 was found. What was done?"
    )
    assert refusal(account, found(unknown=("601",)), E5, 0.0) is None
    assert refusal(account.replace("Bray", "Alarm 601 Bray"), found(unknown=("601",)), E5, 0.0)
    assert refusal(account, found(unknown=("E777",)), E5, 0.0)
    assert refusal("What is alarm 2017?", found(unknown=("2017",)), E5, 0.3) == Refusal("unknown", ("2017",))


def test_weak_evidence_is_declined_with_the_names_that_are_nowhere() -> None:
    weak = found("Wash your hands.", 0.80, unseen="voron casing")
    refused = refusal("Is the Voron casing cover nut tight?", weak, E5, 0.3)
    assert refused == Refusal("weak", ("Voron",))


def test_nothing_found_is_declined() -> None:
    assert refusal("casing?", Found((), {}, {}, ()), E5, 0.3) == Refusal("weak")


def test_more_similar_or_more_words_is_never_less_sure() -> None:
    for by in (E5, BY_WORDS):
        assert confidence(Signs(0.9, 0.5, 0.1), by) >= confidence(Signs(0.8, 0.5, 0.1), by)
        assert confidence(Signs(0.85, 0.9, 0.1), by) > confidence(Signs(0.85, 0.2, 0.1), by)
        assert confidence(Signs(0.85, 0.5, 0.0), by) > confidence(Signs(0.85, 0.5, 0.9), by)
