"""The audit log: one JSON line an event, each holding the hash of the one before it; ids, never contents."""

import fcntl
import getpass
import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from assistant.access.records import AccessError

AUDIT_FILE, HEAD_FILE = "audit.jsonl", "audit.head"
_NOTHING = "0" * 64
_BROKEN = "audit log does not end as it was left"


@dataclass(frozen=True, slots=True)
class Chain:
    """How a log ends; its first line is number 1."""

    number: int = 0
    hash: str = _NOTHING
    before: str = field(default=_NOTHING, compare=False)


def record(data: Path, who: str, what: str, ids: Iterable[str] = (), outcome: str = "ok") -> None:
    """Add an event, flushed to the disk before this returns.

    Args:
        data: The data folder.
        who: The user's name, or `local_user()`.
        ids: What it was done to.

    Raises:
        AccessError: It cannot be written.
    """
    try:
        with _locked(data) as log:
            last, head = _last(log), _head(data)
            # Between the line and the head a power cut may fall: the head is then one line behind.
            if last != head and (last.number, last.before) != (head.number + 1, head.hash):
                last = _append(log, last, "millwright", _BROKEN, [f"{head.number} events"], "error")
            _write_head(data, _append(log, last, who, what, ids, outcome))
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise AccessError(f"{data / AUDIT_FILE}: the event could not be recorded ({error})") from error


def verify(data: Path) -> Chain:
    """Walk the whole log; returns how it ends.

    Raises:
        AccessError: A line was changed, added, moved or removed; it says which.
    """
    path, head = data / AUDIT_FILE, _head(data)
    if not path.exists() and head.number == 0:
        return Chain()
    last, met = Chain(), head.number == 0
    try:
        with path.open("rb") as log:
            for number, line in enumerate(log, start=1):
                last = _checked(line, last, f"{path}, line {number}")
                met = met or last == head
    except OSError as error:
        raise AccessError(f"{path}: cannot be read ({error.strerror})") from error
    if not met:
        raise AccessError(f"{path}: {head.number} events were recorded, and the last of them is not here")
    return last


def local_user() -> str:
    """Whoever runs the command, as the system calls them."""
    try:
        return f"local:{getpass.getuser()}"
    except (KeyError, OSError):
        return f"local:{os.getuid()}"


@contextmanager
def _locked(data: Path) -> Iterator[IO[bytes]]:
    data.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(data / AUDIT_FILE, os.O_CREAT | os.O_RDWR | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "r+b") as log:
        fcntl.flock(log, fcntl.LOCK_EX)
        yield log


def _append(log: IO[bytes], last: Chain, who: str, what: str, ids: Iterable[str], outcome: str) -> Chain:
    entry = {
        "n": last.number + 1,
        "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "who": who,
        "what": what,
        "ids": list(ids),
        "outcome": outcome,
        "before": last.hash,
    }
    found = _hash(entry)
    log.seek(0, os.SEEK_END)
    log.write(f"{json.dumps({**entry, 'hash': found}, ensure_ascii=False)}\n".encode())
    log.flush()
    os.fsync(log.fileno())
    return Chain(last.number + 1, found, last.hash)


def _last(log: IO[bytes]) -> Chain:
    """The last event; a line that a power cut left unfinished was never reported, and is taken away."""
    size = log.seek(0, os.SEEK_END)
    log.seek(max(0, size - 65_536))
    content = log.read()
    whole = content[: content.rfind(b"\n") + 1]
    if len(whole) < len(content):
        log.truncate(size - len(content) + len(whole))
    if not whole:
        return Chain()
    entry = json.loads(whole.splitlines()[-1])
    return Chain(int(entry["n"]), str(entry["hash"]), str(entry["before"]))


def _checked(line: bytes, last: Chain, where: str) -> Chain:
    try:
        entry: dict[str, Any] = json.loads(line)
        found = str(entry.pop("hash"))
        follows = entry["n"] == last.number + 1 and entry["before"] == last.hash
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise AccessError(f"{where}: not an event") from error
    if found != _hash(entry):
        raise AccessError(f"{where}: changed after it was written")
    if not follows:
        raise AccessError(f"{where}: does not follow the line before it")
    if entry["what"] == _BROKEN:
        raise AccessError(f"{where}: before it lines were taken away, or put there by another hand")
    return Chain(last.number + 1, found)


def _hash(entry: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(entry, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _head(data: Path) -> Chain:
    """Where the log ended when it was last written: without it, lines cut off the end would not be missed."""
    try:
        number, found = (data / HEAD_FILE).read_text(encoding="ascii").split()
        return Chain(int(number), found)
    except FileNotFoundError:
        return Chain()
    except (OSError, ValueError) as error:
        raise AccessError(f"{data / HEAD_FILE}: cannot be read ({error})") from error


def _write_head(data: Path, chain: Chain) -> None:
    fresh = data / f"{HEAD_FILE}.new"
    with os.fdopen(os.open(fresh, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as file:
        file.write(f"{chain.number} {chain.hash}\n")
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(data / HEAD_FILE)
