"""A SQLite file of ours: opened, brought to the known form, or set aside when it is damaged."""

import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from assistant.errors import HistoryError, NotKeptError

log = logging.getLogger(__name__)

_PLAUSIBLE = 50
"""Forms that may ever be; another number is no form but damage."""
_BUSY_S = 5.0
_NOT_THE_FILE = frozenset(
    (
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_INTERRUPT,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_CONSTRAINT,
        sqlite3.SQLITE_TOOBIG,
        sqlite3.SQLITE_MISUSE,
    )
)
_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True)
class Form:
    """What a file holds.

    Args:
        one: What one entry is called in a message, such as "conversation".
        steps: The statements that bring the file from each form to the next one; the first makes it.
        checks: Statements that fail where something of the last form is missing.
    """

    one: str
    steps: tuple[str, ...]
    checks: tuple[str, ...]

    @property
    def version(self) -> int:
        """The number of the last form."""
        return len(self.steps)


class SqliteFile:
    """One file, made with the first entry; safe to use from several threads and processes.

    `notice` says that a damaged file had to be set aside; empty while none had.
    """

    def __init__(self, path: Path, form: Form) -> None:
        self.path, self._form = path, form
        self._lock = threading.Lock()
        self.connection: sqlite3.Connection | None = None
        self.notice = ""

    def read(self, read: Callable[[sqlite3.Connection], _Read]) -> _Read:
        """Look something up.

        Raises:
            NotKeptError: The file cannot be read.
        """
        with self._lock, _told(self.path, self._form):
            found = self._connected()
            try:
                return read(found)
            except sqlite3.DatabaseError as error:
                self._leave_if_damaged(error)
                raise

    def write(self, write: Callable[[sqlite3.Connection], _Read]) -> _Read:
        """Change something, all of it or nothing; it is on the disk when this returns.

        Raises:
            NotKeptError: The file cannot be written.
        """

        def whole(found: sqlite3.Connection) -> _Read:
            with _transaction(found):
                return write(found)

        return self.read(whole)

    def close(self) -> None:
        """Let the file go; the next call opens it again."""
        with self._lock:
            if self.connection is not None:
                self.connection.close()
                self.connection = None

    def _leave_if_damaged(self, error: sqlite3.DatabaseError) -> None:
        """Damage that shows later than at the opening: the next call looks at the file again."""
        if _is_damage(error) and self.connection is not None:
            self.connection.close()
            self.connection = None

    def _connected(self) -> sqlite3.Connection:
        if self.connection is None:
            self.connection, notice = _connect(self.path, self._form)
            self.notice = notice or self.notice
        return self.connection


def _connect(path: Path, form: Form) -> tuple[sqlite3.Connection, str]:
    """Open the file, or make it.

    Returns:
        The connection, for any thread but one at a time; and, when a damaged file had to be set aside, a
        line that says so.

    Raises:
        HistoryError: It was written by a newer version.
        sqlite3.Error, OSError: It cannot be read or written.
    """
    try:
        return _opened(path, form), ""
    except sqlite3.DatabaseError as error:
        if not _is_damage(error):
            raise
        notice = _set_aside(path, form, error)
        return _opened(path, form), notice


def _is_damage(error: sqlite3.DatabaseError) -> bool:
    """Whether the file is at fault, and not a full disk, another writer or a missing right."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)
    return code & 0xFF not in _NOT_THE_FILE


def _opened(path: Path, form: Form) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    # What people ask is theirs; SQLite gives the files beside it the same rights.
    path.touch(mode=0o600)
    connection = sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False)
    try:
        found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if found != "ok":
            raise sqlite3.DatabaseError(str(found).splitlines()[-1])
        connection.execute("PRAGMA journal_mode = WAL")
        # A turn that was shown as kept must outlast a power cut.
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        _bring_up(path, connection, form)
    except BaseException:
        connection.close()
        raise
    return connection


def _bring_up(path: Path, connection: sqlite3.Connection, form: Form) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if not 0 <= version <= _PLAUSIBLE:
        raise sqlite3.DatabaseError(f"form {version}")
    if version > form.version:
        raise HistoryError(
            f"{path}: written by a newer Millwright (form {version}, known is {form.version}). Use that one, "
            "or move the file away."
        )
    if version < form.version:
        with _transaction(connection):
            # Another process may have done it while this one waited for its turn.
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            for statement in filter(str.strip, ";".join(form.steps[version:]).split(";")):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {form.version}")
    for statement in form.checks:
        connection.execute(statement)


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All of what is written in it, or nothing; waits until no one else writes."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        # A full disk has rolled it back already.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


@contextmanager
def _told(path: Path, form: Form) -> Iterator[None]:
    """What SQLite or the disk refuses, in one line."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise NotKeptError(
            f"{path}: the {form.one} was not kept ({error}). Answers go on; free some space or mend the "
            "disk to have them kept again."
        ) from error


def _set_aside(path: Path, form: Form, error: sqlite3.DatabaseError) -> str:
    """Move the damaged file away, with the pages that stand beside it, so that it can still be searched."""
    at = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    aside = path.with_name(f"{path.stem}.damaged-{at}{path.suffix}")
    for ending in ("-wal", "-shm", ""):
        beside = path.with_name(path.name + ending)
        if beside.exists():
            beside.replace(aside.with_name(aside.name + ending))
    notice = (
        f"{path}: the {form.one}s were damaged ({error}) and are set aside as {aside.name}; a new file is "
        "begun. Documents and index are untouched."
    )
    log.warning("%s", notice)
    return notice
