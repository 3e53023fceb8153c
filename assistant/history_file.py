"""The SQLite file of conversations: opened, brought to the known form, or set aside when it is damaged."""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from assistant.errors import HistoryError

log = logging.getLogger(__name__)

VERSION = 1
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
_COLUMNS = {
    "conversations": "id, owner, title, created, updated, about",
    "turns": "conversation, number, question, answer, mark",
}
_TABLES = """
CREATE TABLE conversations (
    id TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    title TEXT NOT NULL,
    created TEXT NOT NULL,
    updated TEXT NOT NULL,
    about TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX of_owner ON conversations (owner, updated);
CREATE TABLE turns (
    conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    question TEXT NOT NULL,
    answer TEXT NOT NULL,
    mark TEXT NOT NULL,
    PRIMARY KEY (conversation, number)
);
"""


def connect(path: Path) -> tuple[sqlite3.Connection, str]:
    """Open the file, or make it.

    Returns:
        The connection, for any thread but one at a time; and, when a damaged file had to be set aside, a
        line that says so.

    Raises:
        HistoryError: It was written by a newer version.
        sqlite3.Error, OSError: It cannot be read or written.
    """
    try:
        return _opened(path), ""
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        notice = _set_aside(path, error)
        return _opened(path), notice


def is_damage(error: sqlite3.DatabaseError) -> bool:
    """Whether the file is at fault, and not a full disk, another writer or a missing right."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)
    return code & 0xFF not in _NOT_THE_FILE


def _opened(path: Path) -> sqlite3.Connection:
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
        _bring_up(path, connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _bring_up(path: Path, connection: sqlite3.Connection) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if not 0 <= version <= _PLAUSIBLE:
        raise sqlite3.DatabaseError(f"form {version}")
    if version > VERSION:
        raise HistoryError(
            f"{path}: written by a newer Millwright (form {version}, known is {VERSION}). Use that one, or "
            "move the file away."
        )
    if version == VERSION:
        for table, columns in _COLUMNS.items():
            connection.execute(f"SELECT {columns} FROM {table} LIMIT 0")
        return
    with transaction(connection):
        # Another process may have made the tables while this one waited for its turn.
        if connection.execute("PRAGMA user_version").fetchone()[0] == 0:
            for statement in filter(str.strip, _TABLES.split(";")):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {VERSION}")


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
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
def told(path: Path) -> Iterator[None]:
    """What SQLite or the disk refuses, in one line."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise HistoryError(
            f"{path}: the conversation was not kept ({error}). Answers go on; free some space or mend the "
            "disk to have them kept again."
        ) from error


def _set_aside(path: Path, error: sqlite3.DatabaseError) -> str:
    """Move the damaged file away, with the pages that stand beside it, so that it can still be searched."""
    at = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    aside = path.with_name(f"{path.stem}.damaged-{at}{path.suffix}")
    for ending in ("-wal", "-shm", ""):
        beside = path.with_name(path.name + ending)
        if beside.exists():
            beside.replace(aside.with_name(aside.name + ending))
    notice = (
        f"{path}: the conversations were damaged ({error}) and are set aside as {aside.name}; a new file is "
        "begun. Documents and index are untouched."
    )
    log.warning("%s", notice)
    return notice
