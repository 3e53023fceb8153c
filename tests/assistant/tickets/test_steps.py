"""Steps are taken apart in their own words: what to do, what is to be seen, what to do if it is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.tickets.as_text import message
from assistant.tickets.reply import CustomerPart, Step
from assistant.tickets.steps import parted, steps
from ingest.records import BlockKind, Chunk, Place

SAID = [
    ("Read the current. It must be below 20.1 A.", ("Read the current.", "It must be below 20.1 A.", "")),
    ("Wait 10 min. The pressure may fall by 0.1 bar. If it does not, brush the couplings.",
     ("Wait 10 min.", "The pressure may fall by 0.1 bar.", "If it does not, brush the couplings.")),
    ("Pull the cord once: F24 must appear.", ("Pull the cord once:", "F24 must appear.", "")),
    ("Vibration must be below 2.8 mm/s. Otherwise check the bolts.",
     ("Vibration must be below 2.8 mm/s.", "", "Otherwise check the bolts.")),
    ("打开阀门。压力应为 2 bar；否则检查过滤器。", ("打开阀门。", "压力应为 2 bar；", "否则检查过滤器。")),
    ("Press START. It must not move. Put the selector back.",
     ("Press START. It must not move. Put the selector back.", "", "")),
    ("Count tools and people. Nobody may be behind a guard.",
     ("Count tools and people. Nobody may be behind a guard.", "", "")),
    ("Close the door. You must stay outside.", ("Close the door. You must stay outside.", "", "")),
]  # fmt: skip
SENTENCES = st.sampled_from(
    [
        "Open it. ",
        "It must turn. ",
        "If not, stop. ",
        "Otherwise: call. ",
        "压力应为 2 bar。",
        "否则停泵。",
        "Note: 3. ",
    ]
)


@pytest.mark.parametrize(("text", "wanted"), SAID)
def test_what_is_to_be_seen_and_what_if_it_is_not_are_told_apart(text: str, wanted: tuple[str, ...]) -> None:
    assert parted(text) == wanted


@given(st.lists(SENTENCES, min_size=1, max_size=6))
def test_nothing_of_a_step_is_lost_added_or_put_in_another_order(said: list[str]) -> None:
    text = "".join(said).strip()
    assert "".join("".join(parted(text)).split()) == "".join(text.split())


def chunk(at: int, text: str, kind: BlockKind = "list_item") -> Chunk:
    return Chunk(f"c{at}", text, Place("manual.md", section="Test"), at, kinds=(kind,))


def test_a_table_of_steps_brings_its_own_cells() -> None:
    rows = [
        chunk(1, "Step: 1 | Action: Shut the valve | Expected: PG1 falls to 0 | If not: open V", "table_row"),
        chunk(2, "Step: 2 | Action: Read PG2 | Expected result: 0 bar", "table_row"),
    ]  # fmt: skip
    found = steps(rows[:1], lambda _: rows)
    assert [(step.text, step.expected, step.if_not) for step in found] == [
        ("Shut the valve", "PG1 falls to 0", "open V"),
        ("Read PG2", "0 bar", ""),
    ]
    part = CustomerPart(
        steps=tuple(Step(text=s.text, expected=s.expected, if_not=s.if_not, source=1) for s in found)
    )
    told = message(part, "en", "", "")
    assert "1. Shut the valve [1]\n   Expected: PG1 falls to 0\n   If not: open V\n2. Read PG2 [1]" in told
    assert "   应见：PG1 falls to 0\n   否则：open V" in message(part, "zh", "", "")


def test_what_an_if_not_says_of_itself_is_not_said_twice() -> None:
    [first, _] = steps([chunk(1, "1. Run it. It must turn. Otherwise stop.\n2. Go.")], lambda c: [c])
    assert (first.expected, first.if_not, first.said) == (
        "It must turn.", "Otherwise stop.", "Run it. It must turn. Otherwise stop.",
    )  # fmt: skip
    step = Step(text=first.text, expected=first.expected, if_not=first.if_not)
    told = message(CustomerPart(steps=(step,)), "en", "", "")
    assert "   Expected: It must turn.\n   Otherwise stop." in told
