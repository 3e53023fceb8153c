"""Yes is not no, open is not closed: a sentence that turns its passage round is found, in both languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.polarity import answers, conflict
from assistant.verify import check

ENGLISH = (
    "Tighten the casing cover nuts crosswise to 55 N·m. Never use mineral oil on the O-rings. Open "
    "the valve slowly before starting the pump. Turn the screw clockwise. Do not open, close or adjust the "
    "relief valve under pressure. Do not run the pump without water. The pressure must not exceed 6 bar. "
    "If the light does not go out, replace the lamp. Wet the seals with soapy water; "
    "no grease may touch them."
)
CHINESE = (
    "严禁带压拆卸油管。顺时针旋转调节螺钉。启动前必须关闭排气阀。油温不得超过60 °C。"
    "不锈钢螺栓无需润滑。更换滤芯时请戴手套。"
)


@pytest.mark.parametrize(
    "sentence",
    [
        "Tighten the casing cover nuts to 55 N·m.",
        "Do not use mineral oil on the O-rings.",
        "Mineral oil must never be used on O-rings.",
        "No, never use mineral oil on the O-rings.",
        "The pump must not be run without water.",
        "Pressure at most 6 bar.",
        "Replace the lamp if the light does not go out.",
        "Wet the seals with soapy water, not with grease.",
        "Turn the screw clockwise.",
        "Never adjust the relief valve under pressure.",
    ],
)
def test_what_the_passage_says_in_other_words_is_no_conflict(sentence: str) -> None:
    assert conflict(sentence, ENGLISH) is None


@pytest.mark.parametrize(
    "sentence",
    [
        "不得带压拆卸油管。",
        "调节螺钉应顺时针旋转。",
        "启动前关闭排气阀。",
        "油温最高60 °C。",
        "不锈钢螺栓不需要润滑。",
        "更换滤芯时戴手套。",
    ],
)
def test_the_same_in_chinese(sentence: str) -> None:
    assert conflict(sentence, CHINESE) is None


@pytest.mark.parametrize(
    "sentence",
    [
        "Do not tighten the casing cover nuts to 55 N·m.",
        "Use mineral oil on the O-rings.",
        "Yes, use mineral oil on the O-rings.",
        "Open the valve slowly after starting the pump.",
        "Close the valve slowly before starting the pump.",
        "The pump may be run without water.",
        "Pressure at least 6 bar.",
        "The pressure must exceed 6 bar.",
        "Replace the lamp if the light goes out.",
        "Turn the screw counter-clockwise.",
        "Adjust the relief valve under pressure.",
        "Loosen the casing cover nuts crosswise to 55 N·m.",
    ],
)
def test_a_sentence_that_turns_its_passage_round_is_found(sentence: str) -> None:
    assert conflict(sentence, ENGLISH)


@pytest.mark.parametrize(
    "sentence",
    [
        "可以带压拆卸油管。",
        "是的，可以带压拆卸油管。",
        "逆时针旋转调节螺钉。",
        "启动后必须关闭排气阀。",
        "启动前必须打开排气阀。",
        "油温至少60 °C。",
        "不锈钢螺栓需要润滑。",
        "更换滤芯时请勿戴手套。",
    ],
)
def test_a_turned_sentence_is_found_in_chinese(sentence: str) -> None:
    assert conflict(sentence, CHINESE)


@pytest.mark.parametrize(
    ("question", "answer", "right"),
    [
        ("May I use mineral oil on the O-rings?", "No.", True),
        ("May I use mineral oil on the O-rings?", "Yes.", False),
        ("Can't I use mineral oil on the O-rings?", "Yes.", False),
        ("Is it forbidden to use mineral oil on the O-rings?", "Yes.", True),
        ("Should I turn the screw counter-clockwise?", "No.", True),
        ("Who painted the gearbox?", "No.", None),
    ],
)
def test_a_bare_yes_or_no_is_understood_by_the_question(
    question: str, answer: str, right: bool | None
) -> None:
    assert answers(answer, ENGLISH, question) is right
    assert check(answer, ENGLISH, question=question).supported is (right is True)


def test_a_bare_yes_or_no_is_understood_in_chinese() -> None:
    assert answers("不可以。", CHINESE, "可以带压拆卸油管吗？") is True
    assert answers("可以。", CHINESE, "可以带压拆卸油管吗？") is False


GUARD = "Lock the drive out and fit your own lock before you remove the coupling guard."
NEVER = "Never remove the coupling guard before the drive is locked out."


@pytest.mark.parametrize("passage", [GUARD, NEVER])
def test_the_order_of_two_steps_is_not_turned_round(passage: str) -> None:
    assert conflict("Remove the coupling guard before you lock the drive out.", passage)
    assert conflict("Lock the drive out after removing the coupling guard.", passage)
    assert conflict("Lock the drive out before you remove the coupling guard.", passage) is None


def test_a_yes_needs_a_sentence_that_speaks_of_what_is_asked() -> None:
    record = "alarm: E026 | cause: O-ring of the mechanical seal swollen: it had been fitted with mineral oil"
    said, asked = (
        "Yes, mineral oil can be used on the O-rings of the seal.",
        "May I use mineral oil on O-rings?",
    )
    assert check(said, record, question=asked).fault == "words"
    assert check(said, "Use mineral oil on the O-rings of the seal.", question=asked).supported


VERBS = st.sampled_from(["tighten", "open", "remove", "clean", "grease", "lift", "switch off", "reset"])
THINGS = st.sampled_from(
    ["relief valve", "casing cover nuts", "drive motor", "coupling guard", "filter bowl"]
)
TAILS = st.sampled_from(["", " under pressure", " before the start", " with the special key", " by hand"])
DENIALS = st.sampled_from(["Do not {}", "Never {}", "You must not {}", "Don't {}", "It is forbidden to {}"])


@given(VERBS, THINGS, TAILS, DENIALS, st.booleans())
def test_negating_a_supported_sentence_makes_it_unsupported(
    verb: str, thing: str, tail: str, denial: str, denied: bool
) -> None:
    rest = "Check the drawing of the pump. The filter has a drain."
    positive, negative = (
        f"{verb.capitalize()} the {thing}{tail}.",
        denial.format(f"{verb} the {thing}{tail}."),
    )
    source, turned = (negative, positive) if denied else (positive, negative)
    assert check(source, f"{source} {rest}").supported
    verdict = check(turned, f"{source} {rest}")
    assert verdict.fault in {"polarity", "opposite"}


DOINGS = st.sampled_from(["拆卸油管", "打开排气阀", "拧紧端盖螺母", "润滑主轴轴承", "清洗滤芯"])
WHEN = st.sampled_from(["", "带压时", "运行中", "冷却后", "启动前"])
CHINESE_DENIALS = st.sampled_from(["不得", "禁止", "严禁", "切勿", "请勿", "不要", "不能"])
CHINESE_ORDERS = st.sampled_from(["必须", "应", "可以", "请"])


@given(DOINGS, WHEN, CHINESE_ORDERS, CHINESE_DENIALS, st.booleans())
def test_negating_a_supported_sentence_makes_it_unsupported_in_chinese(
    doing: str, when: str, order: str, denial: str, denied: bool
) -> None:
    rest = "请查看水泵图纸。"
    positive, negative = f"{when}{order}{doing}。", f"{when}{denial}{doing}。"
    source, turned = (negative, positive) if denied else (positive, negative)
    assert check(source, f"{source}{rest}").supported
    assert check(turned, f"{source}{rest}").fault == "polarity"


@given(st.text(max_size=80), st.text(max_size=80))
def test_no_text_breaks_it(sentence: str, passage: str) -> None:
    conflict(sentence, f"{passage}\n{sentence}", sentence)
