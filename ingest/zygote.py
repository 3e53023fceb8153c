"""The process that reads files: forks one child a file, capped, and passes its answer on.

Runs in an interpreter of its own with an empty environment. It reads one JSON line a request on stdin, and
answers with a JSON line (`ms`, `bytes`) followed by that many bytes.
"""

import contextlib
import hashlib
import json
import os
import select
import signal
import sys
import time
import traceback
from pathlib import Path
from typing import Any, NoReturn

from ingest import confine
from ingest.errors import Reason, SourceError
from ingest.limits import Limits
from ingest.load import read_plain
from ingest.parse import parse, prepare
from ingest.parse.page_memory import PAGES
from ingest.records import Document, Source
from ingest.wire import FAULT, Answer, ParserFault, answer_to_json

READY = b"ready\n"
_BLOCK_BYTES = 1 << 20
_STDIN = 0
_MUCH = 0.2
"""Share of the memory a file may take, from which on a crash is put down to the want of more."""

_PACKAGE = str(Path(__file__).parent)
_OURS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    ImportError,
    LookupError,
    NameError,
    NotImplementedError,
    TypeError,
)
"""Raised by code that did not expect what it met; a library refuses a broken file with other classes."""


def main() -> None:
    """Serve requests until the parent goes away."""
    answers = os.dup(1)
    os.dup2(2, 1)  # a parser that prints must not write into the answers
    confine.leave_network()
    _write(answers, READY)
    for line in sys.stdin.buffer:
        request = json.loads(line)
        started = time.monotonic()
        content = _in_child(request)
        ms = round(1000 * (time.monotonic() - started))
        _write(answers, json.dumps({"ms": ms, "bytes": len(content)}).encode() + b"\n")
        _write(answers, content)


def _in_child(request: dict[str, Any]) -> bytes:
    """The answer of a child that reads one file, or how it ended without one."""
    limits = Limits(**request["limits"])
    # Imported once here, a parser's libraries cost the children nothing; what is amiss, the child reports.
    with contextlib.suppress(Exception):
        prepare(request["type"])
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _child(request, limits, writing)
    os.close(writing)
    try:
        content = _collect(reading, limits)
        refused = None
    except SourceError as error:
        refused = error
    os.close(reading)
    # It leads a group of its own, unless it was ended before it could.
    for end in (os.killpg, os.kill):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            end(child, signal.SIGKILL)
    _, status, used = os.wait4(child, 0)
    if refused is None and status != 0:
        refused = _death(status, held_much=used.ru_maxrss * 1024 > _MUCH * limits.memory_bytes)
    return answer_to_json(Answer(refused)) if refused else content


def _collect(reading: int, limits: Limits) -> bytes:
    """What the child writes until it ends.

    Raises:
        SourceError: `limit`, when it takes too long or writes too much.
    """
    latest = time.monotonic() + limits.wall_s
    blocks: list[bytes] = []
    size = 0
    while True:
        ready, _, _ = select.select([reading, _STDIN], [], [], max(0.0, latest - time.monotonic()))
        if _STDIN in ready:
            # No request comes before the answer to the last one: the parent has gone, so must we.
            os._exit(1)
        if not ready:
            raise SourceError("limit", f"not read within {limits.wall_s} s")
        block = os.read(reading, _BLOCK_BYTES)
        if not block:
            return b"".join(blocks)
        blocks.append(block)
        size += len(block)
        if size > limits.result_bytes:
            raise SourceError("limit", "its text is longer than is read of one file")


def _death(status: int, held_much: bool) -> SourceError:
    if not os.WIFSIGNALED(status):
        return SourceError("corrupt", "it broke the reader")
    number = os.WTERMSIG(status)
    reasons: dict[int, tuple[Reason, str]] = {
        signal.SIGXCPU: ("limit", "it needed more processor time than a file may"),
        # Not ours: that one is only sent when the answer is complete. The system ends who takes its memory.
        signal.SIGKILL: ("bomb", "the system ended its reader, most likely for want of memory"),
    }
    if held_much and number in (signal.SIGABRT, signal.SIGTRAP, signal.SIGSEGV):
        # Libraries in C end the process when they are refused memory.
        return SourceError("bomb", "it needs more memory than a file may")
    reason, detail = reasons.get(number, ("corrupt", f"it broke the reader ({signal.Signals(number).name})"))
    return SourceError(reason, detail)


def _child(request: dict[str, Any], limits: Limits, writing: int) -> NoReturn:
    """Read one file under limits, write one answer, and leave without cleaning up."""
    os.setsid()
    confine.cap(limits)
    confine.refuse_network()
    confine.refuse_calls()
    PAGES.look_in(Path(request["pictures"]) if request["pictures"] else None)
    read: Document | SourceError
    try:
        read = _read(request, limits)
    except SourceError as error:
        read = error
    except MemoryError:
        read = SourceError("bomb", "it needs more memory than a file may")
    except RecursionError:
        read = SourceError("limit", "it is nested too deeply")
    except _OURS as error:
        read = _fault(error)
    except Exception as error:  # what a library says of a broken file must not cost more than this file
        read = SourceError("corrupt", f"{type(error).__name__}: {str(error)[:200]}")
    _write(writing, answer_to_json(Answer(read, PAGES.fresh, PAGES.ran_out_of_time)))
    os._exit(0)


def _fault(error: Exception) -> ParserFault:
    """A mistake in a parser, told as ours, with the last line of ours that it passed."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if _PACKAGE in frame.filename]
    where = f"{Path(frames[-1].filename).relative_to(_PACKAGE)}:{frames[-1].lineno}" if frames else "?"
    return ParserFault(f"{FAULT} ({type(error).__name__}: {str(error)[:200]}); please report it", where)


def _read(request: dict[str, Any], limits: Limits) -> Document:
    path = Path(request["path"])
    content = read_plain(path, limits)
    sha256 = hashlib.sha256(content).hexdigest()
    if sha256 != request["sha256"]:
        raise SourceError("corrupt", "it changed while it was being read; run ingest again")
    source = Source(path, request["doc"], request["type"], sha256, len(content))
    return parse(source, content, limits)


def _write(descriptor: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view) :]
