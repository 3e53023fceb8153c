"""Changes of a library that can be killed: `python -m tests.torture.library_run` reads one a line and forks.

A line is `{"data", "change", "file", "step"}`: the process ends itself with SIGKILL before operation number
`step` on the disk. The answer is the exit code of the process, a line; negative for a signal.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from assistant.app import Millwright, build
from assistant.config import GenerateSettings, IngestSettings, Settings
from assistant.library.library import Library
from assistant.library.records import Stated
from ingest import disk
from tests.fakes import WordEmbedder

CHANGES: dict[str, Callable[[Library, Path], object]] = {
    "add": lambda library, file: library.add([file], Stated(machine="GB-2")),
    "replace": lambda library, file: library.replace("gearbox.md", [file], "B"),
    "state": lambda library, file: library.state(["gearbox.md"], Stated(machine="GB-9")),
    "delete": lambda library, file: library.delete(["gearbox.md"]),
}


def opened(data: Path) -> Millwright:
    """The application over an index, with no model."""
    settings = Settings(generate=GenerateSettings(engine="extractive"), ingest=IngestSettings(workers=1))
    application = build(settings, data, "plant")
    application.__dict__["embedder"] = WordEmbedder()
    return application


def _trial(data: str, change: str, file: str, step: int) -> None:
    count = 0

    def before_call(name: str, path: Path) -> None:
        nonlocal count
        if count == step:
            os.kill(os.getpid(), signal.SIGKILL)
        count += 1

    application = opened(Path(data))
    disk.before_call = before_call
    CHANGES[change](application.library, Path(file))


def main() -> None:
    """Serve until the input ends."""
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            _trial(**json.loads(line))
            os._exit(0)
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
