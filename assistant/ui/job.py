"""Long work in a thread of its own, which goes on when the reader has left; where each of its files is."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from ingest.plan import Progress, Report

Result = TypeVar("Result")
Stage = Literal["waiting", "read", "done", "write"]
_BETWEEN_STEPS_S = 0.3


@dataclass(frozen=True, slots=True)
class Step:
    """How far a job is.

    Args:
        progress: None before the first one.
        files: Each file by name, in the order given, with where it is.
    """

    progress: Progress | None
    files: tuple[tuple[str, Stage], ...]


class Job(Generic[Result]):
    """One piece of work, begun at once.

    Args:
        work: Told how to report.
        names: The files it is about.
    """

    def __init__(self, work: Callable[[Report], Result], names: Sequence[str]) -> None:
        self._files: dict[str, Stage] = dict.fromkeys(names, "waiting")
        self._progress: Progress | None = None
        self._held = threading.Lock()
        self._ended: Future[Result] = Future()
        threading.Thread(target=self._run, args=(work,), name="job", daemon=True).start()

    def steps(self) -> Iterator[Step]:
        """How far it is, a few times a second, until it has ended."""
        while not wait([self._ended], timeout=_BETWEEN_STEPS_S).done:
            with self._held:
                yield Step(self._progress, tuple(self._files.items()))

    def result(self) -> Result:
        """What it came to; raises what it raised."""
        return self._ended.result()

    def _run(self, work: Callable[[Report], Result]) -> None:
        try:
            self._ended.set_result(work(self._report))
        except BaseException as error:  # whoever waits is told
            self._ended.set_exception(error)

    def _report(self, progress: Progress) -> None:
        name = progress.doc.rpartition("/")[2]
        with self._held:
            self._progress = progress
            if progress.stage == "read":
                for other, stage in self._files.items():
                    if stage == "read" and other != name:
                        self._files[other] = "done"
            if name in self._files and progress.stage in ("read", "write"):
                self._files[name] = "read" if progress.stage == "read" else "write"
