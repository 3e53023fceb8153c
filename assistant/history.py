"""Conversations kept in SQLite, each answer with its citations as they stood when it was given."""

import secrets
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from json import dumps, loads
from pathlib import Path
from typing import TypeVar

from assistant.config import HistorySettings
from assistant.errors import HistoryError
from assistant.history_file import connect, is_damage, told, transaction
from assistant.kept_answer import as_text, from_text, mark
from assistant.records import Card, Turn

_TITLE, _OWNER, _CARD_FIELD = 120, 200, 500
"""Characters of a title, an owner and a field of the card that are kept."""
_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True)
class Kept:
    """A conversation in the list of its owner; times in ISO 8601, UTC."""

    id: str
    title: str
    created: str
    updated: str
    turns: int


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation that was opened again.

    Args:
        damaged: Turns that are not as they were written, and are left out.
    """

    id: str
    title: str
    turns: tuple[Turn, ...]
    about: Card
    damaged: int = 0


class History:
    """The conversations over one index; safe to use from several threads and processes.

    Every method is given the owner and sees no one else's conversations.

    Args:
        path: The file; it is made with the first conversation.
    """

    def __init__(self, path: Path, settings: HistorySettings) -> None:
        self._path, self._settings = path, settings
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self.notice = ""

    def list(self, owner: str, limit: int = 100) -> list[Kept]:
        """The owner's conversations, the one that was continued last first."""
        if not self._path.exists():
            return []
        rows = self._read(
            lambda found: found.execute(
                "SELECT c.id, c.title, c.created, c.updated, count(t.number) FROM conversations c "
                "LEFT JOIN turns t ON t.conversation = c.id WHERE c.owner = ? GROUP BY c.id "
                "ORDER BY c.updated DESC, c.id LIMIT ?",
                (owner[:_OWNER], limit),
            ).fetchall()
        )
        return [Kept(*row) for row in rows]

    def open(self, owner: str, number: str) -> Conversation:
        """A conversation with all its turns.

        Args:
            number: Its id.

        Raises:
            HistoryError: The owner has none of that id.
        """

        def read(found: sqlite3.Connection) -> tuple[tuple[str, str], list[tuple[str, str, str]]]:
            head = self._head(found, owner, number)
            turns = found.execute(
                "SELECT question, answer, mark FROM turns WHERE conversation = ? ORDER BY number", (number,)
            )
            return head, turns.fetchall()

        (title, about), rows = self._read(read)
        turns = tuple(turn for row in rows if (turn := _turn(*row)) is not None)
        return Conversation(number, title, turns, _card(about), len(rows) - len(turns))

    def add(self, owner: str, number: str, turn: Turn) -> str:
        """Keep a turn, as the last one of a conversation.

        Args:
            number: The conversation's id; empty for a new one, which is titled by its question.

        Returns:
            The conversation's id.

        Raises:
            HistoryError: The owner has none of that id, it is full, or it cannot be written.
        """
        try:
            text = as_text(turn.answer)
        except ValueError as error:
            raise HistoryError(f"{self._path}: the turn was not kept ({error})") from error
        about = _card_text(turn.answer.about)

        def write(found: sqlite3.Connection) -> str:
            now, known = _now(), number or secrets.token_hex(8)
            if number:
                self._head(found, owner, number)
                found.execute(
                    "UPDATE conversations SET updated = ?, about = ? WHERE id = ?", (now, about, number)
                )
            else:
                values = (known, owner[:_OWNER], _title(turn.question), now, now, about)
                found.execute("INSERT INTO conversations VALUES (?, ?, ?, ?, ?, ?)", values)
                self._drop_oldest(found, owner)
            last = found.execute("SELECT count(*), max(number) FROM turns WHERE conversation = ?", (known,))
            count, highest = last.fetchone()
            if count >= self._settings.turns:
                raise HistoryError(
                    f"this conversation has {count} turns, and no more are kept (history.turns). "
                    "Begin a new one."
                )
            row = (known, (highest or 0) + 1, turn.question, text, mark(turn.question, text))
            found.execute("INSERT INTO turns VALUES (?, ?, ?, ?, ?)", row)
            return known

        return self._write(write)

    def say_about(self, owner: str, number: str, about: Card) -> None:
        """Keep what a conversation is about now."""

        def write(found: sqlite3.Connection) -> None:
            self._head(found, owner, number)
            found.execute("UPDATE conversations SET about = ? WHERE id = ?", (_card_text(about), number))

        self._write(write)

    def rename(self, owner: str, number: str, title: str) -> None:
        """Give a conversation another title.

        Raises:
            HistoryError: The title is empty, or the owner has none of that id.
        """
        if not title.strip():
            raise HistoryError("the title is empty; type how the conversation is to be called")

        def write(found: sqlite3.Connection) -> None:
            self._head(found, owner, number)
            found.execute("UPDATE conversations SET title = ? WHERE id = ?", (_title(title), number))

        self._write(write)

    def delete(self, owner: str, number: str) -> None:
        """Remove a conversation with its turns.

        Raises:
            HistoryError: The owner has none of that id.
        """

        def write(found: sqlite3.Connection) -> None:
            self._head(found, owner, number)
            found.execute("DELETE FROM conversations WHERE id = ?", (number,))

        self._write(write)

    def close(self) -> None:
        """Let the file go; the next call opens it again."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _head(self, found: sqlite3.Connection, owner: str, number: str) -> tuple[str, str]:
        row = found.execute(
            "SELECT title, about FROM conversations WHERE id = ? AND owner = ?", (number, owner[:_OWNER])
        ).fetchone()
        if row is None:
            raise HistoryError(f"there is no conversation {number!r}; it may have been deleted")
        return str(row[0]), str(row[1])

    def _drop_oldest(self, found: sqlite3.Connection, owner: str) -> None:
        found.execute(
            "DELETE FROM conversations WHERE id IN (SELECT id FROM conversations WHERE owner = ? "
            "ORDER BY updated DESC, id LIMIT -1 OFFSET ?)",
            (owner[:_OWNER], self._settings.keep),
        )

    def _read(self, read: Callable[[sqlite3.Connection], _Read]) -> _Read:
        with self._lock, told(self._path):
            found = self._connected()
            try:
                return read(found)
            except sqlite3.DatabaseError as error:
                self._leave_if_damaged(error)
                raise

    def _write(self, write: Callable[[sqlite3.Connection], _Read]) -> _Read:
        def whole(found: sqlite3.Connection) -> _Read:
            with transaction(found):
                return write(found)

        return self._read(whole)

    def _leave_if_damaged(self, error: sqlite3.DatabaseError) -> None:
        """Damage that shows later than at the opening: the next call looks at the file again."""
        if is_damage(error) and self._connection is not None:
            self._connection.close()
            self._connection = None

    def _connected(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection, notice = connect(self._path)
            self.notice = notice or self.notice
        return self._connection


def _title(text: str) -> str:
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= _TITLE else f"{one_line[: _TITLE - 1]}…"


def _turn(question: str, text: str, marked: str) -> Turn | None:
    """A turn as it was written; None when it is not: it might show another torque than the page does."""
    if mark(question, text) != marked:
        return None
    try:
        return Turn(question, from_text(text))
    except ValueError:
        return None


def _card(text: str) -> Card:
    try:
        return Card(**loads(text))
    except (ValueError, TypeError):
        return Card()


def _card_text(card: Card) -> str:
    return dumps({name: value[:_CARD_FIELD] for name, value in asdict(card).items()}, ensure_ascii=False)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")
