"""The time left is told when there is something to tell it from, and comes out about right."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.terminal import time_left
from ingest.pace import ReadingPace, seconds_left
from ingest.pipeline import IngestOptions, ingest
from ingest.plan import Progress
from ingest.records import FileType, Source
from tests.fakes import WordEmbedder


def source(doc: str, file_type: FileType, size_bytes: int) -> Source:
    return Source(Path(doc), doc, file_type, "", size_bytes)


@given(st.floats(0, 1e6), st.just(0.0) | st.floats(1e-9, 1))
def test_the_rest_takes_as_long_as_its_share(elapsed_s: float, share: float) -> None:
    left_s = seconds_left(elapsed_s, share)
    if share == 0 or (share < 0.05 and elapsed_s < 3):
        assert left_s is None
    else:
        assert left_s is not None
        assert left_s * share == pytest.approx(elapsed_s * (1 - share))


def test_a_scan_that_is_left_counts_as_scans_did_and_not_as_the_log_did() -> None:
    now = [0.0]
    files = [
        source("a.png", "image", 1000),
        source("b.log", "text", 1_000_000),
        source("c.png", "image", 1000),
    ]
    pace = ReadingPace(files, clock=lambda: now[0])
    assert pace.left_s is None
    pace.read(files[0], 2, 4.0)
    pace.read(files[1], 500, 0.5)
    assert pace.left_s is None
    now[0] = 10.5
    pace.embedded(502, 5.02)
    # A picture: 4 s to read it and 0.02 s to embed its two chunks, at the pace of 9.52 s of work in 10.5 s.
    assert pace.left_s == pytest.approx(4.02 * 10.5 / 9.52)
    pace.read(files[2], 1, 4.0)
    pace.embedded(1, 0.01)
    assert pace.share == 1.0
    assert pace.left_s == 0.0


def test_a_run_tells_each_file_of_each_stage_and_ends_each_stage_whole(tmp_path: Path) -> None:
    plant = tmp_path / "plant"
    plant.mkdir()
    for number in range(6):
        sections = "\n\n".join(f"## Alarm E{number}{step}\n\nCheck valve {step}." for step in range(9))
        (plant / f"{number}.md").write_text(f"# Pump {number}\n\n{sections}\n")
    told: list[Progress] = []
    options = IngestOptions(batch_chunks=10)
    report = ingest([plant], tmp_path / "index", WordEmbedder(), options, told.append)
    chunks = sum(row.chunks for row in report.files)
    for stage in ("read", "write"):
        steps = [step for step in told if step.stage == stage]
        assert {step.doc for step in steps} == {f"{number}.md" for number in range(6)}
        assert steps[-1].done == steps[-1].total == 6
        assert steps[-1].chunks == chunks
        assert steps[-1].share == pytest.approx(1.0)
        assert steps[-1].left_s == pytest.approx(0.0)
        assert all(0 <= step.share <= 1.0 for step in steps)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, ""),
        (3.0, "a few seconds left, "),
        (43.0, "about 40 s left, "),
        (100.0, "about 2 min left, "),
        (7300.0, "about 2 h left, "),
    ],
)
def test_an_estimate_is_no_finer_than_it_deserves(seconds: float | None, words: str) -> None:
    assert time_left(seconds) == words
