"""A warning is shown with what it belongs to, and only with that."""

from assistant.cautions import cautions
from ingest.records import Chunk, Place

SEAL, LIFT = "6 Maintenance > 6.4 Seal", "6 Maintenance > 6.5 Lifting"


def chunk(ordinal: int, section: str, text: str, doc: str = "pump.md") -> Chunk:
    kinds = ("warning",) if "WARNING" in text or "警告" in text else ("list_item",)
    return Chunk(f"c{ordinal}", text, Place(doc, section=section), ordinal, kinds=kinds)  # type: ignore[arg-type]


DOCUMENT = [
    chunk(0, LIFT, "WARNING: Never stand under the load."),
    chunk(1, SEAL, "WARNING: Hot water can escape.\nClose both valves."),
    chunk(2, SEAL, "1. Remove the guard."),
    chunk(3, SEAL, "2. Undo the nuts."),
    chunk(4, SEAL, "警告\n严禁带压拆卸。"),
    chunk(5, LIFT, "WARNING: Lift with two slings."),
]


def around(cited: Chunk) -> list[Chunk]:
    return DOCUMENT[max(0, cited.ordinal - 8) : cited.ordinal + 2]


def test_the_warning_at_the_head_of_the_section_is_shown_verbatim() -> None:
    found = cautions([DOCUMENT[2]], around, 4)
    assert [(entry.marker, entry.quote, entry.chunk_id) for entry in found] == [
        (4, "WARNING: Hot water can escape.", "c1")
    ]


def test_a_warning_right_after_the_step_counts_and_keeps_its_text() -> None:
    assert [entry.quote for entry in cautions([DOCUMENT[3]], around, 1)] == [
        "WARNING: Hot water can escape.",
        "警告\n严禁带压拆卸。",
    ]


def test_a_warning_of_another_section_is_left_out_and_none_comes_twice() -> None:
    quotes = [entry.quote for entry in cautions(DOCUMENT[1:4], around, 1)]
    assert len(quotes) == len(set(quotes)) == 2
    assert not any("load" in quote or "slings" in quote for quote in quotes)
