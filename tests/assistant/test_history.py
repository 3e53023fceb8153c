"""Conversations are kept as they were shown, by owner, whatever becomes of index, process and file."""

import json
import os
import sqlite3
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.config import HistorySettings
from assistant.errors import HistoryError
from assistant.history import History, Rating, Spot
from assistant.history_form import FORM
from assistant.kept_answer import MOST_CHARACTERS, as_text, from_text
from assistant.records import Answer, Card, Citation, Hit, Reading, Timings, TokenCounts, Turn, Withheld
from ingest.records import Box, Chunk, Metadata, Place

PLACE = Place("p101.pdf", "Pump", "6 > 6.4", 10, 10, "8", (Box(10, 1.5, 2.0, 3.0, 4.0),))
CHUNK = Chunk("c1", "Tighten to 55 N·m.", PLACE, 3, Metadata(machine="P-101", revision="C"), ("paragraph",))
QUOTE = Citation(1, "c1", PLACE, "Tighten to 55 N·m.")
OTHER = replace(CHUNK, chunk_id="c2", text="Not cited.")
ANSWER = Answer(
    "How tight?",
    "Tighten to 55 N·m. [1]",
    "partly",
    citations=(QUOTE,),
    evidence=(QUOTE,),
    warnings=(replace(QUOTE, marker=2, quote="警告：先断电。"),),
    unsupported=("To 80 N·m.",),
    hits=(Hit(CHUNK, 1.25, 1), Hit(OTHER, 0.5, 2)),
    timings=Timings(12.0, 900.0, 2300.0),
    tokens=TokenCounts(300, 20),
    engine="llama.cpp",
    prompt="answer@1234",
    withheld=(Withheld("To 80 N·m.", "number", "not cited", QUOTE),),
    resolved="How tight are the cover nuts?",
    about=Card("P-101", "p101.pdf", "E021", "Harrow Mill"),
)
TURN = Turn("How tight?", ANSWER)


def history(folder: Path, **changes: int) -> History:
    return History(folder / "plant.conversations.sqlite", HistorySettings(**changes))


def ask(kept: History, question: str, number: str = "", owner: str = "ann") -> str:
    return kept.add(owner, number, Turn(question, replace(ANSWER, question=question))).conversation


def test_an_answer_is_shown_again_as_it_was(tmp_path: Path) -> None:
    number = history(tmp_path).add("ann", "", TURN).conversation
    found = history(tmp_path).open("ann", number)
    assert found.turns == (Turn("How tight?", replace(ANSWER, hits=ANSWER.hits[:1]), 1),)
    assert found.about == ANSWER.about
    assert found.title == "How tight?"


def test_what_the_model_has_read_is_not_kept(tmp_path: Path) -> None:
    prompt = "<passages 1a2b3c4d>\nTighten to 55 N·m.\n</passages 1a2b3c4d>"
    read = replace(ANSWER, reading=Reading(("Tighten to 55 N·m.",), ((prompt, "55 N·m"),), 3))
    kept = history(tmp_path)
    number = kept.add("ann", "", Turn("How tight?", read)).conversation
    assert kept.open("ann", number).turns[0].answer.reading is None
    assert not any(b"1a2b3c4d" in path.read_bytes() for path in tmp_path.iterdir())


def test_a_declined_answer_keeps_the_nearest_passages() -> None:
    hits = tuple(Hit(replace(CHUNK, chunk_id=f"n{rank}"), 1.0, rank) for rank in range(1, 9))
    declined = Answer("Who?", "Not in your documents.", "declined", hits=hits)
    assert from_text(as_text(declined)).hits == hits[:3]


TEXTS = st.text(max_size=40)


@given(TEXTS, TEXTS, st.lists(TEXTS, max_size=3), st.floats(0, 1e6), st.integers(0, 10**6))
def test_any_answer_comes_back_the_same(
    question: str, text: str, quotes: list[str], ms: float, tokens: int
) -> None:
    cited = tuple(Citation(marker, "c1", PLACE, quote) for marker, quote in enumerate(quotes, start=1))
    answer = replace(
        ANSWER,
        question=question,
        text=text,
        citations=cited,
        evidence=cited,
        timings=Timings(ms, ms, ms),
        tokens=TokenCounts(tokens, tokens),
        hits=ANSWER.hits[:1],
    )
    assert from_text(as_text(answer)) == answer


def test_conversations_are_listed_continued_renamed_and_deleted(tmp_path: Path) -> None:
    kept = history(tmp_path)
    first, second = ask(kept, "First?"), ask(kept, "Second?")
    assert [entry.title for entry in kept.list("ann")] == ["Second?", "First?"]
    assert ask(kept, "And more?", first) == first
    assert [(entry.id, entry.turns) for entry in kept.list("ann")] == [(first, 2), (second, 1)]
    kept.rename("ann", first, "  Cover \n nuts ")
    assert kept.open("ann", first).title == "Cover nuts"
    assert [turn.question for turn in kept.open("ann", first).turns] == ["First?", "And more?"]
    kept.say_about("ann", first, Card(machine="SP-03"))
    assert kept.open("ann", first).about == Card(machine="SP-03")
    kept.delete("ann", first)
    assert [entry.id for entry in kept.list("ann")] == [second]
    assert kept.list("ann")[0].created <= kept.list("ann")[0].updated


