"""What a conversation is about: learned from filters, questions and cited documents, and sticky."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.card import NOTHING, favoured, learned
from assistant.ranking import RankWeights, drawn
from assistant.records import Answer, Card, Citation, Hit, Support
from ingest.records import Chunk, Metadata, Place

MILL = "Harrow Mill"
MACHINES = ("P-101", "SP-03", "HP-2")


def chunk(doc: str, machine: str = "", site: str = "", text: str = "Grease it.") -> Chunk:
    return Chunk(f"{doc}-1", text, Place(doc), 0, Metadata(machine=machine, site=site))


def answer(question: str, *cited: Chunk, resolved: str = "") -> Answer:
    hits = tuple(Hit(entry, 1.0, rank) for rank, entry in enumerate(cited, start=1))
    evidence = tuple(Citation(hit.rank, hit.chunk.chunk_id, hit.chunk.place, hit.chunk.text) for hit in hits)
    support: Support = "supported" if cited else "declined"
    return Answer(question, "", support, citations=evidence, evidence=evidence, hits=hits, resolved=resolved)


PUMP = chunk("p101.pdf", "P-101", MILL)
LIST = chunk("alarms.xlsx", "", MILL)
SPINDLE = chunk("sp03.pdf", "SP-03", MILL)
BEFORE = Card("P-101", "p101.pdf", "E021", MILL)


@pytest.mark.parametrize(
    ("before", "filters", "said", "after"),
    [
        (NOTHING, {}, answer("How much grease?", PUMP, LIST), Card("P-101", "", "", MILL)),
        (NOTHING, {}, answer("What does E021 mean?", PUMP), Card("P-101", "p101.pdf", "E021", MILL)),
        (NOTHING, {}, answer("How much grease?", PUMP, SPINDLE), Card("", "", "", MILL)),
        (NOTHING, {"machine": "HP-2"}, answer("How much oil?"), Card("HP-2")),
        (NOTHING, {"site": "North", "doc": "a.md"}, answer("How?", PUMP), Card("P-101", "a.md", "", "North")),
        (BEFORE, {}, answer("How much grease?"), BEFORE),
        (BEFORE, {}, answer("How much grease?", LIST), Card("P-101", "alarms.xlsx", "E021", MILL)),
        (BEFORE, {}, answer("How fast is sp-03?"), Card("SP-03", "", "", MILL)),
        (BEFORE, {}, answer("How hot is the spindle?", SPINDLE), Card("SP-03", "sp03.pdf", "", MILL)),
        (BEFORE, {}, answer("And?", PUMP, resolved="Is it e022?"), Card("P-101", "p101.pdf", "E022", MILL)),
        (BEFORE, {}, answer("Are E023 and E024 alike?"), BEFORE),
        (BEFORE, {}, answer("Is P-102 alike?"), Card("P-102", "", "", MILL)),
    ],
)  # fmt: skip
def test_a_turn_teaches_what_it_says_and_leaves_the_rest(
    before: Card, filters: dict[str, str], said: Answer, after: Card
) -> None:
    assert learned(before, filters, said, MACHINES) == after


QUESTIONS = st.sampled_from(["How?", "What does E021 mean?", "How fast is SP-03?", "P-101 和 HP-2 呢？"])
CARDS = st.builds(Card, st.sampled_from(["", *MACHINES]), st.just(""), st.sampled_from(["", "E021"]))


@given(CARDS, QUESTIONS, st.lists(st.sampled_from([PUMP, LIST, SPINDLE]), unique=True))
def test_what_is_learned_was_said_or_cited(before: Card, question: str, cited: list[Chunk]) -> None:
    after = learned(before, {}, answer(question, *cited), MACHINES)
    stated = {entry.metadata.machine for entry in cited} | {before.machine, ""}
    assert after.machine in stated or after.machine in question
    assert after.code in (before.code, "") or after.code in question
    assert after.doc in {"", before.doc, *(entry.place.doc for entry in cited)}
    # The same turn again teaches nothing new.
    assert learned(after, {}, answer(question, *cited), MACHINES) == after


def test_a_question_that_names_another_machine_is_not_drawn_to_the_old_one() -> None:
    assert favoured(BEFORE, "How much grease does HP-2 get?", MACHINES).machine == ""
    assert favoured(BEFORE, "How much grease does p-101 get?", MACHINES) == BEFORE
    assert favoured(BEFORE, "How much grease?", MACHINES) == BEFORE


def test_passages_of_what_it_is_about_come_forward_and_none_is_lost() -> None:
    row = chunk("alarms.xlsx", text="Asset: P-101 | Code: E011")
    chunks = {1: SPINDLE, 2: PUMP, 3: row, 4: LIST}
    scores = {1: 1.0, 2: 0.9, 3: 0.5, 4: 0.4}
    raised = drawn(scores, chunks, BEFORE, RankWeights(machine=0.3, document=0.05))
    assert raised == {1: 1.0, 2: 0.9 + 0.35, 3: 0.5 + 0.3, 4: 0.4}
    assert drawn(scores, chunks, NOTHING, RankWeights()) == scores
