"""Sessions: a random token in the browser's cookie, its hash in the users file."""

import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from assistant.access.records import User
from assistant.access.users import UsersFile, user_of

_SEEN_AGAIN_S = 60.0
"""The time a session was last seen is written at most so often."""


@dataclass(frozen=True, slots=True)
class Sessions:
    """Who is logged in.

    Args:
        idle_s: A session that is not used for so long ends.
        longest_s: It ends after this in any case.
        now: Seconds since 1970.
    """

    users: UsersFile
    idle_s: float
    longest_s: float
    now: Callable[[], float] = time.time

    def begin(self, user: User) -> str:
        """A new session; returns the token, which is kept nowhere else."""
        token, now = secrets.token_urlsafe(32), self.now()
        with self.users.opened() as found:
            ended = (now - self.idle_s, now - self.longest_s)
            found.execute("DELETE FROM sessions WHERE seen < ? OR begun < ?", ended)
            found.execute("INSERT INTO sessions VALUES (?, ?, ?, ?)", (_hashed(token), user.id, now, now))
        return token

    def user(self, token: str) -> User | None:
        """Whose session it is; None when it has ended or never was."""
        if not token or not self.users.path.exists():
            return None
        now = self.now()
        with self.users.opened() as found:
            row = found.execute(
                "SELECT s.begun, s.seen, u.id, u.name, u.role, u.groups, u.created FROM sessions s "
                "JOIN users u ON u.id = s.user WHERE s.token = ?",
                (_hashed(token),),
            ).fetchone()
            if row is None or now - row[0] > self.longest_s or now - row[1] > self.idle_s:
                return None
            if now - row[1] > _SEEN_AGAIN_S:
                found.execute("UPDATE sessions SET seen = ? WHERE token = ?", (now, _hashed(token)))
        return user_of(row[2:])

    def end(self, token: str) -> None:
        """Log out."""
        if token and self.users.path.exists():
            with self.users.opened() as found:
                found.execute("DELETE FROM sessions WHERE token = ?", (_hashed(token),))


def _hashed(token: str) -> str:
    # Random and long: there is nothing to guess, so a plain hash is enough.
    return hashlib.sha256(token.encode()).hexdigest()