def test_no_one_sees_or_changes_what_is_another_persons(tmp_path: Path) -> None:
    kept = history(tmp_path)
    number = ask(kept, "Mine?")
    assert kept.list("bob") == []
    for attempt in (
        lambda: kept.open("bob", number),
        lambda: kept.add("bob", number, TURN),
        lambda: kept.rename("bob", number, "Yours"),
        lambda: kept.say_about("bob", number, Card()),
        lambda: kept.delete("bob", number),
    ):
        with pytest.raises(HistoryError, match="there is no conversation"):
            attempt()
    assert [turn.question for turn in kept.open("ann", number).turns] == ["Mine?"]
    assert (tmp_path / "plant.conversations.sqlite").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("text", ["'; DROP TABLE turns; --", "%", '"', "\x00?", "泵的扭矩？"])
def test_what_is_typed_is_a_value_and_never_sql(tmp_path: Path, text: str) -> None:
    kept = history(tmp_path)
    number = ask(kept, text, owner=text)
    kept.rename(text, number, text)
    assert [turn.question for turn in kept.open(text, number).turns] == [text]
    assert kept.list("ann") == []
    with pytest.raises(HistoryError):
        kept.open(text, text)


def test_fields_are_bounded(tmp_path: Path) -> None:
    kept = history(tmp_path, keep=3, turns=2)
    number = ask(kept, "word " * 500)
    assert len(kept.open("ann", number).title) == 120
    ask(kept, "second", number)
    with pytest.raises(HistoryError, match="2 turns, and no more are kept"):
        ask(kept, "third", number)
    for question in ("b", "c", "d"):
        ask(kept, question)
    assert [entry.title for entry in kept.list("ann")] == ["d", "c", "b"]
    with pytest.raises(HistoryError, match="at most 400,000 are kept"):
        kept.add("ann", "", Turn("long?", replace(ANSWER, text="x" * (MOST_CHARACTERS + 1))))
    with pytest.raises(HistoryError, match="the title is empty"):
        kept.rename("ann", kept.list("ann")[0].id, "  ")


def test_a_turn_whose_digit_turned_over_is_left_out_and_the_others_stay(tmp_path: Path) -> None:
    kept = history(tmp_path)
    number = ask(kept, "First?")
    ask(kept, "Second?", number)
    kept.close()
    with sqlite3.connect(tmp_path / "plant.conversations.sqlite") as file:
        file.execute("UPDATE turns SET answer = replace(answer, '55', '65') WHERE number = 1")
    found = kept.open("ann", number)
    assert [turn.question for turn in found.turns] == ["Second?"]
    assert found.damaged == 1


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_damaged_file_is_set_aside_with_a_line_and_nothing_shows_what_was_not_written(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("damaged")
    kept = history(folder)
    number = ask(kept, "First?")
    ask(kept, "Second?", number)
    kept.close()
    path = folder / "plant.conversations.sqlite"
    content = bytearray(path.read_bytes())
    start = data.draw(st.integers(0, len(content) - 1))
    for at in range(start, min(len(content), start + data.draw(st.integers(1, 6000)))):
        content[at] ^= 0x5A
    if data.draw(st.booleans()):
        del content[start:]
    path.write_bytes(content)
    again = history(folder)
    turns: tuple[Turn, ...] = ()
    with suppress(HistoryError):
        turns = again.open("ann", number).turns
    written = replace(ANSWER, hits=ANSWER.hits[:1])
    assert all(
        turn.answer == replace(written, question=turn.question) and turn.question in ("First?", "Second?")
        for turn in turns
    )
    assert ask(again, "Later?")
    aside = list(folder.glob("*.damaged-*.sqlite"))
    if again.notice:
        assert aside[0].name in again.notice
        assert "Documents and index are untouched" in again.notice
        assert aside[0].read_bytes() == bytes(content)


def test_a_file_that_is_none_is_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "plant.conversations.sqlite"
    path.write_bytes(b"this is no database " * 200)
    kept = history(tmp_path)
    number = ask(kept, "First?")
    assert "file is not a database" in kept.notice
    assert [turn.question for turn in kept.open("ann", number).turns] == ["First?"]


def test_a_newer_form_is_refused_and_left_alone(tmp_path: Path) -> None:
    kept = history(tmp_path)
    ask(kept, "First?")
    kept.close()
    path = tmp_path / "plant.conversations.sqlite"
    with sqlite3.connect(path) as file:
        file.execute("PRAGMA user_version = 9")
    with pytest.raises(HistoryError, match=r"newer Millwright \(form 9, known is 2\)"):
        history(tmp_path).list("ann")
    assert list(tmp_path.glob("*damaged*")) == []


def test_what_was_told_to_be_kept_outlasts_a_kill(tmp_path: Path) -> None:
    program = (
        "import os, sys; sys.path.insert(0, '.')\n"
        "from pathlib import Path\n"
        "from tests.assistant.test_history import ask, history\n"
        "kept = history(Path(sys.argv[1]))\n"
        "number = ask(kept, 'First?')\n"
        "for question in ('Second?', 'Third?'): ask(kept, question, number)\n"
        "print(number, flush=True)\n"
        "kept._file.connection.execute('BEGIN IMMEDIATE')\n"
        "kept._file.connection.execute('DELETE FROM turns')\n"
        "os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
        env={**os.environ},
    )
    assert done.returncode == -9, done.stderr
    found = history(tmp_path).open("ann", done.stdout.strip())
    assert [turn.question for turn in found.turns] == ["First?", "Second?", "Third?"]


def test_many_threads_and_two_histories_write_at_once(tmp_path: Path) -> None:
    shared = [history(tmp_path), history(tmp_path)]
    failed: list[Exception] = []

    def write(worker: int) -> None:
        try:
            number = ask(shared[worker % 2], f"{worker}?", owner=f"owner {worker}")
            for turn in range(5):
                ask(shared[worker % 2], f"{worker}.{turn}?", number, owner=f"owner {worker}")
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=write, args=(worker,)) for worker in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    for worker in range(12):
        (entry,) = shared[0].list(f"owner {worker}")
        questions = [turn.question for turn in shared[1].open(f"owner {worker}", entry.id).turns]
        assert questions == [f"{worker}?", *(f"{worker}.{turn}?" for turn in range(5))]


