"""Requests with an idempotency key: the answer that each got is kept, so that a second one gets the same."""

import json
import secrets
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from assistant.sqlite_file import Form, SqliteFile

KEPT_S = 86_400.0
"""How long an answer is kept."""
_FORM = Form(
    "request",
    (
        """
CREATE TABLE requests (
    owner TEXT NOT NULL,
    key TEXT NOT NULL,
    mark TEXT NOT NULL,
    run TEXT NOT NULL,
    at REAL NOT NULL,
    status INTEGER NOT NULL,
    headers TEXT NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (owner, key)
);
CREATE INDEX by_age ON requests (at)""",
    ),
    ("SELECT owner, key, mark, run, at, status, headers, body FROM requests LIMIT 0",),
)
_UNDER_WAY = 0


@dataclass(frozen=True, slots=True)
class Response:
    """An answer as it was given.

    Args:
        headers: Names in small letters.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class RequestLimits:
    """How much is kept of one owner: the oldest answers go first.

    Args:
        body_bytes: Of one answer; that a longer one was given is kept, and not what it said.
    """

    requests: int = 1000
    bytes: int = 32 << 20
    body_bytes: int = 1 << 20


State = Literal["new", "other", "under way", "cut off", "too long"]
"""What is known of a key. `other`: it came with another request; `cut off`: the first one was begun by a
process that has ended; `too long`: it was answered, with more than is kept."""


class KeptRequests:
    """The requests over one index; safe to use from several threads and processes.

    Args:
        path: The file; it is made with the first request that has a key.
        now: Seconds since 1970.
    """

    def __init__(
        self, path: Path, limits: RequestLimits | None = None, now: Callable[[], float] = time.time
    ) -> None:
        self._file, self._limits, self._now = SqliteFile(path, _FORM), limits or RequestLimits(), now
        self._run = secrets.token_hex(8)

    def begin(self, owner: str, key: str, mark: str) -> State | Response:
        """Take a request on, or say why it is not done (again).

        Args:
            mark: The same for equal requests only.

        Raises:
            NotKeptError: The file cannot be written.
        """

        def work(file: sqlite3.Connection) -> State | Response:
            file.execute("DELETE FROM requests WHERE at < ?", (self._now() - KEPT_S,))
            row = file.execute(
                "SELECT mark, run, status, headers, body FROM requests WHERE owner = ? AND key = ?",
                (owner, key),
            ).fetchone()
            if row is not None:
                return self._known(row, mark)
            values = (owner, key, mark, self._run, self._now(), _UNDER_WAY, "[]", b"")
            file.execute("INSERT INTO requests VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)
            return "new"

        return self._file.write(work)

    def _known(self, row: tuple[str, str, int, str, bytes], mark: str) -> State | Response:
        known, run, status, headers, body = row
        if known != mark:
            return "other"
        if status == _UNDER_WAY:
            return "under way" if run == self._run else "cut off"
        if status < 0:
            return "too long"
        return Response(status, tuple((name, value) for name, value in json.loads(headers)), body)

    def finish(self, owner: str, key: str, response: Response) -> None:
        """Keep the answer of a request that was begun; it is on the disk when this returns."""
        limits, fits = self._limits, len(response.body) <= self._limits.body_bytes
        status, body = (response.status, response.body) if fits else (-response.status, b"")

        def work(file: sqlite3.Connection) -> None:
            file.execute(
                "UPDATE requests SET status = ?, headers = ?, body = ? WHERE owner = ? AND key = ?",
                (status, json.dumps(response.headers), body, owner, key),
            )
            rows = file.execute(
                "SELECT key, length(body) FROM requests WHERE owner = ? AND status != ? "
                "ORDER BY at DESC, rowid DESC",
                (owner, _UNDER_WAY),
            ).fetchall()
            held = 0
            for place, (name, size) in enumerate(rows):
                held += size
                if place >= limits.requests or held > limits.bytes:
                    file.execute("DELETE FROM requests WHERE owner = ? AND key = ?", (owner, name))

        self._file.write(work)

    def forget(self, owner: str, key: str) -> None:
        """A request that came to nothing; it may be sent again."""
        self._file.write(
            lambda file: file.execute("DELETE FROM requests WHERE owner = ? AND key = ?", (owner, key))
        )
