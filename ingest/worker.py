"""Each file is read in a capped process of its own; whatever happens to it is that file's outcome.

A helper process (`ingest.zygote`) is started with an empty environment and forks once a file, so that a
file costs milliseconds and not the start of an interpreter. Results come back as JSON.
"""

import contextlib
import json
import logging
import os
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import asdict
from pathlib import Path
from queue import SimpleQueue

from ingest import page_cache
from ingest.errors import MillwrightError, SourceError
from ingest.limits import Limits
from ingest.records import Document, Source
from ingest.wire import ENDED, Answer, ParserFault, answer_from_json
from ingest.zygote import READY

log = logging.getLogger(__name__)

Parsed = tuple[Source, Document | SourceError, int]
"""A source, what was read of it or why not, and the milliseconds it took."""

_Result = tuple[Document | SourceError, int]

Waiting = Callable[[Source], None]
"""Called about once a second while a file is being read that the next step waits for."""

_AHEAD = 4
"""Files a worker may be ahead of the reader; more would hold more documents in memory."""

_PATIENCE_S = 1.0

_MOST_TURNS = 8
"""Processes one after another that read a file with many scanned pages; each goes on where the last one ran
out of time."""

_ENTRY = "import sys; sys.path.insert(0, sys.argv[1]); from ingest.zygote import main; main()"


class ParserPool:
    """Reads files in parallel; use as a context manager.

    Args:
        workers: Files read at the same time.
        pictures: Folder of what was read from pictures before; without one, all are read anew.
    """

    def __init__(self, limits: Limits, workers: int = 2, pictures: Path | None = None) -> None:
        self._pictures = pictures
        self._zygotes = [_Zygote(limits, pictures) for _ in range(workers)]
        self._idle: SimpleQueue[_Zygote] = SimpleQueue()
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="parse")

    def __enter__(self) -> "ParserPool":
        for zygote in self._zygotes:
            self._idle.put(zygote)
        return self

    def __exit__(self, *_: object) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        for zygote in self._zygotes:
            zygote.close()
        self._threads.shutdown()

    def parse(self, sources: Iterable[Source], waiting: Waiting = lambda _: None) -> Iterator[Parsed]:
        """What each file held, in the order given; a few files ahead of the reader, not more.

        Raises:
            MillwrightError: The helper process cannot be started at all.
        """
        ahead = _AHEAD * len(self._zygotes)
        under_way: deque[tuple[Source, Future[_Result]]] = deque()
        for source in sources:
            under_way.append((source, self._threads.submit(self._read, source)))
            if len(under_way) > ahead:
                yield _finished(*under_way.popleft(), waiting)
        while under_way:
            yield _finished(*under_way.popleft(), waiting)

    def _read(self, source: Source) -> _Result:
        zygote = self._idle.get()
        try:
            total_ms = 0
            for _ in range(_MOST_TURNS):
                answer, ms = zygote.read(source)
                total_ms += ms
                if not self._remembered(answer) or not answer.unfinished:
                    break
            return answer.read, total_ms
        finally:
            self._idle.put(zygote)

    def _remembered(self, answer: Answer) -> int:
        """Keep the pictures that were read; returns how many were new."""
        return page_cache.keep(self._pictures, answer.pages) if self._pictures and answer.pages else 0


def _finished(source: Source, result: "Future[_Result]", waiting: Waiting) -> Parsed:
    while not wait([result], timeout=_PATIENCE_S).done:
        waiting(source)
    read, ms = result.result()
    if isinstance(read, ParserFault):
        log.error("%s: a mistake of the reader at %s: %s", source.path, read.where, read.detail)
    elif isinstance(read, SourceError):
        log.debug("%s: %s", source.doc, read)
    return source, read, ms


class _Zygote:
    """One helper process: started when first needed, and anew when it has died."""

    def __init__(self, limits: Limits, pictures: Path | None) -> None:
        self._constant = {"limits": asdict(limits), "pictures": str(pictures.absolute()) if pictures else ""}
        self._process: subprocess.Popen[bytes] | None = None
        self._closed = False

    def read(self, source: Source) -> tuple[Answer, int]:
        """Have one file read; the answer, and the milliseconds it took."""
        request = {"path": str(source.path), "doc": source.doc, "type": source.type, "sha256": source.sha256}
        line = json.dumps({**request, **self._constant}).encode() + b"\n"
        process = self._running()
        assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018 - they are pipes
        try:
            process.stdin.write(line)
            process.stdin.flush()
            header = json.loads(process.stdout.readline())
            content = process.stdout.read(header["bytes"])
            return answer_from_json(content), int(header["ms"])
        except (OSError, ValueError):
            self._end()
            return Answer(SourceError("corrupt", f"{ENDED}; the next run tries it again")), 0

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._process is not None and self._process.poll() is None:
            return self._process
        self._end()
        if self._closed:
            raise MillwrightError("reading was stopped")
        process = self._process = subprocess.Popen(
            [sys.executable, "-E", "-P", "-B", "-c", _ENTRY, str(Path(__file__).parents[1])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "OMP_NUM_THREADS": "1"},
            cwd="/",
            start_new_session=True,
        )
        if process.stdout is None or process.stdout.readline() != READY:
            raise MillwrightError(
                f"the process that reads files did not start ({sys.executable}). Run `millwright doctor`."
            )
        return process

    def close(self) -> None:
        """End it for good."""
        self._closed = True
        self._end()

    def _end(self) -> None:
        process = self._process
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
