"""A run that is killed, at any moment, leaves the old index or the new one, and the next run finishes it."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.torture.power_cut import cut_power
from tests.torture.scenario import LONG, STEP, Scenario, leftovers, no_more_than

ROOT = Path(__file__).resolve().parents[2]
KILLS = 100 if LONG else 6


@dataclass(frozen=True, slots=True)
class Runner:
    """The process that forks runs."""

    process: "subprocess.Popen[str]"

    def begin(self, plant: Path, index: Path, step: int | None = None, log: Path | None = None) -> int:
        """Start a run; returns the id of its process and process group."""
        assert self.process.stdin is not None
        job = {"plant": str(plant), "index": str(index), "step": step, "log": str(log) if log else None}
        print(json.dumps(job), file=self.process.stdin, flush=True)
        return int(self._answer()["pid"])

    def end(self) -> int:
        """Wait for the run; its exit code, negative for a signal."""
        answer = self._answer()
        if "told" in answer:
            raise AssertionError(answer["told"])
        return int(answer["status"])

    def _answer(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    one_thread = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    with subprocess.Popen(
        [sys.executable, "-m", "tests.torture.run"],
        cwd=ROOT,
        env={**os.environ, **one_thread},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Runner(process)
        assert process.stdin is not None
        process.stdin.close()


@pytest.mark.timeout(1800)
def test_killed_before_each_step(scenario: Scenario, runner: Runner, tmp_path: Path) -> None:
    ended: list[str] = []
    lost: list[Path] = []
    for step in range(0, 1000, STEP):
        index, log = scenario.index(tmp_path / "index"), tmp_path / f"{step}.log"
        runner.begin(scenario.plant, index, step, log)
        if runner.end() == 0:
            break
        ended.append(scenario.check_whole(index))
        operations = [line.split(" ", 1) for line in log.read_text().splitlines()]
        without_power = shutil.copytree(index, tmp_path / "cut")
        paths = [(name, without_power / Path(path).relative_to(index)) for name, path in operations]
        lost += cut_power(without_power, scenario.base, paths)
        assert scenario.check_whole(without_power) == ended[-1]
        for rest in (without_power, index) if LONG else (without_power if len(ended) % 2 else index,):
            scenario.check_finished(rest)
        shutil.rmtree(without_power)
    no_more_than(step)
    print(f"{len(ended)} steps killed: {ended.count('old')} old, {ended.count('new')} new; {len(lost)} cut")
    assert {"old", "new"} == set(ended)
    assert lost


@pytest.mark.timeout(1800)
def test_killed_at_random_moments(scenario: Scenario, runner: Runner, tmp_path: Path) -> None:
    chance = random.Random(20)  # noqa: S311 - repeatable, not secret
    started = time.monotonic()
    runner.begin(scenario.plant, scenario.index(tmp_path / "index"))
    assert runner.end() == 0
    whole_run_s = time.monotonic() - started
    index = scenario.index(tmp_path / "index")
    ended: list[str] = []
    while len(ended) < KILLS:
        pid = runner.begin(scenario.plant, index)
        # Half of them near the end, where the new generation is put into place.
        time.sleep(chance.uniform(chance.choice((0.0, 0.7)), 1.05) * whole_run_s)
        readers = _kill(pid)
        if runner.end() == -signal.SIGKILL:
            ended.append(scenario.check_whole(index))
            _, alive = psutil.wait_procs(readers, timeout=10)
            assert not alive, "a process that reads files outlived its run"
            if chance.random() < 0.5:
                # As often as not the next kill meets what this one left.
                continue
        scenario.check_finished(index)
        index = scenario.index(tmp_path / "index")
    counts = f"{ended.count('old')} old, {ended.count('new')} new"
    print(f"{KILLS} random kills in a run of {whole_run_s:.2f} s: {counts}")
    scenario.check_finished(index)
    assert leftovers(index) == []


def _kill(pid: int) -> list[psutil.Process]:
    """Kill a run's process group; returns the processes that it had started, in groups of their own."""
    try:
        children: list[psutil.Process] = psutil.Process(pid).children(recursive=True)
        os.killpg(pid, signal.SIGKILL)
    except (psutil.NoSuchProcess, ProcessLookupError):
        return []
    return children
