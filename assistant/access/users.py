"""The users, their sessions, and who may read which collection: one SQLite file, for its owner only."""

import json
import os
import re
import secrets
import sqlite3
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from assistant.access.records import EVERYONE, OPEN_COLLECTION, ROLES, AccessError, Principal, Role, User

USERS_FILE = "users.sqlite"
_NAME = re.compile(r"[\w.@+-]{1,64}")
_SCHEMA = """
CREATE TABLE IF NOT EXISTS users (
    id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, role TEXT NOT NULL, groups TEXT NOT NULL,
    password TEXT NOT NULL, created TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS collections (name TEXT PRIMARY KEY, groups TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS sessions (
    token TEXT PRIMARY KEY, user TEXT NOT NULL, begun REAL NOT NULL, seen REAL NOT NULL);
CREATE INDEX IF NOT EXISTS sessions_of_user ON sessions (user);
"""
_USER = "id, name, role, groups, created"


class UsersFile:
    """The file; it is made with the first user. Safe to use from several threads and processes.

    Args:
        path: In the data folder, beside the indexes.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def exist(self) -> bool:
        """Whether there is anyone who can log in.

        Raises:
            AccessError: The file cannot be read.
        """
        if not self.path.exists():
            return False
        with self.opened() as found:
            return found.execute("SELECT 1 FROM users LIMIT 1").fetchone() is not None

    def add(self, name: str, role: str, groups: Iterable[str], password: str) -> User:
        """Add a user.

        Args:
            password: The hash, as `passwords.hashed` gives it.

        Raises:
            AccessError: The name is taken or no name, or there is no such role.
        """
        name = known_name(name)
        known: Role | None = next((entry for entry in ROLES if entry == role), None)
        if known is None:
            raise AccessError(f"there is no role {role!r}; the roles are {', '.join(ROLES)}")
        user = User(secrets.token_hex(8), name, known, frozenset(map(_group, groups)), _now())
        row = (user.id, name, role, _listed(user.groups), password, user.created)
        with self.opened(make=True) as found:
            try:
                found.execute("INSERT INTO users VALUES (?, ?, ?, ?, ?, ?)", row)
            except sqlite3.IntegrityError as error:
                raise AccessError(f"there is a user {name!r} already") from error
        return user

    def list(self) -> list[User]:
        """All users, by name."""
        if not self.path.exists():
            return []
        with self.opened() as found:
            rows = found.execute(f"SELECT {_USER} FROM users ORDER BY name").fetchall()
        return [user_of(row) for row in rows]

    def find(self, name: str) -> tuple[User, str] | None:
        """A user by name with the hash of the password; None when there is none."""
        if not self.path.exists():
            return None
        with self.opened() as found:
            row = found.execute(f"SELECT {_USER}, password FROM users WHERE name = ?", (folded(name),))
            entry = row.fetchone()
        return (user_of(entry[:5]), str(entry[5])) if entry else None

    def remove(self, name: str) -> User:
        """Remove a user; every session of theirs ends.

        Raises:
            AccessError: There is none of that name.
        """
        user = self._demanded(name)
        with self.opened() as found:
            found.execute("DELETE FROM sessions WHERE user = ?", (user.id,))
            found.execute("DELETE FROM users WHERE id = ?", (user.id,))
        return user

    def set_password(self, name: str, password: str) -> User:
        """Give a user another password (its hash); every session of theirs ends."""
        user = self._demanded(name)
        with self.opened() as found:
            found.execute("DELETE FROM sessions WHERE user = ?", (user.id,))
            found.execute("UPDATE users SET password = ? WHERE id = ?", (password, user.id))
        return user

    def allow(self, collection: str, groups: Iterable[str]) -> frozenset[str]:
        """Say which groups may read a collection; none of them: admins only."""
        if not collection.strip():
            raise AccessError("the collection has no name")
        allowed = frozenset(map(_group, groups))
        with self.opened(make=True) as found:
            found.execute("INSERT OR REPLACE INTO collections VALUES (?, ?)", (collection, _listed(allowed)))
        return allowed

    def collections(self) -> dict[str, frozenset[str]]:
        """The collections that were given groups."""
        if not self.path.exists():
            return {}
        with self.opened() as found:
            rows = found.execute("SELECT name, groups FROM collections ORDER BY name").fetchall()
        return {name: frozenset(json.loads(groups)) for name, groups in rows}

    def principal(self, user: User) -> Principal:
        """A user with what they may read now."""
        return Principal(user.id, user.name, user.role, self._readable(user))

    def _readable(self, user: User) -> frozenset[str] | None:
        if user.role == "admin":
            return None
        ruled, groups = self.collections(), {*user.groups, user.role, EVERYONE}
        ruled.setdefault(OPEN_COLLECTION, frozenset({EVERYONE}))
        return frozenset(name for name, allowed in ruled.items() if allowed & groups)

    def _demanded(self, name: str) -> User:
        found = self.find(name)
        if found is None:
            raise AccessError(f"there is no user {name!r}; `millwright users list` names all")
        return found[0]

    @contextmanager
    def opened(self, *, make: bool = False) -> Iterator[sqlite3.Connection]:
        """A connection for one change or one look; what goes wrong is one clear line."""
        try:
            if make:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                # Made by us first: SQLite would let the group and others read it.
                os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
            os.chmod(self.path, 0o600)
            with closing(sqlite3.connect(self.path, timeout=10.0)) as found, found:
                if make:
                    found.executescript(_SCHEMA)
                yield found
        except (sqlite3.DatabaseError, OSError) as error:
            raise AccessError(f"{self.path}: cannot be used ({error})") from error


def folded(name: str) -> str:
    """A name as it is compared: Reed and reed are one."""
    return unicodedata.normalize("NFKC", name.strip()).casefold()


def known_name(name: str) -> str:
    """The same, refused when it is no name."""
    found = folded(name)
    if not _NAME.fullmatch(found):
        raise AccessError(f"{name!r}: a name has up to 64 letters, digits and . _ - + @")
    return found


def _group(group: str) -> str:
    if not _NAME.fullmatch(folded(group)):
        raise AccessError(f"{group!r}: a group has up to 64 letters, digits and . _ - + @")
    return folded(group)


def _listed(groups: Iterable[str]) -> str:
    return json.dumps(sorted(groups), ensure_ascii=False)


def user_of(row: tuple[str, str, Role, str, str]) -> User:
    """A row of id, name, role, groups and when it was made."""
    number, name, role, groups, created = row
    return User(number, name, role, frozenset(json.loads(groups)), created)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
