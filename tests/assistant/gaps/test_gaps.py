"""A question that was not answered is listed, answered by a note, and then found and cited."""

import json
import sqlite3
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.app import Millwright, build
from assistant.config import AnswerSettings, GenerateSettings, Settings
from assistant.errors import GapError, MillwrightError
from assistant.gaps.alike import Words
from assistant.gaps.gap_file import GapFile
from assistant.gaps.gaps import Draft, Gaps
from assistant.gaps.notes import Notes
from assistant.gaps.records import Ask, Note
from assistant.records import Answer, Card
from ingest import disk
from tests.fakes import WordEmbedder

QUESTION = "How tight are the foot bolts of the gearbox?"
TEXT = "Tighten the foot bolts of the gearbox to 85 N·m, crosswise."


@pytest.fixture
def plant(tmp_path: Path) -> Millwright:
    """An index of one document, which says nothing of a gearbox."""
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "pump.md").write_text("# Pump P-101\n\n## Greasing\n\nGrease the bearings every 3,000 h.\n")
    return opened(tmp_path, folder)


def opened(data: Path, folder: Path | None = None) -> Millwright:
    settings = Settings(generate=GenerateSettings(engine="extractive"), answer=AnswerSettings())
    application = build(settings, data, "plant")
    application.__dict__["embedder"] = WordEmbedder()
    if folder is not None:
        assert not application.ingest([folder]).failed
    return application


def declined(application: Millwright, question: str = QUESTION) -> Answer:
    answer = application.ask(question)
    assert answer.support == "declined"
    application.gaps.declined(answer)
    return answer


def test_an_experts_note_is_found_and_cited_by_name_and_date(plant: Millwright, tmp_path: Path) -> None:
    declined(plant)
    (gap,) = plant.gaps.open()
    assert gap.question == QUESTION
    note = plant.gaps.answer(gap.id, Draft("A. Reed", TEXT))
    assert plant.gaps.open() == []
    answer = plant.ask(QUESTION)
    assert answer.support == "supported"
    assert TEXT in answer.text
    (cited,) = answer.citations
    assert cited.quote == TEXT
    assert cited.place.title == f"Note of A. Reed, {note.day}"
    (row,) = [row for row in plant.documents() if row.metadata.kind == "note"]
    assert (row.metadata.date, row.metadata.language) == (note.day, "en")
    assert len(plant.documents()) == 2
    # Whoever reads the documents again, or begins the index anew, keeps the note.
    for anew in (False, True):
        assert not plant.ingest([tmp_path / "documents"], anew=anew).failed
        assert plant.ask(QUESTION).support == "supported"
    assert not opened(tmp_path).rebuild().failed
    assert opened(tmp_path).ask(QUESTION).support == "supported"


def test_a_note_that_is_removed_is_no_document_and_its_question_waits_again(plant: Millwright) -> None:
    declined(plant)
    note = plant.gaps.answer(plant.gaps.open()[0].id, Draft("A. Reed", TEXT))
    assert plant.gaps.notes() == [note]
    assert plant.gaps.remove(note.id[:5]) == note
    assert plant.gaps.notes() == []
    assert plant.ask(QUESTION).support == "declined"
    assert [row.doc for row in plant.documents()] == ["pump.md"]
    assert [gap.question for gap in plant.gaps.open()] == [QUESTION]
    with pytest.raises(GapError, match="no notes begin with"):
        plant.gaps.remove(note.id)


def test_a_chinese_note_is_cited_in_chinese(plant: Millwright) -> None:
    declined(plant, "减速机地脚螺栓拧多紧？")
    note = plant.gaps.answer(
        plant.gaps.open()[0].id, Draft("王工", "减速机地脚螺栓拧紧力矩为 85 N·m。", "GB-1")
    )
    (cited,) = plant.ask("减速机地脚螺栓拧多紧？").citations
    assert cited.place.title == f"王工 的备注，{note.day}"
    assert [row.metadata.machine for row in plant.documents()] == ["GB-1", ""]


