"""An operation on the disk that fails, whichever it is, is told in one line and costs nothing but the run."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest import disk
from ingest.errors import IndexWriteError
from ingest.pipeline import ingest
from tests.fakes import WordEmbedder
from tests.torture.scenario import LONG, OPTIONS, STEP, Scenario, no_more_than

# What happens (errno), and whether it goes on happening: a full disk stays full while the run cleans up.
FAULTS = [(errno.EIO, False), (errno.ENOSPC, False), (errno.ENOSPC, True)]


class Fault:
    """Lets `step` operations through, then refuses one, or all that write."""

    def __init__(self, step: int, number: int, lasting: bool) -> None:
        self.step, self.number, self.lasting, self.calls = step, number, lasting, 0

    def __call__(self, name: str, path: Path) -> None:
        here = self.calls == self.step or (self.lasting and self.calls > self.step and name != "remove")
        self.calls += 1
        if here:
            raise OSError(self.number, os.strerror(self.number))


def _told(run: Callable[[], object]) -> str:
    try:
        run()
    except IndexWriteError as error:
        return str(error)
    return ""


@pytest.mark.timeout(1800)
def test_each_operation_fails_once(
    scenario: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended: list[str] = []
    for step in range(0, 1000, STEP):
        for number, lasting in FAULTS if LONG else (FAULTS[step // STEP % 3],):
            index, fault = scenario.index(tmp_path / "index"), Fault(step, number, lasting)
            with monkeypatch.context() as patch:
                patch.setattr(disk, "before_call", fault)
                told = _told(lambda index=index: ingest([scenario.plant], index, WordEmbedder(), OPTIONS))  # type: ignore[misc]
            ended.append(scenario.check_whole(index))
            if ended[-1] == "old" or told:
                assert os.strerror(number) in told
                assert "run the same command again" in told
                assert "\n" not in told
            scenario.check_finished(index)
        if fault.calls <= step:
            break
    no_more_than(step)
    print(f"{len(ended)} faults: {ended.count('old')} old, {ended.count('new')} new")
    assert {"old", "new"} == set(ended)
