"""A damaged file of an index is seen before anything of it is used, and never becomes an answer."""

import random
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.cli import main
from ingest import disk, store
from ingest.errors import IndexCorruptError
from ingest.journal import JOURNAL
from ingest.pipeline import ingest, rebuild
from tests.fakes import WordEmbedder
from tests.torture.damage import DAMAGES, harm, swap
from tests.torture.scenario import LONG, OPTIONS, Scenario, state_of

FILES = (store.TABLES, store.VECTORS, "manifest.json", "CURRENT")
TRIALS = 300 if LONG else 60
JOURNAL_TRIALS = 64 if LONG else 8


@pytest.fixture(scope="module")
def both(scenario: Scenario, tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    """Its base has the old generation and, after it, the new one."""
    base = scenario.index(tmp_path_factory.mktemp("both") / "base")
    ingest([scenario.plant], base, WordEmbedder(), OPTIONS)
    return replace(scenario, base=base)


@pytest.fixture(scope="module")
def older_name(both: Scenario, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """What CURRENT held when the old generation was the newest."""
    manifest = disk.mark_of(both.base / "generations" / "0002" / "manifest.json")
    return f"0002 {manifest.sha256}\n".encode()


def _verify(index: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """What `millwright verify` prints of a damaged index."""
    assert main(["verify", "--data", str(index.parent), "--index", index.name]) == 1
    return capsys.readouterr().out


@pytest.mark.timeout(1800)
def test_one_damaged_file(
    both: Scenario, older_name: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chance = random.Random(7)  # noqa: S311 - repeatable, not secret
    refused = 0
    for trial in range(TRIALS):
        name, damage = FILES[trial % 4], DAMAGES[trial // 4 % len(DAMAGES)]
        index = both.index(tmp_path / "index")
        newest, before = index / "generations" / "0003", index / "generations" / "0002"
        file = index / name if name == "CURRENT" else newest / name
        other = older_name if name == "CURRENT" else (before / name).read_bytes()
        if not harm(file, other, damage, chance):
            continue
        opened = store.open_index(index)
        state = state_of(opened.generation)
        if name == "CURRENT":
            _check_current(both, opened, whole=damage is swap or _says_the_same(file, both))
            continue
        refused += 1
        assert state == both.old
        assert str(file) in opened.notice
        assert "millwright rebuild" in opened.notice
        assert str(file) in _verify(index, capsys)
        shutil.rmtree(before)
        with pytest.raises(IndexCorruptError, match="No whole generation") as told:
            store.open_index(index)
        assert "\n" not in str(told.value)
        if trial % 10 == 0:
            rebuild(index, WordEmbedder(), OPTIONS)
            assert both.check_whole(index) == "new"
    print(f"{TRIALS} damaged files: {refused} refused generations")
    assert refused > TRIALS // 2


def _says_the_same(current: Path, both: Scenario) -> bool:
    """Whether CURRENT reads as before: white space was added or lost."""
    if not current.exists():
        return False
    return current.read_bytes().split() == (both.base / "CURRENT").read_bytes().split()


def _check_current(both: Scenario, opened: store.Opened, *, whole: bool) -> None:
    """A damaged CURRENT leaves two whole generations: one of them is used, and the damage is told."""
    assert state_of(opened.generation) in (both.old, both.new)
    assert ("CURRENT" in opened.notice) != whole


@pytest.mark.timeout(1800)
def test_a_run_after_the_damage_mends_it(both: Scenario, tmp_path: Path) -> None:
    for name in FILES:
        index = both.index(tmp_path / "index")
        file = index / name if name == "CURRENT" else index / "generations" / "0003" / name
        file.write_bytes(file.read_bytes()[:10])
        ingest([both.plant], index, WordEmbedder(), OPTIONS)
        assert both.check_whole(index) == "new"


@pytest.mark.timeout(1800)
def test_a_damaged_journal_costs_time_only(
    scenario: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(name: str, path: Path) -> None:
        if name == "copy":
            # With its write-ahead log, as a kill would leave it.
            shutil.copytree(index, cut_off, ignore=shutil.ignore_patterns("*-shm"))
            raise KeyboardInterrupt

    index, cut_off = scenario.index(tmp_path / "index"), tmp_path / "cut-off"
    with monkeypatch.context() as patch:
        patch.setattr(disk, "before_call", stop)
        with pytest.raises(KeyboardInterrupt):
            ingest([scenario.plant], index, WordEmbedder(), OPTIONS)
    chance = random.Random(8)  # noqa: S311 - repeatable, not secret
    for trial in range(JOURNAL_TRIALS):
        index = tmp_path / f"index-{trial}"
        shutil.copytree(cut_off, index)
        damaged = index / f"{JOURNAL}-wal"
        if trial % 2:
            # As a run leaves it that could still close it.
            with closing(sqlite3.connect(index / JOURNAL)) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            damaged = index / JOURNAL
        assert damaged.stat().st_size > 10_000
        harm(damaged, bytes(100), DAMAGES[trial // 2 % len(DAMAGES)], chance)
        scenario.check_finished(index)