def test_a_note_answers_again_when_it_was_asked_again(plant: Millwright) -> None:
    answer = declined(plant)
    plant.gaps.answer(plant.gaps.open()[0].id, Draft("A. Reed", TEXT))
    plant.gaps.disliked(answer, "it is 90 now", "one answer")
    (gap,) = plant.gaps.open()
    assert (gap.count("declined"), gap.count("disliked"), gap.reasons) == (1, 1, ("it is 90 now",))
    plant.gaps.answer(gap.id[:4], Draft("B. Ito", TEXT.replace("85", "90")))
    assert [note.author for note in plant.gaps.notes()] == ["B. Ito"]
    answer = plant.ask(QUESTION)
    assert "90 N·m" in answer.text
    assert "85 N·m" not in answer.text


@pytest.mark.parametrize("name", ["write", "rename", "fsync"])
def test_a_note_that_cannot_be_published_leaves_nothing(
    plant: Millwright, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    declined(plant)
    gap = plant.gaps.open()[0]

    def full(operation: str, path: Path) -> None:
        if operation == name and "generations" in str(path):
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(disk, "before_call", full)
    with pytest.raises(MillwrightError, match="No space left"):
        plant.gaps.answer(gap.id, Draft("A. Reed", TEXT))
    monkeypatch.undo()
    assert plant.gaps.notes() == []
    assert [entry.id for entry in plant.gaps.open()] == [gap.id]
    assert plant.ask(QUESTION).support == "declined"
    plant.gaps.answer(gap.id, Draft("A. Reed", TEXT))
    assert plant.ask(QUESTION).support == "supported"


@pytest.mark.parametrize(
    ("draft", "said"),
    [
        (Draft(" ", TEXT), "say who writes"),
        (Draft("x" * 41, TEXT), "say who writes"),
        (Draft("A. Reed", " "), "0 characters"),
        (Draft("A. Reed", "x" * 20_001), "20,001 characters"),
    ],
)
def test_what_is_no_note_is_refused_in_a_line(plant: Millwright, draft: Draft, said: str) -> None:
    declined(plant)
    with pytest.raises(GapError, match=said):
        plant.gaps.answer(plant.gaps.open()[0].id, draft)
    assert plant.gaps.notes() == []


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("---\ntitle: Manual of the maker\n---\n85 N·m to the foot bolts of the gearbox.", "85 N·m"),
        ("# Another heading\n\nThe foot bolts of the gearbox: 85 N·m.", "85 N·m"),
        ('<script>alert(1)</script> The gearbox foot bolts: "85 N·m" \\ ok', "85 N·m"),
    ],
)
def test_a_note_cannot_be_cited_as_anything_but_a_note(plant: Millwright, text: str, kept: str) -> None:
    declined(plant)
    plant.gaps.answer(plant.gaps.open()[0].id, Draft('A. "Reed"\n[[documents]]', text))
    cited = plant.ask(QUESTION).citations
    assert cited
    assert all(entry.place.title.startswith('Note of A. "Reed" [[documents]], 20') for entry in cited)
    assert any(kept in entry.quote for entry in cited)
    assert "<script" not in "".join(entry.quote for entry in cited)


def gap_file(folder: Path, keep: int = 100) -> GapFile:
    return GapFile(folder / "plant.gaps.sqlite", keep)


def test_questions_that_are_alike_are_one_gap(tmp_path: Path) -> None:
    file = gap_file(tmp_path)
    same = [
        "How tight are the foot bolts of GB-1?",
        "how tight is the foot bolt of GB-1",
        "GB-1: foot bolts, how tight?",
    ]
    others = ["What is the highest pressure of GB-1?", "What is the lowest pressure of GB-1?"]
    others += [
        "How tight are the foot bolts of GB-2?",
        "How often is GB-1 greased?",
        "减速机 GB-1 多久换油？",
    ]
    for question in same + others:
        file.add(Ask(question, "declined", "en"))
    assert sorted(len(gap.asks) for gap, _ in file.all()) == [1, 1, 1, 1, 1, 3]
    file.add(Ask("减速机 GB-1 多久更换一次油？", "disliked", "zh", "没有答案"))
    assert max(len(gap.asks) for gap, _ in file.all() if "减速机" in gap.question) == 2


@given(st.text(min_size=1, max_size=80))
def test_every_question_is_alike_to_itself(question: str) -> None:
    assert Words.of(question).alike(Words.of(question))


