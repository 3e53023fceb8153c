"""A change of the library that is killed, at any moment, is found undone or done; the library says which."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from assistant.library.folder import DocumentFolder
from assistant.library.records import Stated
from tests.torture.library_run import CHANGES, opened
from tests.torture.scenario import LONG, no_more_than

ROOT = Path(__file__).resolve().parents[2]
STEP = 1 if LONG else 13
TEXT = "# Gearbox GB-1\n\nTighten the foot bolts of the gearbox to {} N·m.\n"
QUESTION = "How tight are the foot bolts of the gearbox?"


@pytest.fixture(scope="module")
def runner() -> Iterator[Any]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.torture.library_run"],
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


@dataclass(frozen=True, slots=True)
class Seen:
    """What a user sees of a library: its files, what is stated of them, the index, and an answer."""

    files: dict[str, str]
    stated: dict[str, Stated]
    indexed: dict[str, tuple[str, Stated]]
    answer: str


def seen(data: Path) -> Seen:
    application = opened(data)
    folder = DocumentFolder(data / "plant.documents")
    indexed = {
        listed.row.doc: (listed.row.sha256, Stated.of(listed.row.metadata))
        for listed in application.library.listed()
    }
    for doc in indexed:
        assert application.original(doc) is not None
    files = {name: (folder.path / name).read_text() for name in folder.names()}
    return Seen(files, folder.stated(), indexed, application.ask(QUESTION).text)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of a document of the server's own and one of the library's."""
    folder = tmp_path_factory.mktemp("library")
    data, shelf = folder / "data", folder / "shelf"
    shelf.mkdir()
    (shelf / "pump.md").write_text("# Pump P-101\n\nGrease the bearings every 3,000 h.\n")
    (folder / "gearbox.md").write_text(TEXT.format(85))
    (folder / "other.md").write_text(TEXT.format(90))
    application = opened(data)
    application.ingest([shelf])
    application.library.add([folder / "gearbox.md"], Stated(machine="GB-1", revision="A"))
    return data


@pytest.mark.parametrize("change", list(CHANGES))
@pytest.mark.timeout(1800)
def test_killed_before_each_step(base: Path, runner: Any, change: str) -> None:
    # The library's documents are known by where they lie: every trial has the same place.
    data, as_it_was, file = base, base.with_name(f"before-{change}"), base.with_name("other.md")
    shutil.copytree(data, as_it_was)

    def killed(step: int) -> bool:
        shutil.rmtree(data)
        shutil.copytree(as_it_was, data)
        order = {"data": str(data), "change": change, "file": str(file), "step": step}
        print(json.dumps(order), file=runner.stdin, flush=True)
        return int(runner.stdout.readline()) != 0

    old = seen(data)
    assert not killed(-1)
    new = seen(data)
    assert old != new
    ended: list[str] = []
    for step in range(0, 1000, STEP):
        if not killed(step):
            break
        library = opened(data).library
        undone = library.settle()
        now = seen(data)
        assert now == (old if undone or now == old else new), f"step {step}"
        ended.append("undone" if undone else "old" if now == old else "new")
        if undone:
            assert (undone.what, library.undone()) == (change, undone)
        # Whoever does it again gets what was wanted, whatever was left behind, and is told no more.
        if now == old:
            CHANGES[change](library, file)
        assert seen(data) == new, f"step {step}"
        assert library.undone() is None
        assert [path.name for path in (data / "plant.documents").glob(".*")] in (
            [".lock"],
            [".lock", ".aside"],
        )
    no_more_than(step)
    print(f"{change}: {len(ended)} kills: {ended}")
    assert "undone" in ended
    shutil.rmtree(data)
    as_it_was.rename(data)
