"""An index on disk: what was saved is what is searched, damage is refused, one writer at a time."""

import json
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import disk, store
from ingest.errors import (
    BusyError,
    IndexCorruptError,
    IndexMismatchError,
    IndexMissingError,
    IndexWriteError,
    MillwrightError,
)
from ingest.generation import Weights
from ingest.pipeline import IngestOptions, ingest
from ingest.records import FileOutcome
from ingest.terms import query_words
from ingest.vectors import Allowed, VectorIndex
from tests.fakes import WordEmbedder

PUMP = "# Pump P-101\n\n## Alarm E021\n\nBearing too hot. Let the surplus grease escape.\n"
BELT = "# Conveyor CV-204\n\n## Tension\n\nThe two screws may differ by 2 mm at most.\n"


@pytest.fixture
def plant(tmp_path: Path) -> Path:
    folder = tmp_path / "plant"
    folder.mkdir()
    (folder / "pump.md").write_text(PUMP)
    (folder / "belt.md").write_text(BELT)
    return folder


def found(folder: Path, question: str) -> list[str]:
    generation = store.open_index(folder).generation
    ranked = generation.lexical(generation.rarity(query_words(question)), 5, {}, Weights())
    chunks = generation.chunks([number for number, _ in ranked])
    return [chunks[number].place.doc for number, _ in ranked]


def test_what_was_ingested_is_found(plant: Path, tmp_path: Path) -> None:
    report = ingest([plant], tmp_path / "index", WordEmbedder())
    assert [(row.path, row.outcome) for row in report.files] == [("belt.md", "ok"), ("pump.md", "ok")]
    assert found(tmp_path / "index", "E021")[0] == "pump.md"
    generation = store.open_index(tmp_path / "index").generation
    (nearest, cosine), *_ = generation.dense(WordEmbedder().query("screws differ 2 mm"), 5, {})
    assert generation.chunks([nearest])[nearest].place.doc == "belt.md"
    assert 0 < cosine <= 1.0001


def test_unchanged_files_are_not_read_again_and_removed_ones_disappear(plant: Path, tmp_path: Path) -> None:
    embedder = WordEmbedder()
    ingest([plant], tmp_path / "index", embedder)
    before = embedder.embedded
    again = ingest([plant], tmp_path / "index", embedder)
    assert embedder.embedded == before
    assert all(row.unchanged for row in again.files)
    assert again.generation == 1
    (plant / "belt.md").unlink()
    (plant / "pump.md").write_text(PUMP.replace("E021", "E099"))
    last = ingest([plant], tmp_path / "index", embedder)
    assert last.removed == ("belt.md",)
    assert found(tmp_path / "index", "E099") == ["pump.md"]
    assert found(tmp_path / "index", "tension screws") == []


def test_documents_of_another_folder_stay(plant: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "pump.md").write_text("# Another pump\n\nGrease nipple GN-7 sits behind the cover.\n")
    ingest([plant], tmp_path / "index", WordEmbedder())
    ingest([other], tmp_path / "index", WordEmbedder())
    docs = [row.doc for row in store.open_index(tmp_path / "index").generation.documents()]
    assert docs == ["belt.md", "other/pump.md", "pump.md"]


def test_a_bad_file_is_a_row_and_the_others_are_in(plant: Path, tmp_path: Path) -> None:
    (plant / "broken.pdf").write_bytes(b"%PDF-1.7\nnothing more")
    (plant / "empty.txt").write_bytes(b"")
    report = ingest([plant], tmp_path / "index", WordEmbedder())
    assert {row.path: row.outcome for row in report.failed} == {"broken.pdf": "corrupt", "empty.txt": "empty"}
    assert found(tmp_path / "index", "E021")[0] == "pump.md"