def test_one_answer_is_disliked_once_and_may_be_liked_after_all(tmp_path: Path) -> None:
    file = gap_file(tmp_path)
    ask = Ask(QUESTION, "disliked", "en", "too short")
    for reason in ("too short", "wrong page"):
        file.add(replace(ask, reason=reason), "talk:1")
    file.add(replace(ask, kind="declined", reason=""), "talk:1")
    ((gap, _),) = gap_file(tmp_path).all()
    assert [entry.reason for entry in gap.asks] == ["wrong page", ""]
    file.take_back("talk:1", "disliked")
    ((gap, _),) = file.all()
    assert [entry.kind for entry in gap.asks] == ["declined"]


def test_the_oldest_questions_are_dropped_and_long_ones_cut(tmp_path: Path) -> None:
    file = gap_file(tmp_path, keep=2)
    for question in ("first thing", "second item", "third part " * 500):
        file.add(Ask(question, "declined", "en"))
    assert [gap.question[:6] for gap, _ in file.all()] == ["second", "third "]
    assert len(file.all()[1][0].question) == 1000


def test_a_gap_that_was_dismissed_waits_again_when_it_is_asked_again(tmp_path: Path) -> None:
    gaps = Gaps(gap_file(tmp_path), Notes(tmp_path / "notes"), lambda *_: pytest.fail("nothing to publish"))
    answer = Answer(QUESTION, "Not in your documents.", "declined", about=Card("GB-1"))
    gaps.declined(answer)
    gaps.declined(replace(answer, question="Other?", support="supported"))
    (gap,) = gaps.open()
    assert (gap.machine, gap.count("declined")) == ("GB-1", 1)
    gaps.dismiss(gap.id)
    assert gaps.open() == []
    gaps.declined(answer)
    assert [len(entry.asks) for entry in gaps.open()] == [2]
    with pytest.raises(GapError, match="there is no question"):
        gaps.dismiss("zzz")


def test_a_damaged_list_is_set_aside_and_the_notes_stay(plant: Millwright, tmp_path: Path) -> None:
    declined(plant)
    plant.gaps.answer(plant.gaps.open()[0].id, Draft("A. Reed", TEXT))
    (tmp_path / "plant.gaps.sqlite").write_bytes(b"no database " * 300)
    for ending in ("-wal", "-shm"):
        (tmp_path / f"plant.gaps.sqlite{ending}").unlink(missing_ok=True)
    again = opened(tmp_path)
    assert again.gaps.open() == []
    assert "the questions were damaged" in again.gaps.notice
    assert [note.author for note in again.gaps.notes()] == ["A. Reed"]
    assert again.ask(QUESTION).support == "supported"


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@given(TEXTS, TEXTS, TEXTS)
def test_what_is_stated_of_any_note_is_toml_and_comes_back(question: str, author: str, machine: str) -> None:
    from assistant.gaps.notes import _stated

    note = Note("abcdef", question, "text", author, "2026-01-02", "en", machine)
    (entry,) = tomllib.loads(_stated(note))["documents"]
    assert entry["date"] == "2026-01-02"
    assert entry["kind"] == "note"
    assert set(entry) <= {"path", "kind", "title", "date", "language", "machine", "collection"}


def test_no_name_leads_out_of_the_folder(tmp_path: Path) -> None:
    notes = Notes(tmp_path / "notes")
    for number in ("../x", "", "ABCDEF", "/etc", "note-abcdef"):
        with pytest.raises(GapError):
            notes.write(Note(number, "?", "text", "A", "2026-01-02", "en"))
        with pytest.raises(GapError):
            notes.remove(number)
    assert not (tmp_path / "notes").exists()


def test_no_one_is_named_in_the_file(tmp_path: Path) -> None:
    file = gap_file(tmp_path)
    file.add(Ask(QUESTION, "declined", "en"), "talk:1")
    file.close()
    with sqlite3.connect(tmp_path / "plant.gaps.sqlite") as found:
        text = json.dumps(found.execute("SELECT * FROM asks").fetchall())
    assert "owner" not in text
    assert (tmp_path / "plant.gaps.sqlite").stat().st_mode & 0o077 == 0


@pytest.fixture
def parted(tmp_path: Path) -> Millwright:
    """A plant of two collections: pumps for all, drives for some."""
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "pump.md").write_text("# Pump P-101\n\nGrease the bearings of the pump every 3,000 h.\n")
    (folder / "drive.md").write_text("# Gearbox GB-1\n\nThe gearbox holds 4 litres of oil.\n")
    (folder / "millwright.toml").write_text('[[documents]]\npath = "drive.md"\ncollection = "drives"\n')
    return opened(tmp_path, folder)


