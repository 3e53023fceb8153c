"""What is done with documents through the page, over a real index: added, replaced, described, deleted."""

import json
import threading
import tomllib
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.access import audit
from assistant.app import Millwright, build
from assistant.config import GenerateSettings, LibrarySettings, Settings
from assistant.errors import BusyError, LibraryError, MillwrightError
from assistant.library.folder import DocumentFolder
from assistant.library.library import Library
from assistant.library.names import document_name, free_name
from assistant.library.records import Stated
from ingest import disk
from ingest.plan import Progress
from tests.fakes import WordEmbedder

QUESTION = "How tight are the foot bolts of the gearbox?"
TEXT = "Tighten the foot bolts of the gearbox to 85 N·m."


@pytest.fixture
def plant(tmp_path: Path) -> Millwright:
    """An index of one document of the server's own, which says nothing of a gearbox."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    (folder / "pump.md").write_text("# Pump P-101\n\nGrease the bearings every 3,000 h.\n")
    application = opened(tmp_path)
    assert not application.ingest([folder]).failed
    return application


def opened(data: Path) -> Millwright:
    settings = Settings(
        generate=GenerateSettings(engine="extractive"), library=LibrarySettings(max_files=5, max_upload_mb=1)
    )
    application = build(settings, data, "plant")
    application.__dict__["embedder"] = WordEmbedder()
    return application


def given_file(tmp_path: Path, name: str = "gearbox.md", text: str = f"# Gearbox GB-1\n\n{TEXT}\n") -> Path:
    folder = tmp_path / "uploaded"
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(text)
    return path


def there(tmp_path: Path) -> list[str]:
    return DocumentFolder(tmp_path / "plant.documents").names()


def own(library: Library) -> list[str]:
    return [listed.row.doc for listed in library.listed() if listed.own]


def test_a_file_is_added_asked_about_and_deleted_without_a_restart(plant: Millwright, tmp_path: Path) -> None:
    library = plant.library.used_by("boss")
    assert plant.ask(QUESTION).support == "declined"
    told: list[Progress] = []
    stated = Stated(kind="sop", machine="GB-1", revision="B", collection="drives")
    (done,) = library.add([given_file(tmp_path)], stated, told.append)
    assert (done.name, done.ending, done.chunks) == ("gearbox.md", "ok", 1)
    assert {progress.stage for progress in told} >= {"read", "write"}
    answer = plant.ask(QUESTION)
    assert TEXT in answer.text
    assert answer.hits[0].chunk.metadata.collection == "drives"
    (listed,) = [listed for listed in library.listed() if listed.own]
    assert (listed.row.metadata.kind, listed.row.metadata.revision) == ("sop", "B")
    assert library.delete(["gearbox.md"]) == ("gearbox.md",)
    assert plant.ask(QUESTION).support == "declined"
    assert there(tmp_path) == []
    assert [listed.row.doc for listed in library.listed()] == ["pump.md"]
    entries = [json.loads(line) for line in (tmp_path / audit.AUDIT_FILE).read_text().splitlines()]
    assert {entry["who"] for entry in entries[1:]} == {"boss"}
    assert entries[-1]["what"] == "delete"
    assert entries[-1]["ids"] == ["gearbox.md"]


def test_what_is_refused_leaves_nothing_and_the_others_are_in(plant: Millwright, tmp_path: Path) -> None:
    library = plant.library
    files = [
        given_file(tmp_path),
        given_file(tmp_path, "empty.md", ""),
        given_file(tmp_path, "picture.pdf", "no PDF at all"),
        given_file(tmp_path, "copy.md"),
        given_file(tmp_path, "millwright.toml", 'ignore = ["*"]\n'),
    ]
    ended = {outcome.name: outcome for outcome in library.add(files, Stated())}
    assert {name: outcome.ending for name, outcome in ended.items()} == {
        "gearbox.md": "ok",
        "empty.md": "empty",
        "picture.pdf": "type_mismatch",
        "copy.md": "same",
        "millwright.toml": "unnamed",
    }
    assert ended["copy.md"].detail == "gearbox.md"
    assert there(tmp_path) == own(library) == ["gearbox.md"]
    (again,) = library.add([given_file(tmp_path, text="# Gearbox\n\nAnother text.\n")], Stated())
    assert again.ending == "taken"
    assert TEXT in plant.ask(QUESTION).text


def test_a_new_revision_takes_the_place_of_the_old_one_which_still_opens(
    plant: Millwright, tmp_path: Path
) -> None:
    library = plant.library
    library.add([given_file(tmp_path)], Stated(machine="GB-1", revision="A", site="Harrow"))
    newer = given_file(tmp_path, text=f"# Gearbox GB-1\n\n{TEXT.replace('85', '90')}\n")
    (done,) = library.replace("gearbox.md", [newer], "B")
    assert (done.name, done.ending) == ("gearbox rev B.md", "ok")
    answer = plant.ask(QUESTION)
    assert "90 N·m" in answer.text
    assert "85 N·m" not in answer.text
    rows = {listed.row.doc: listed.row.metadata for listed in library.listed() if listed.own}
    assert (rows["gearbox.md"].superseded, rows["gearbox.md"].revision) == (True, "A")
    new = rows["gearbox rev B.md"]
    assert (new.superseded, new.revision, new.machine, new.site) == (False, "B", "GB-1", "Harrow")
    assert plant.original("gearbox.md") is not None


def test_a_new_revision_that_is_refused_leaves_the_old_one_in_force(
    plant: Millwright, tmp_path: Path
) -> None:
    plant.library.add([given_file(tmp_path)], Stated(revision="A"))
    (done,) = plant.library.replace("gearbox.md", [given_file(tmp_path, "new.pdf", "no PDF")], "B")
    assert done.ending == "type_mismatch"
    assert TEXT in plant.ask(QUESTION).text
    (listed,) = [listed for listed in plant.library.listed() if listed.own]
    assert (listed.row.metadata.superseded, listed.row.metadata.revision) == (False, "A")
    assert there(tmp_path) == ["gearbox.md"]


def test_what_is_stated_can_be_changed_and_outlasts_a_rebuild(plant: Millwright, tmp_path: Path) -> None:
    plant.library.add([given_file(tmp_path, "gear [box] 1*.md")], Stated())
    assert own(plant.library) == ["gear [box] 1.md"]
    stated = Stated("incident", 'The "gearbox"', "GB-1", "Harrow", "C", "2026-03", "en", "drives", False)
    (done,) = plant.library.state(["gear [box] 1.md"], stated)
    assert done.ending == "ok"
    assert [outcome.ending for outcome in plant.library.rebuild()] == ["ok", "ok"]
    assert not plant.ingest([tmp_path / "shelf"], anew=True).failed
    (listed,) = [listed for listed in plant.library.listed() if listed.own]
    assert Stated.of(listed.row.metadata) == stated
    assert all(not entry.damage for entry in plant.library.verify())


def test_documents_of_other_folders_are_changed_where_they_lie(plant: Millwright, tmp_path: Path) -> None:
    library = plant.library
    for change in (
        lambda: library.delete(["pump.md"]),
        lambda: library.state(["pump.md"], Stated()),
        lambda: library.replace("pump.md", [given_file(tmp_path)], "B"),
    ):
        with pytest.raises(LibraryError, match="change it there"):
            change()
    with pytest.raises(LibraryError, match="there is no document"):
        library.delete(["../shelf/pump.md"])
    assert (tmp_path / "shelf" / "pump.md").is_file()
    # One of the same name is told apart, and is the one that is deleted.
    library.add([given_file(tmp_path, "pump.md")], Stated())
    assert own(library) == ["plant.documents/pump.md"]
    assert library.delete(["plant.documents/pump.md"]) == ("pump.md",)
    assert [listed.row.doc for listed in library.listed()] == ["pump.md"]


@pytest.mark.parametrize("name", ["write", "copy", "rename", "fsync"])
def test_what_cannot_be_published_leaves_the_library_as_it_was(
    plant: Millwright, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    library = plant.library
    library.add([given_file(tmp_path)], Stated(revision="A"))
    other = given_file(tmp_path, "other.md", "# Other\n\nSomething else.\n")

    def full(operation: str, path: Path) -> None:
        if operation == name and "generations" in str(path):
            raise OSError(28, "No space left on device")

    for change in (
        lambda: library.add([other], Stated()),
        lambda: library.delete(["gearbox.md"]),
        lambda: library.state(["gearbox.md"], Stated(revision="Z")),
        lambda: library.replace("gearbox.md", [other], "B"),
    ):
        monkeypatch.setattr(disk, "before_call", full)
        with pytest.raises(MillwrightError, match="No space left"):
            change()
        monkeypatch.undo()
        assert there(tmp_path) == ["gearbox.md"]
        assert DocumentFolder(tmp_path / "plant.documents").stated() == {"gearbox.md": Stated(revision="A")}
        assert TEXT in plant.ask(QUESTION).text


def test_a_second_change_is_told_that_the_library_is_busy(plant: Millwright, tmp_path: Path) -> None:
    inside, go_on = threading.Event(), threading.Event()

    def wait(progress: Progress) -> None:
        inside.set()
        assert go_on.wait(20)

    first = threading.Thread(
        target=lambda: plant.library.used_by("ann").add([given_file(tmp_path)], Stated(), wait)
    )
    first.start()
    assert inside.wait(20)
    other = given_file(tmp_path, "other.md", "# Other\n\nSomething else.\n")
    try:
        with pytest.raises(BusyError, match="busy"):
            plant.library.used_by("bob").add([other], Stated())
        # Another process finds the index itself busy, and takes its file back.
        with pytest.raises(BusyError, match="busy: pid"):
            opened(tmp_path).library.add([other], Stated())
    finally:
        go_on.set()
        first.join()
    assert there(tmp_path) == ["gearbox.md"]
    assert plant.library.add([other], Stated())[0].ending == "ok"


def test_too_many_and_too_large_are_refused_before_anything_is_written(
    plant: Millwright, tmp_path: Path
) -> None:
    many = [given_file(tmp_path, f"{number}.md") for number in range(6)]
    with pytest.raises(LibraryError, match="6 files; at most 5"):
        plant.library.add(many, Stated())
    with pytest.raises(LibraryError, match="2 MB; at most 1 MB"):
        plant.library.add([given_file(tmp_path, "large.md", "x" * 2_000_000)], Stated())
    with pytest.raises(LibraryError, match="no file was given"):
        plant.library.add([], Stated())
    with pytest.raises(LibraryError, match="there is no kind 'novel'"):
        plant.library.add([many[0]], Stated(kind="novel"))
    assert not (tmp_path / "plant.documents").exists()


@pytest.mark.parametrize(
    ("given_name", "name"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\plant\\Pump.PDF", "Pump.PDF"),
        (".hidden.md", "hidden.md"),
        ("a\u202efdp.exe.pdf", "afdp.exe.pdf"),
        ("泵 手册 (rev C).pdf", "泵 手册 (rev C).pdf"),
        ("  two   spaces .md", "two spaces.md"),
        ("x" * 300 + ".pdf", "x" * 176 + ".pdf"),
        ("泵" * 100 + ".pdf", "泵" * 58 + ".pdf"),
    ],
)
def test_a_name_is_what_a_reader_sees_of_it(given_name: str, name: str) -> None:
    assert document_name(given_name) == name


@pytest.mark.parametrize("given_name", ["", "..", "/", "...", "Millwright.TOML", "\u200b", "???"])
def test_what_is_no_name_is_refused(given_name: str) -> None:
    with pytest.raises(LibraryError, match="cannot be the name"):
        document_name(given_name)


@given(st.text(max_size=300))
def test_no_name_leads_out_of_the_folder_or_changes_when_it_is_given_again(text: str) -> None:
    try:
        name = document_name(text)
    except LibraryError:
        return
    assert Path("/library", name).resolve().parent == Path("/library")
    assert not name.startswith(".")
    assert len(name.encode()) <= 180
    assert document_name(name) == name
    assert free_name(name, "rev B", {name.casefold()}) != name


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@given(TEXTS, TEXTS, TEXTS)
def test_what_is_stated_is_toml_whatever_it_holds(title: str, machine: str, name: str) -> None:
    from assistant.library.folder import _written

    stated = Stated(kind="manual", title=title, machine=machine, superseded=True)
    try:
        name = document_name(name)
    except LibraryError:
        return
    (entry,) = tomllib.loads(_written(name, stated))["documents"]
    assert set(entry) <= {"path", *asdict(stated)}
    assert entry["superseded"] is True
    assert replace(stated, title="", machine="") == Stated(kind=entry["kind"], superseded=True)
