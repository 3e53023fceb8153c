"""Ctrl+C while documents are read, with the real command line and the real embedder."""

import json
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

pytestmark = pytest.mark.model

ROOT = Path(__file__).resolve().parents[1]
# More than one batch of 256 chunks, so that something is left to do when the first is seen to be kept.
FILES = 40


@pytest.fixture
def plant(tmp_path: Path) -> Path:
    folder = tmp_path / "plant"
    folder.mkdir()
    for number in range(FILES):
        alarms = "\n\n".join(
            f"## Alarm E{number:02}{step}\n\nCheck valve V-{step} first." for step in range(10)
        )
        (folder / f"{number:02}.md").write_text(f"# Pump P-{number}\n\n{alarms}\n")
    return folder


def command(plant: Path) -> list[str]:
    return [
        sys.executable,
        "-m",
        "assistant.cli",
        "ingest",
        str(plant),
        "--data",
        str(plant.parent),
        "--json",
    ]


def finished(journal: Path) -> dict[str, int]:
    """The files that a run has finished so far, and the milliseconds that reading each took."""
    if not journal.exists():
        return {}
    with closing(sqlite3.connect(f"file:{journal}?mode=ro", uri=True)) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE name = 'done'").fetchall()
        rows = connection.execute("SELECT outcome FROM done").fetchall() if tables else []
    outcomes = [json.loads(outcome) for (outcome,) in rows]
    return {outcome["path"]: outcome["ms"] for outcome in outcomes}


@pytest.fixture
def heeded() -> Iterator[None]:
    """What a shell starts in the background ignores Ctrl+C, and so would what is started here."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heeded")
def test_what_is_finished_is_kept_told_and_not_read_again(fetched_models: None, plant: Path) -> None:
    journal = plant.parent / "default" / "unfinished.sqlite"
    with subprocess.Popen(command(plant), cwd=ROOT, stderr=subprocess.PIPE, text=True) as run:
        latest = time.monotonic() + 120
        while not finished(journal) and run.poll() is None and time.monotonic() < latest:
            time.sleep(0.05)
        run.send_signal(signal.SIGINT)
        _, told = run.communicate(timeout=60)
    kept = finished(journal)
    assert run.returncode == 130, told
    assert 0 < len(kept) < FILES
    assert f"What is finished ({len(kept)} files) is kept; run the same command again to go on" in told
    assert "Traceback" not in told
    again = subprocess.run(command(plant), cwd=ROOT, capture_output=True, text=True, check=True, timeout=200)
    files = json.loads(again.stdout)["files"]
    assert [entry["outcome"] for entry in files] == ["ok"] * FILES
    # Who reads a file again seldom takes the same time for it, and never for all of them.
    assert {entry["path"]: entry["ms"] for entry in files if entry["path"] in kept} == kept