def test_a_folder_that_cannot_be_written_is_told_in_a_line(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    kept = History(blocked / "plant.conversations.sqlite", HistorySettings())
    with pytest.raises(HistoryError, match="the conversation was not kept") as told:
        ask(kept, "First?")
    assert "\n" not in str(told.value)
    assert kept.list("ann") == []


def test_a_full_disk_is_told_and_loses_nothing(tmp_path: Path) -> None:
    kept = history(tmp_path)
    number = ask(kept, "First?")
    connection = kept._file.connection
    assert connection is not None
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(HistoryError, match=r"not kept \(database or disk is full\)"):
        kept.add("ann", number, Turn("Long?", replace(ANSWER, text="word " * 9000)))
    assert [turn.question for turn in kept.open("ann", number).turns] == ["First?"]
    connection.execute("PRAGMA max_page_count = 100000")
    ask(kept, "Second?", number)
    assert [turn.question for turn in kept.open("ann", number).turns] == ["First?", "Second?"]


def test_a_card_that_cannot_be_read_is_an_empty_one(tmp_path: Path) -> None:
    kept = history(tmp_path)
    number = ask(kept, "First?")
    kept.close()
    with sqlite3.connect(tmp_path / "plant.conversations.sqlite") as file:
        file.execute("UPDATE conversations SET about = ?", (json.dumps({"colour": "red"}),))
    assert kept.open("ann", number).about == Card()


def test_a_rating_is_kept_replaced_taken_back_and_goes_with_its_conversation(tmp_path: Path) -> None:
    kept = history(tmp_path)
    number = ask(kept, "First?")
    ask(kept, "Second?", number)
    assert kept.rate("ann", Spot(number, 2), Rating(False, "  wrong\npump ")).question == "Second?"
    kept.rate("ann", Spot(number, 1), Rating(True))
    kept.close()
    again = history(tmp_path)
    assert again.ratings("ann", number) == {1: Rating(True), 2: Rating(False, "wrong\npump")}
    again.rate("ann", Spot(number, 2), Rating(True))
    again.rate("ann", Spot(number, 1), None)
    assert again.ratings("ann", number) == {2: Rating(True)}
    assert again.ratings("bob", number) == {}
    for owner, spot in (("bob", Spot(number, 1)), ("ann", Spot(number, 3)), ("ann", Spot("x", 1))):
        with pytest.raises(HistoryError, match="there is no"):
            again.rate(owner, spot, Rating(False))
    again.delete("ann", number)
    assert again._file.read(lambda found: found.execute("SELECT count(*) FROM ratings").fetchone()) == (0,)


def test_a_file_of_the_form_before_is_brought_up_with_all_that_is_in_it(tmp_path: Path) -> None:
    kept = history(tmp_path)
    number = ask(kept, "First?")
    kept.close()
    with sqlite3.connect(tmp_path / "plant.conversations.sqlite") as file:
        file.execute("DROP TABLE ratings")
        file.execute("PRAGMA user_version = 1")
    again = history(tmp_path)
    again.rate("ann", Spot(number, 1), Rating(False, "no"))
    assert [turn.question for turn in again.open("ann", number).turns] == ["First?"]
    assert again.ratings("ann", number) == {1: Rating(False, "no")}
    assert again.notice == ""
    assert FORM.version == 2
