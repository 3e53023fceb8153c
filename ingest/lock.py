"""A lock file: who holds it is the only one that writes, and others are told who that is."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from ingest import disk
from ingest.errors import BusyError


@contextmanager
def held(lock: Path) -> Iterator[None]:
    """Hold a lock; it is free again when the process ends, however it ends.

    Raises:
        BusyError: Another process holds it.
    """
    with ExitStack() as stack:
        with disk.guarded("lock", lock):
            file = stack.enter_context(open(lock, "a+b", buffering=0))
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            raise BusyError(
                f"{lock.parent}: busy: {file.read().decode().strip() or 'another process'} is writing to it. "
                "Wait until it has finished, then run the same command again."
            ) from error
        since = datetime.now(UTC).isoformat(timespec="seconds")
        with disk.guarded("lock", lock):
            file.truncate(0)
            file.write(f"pid {os.getpid()}, since {since}\n".encode())
        yield
