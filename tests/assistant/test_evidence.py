"""What is quoted of the passages found."""

import itertools

from assistant.evidence import quotes
from assistant.records import Hit
from ingest.records import BlockKind, Chunk, Metadata, Place
from ingest.terms import query_words

CAPTION = "Condition guide: pump"
ROWS = [f"Failure mode: {mode} | vibration: x" for mode in ("unbalance", "misalignment", "worn bearing")]


def hit(
    text: str,
    rank: int,
    section: str = "Pump",
    kinds: tuple[BlockKind, ...] = ("paragraph",),
    score: float = 0,
) -> Hit:
    place = Place("guide.xlsx", "Guide", section)
    return Hit(Chunk(f"c{rank}", text, place, rank, kinds=kinds), score or 2 - 0.01 * rank, rank)


def asked(question: str) -> dict[str, float]:
    return dict.fromkeys(query_words(question), 1.0)


def test_rows_of_one_table_are_all_quoted_and_its_caption_once() -> None:
    hits = [hit(f"{CAPTION}\n{row}", rank, kinds=("table_row",)) for rank, row in enumerate(ROWS, start=1)]
    question = "Which failure modes show in the vibration?"
    found = quotes(hits, asked(question), 2, question)
    assert [quote.text for quote in found] == [f"{CAPTION}\n{ROWS[0]}", *ROWS[1:]]


def test_a_log_is_quoted_for_what_happened_only() -> None:
    lines = "2026-02-17 08:10:08 ALARM E012 RAISED\n2026-02-17 08:10:14 ALARM E012 CLEARED"
    logged = Chunk("log", lines, Place("line.log", "line.log"), 0, Metadata(kind="log"))
    hits = [hit("Alarm E012: the suction pressure is low.", 1, score=1.0), Hit(logged, 1.2, 2)]
    meaning, time = "What does alarm E012 mean?", "When was alarm E012 raised?"
    assert [quote.hit.rank for quote in quotes(hits, asked(meaning), 3, meaning)] == [1]
    assert quotes(hits, asked(time), 3, time)[0].hit.rank == 2


def test_a_row_that_the_question_names_stands_without_its_neighbours() -> None:
    hits = [hit(f"{CAPTION}\n{row}", rank, kinds=("table_row",)) for rank, row in enumerate(ROWS, start=1)]
    question = "Which failure mode shows in the vibration, a worn bearing?"
    assert [quote.text for quote in quotes(hits, asked(question), 2, question)] == [f"{CAPTION}\n{ROWS[2]}"]
    both = "Which of them shows in the vibration, unbalance or misalignment?"
    assert len(quotes(hits, asked(both), 2, both)) == 2


def test_what_the_question_quotes_is_not_its_answer() -> None:
    event = "During refuelling a hose burst and two hundred litres of kerosene ran into the hangar drain."
    hits = [
        hit(event, 1, "Incident > What happened"),
        hit("Replace the hoses every second year.", 2, "Incident > Recommendation"),
    ]
    question = f"What was recommended after this event: {event}"
    assert quotes(hits, asked(question), 1, question)[0].text == "Replace the hoses every second year."


def test_two_quotes_of_one_passage_do_not_overlap() -> None:
    text = " ".join(
        f"Sentence {number} says that the seal of the pump is dry and clean." for number in range(40)
    )
    found = quotes([hit(text, 1)], asked("Is the seal of the pump dry?"), 3)
    assert len(found) == 3
    places = sorted((text.index(quote.text), text.index(quote.text) + len(quote.text)) for quote in found)
    assert all(end <= start for (_, end), (start, _) in itertools.pairwise(places))


def test_a_much_poorer_quote_is_left_out() -> None:
    hits = [hit("The seal of the pump is dry.", 1), hit("Paint is grey.", 2, "Paint", score=0.2)]
    assert len(quotes(hits, asked("Is the seal of the pump dry?"), 3)) == 1


def test_the_sentence_that_gives_the_value_asked_for_is_quoted() -> None:
    text = "The bearings of the pump are greased with lithium grease. Interval: every 3,000 h."
    hits = [hit(text, 1), hit("Grease the bearings of the pump.", 2)]
    often = "How often are the bearings of the pump greased?"
    assert "every 3,000 h" in quotes(hits, asked(often), 1, often)[0].text
    torque = "What torque have the cover nuts?"
    hits = [hit("The cover nuts have a torque.", 1), hit("Cover nuts: 55 N·m.", 2)]
    assert quotes(hits, asked(torque), 1, torque)[0].text == "Cover nuts: 55 N·m."


def test_who_asks_how_is_shown_the_way_and_not_rows_that_name_the_part() -> None:
    row = hit("Alarm: F26 | Text: belt worn | Action: change the belt", 1, kinds=("table_row",), score=1.0)
    steps = hit("1. Lock out the drive.\n2. Pull the old belt off.", 2, "Belt change", score=0.9)
    how, coded = "How do I change the belt?", "How do I clear F26?"
    assert quotes([row, steps], asked(how), 1, how)[0].hit.rank == 2
    assert quotes([row, steps], asked(coded), 1, coded)[0].hit.rank == 1


def test_what_a_document_says_of_itself_is_quoted_to_who_asks_for_it_only() -> None:
    own = hit("Replaces issue 2 of 2023-11-06. Owner: maintenance.", 1, "Belt change", score=1.0)
    scope = hit("The belt is changed while the line stands.", 2, "Belt change > Scope", score=0.9)
    what, issue = "What is done for the belt change?", "Which issue of the belt change is valid?"
    assert quotes([own, scope], asked(what), 1, what)[0].hit.rank == 2
    assert quotes([own, scope], asked(issue), 1, issue)[0].hit.rank == 1
