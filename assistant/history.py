"""Conversations kept in SQLite, each answer with its citations as they stood when it was given."""

import secrets
import sqlite3
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from json import dumps, loads
from pathlib import Path

from assistant.config import HistorySettings
from assistant.errors import HistoryError
from assistant.history_form import FORM
from assistant.kept_answer import as_text, from_text, mark
from assistant.records import Card, Turn
from assistant.sqlite_file import SqliteFile

_TITLE, _OWNER, _CARD_FIELD, _REASON = 120, 200, 500, 2000
"""Characters of a title, an owner, a field of the card and a reason that are kept."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A conversation in the list of its owner; times in ISO 8601, UTC."""

    id: str
    title: str
    created: str
    updated: str
    turns: int


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a turn is kept: the id of its conversation, and its number in it, counted from 1."""

    conversation: str
    turn: int


@dataclass(frozen=True, slots=True)
class Rating:
    """What a reader thinks of an answer, and why."""

    liked: bool
    reason: str = ""


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
        self._file, self._settings = SqliteFile(path, FORM), settings

    @property
    def notice(self) -> str:
        """That a damaged file had to be set aside; empty while none had."""
        return self._file.notice

    def list(self, owner: str, limit: int = 100) -> list[Kept]:
        """The owner's conversations, the one that was continued last first."""
        if not self._file.path.exists():
            return []
        rows = self._file.read(
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

        def read(found: sqlite3.Connection) -> tuple[tuple[str, str], list[tuple[str, str, str, int]]]:
            head = self._head(found, owner, number)
            turns = found.execute(
                "SELECT question, answer, mark, number FROM turns WHERE conversation = ? ORDER BY number",
                (number,),
            )
            return head, turns.fetchall()

        (title, about), rows = self._file.read(read)
        turns = tuple(turn for row in rows if (turn := _turn(*row)) is not None)
        return Conversation(number, title, turns, _card(about), len(rows) - len(turns))

    def add(self, owner: str, number: str, turn: Turn) -> Spot:
        """Keep a turn, as the last one of a conversation.

        Args:
            number: The conversation's id; empty for a new one, which is titled by its question.

        Raises:
            HistoryError: The owner has none of that id, it is full, or it cannot be written.
        """
        try:
            text = as_text(turn.answer)
        except ValueError as error:
            raise HistoryError(f"{self._file.path}: the turn was not kept ({error})") from error
        about = _card_text(turn.answer.about)

        def write(found: sqlite3.Connection) -> Spot:
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
            spot = Spot(known, (highest or 0) + 1)
            row = (known, spot.turn, turn.question, text, mark(turn.question, text))
            found.execute("INSERT INTO turns VALUES (?, ?, ?, ?, ?)", row)
            return spot

        return self._file.write(write)

    def rate(self, owner: str, spot: Spot, rating: Rating | None) -> Turn:
        """Keep what the owner thinks of an answer; None takes it back.

        Returns:
            What was rated.

        Raises:
            HistoryError: The owner has no such answer.
        """

        def write(found: sqlite3.Connection) -> Turn:
            self._head(found, owner, spot.conversation)
            row = found.execute(
                "SELECT question, answer, mark, number FROM turns WHERE conversation = ? AND number = ?",
                (spot.conversation, spot.turn),
            ).fetchone()
            turn = _turn(*row) if row else None
            if turn is None:
                raise HistoryError(f"there is no answer {spot.turn} in this conversation")
            key = (spot.conversation, spot.turn)
            found.execute("DELETE FROM ratings WHERE conversation = ? AND turn = ?", key)
            if rating is not None:
                values = (*key, rating.liked, rating.reason.strip()[:_REASON], _now())
                found.execute("INSERT INTO ratings VALUES (?, ?, ?, ?, ?)", values)
            return turn

        return self._file.write(write)

    def ratings(self, owner: str, number: str) -> dict[int, Rating]:
        """What the owner thought of the answers of a conversation, by the number of the turn."""
        rows = self._file.read(
            lambda found: found.execute(
                "SELECT turn, liked, reason FROM ratings JOIN conversations ON id = conversation "
                "WHERE conversation = ? AND owner = ?",
                (number, owner[:_OWNER]),
            ).fetchall()
        )
        return {turn: Rating(bool(liked), reason) for turn, liked, reason in rows}

    def say_about(self, owner: str, number: str, about: Card) -> None:
        """Keep what a conversation is about now."""

        def write(found: sqlite3.Connection) -> None:
            self._head(found, owner, number)
            found.execute("UPDATE conversations SET about = ? WHERE id = ?", (_card_text(about), number))

        self._file.write(write)

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

        self._file.write(write)

    def delete(self, owner: str, number: str) -> None:
        """Remove a conversation with its turns.

        Raises:
            HistoryError: The owner has none of that id.
        """

        def write(found: sqlite3.Connection) -> None:
            self._head(found, owner, number)
            found.execute("DELETE FROM conversations WHERE id = ?", (number,))

        self._file.write(write)

    def close(self) -> None:
        """Let the file go; the next call opens it again."""
        self._file.close()

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


def _title(text: str) -> str:
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= _TITLE else f"{one_line[: _TITLE - 1]}…"


def _turn(question: str, text: str, marked: str, number: int) -> Turn | None:
    """A turn as it was written; None when it is not: it might show another torque than the page does."""
    if mark(question, text) != marked:
        return None
    try:
        return Turn(question, from_text(text), number)
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
