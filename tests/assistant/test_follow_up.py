"""A follow-up stands alone after the rules have read it; a question that stood alone is never changed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.follow_up import Resolved, resolve
from assistant.names import distinct, half_width, names
from assistant.records import Answer, Card, Turn

MACHINES = ("P-101", "SP-03", "HP-2", "CV-204", "Lynk & Co 03")


def history(*asked: str | tuple[str, str]) -> list[Turn]:
    """The turns of a conversation; a pair is a question and the text that answered it."""
    turns: list[Turn] = []
    for entry in asked:
        question, text = entry if isinstance(entry, tuple) else (entry, "")
        resolved = resolve(question, turns, MACHINES).question
        answer = Answer(question, text, "supported", resolved="" if resolved == question else resolved)
        turns.append(Turn(question, answer))
    return turns


def said(question: str, *before: str | tuple[str, str], about: Card | None = None) -> Resolved:
    return resolve(question, history(*before), MACHINES, about)


BOTH = "What do E021 and E022 mean?"


@pytest.mark.parametrize(
    ("before", "follow_up", "meant"),
    [
        # the code, the machine or the value that changes
        ("What does E021 mean?", "And E022?", "What does E022 mean?"),
        ("What does E021 mean?", "What about E022", "What does E022 mean?"),
        ("What does E021 on P-101 mean?", "what about SP-03?", "What does E021 on SP-03 mean?"),
        ("How often must P-101 be greased?", "What about P-102?", "How often must P-102 be greased?"),
        ("How old is P-101?", "And for Lynk & Co 03?", "How old is Lynk & Co 03?"),
        ("How tight are the cover nuts?", "And for P-102?", "How tight are the cover nuts for P-102?"),
        ("What do E021 and F22 mean?", "And E023?", "What does E023 mean?"),
        ("What is the flow at 3 bar?", "and at 4 bar?", "What is the flow at 4 bar?"),
        ("What is the flow of P-101?", "and at 4 bar?", "What is the flow of P-101 at 4 bar?"),
        ("What is the flow of P-101?", "when it is hot?", "What is the flow of P-101 when it is hot?"),
        ("报警 E021 是什么意思？", "那 E022 呢？", "报警 E022 是什么意思？"),
        ("报警 E021 是什么意思？", "E022呢", "报警 E022 是什么意思？"),
        ("P-101 多久加一次润滑脂？", "那 ＳＰ－０３ 呢？", "SP-03 多久加一次润滑脂？"),
        ("油温 30 度时氮气压力多少？", "40 度时呢？", "油温 40 度时氮气压力多少？"),
        ("What does E021 mean?", "那 E022 呢？", "What does E022 mean?"),
        ("报警 E021 是什么意思？", "and E022?", "报警 E022 是什么意思？"),
        # what "it" and "this alarm" are
        ("What does E021 mean?", "How do I clear it?", "How do I clear E021?"),
        ("What does E021 mean?", "And its remedy?", "And E021's remedy?"),
        ("What does E021 mean?", "Is that dangerous?", "Is E021 dangerous?"),
        ("P-101 shows E021. What does it mean?", "How do I reset it?", "How do I reset E021 (P-101)?"),
        ("How hot may P-101 get with E021?", "Does this alarm stop it?", "Does alarm E021 stop it?"),
        ("报警 E021 是什么意思？", "它怎么复位？", "E021怎么复位？"),
        ("报警 E021 是什么意思？", "这个报警会停机吗？", "报警 E021会停机吗？"),
        # what is left out
        ("How often is P-101 greased?", "And how much?", "How often is P-101 greased? And how much?"),
        ("How often must P-101 be greased?", "Why?", "How often must P-101 be greased? Why?"),
        ("Where is the relief hole?", "How do I open it?", "Where is the relief hole? How do I open it?"),
        ("How old is P-101?", "And the oil of P-102?", "How old is P-102? And the oil of P-102?"),
        ("换油以后空载运行多久？", "冬天呢？", "换油以后空载运行多久？ 冬天呢？"),
        ("换油以后空载运行多久？", "为什么？", "换油以后空载运行多久？ 为什么？"),
    ],
)  # fmt: skip
def test_a_follow_up_says_what_it_left_unsaid(before: str, follow_up: str, meant: str) -> None:
    found = said(follow_up, before)
    assert found.question == meant
    assert found.settled


@pytest.mark.parametrize(
    ("before", "follow_up", "meant"),
    [
        ((BOTH,), "And the first one?", "What does E021 mean?"),
        ((BOTH, "How do I clear the first one?"), "and the other one?", "How do I clear E022?"),
        ((BOTH, "How do I clear the first one?"), "Can I reset the other alarm?", "Can I reset alarm E022?"),
        (((BOTH, "E021 is a hot bearing."),), "And the other one?", "What does E022 mean?"),
        (("What does E021 mean?", "And E022?"), "How do I clear the other one?", "How do I clear E021?"),
        ((("What does E021 mean?", "See also E022."),), "And the other one?", "What does E022 mean?"),
        (("报警 E021 和 E022 是什么意思？",), "那第二个呢?", "报警 E022 是什么意思？"),
        (("报警 E021 和 E022 是什么意思？", "第一个怎么复位？"), "另一个呢？", "E022怎么复位？"),
        (
            ("Compare P-101 and HP-2.", "How often is HP-2 greased?"),
            "另一台呢？",
            "How often is P-101 greased?",
        ),
    ],
)
def test_the_other_of_two_is_found(
    before: tuple[str | tuple[str, str], ...], follow_up: str, meant: str
) -> None:
    assert said(follow_up, *before) == Resolved(meant)


@pytest.mark.parametrize(
    ("before", "follow_up"),
    [
        (("How tight are the nuts?",), "And the other one?"),
        (("Do E021, E022 and E023 stop the pump?", "How do I clear E021?"), "And the other one?"),
        (("Is E021 on SP-03 worse than E022 there?",), "And F7?"),
        (("多久换一次油？",), "另一台呢？"),
    ],
)
def test_what_the_rules_cannot_find_is_said_to_be_open(before: tuple[str, ...], follow_up: str) -> None:
    found = said(follow_up, *before)
    assert not found.settled
    assert found.question == f"{found.base} {follow_up}"


def test_an_alarm_that_was_named_long_ago_is_on_the_card() -> None:
    card = Card(machine="P-101", code="E021")
    assert said("Can I reset this alarm?", "Where is the relief hole?", about=card).question == (
        "Can I reset alarm E021?"
    )
    assert said("这台设备要停机吗？", "泄油孔在哪里？", about=card).question == "设备 P-101要停机吗？"


SELF_CONTAINED = [
    "How often is P-101 greased?",
    "Is it safe to open the cabinet of SP-03?",
    "Is it possible to grease the bearing while running?",
    "How long does it take to warm up the spindle?",
    "When the pump overheats, how do I cool it?",
    "P-101 shows E021. The lads greased it yesterday. Is it broken?",
    "Belt keeps wandering off and I have reset it twice already. Just once more?",
    "Gauge in the router nose reads 15 kN when it grips. Do I have to take it out of service?",
    "What does controller alarm id 59 mean and how is it cleared?",
    "Which nuts hold the cover that closes the casing?",
    "Does the pump lose its prime when the strainer is blocked?",
    "Of the two pumps, which pump is the first one to be started?",
    "What was recommended after this event: a cable sling broke?",
    "And how is the belt of CV-204 tensioned?",
    "bearing temperature limit",
    "E022",
    "P-102 grease",
    "停机以后可以直接拆油管吗？",
    "天热时油温到了 30 度，氮气瓶那边应该打到多少压力？",
    "泵过热时，它怎么冷却？",
    "其他设备多久检查一次？",
    "如何更换 HP-2 的滤芯？",
    "E022",
]
BEFORE = ["What does E021 mean?", BOTH, "How tight are the cover nuts of P-101?", "报警 E021 是什么意思？"]


@pytest.mark.parametrize("question", SELF_CONTAINED)
def test_a_question_that_stands_alone_is_left_alone(question: str) -> None:
    for before in BEFORE:
        assert said(question, before) == Resolved(question)


# The first word of Chinese loads a dictionary.
UNHURRIED = settings(deadline=None, max_examples=150)
NAMES = st.sampled_from(["P-101", "SP-03", "P-102", "E021", "F22", "AL-16", "2310"])
ASKING = st.sampled_from(
    [
        "How often must {} be greased?",
        "What does {} mean?",
        "Where is the relief valve of {}?",
        "Can I run {} without water?",
        "{} 多久检查一次？",
        "如何复位 {}？",
        "{} 报警以后可以马上开机吗？",
    ]
)
FOLLOWING = st.sampled_from(
    [
        "And {}?",
        "What about {}?",
        "那 {} 呢？",
        "Why?",
        "And the other one?",
        "How do I clear it?",
        "另一个呢？",
        "And at 4 bar?",
        "这个报警呢？",
        "its remedy?",
        "And the motor side of {}?",
    ]
)
TURNS = st.lists(
    st.builds(lambda form, name: form.format(name), st.one_of(ASKING, FOLLOWING), NAMES), max_size=4
)
WORDS = st.lists(
    st.sampled_from(
        "grease bearing pump valve oil seal motor hot stop start check 润滑 轴承 油温 压力".split()
    ),
    min_size=2,
    max_size=8,
)


@UNHURRIED
@given(TURNS, ASKING, NAMES)
def test_a_whole_question_with_a_name_is_never_changed(before: list[str], form: str, name: str) -> None:
    question = form.format(name)
    assert said(question, *before) == Resolved(question)


@UNHURRIED
@given(TURNS, WORDS)
def test_words_to_search_for_are_never_changed(before: list[str], searched: list[str]) -> None:
    question = " ".join(searched)
    assert said(question, *before) == Resolved(question)


@UNHURRIED
@given(st.text(max_size=60))
def test_without_a_turn_before_nothing_is_a_follow_up(question: str) -> None:
    assert resolve(question, (), MACHINES) == Resolved(question)


def keys(text: str) -> set[str]:
    return {name.key for name in names(half_width(text), MACHINES)}


@UNHURRIED
@given(TURNS, FOLLOWING, NAMES)
def test_nothing_is_named_that_was_not_named_before(before: list[str], form: str, name: str) -> None:
    question = form.format(name)
    turns = history(*before)
    found = resolve(question, turns, MACHINES).question
    known = keys("\n".join([question, *before]))
    assert keys(found) <= known
    assert keys(question) <= keys(found)
    assert len(found) < 700


@UNHURRIED
@given(TURNS, st.sampled_from(["And {}?", "What about {}?", "那 {} 呢？"]), NAMES, NAMES)
def test_the_new_name_takes_the_place_of_the_old_one(
    before: list[str], form: str, old: str, new: str
) -> None:
    turns = history(*before, f"How often does {old} fail?")
    kinds = {name.kind for text in (old, new) for name in names(text, MACHINES)}
    found = keys(resolve(form.format(new), turns, MACHINES).question)
    assert found == (keys(new) if len(kinds) == 1 else keys(f"{old} {new}"))


@UNHURRIED
@given(st.text(max_size=80), st.lists(st.text(min_size=1, max_size=60), min_size=1, max_size=3))
def test_any_text_is_read(question: str, before: list[str]) -> None:
    found = said(question, *before)
    assert keys(question) <= keys(found.question) <= keys("\n".join([question, *before]))


def test_a_long_conversation_does_not_make_endless_questions() -> None:
    follow_ups = ["And how much?", "Why?", "And the motor side?", "With which tool?"] * 10
    assert len(said("And then?", "How often must P-101 be greased?", *follow_ups).question) < 400


def test_names_are_told_apart_and_counted_once() -> None:
    found = names("Pump X9 and P-102 show E021, e021 after 3000 h at 24 V; alarm 2310.", MACHINES)
    assert [(name.text, name.kind) for name in distinct(found)] == [
        ("X9", "machine"),
        ("P-102", "machine"),
        ("E021", "code"),
        ("2310", "code"),
    ]
