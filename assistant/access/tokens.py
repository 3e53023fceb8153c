"""API tokens: shown once, kept as hashes in the users file; each acts for a user, and may not do more."""

import hashlib
import json
import re
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Literal, get_args

from assistant.access.records import AccessError, Action, Principal, may
from assistant.access.users import UsersFile, user_of

Scope = Literal["ask", "search", "documents", "logs", "reports", "tickets", "lessons", "metrics", "admin"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
_ALLOWS: dict[Scope, frozenset[Action]] = {
    "ask": frozenset({"ask"}),
    "search": frozenset({"read"}),
    "documents": frozenset({"read", "library"}),
    "logs": frozenset({"logs"}),
    "reports": frozenset({"reports"}),
    "tickets": frozenset({"tickets"}),
    "lessons": frozenset({"lessons"}),
    "metrics": frozenset({"metrics"}),
    "admin": frozenset(get_args(Action)),
}
MOST_DAYS = 366
_FORM = re.compile(r"mw_([0-9a-f]{8})_([A-Za-z0-9_-]{43})")
_SEEN_AGAIN_S = 60.0
_SCHEMA = """
CREATE TABLE IF NOT EXISTS tokens (
    id TEXT PRIMARY KEY, user TEXT NOT NULL, name TEXT NOT NULL, hash TEXT NOT NULL, scopes TEXT NOT NULL,
    created REAL NOT NULL, expires REAL NOT NULL, used REAL NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Token:
    """What is kept of a token; times are seconds since 1970, `used` is 0 until it is used."""

    id: str
    user: str
    name: str
    scopes: tuple[Scope, ...]
    created: float
    expires: float
    used: float = 0.0


class Tokens:
    """The tokens of a users file; safe to use from several threads and processes.

    Args:
        now: Seconds since 1970.
    """

    def __init__(self, users: UsersFile, now: Callable[[], float] = time.time) -> None:
        self._users, self._now = users, now

    def create(self, user: str, name: str, scopes: Iterable[str], days: int) -> tuple[Token, str]:
        """A new token of a user, and its text, which is kept nowhere.

        Raises:
            AccessError: No such user or scope, the user's role allows less, or it would last too long.
        """
        found = self._users.find(user)
        if found is None:
            raise AccessError(f"there is no user {user!r}; a token acts for a user: `millwright users add`")
        if not 1 <= days <= MOST_DAYS:
            raise AccessError(f"a token lasts 1 to {MOST_DAYS} days, not {days}")
        wanted = tuple(scope for scope in SCOPES if scope in set(scopes))
        if not wanted or set(scopes) - set(SCOPES):
            raise AccessError(f"a token has one scope or more of {', '.join(SCOPES)}")
        owner = self._users.principal(found[0])
        for scope in wanted:
            if not any(may(owner, action) for action in _ALLOWS[scope]) or (
                scope == "admin" and owner.role != "admin"
            ):
                raise AccessError(f"{owner.name}: the role {owner.role!r} does not allow the scope {scope!r}")
        number, secret, now = secrets.token_hex(4), secrets.token_urlsafe(32), self._now()
        made = Token(number, found[0].name, name[:64], wanted, now, now + 86_400 * days)
        row = (number, found[0].id, made.name, _hashed(secret), json.dumps(wanted), now, made.expires, 0.0)
        with self._opened() as file:
            file.execute("INSERT INTO tokens VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        return made, f"mw_{number}_{secret}"

    def list(self) -> list[Token]:
        """All tokens of users that there are, the oldest first."""
        if not self._users.path.exists():
            return []
        with self._opened() as file:
            rows = file.execute(
                "SELECT t.id, u.name, t.name, t.scopes, t.created, t.expires, t.used FROM tokens t "
                "JOIN users u ON u.id = t.user ORDER BY t.created"
            ).fetchall()
        return [Token(row[0], row[1], row[2], tuple(json.loads(row[3])), *row[4:]) for row in rows]

    def revoke(self, number: str) -> Token:
        """End a token at once.

        Raises:
            AccessError: There is none.
        """
        found = next((token for token in self.list() if token.id == number), None)
        if found is None:
            raise AccessError(f"there is no token {number!r}; `millwright token list` names all")
        with self._opened() as file:
            file.execute("DELETE FROM tokens WHERE id = ?", (number,))
        return found

    def principal(self, text: str) -> Principal | None:
        """Whom a token acts for, limited to its scopes; None when it is none, was revoked or has expired."""
        form = _FORM.fullmatch(text)
        if form is None or not self._users.path.exists():
            return None
        now = self._now()
        with self._opened() as file:
            row = file.execute(
                "SELECT t.hash, t.scopes, t.expires, t.used, u.id, u.name, u.role, u.groups, u.created "
                "FROM tokens t JOIN users u ON u.id = t.user WHERE t.id = ?",
                (form[1],),
            ).fetchone()
            if row is None or not secrets.compare_digest(row[0], _hashed(form[2])) or now >= row[2]:
                return None
            if now - row[3] > _SEEN_AGAIN_S:
                file.execute("UPDATE tokens SET used = ? WHERE id = ?", (now, form[1]))
        scopes: list[Scope] = json.loads(row[1])
        allowed = frozenset[Action]().union(*(_ALLOWS.get(scope, frozenset()) for scope in scopes))
        return replace(self._users.principal(user_of(row[4:])), token=form[1], limited_to=allowed)

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        with self._users.opened() as file:
            # A file that was made by an older version has no table for them.
            file.executescript(_SCHEMA)
            yield file


def scopes_for(action: Action) -> list[Scope]:
    """The scopes by which a token may do something; `admin` is one of them always, and not named."""
    return [scope for scope, allowed in _ALLOWS.items() if action in allowed and scope != "admin"]


def _hashed(secret: str) -> str:
    # Random and long: there is nothing to guess, so a plain hash is enough.
    return hashlib.sha256(secret.encode()).hexdigest()