def test_an_empty_folder_and_a_missing_path_are_told_and_leave_nothing(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(MillwrightError, match="no files to read"):
        ingest([tmp_path / "empty"], tmp_path / "index", WordEmbedder())
    with pytest.raises(MillwrightError, match="no such file or folder"):
        ingest([tmp_path / "nowhere"], tmp_path / "index", WordEmbedder())
    assert not (tmp_path / "index").exists()


def test_an_index_of_another_embedder_is_refused_with_the_command_that_mends_it(
    plant: Path, tmp_path: Path
) -> None:
    ingest([plant], tmp_path / "index", WordEmbedder())
    with pytest.raises(IndexMismatchError, match="--rebuild"):
        ingest([plant], tmp_path / "index", WordEmbedder("words-2"))
    report = ingest([plant], tmp_path / "index", WordEmbedder("words-2"), IngestOptions(rebuild=True))
    assert report.generation == 2


def test_a_second_writer_is_told_who_holds_the_index(plant: Path, tmp_path: Path) -> None:
    with store.writing(tmp_path / "index"), pytest.raises(BusyError, match=f"pid {os.getpid()}"):
        ingest([plant], tmp_path / "index", WordEmbedder())


@pytest.mark.parametrize("name", ["chunks.sqlite", "vectors.faiss", "manifest.json"])
def test_one_damaged_byte_is_seen_and_the_generation_before_is_used(
    plant: Path, tmp_path: Path, name: str
) -> None:
    index = tmp_path / "index"
    ingest([plant], index, WordEmbedder())
    (plant / "pump.md").write_text(PUMP.replace("E021", "E099"))
    ingest([plant], index, WordEmbedder())
    damaged = index / "generations" / "0002" / name
    content = bytearray(damaged.read_bytes())
    content[len(content) // 2] ^= 1
    damaged.write_bytes(content)
    opened = store.open_index(index)
    assert opened.generation.manifest.generation == 1
    assert name in opened.notice
    assert "rebuild" in opened.notice
    (index / "generations" / "0001" / name).write_bytes(b"")
    with pytest.raises(IndexCorruptError, match="No whole generation"):
        store.open_index(index)


def test_an_index_that_is_not_there_is_told_with_the_command_that_makes_it(tmp_path: Path) -> None:
    with pytest.raises(IndexMissingError, match="millwright ingest"):
        store.open_index(tmp_path / "index")


def _told(plant: Path, index: Path) -> str:
    try:
        ingest([plant], index, WordEmbedder())
    except IndexWriteError as error:
        return str(error)
    return ""


def test_whatever_call_fails_the_index_is_the_old_one_or_the_new_one(
    plant: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = tmp_path / "index"
    ingest([plant], index, WordEmbedder())
    for failing in range(200):
        (plant / "pump.md").write_text(PUMP.replace("E021", f"E{100 + failing}"))
        calls = iter(range(1000))

        def full(name: str, path: Path, failing: int = failing, calls: object = calls) -> None:
            if next(calls) == failing:  # type: ignore[call-overload]
                raise OSError(28, "No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr(disk, "before_call", full)
            told = _told(plant, index)
            if not told and next(calls) <= failing:
                assert failing > 5
                return
        # No word of it: the call that failed only cleared away what is no longer needed.
        assert told == "" or "No space left" in told
        opened = store.open_index(index)
        assert opened.notice == ""
        assert len(opened.generation.documents()) == 2
    pytest.fail("the run never got through")


def test_a_run_that_was_cut_off_goes_on_where_it_was(
    plant: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedder = WordEmbedder()

    def die(name: str, path: Path) -> None:
        if name == "mkdir" and path.name.endswith(".partial"):
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(disk, "before_call", die)
        with pytest.raises(KeyboardInterrupt):
            ingest([plant], tmp_path / "index", embedder)
    before = embedder.embedded
    report = ingest([plant], tmp_path / "index", embedder)
    assert embedder.embedded == before > 0
    assert [row.outcome for row in report.files] == ["ok", "ok"]
    assert not list((tmp_path / "index").glob("unfinished*"))


@settings(deadline=None, max_examples=25)
@given(st.integers(1, 60), st.integers(2, 16), st.integers(0, 2**31))
def test_vectors_saved_and_loaded_find_the_same(count: int, dimension: int, seed: int) -> None:
    import tempfile

    random = np.random.default_rng(seed)
    rows = random.normal(size=(count, dimension)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    index = VectorIndex.empty(dimension)
    index.add(list(range(10, 10 + count)), rows)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "vectors.faiss"
        mark = index.save(path)
        assert disk.mark_of(path) == mark
        loaded = VectorIndex.load(path)
    assert loaded.search(rows[0], 5) == index.search(rows[0], 5)
    assert loaded.search(rows[0], 1)[0][1] == pytest.approx(1.0, abs=1e-5)
    index.remove([10])
    assert 10 not in [number for number, _ in index.search(rows[0], count)]


def test_the_report_of_a_file_names_its_outcome_for_machines(plant: Path, tmp_path: Path) -> None:
    from assistant.wire import report_json

    entry = report_json(ingest([plant], tmp_path / "index", WordEmbedder()))
    assert {"index", "generation", "files", "ms"} <= set(entry)
    assert {"path", "outcome", "detail", "pages", "chunks", "warnings", "ms"} <= set(entry["files"][0])
    json.dumps(entry)
    assert FileOutcome("x", "corrupt").outcome == "corrupt"


def test_a_large_index_is_trained_and_finds_nearly_the_same(tmp_path: Path) -> None:
    rows = np.random.default_rng(3).standard_normal((3000, 32)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    flat = VectorIndex.empty(32)
    flat.add(range(1, 3001), rows)
    assert not flat.settled(3001).trained
    flat.settled(3000).save(tmp_path / "vectors.faiss")
    trained = VectorIndex.load(tmp_path / "vectors.faiss")
    assert trained.trained
    shared = [
        len({n for n, _ in flat.search(row, 10)} & {n for n, _ in trained.search(row, 10)})
        for row in rows[:50]
    ]
    assert sum(shared) >= 0.95 * 500
    few = Allowed.of(np.array([7, 2900], dtype=np.int64))
    assert {number for number, _ in trained.search(rows[0], 10, few)} == {7, 2900}
    trained.remove([1])
    trained.add([9000], rows[:1])
    assert trained.search(rows[0], 1)[0][0] == 9000
    assert np.abs(trained.rows([9000])[0] - rows[0]).max() < 0.01


@given(st.sets(st.integers(0, 500)), st.lists(st.integers(0, 900), max_size=30))
def test_many_numbers_are_let_through_as_each_alone(allowed: set[int], asked: list[int]) -> None:
    bitmap = Allowed.of(np.array(sorted(allowed), dtype=np.int64))
    among = bitmap.among(np.array(asked, dtype=np.int64)).tolist()
    assert among == [number in bitmap for number in asked] == [number in allowed for number in asked]
