"""An index is made again from what it keeps, even when no generation can be read."""

import shutil
from pathlib import Path

import pytest

from ingest import originals, store
from ingest.errors import IndexCorruptError, IndexMissingError
from ingest.pipeline import ingest, rebuild
from tests.fakes import WordEmbedder


@pytest.fixture
def index(tmp_path: Path) -> Path:
    plant = tmp_path / "plant"
    plant.mkdir()
    (plant / "pump.md").write_text("# Pump P-101\n\nE021: the bearing is too hot.\n")
    (plant / "copy.md").write_text("# Pump P-101\n\nE021: the bearing is too hot.\n")
    (plant / "belt.csv").write_text("code,remedy\nA505,Stop the belt\nA506,Call the fitter\n")
    (plant / "millwright.toml").write_text('[[documents]]\npath = "pump.md"\nmachine = "P-101"\n')
    ingest([plant], tmp_path / "index", WordEmbedder())
    shutil.rmtree(plant)
    return tmp_path / "index"


def library(index: Path) -> list[tuple[str, str, int]]:
    rows = store.open_index(index).generation.documents()
    return [(row.doc, row.metadata.machine, row.chunks) for row in rows]


def test_an_index_whose_generations_are_all_damaged_is_made_again(index: Path) -> None:
    before = library(index)
    assert [doc for doc, _, _ in before] == ["belt.csv", "copy.md", "pump.md"]
    for file in (index / "generations").rglob("chunks.sqlite"):
        file.write_bytes(b"rubbish")
    with pytest.raises(IndexCorruptError, match="millwright rebuild"):
        store.open_index(index)
    assert [entry.damage != "" for entry in store.check(index)] == [True]
    report = rebuild(index, WordEmbedder())
    assert [row.outcome for row in report.files] == ["ok", "ok", "ok"]
    assert library(index) == before
    assert store.check(index)[-1] == store.Checked(report.generation, True, "")


def test_originals_of_documents_that_are_gone_are_removed(index: Path, tmp_path: Path) -> None:
    plant = tmp_path / "plant"
    plant.mkdir()
    for text in ("one", "two", "three"):
        (plant / "pump.md").write_text(f"# Pump\n\nVersion {text}.\n")
        ingest([plant], index, WordEmbedder())
    names = {source.doc for _, source in originals.kept(index)}
    assert names == {"pump.md"}
    kept = [path.suffix for path in (index / "originals").iterdir()]
    assert sorted(kept) == ["", "", ".json", ".json", ".list", ".list"]


def test_what_was_changed_or_removed_does_not_come_back(tmp_path: Path) -> None:
    plant, index = tmp_path / "plant", tmp_path / "index"
    plant.mkdir()
    for name in ("pump.md", "belt.md"):
        (plant / name).write_text(f"# {name}\n\nThe first version.\n")
    ingest([plant], index, WordEmbedder())
    (plant / "pump.md").write_text("# Pump\n\nThe second version.\n\n## Seal\n\nIt has two passages.\n")
    (plant / "belt.md").unlink()
    ingest([plant], index, WordEmbedder())
    after = library(index)
    rebuild(index, WordEmbedder())
    assert library(index) == after
    for damaged in (index / "originals").glob("*.list"):
        damaged.write_bytes(damaged.read_bytes()[:-1])
    rebuild(index, WordEmbedder())
    # Without a list, what was removed cannot be told from what was not; what was changed can.
    assert [row for row in library(index) if row[0] == "pump.md"] == after


def test_a_kept_copy_that_is_damaged_is_named_and_not_read(index: Path, tmp_path: Path) -> None:
    damaged = next(source.path for _, source in originals.kept(index) if source.doc == "belt.csv")
    damaged.write_text("code,remedy\nA505,Go on\n")
    report = rebuild(index, WordEmbedder())
    assert [(row.path, row.outcome) for row in report.failed] == [("belt.csv", "corrupt")]
    assert "ingest its folder again" in report.failed[0].detail
    assert [doc for doc, _, _ in library(index)] == ["copy.md", "pump.md"]


def test_an_index_without_originals_cannot_be_made_again(tmp_path: Path) -> None:
    with pytest.raises(IndexMissingError, match="millwright ingest PATH"):
        rebuild(tmp_path / "nothing", WordEmbedder())
    with pytest.raises(IndexMissingError):
        store.check(tmp_path / "nothing")