def test_a_note_lands_in_the_collection_that_was_asked(parted: Millwright, tmp_path: Path) -> None:
    drives, everyone = frozenset({"default", "drives"}), frozenset({"default"})
    reader = parted.limited_to(drives)
    asked = reader.ask(QUESTION)
    assert asked.support == "declined"
    parted.gaps.seen_by("", drives).declined(asked)
    (gap,) = parted.gaps.open()
    assert gap.collection == "drives"
    # Who may not read the drives neither sees the question nor answers or dismisses it.
    other = parted.gaps.seen_by("lee", everyone)
    assert other.open() == []
    with pytest.raises(GapError, match="there is no question"):
        other.answer(gap.id, Draft("Lee", TEXT))
    with pytest.raises(GapError, match="there is no question"):
        other.dismiss(gap.id)
    note = parted.gaps.seen_by("ann", drives).answer(gap.id, Draft("Ann", TEXT))
    assert note.collection == "drives"
    assert TEXT in reader.ask(QUESTION).text
    assert "85 N" not in repr(parted.limited_to(everyone).ask(QUESTION))
    assert [row.doc for row in parted.limited_to(everyone).documents()] == ["pump.md"]
    assert other.notes() == []
    with pytest.raises(GapError, match="no notes begin"):
        other.remove(note.id)
    written = [json.loads(line) for line in (tmp_path / "audit.jsonl").read_text().splitlines()]
    assert ("ann", "gaps answer", [note.id]) in [(row["who"], row["what"], row["ids"]) for row in written]


def test_an_expert_may_choose_the_collection_but_only_of_their_own(parted: Millwright) -> None:
    asked = parted.ask("Which colour has the gearbox GB-1?")
    parted.gaps.disliked(replace(asked, citations=()), "colour?", "talk:1")
    (gap,) = parted.gaps.open()
    expert = parted.gaps.seen_by("lee", frozenset({"default", "drives"}))
    with pytest.raises(GapError, match="there is no collection 'safety' that you may read"):
        expert.answer(gap.id, Draft("Lee", TEXT, collection="safety"))
    assert expert.answer(gap.id, Draft("Lee", TEXT, collection="default")).collection == "default"


def test_a_disliked_answer_belongs_to_what_it_cites(parted: Millwright) -> None:
    for question, collection in (
        ("How often are the bearings of the pump greased?", "default"),
        ("How many litres of oil does the gearbox hold?", "drives"),
    ):
        answer = parted.ask(question)
        assert answer.citations
        parted.gaps.disliked(answer, "not enough", question)
        assert next(gap for gap in parted.gaps.open() if gap.question == question).collection == collection


def test_without_a_passage_it_is_a_collection_of_the_readers(tmp_path: Path) -> None:
    gaps = Gaps(gap_file(tmp_path), Notes(tmp_path / "notes"), lambda *_: pytest.fail("nothing to publish"))
    answer = Answer(QUESTION, "Not in your documents.", "declined")
    for readable, collection in (
        (None, "default"),
        (frozenset({"default", "a"}), "default"),
        (frozenset({"b", "a"}), "a"),
    ):
        gaps.seen_by("", readable).declined(answer)
        assert collection in {gap.collection for gap in gaps.open()}
    # Alike questions of different collections are not told together.
    assert sorted(len(gap.asks) for gap in gaps.open()) == [1, 2]


def test_a_file_of_before_is_read_on(tmp_path: Path) -> None:
    from assistant.gaps.gap_file import _FORM

    with sqlite3.connect(tmp_path / "plant.gaps.sqlite") as found:
        found.executescript(_FORM.steps[0])
        row = ("g1", "talk:1", QUESTION, "declined", "en", "", "GB-1", "2026-01-02")
        found.execute("INSERT INTO asks VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        found.execute("PRAGMA user_version = 1")
    file = gap_file(tmp_path)
    ((gap, _),) = file.all()
    assert (gap.question, gap.collection, gap.machine) == (QUESTION, "default", "GB-1")
    assert file.add(Ask(QUESTION, "declined", "en")) == "g1"
