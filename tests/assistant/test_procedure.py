"""A procedure is quoted whole and in its order."""

import itertools
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from assistant.cautions import Beside
from assistant.evidence import Quote
from assistant.procedure import Ordered, in_order
from assistant.records import Hit
from assistant.steps import asks_how, heading_above, step_number
from ingest.records import BlockKind, Chunk, Metadata, Place

HOW, WHAT = "How do I change the oil?", "What oil is in it?"


def chunk(
    ordinal: int, text: str, section: str = "Oil", kinds: tuple[BlockKind, ...] = ("list_item",)
) -> Chunk:
    return Chunk(f"c{ordinal}", text, Place("sop.docx", "SOP-1 Oil change", section), ordinal, kinds=kinds)


def quote(of: Chunk, text: str, rank: int = 1) -> Quote:
    return Quote(Hit(of, 2.0 - rank, rank), text, 2.0 - rank, of.text.index(text))


def among(*chunks: Chunk) -> Beside:
    return lambda _: chunks


def shown(found: Ordered) -> list[str]:
    return [line for entry in found.quotes for line in entry.text.splitlines()]


STEPS = [f"{number}. Do part {number}." for number in range(1, 10)]


@given(
    st.lists(st.integers(1, 8), min_size=1, max_size=4, unique=True),
    st.permutations(STEPS),
    st.integers(1, 9),
)
def test_steps_are_whole_and_in_order_however_they_were_found(
    cuts: list[int], found: list[str], quoted: int
) -> None:
    edges = [0, *sorted(cuts), len(STEPS)]
    chunks = [
        chunk(at, "\n".join(STEPS[first:last])) for at, (first, last) in enumerate(itertools.pairwise(edges))
    ]
    best = [
        quote(next(part for part in chunks if step in part.text), step, rank)
        for rank, step in enumerate(found[:quoted], start=1)
    ]
    asked = in_order(best, among(*chunks), HOW)
    assert shown(asked) == STEPS
    assert asked.whole
    assert all(entry.hit.chunk.text[entry.start :].startswith(entry.text) for entry in asked.quotes)
    # Where no way is asked for nothing is added, and what was quoted stands in its order.
    assert shown(in_order(best, among(*chunks), WHAT)) == sorted(found[:quoted])


def test_a_second_procedure_and_prose_are_not_part_of_the_first() -> None:
    text = "Before you begin\n1. Stop.\n2. Drain.\nWARNING: Hot oil.\nA remark.\n1. Test.\n2. Sign."
    section = chunk(0, text)
    (whole,) = in_order([quote(section, "2. Drain.")], among(section), HOW).quotes
    assert whole.text == "1. Stop.\n2. Drain.\nWARNING: Hot oil."


def test_a_procedure_that_is_too_long_is_not_filled_up() -> None:
    section = chunk(0, "\n".join(f"{number}. {'Turn the nut again. ' * 20}" for number in range(1, 10)))
    best = [quote(section, line) for line in (section.text.splitlines()[4], section.text.splitlines()[1])]
    found = in_order(best, among(section), HOW)
    assert [step_number(entry.text) for entry in found.quotes] == [2, 5]
    assert not found.whole


def test_a_document_of_steps_is_quoted_in_its_order_and_from_its_beginning() -> None:
    sop = Metadata(kind="sop")
    parts = [
        ("SOP-1 Oil change", "Issue 3. Oil is changed every year."),
        ("SOP-1 Oil change > 1 Procedure", "1 Procedure\n1. Stop.\n2. Drain.\n3. Fill."),
    ]
    first, steps = (
        replace(chunk(at, text, section), metadata=sop) for at, (section, text) in enumerate(parts)
    )
    found = in_order([quote(first, "Oil is changed every year.")], among(first, steps), HOW)
    assert shown(found) == ["1 Procedure", "1. Stop.", "2. Drain.", "3. Fill.", "Oil is changed every year."]
    old, new = chunk(3, "1. Pull the pin.\n2. Lift.", "3 Off"), chunk(4, "1. Fit.\n2. Pin.", "4 On")
    found = in_order([quote(new, "2. Pin.", 1), quote(old, "2. Lift.", 2)], among(old, new), HOW)
    assert shown(found) == ["1. Pull the pin.", "2. Lift.", "1. Fit.", "2. Pin."]


def test_the_table_that_a_step_points_to_comes_with_it_and_other_documents_do_not() -> None:
    steps = chunk(0, "Oil\nWARNING: Hot oil.\n1. Measure.\n2. Act as in the table.")
    rows = [chunk(at, f"Table 1\nReading: {at} | Do: part {at}", kinds=("table_row",)) for at in (1, 2)]
    other = Chunk("x", "Oil is bought once a year.", Place("list.xlsx"), 0)
    found = in_order([quote(steps, "1. Measure."), quote(other, other.text, 2)], among(steps, *rows), HOW)
    cells = [f"Reading: {at} | Do: part {at}" for at in (1, 2)]
    assert shown(found) == [*steps.text.splitlines(), "Table 1", *cells]
    last = found.quotes[-1]
    assert last.hit.chunk.text[last.start :] == last.text


def test_what_is_no_step_stays_where_it_fits_best() -> None:
    row, early, late = (
        chunk(7, "Oil: HM 46", kinds=("table_row",)),
        chunk(1, "Use HM 46."),
        chunk(5, "Fill slowly."),
    )
    best = [quote(row, "Oil: HM 46", 1), quote(late, "Fill slowly.", 2), quote(early, "Use HM 46.", 3)]
    assert shown(in_order(best, among(), WHAT)) == ["Oil: HM 46", "Fill slowly.", "Use HM 46."]
    assert in_order([], among(), HOW) == Ordered([])


def test_what_asks_for_a_way_what_is_a_step_and_what_its_heading_is() -> None:
    asked = ("How do I change the oil?", "换油步骤是什么？", "What is step 8?", "What oil is in it?")
    assert [asks_how(question) for question in asked] == [True, True, True, False]
    lines = ("3. Drain.", "3) Drain.", "Step 3: Drain.", "第3步 放油", "3、放油", "(3) 放油")
    assert [step_number(line) for line in lines] == [3] * len(lines)
    assert [step_number(line) for line in ("3.5 bar", "3 bar", "Drain 3. Fill", "12:30 started")] == [
        None
    ] * 4
    assert heading_above(chunk(0, "", "Pump > 4 Oil change > Procedure")) == "4 Oil change Procedure"
    assert heading_above(chunk(0, "", "步骤")) == "SOP-1 Oil change 步骤"
    assert heading_above(chunk(0, "", "4 Oil change > 4.1 Tools")) == "4.1 Tools"
