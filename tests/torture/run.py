"""Runs that can be killed: `python -m tests.torture.run` reads one run a line and forks a process for it.

A line is `{"plant", "index", "step", "log"}`: the process ends itself with SIGKILL before operation
number `step` on the disk (null: never) and writes the name and path of each operation to `log`. Answers,
one a line: `{"pid"}` when the run begins, `{"status", "told"}` when it has ended.
"""

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from ingest import disk
from ingest.errors import MillwrightError
from ingest.pipeline import ingest
from tests.fakes import WordEmbedder
from tests.torture.scenario import OPTIONS


def _say(**answer: object) -> None:
    os.write(1, json.dumps(answer).encode() + b"\n")


def _trial(plant: str, index: str, step: int | None, log: str | None) -> None:
    os.setsid()
    count = 0
    with open(log or os.devnull, "a", encoding="utf-8", buffering=1) as file:

        def before_call(name: str, path: Path) -> None:
            nonlocal count
            print(name, path, file=file)
            if count == step:
                os.kill(os.getpid(), signal.SIGKILL)
            count += 1

        disk.before_call = before_call
        _say(pid=os.getpid())
        ingest([Path(plant)], Path(index), WordEmbedder(), OPTIONS)


def main() -> None:
    """Serve until the input ends."""
    for line in sys.stdin:
        job: dict[str, Any] = json.loads(line)
        pid = os.fork()
        if pid == 0:
            try:
                _trial(**job)
            except MillwrightError as error:
                _say(told=str(error))
                os._exit(1)
            except BaseException as error:
                _say(told=f"{type(error).__name__}: {error}")
                os._exit(70)
            os._exit(0)
        _, status = os.waitpid(pid, 0)
        _say(status=os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main()
