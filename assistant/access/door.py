"""Who comes in: by a session, or, on a machine without users, as its local admin."""

from dataclasses import dataclass
from pathlib import Path

from assistant.access import audit, passwords
from assistant.access.records import LOCAL_ADMIN, Principal
from assistant.access.sessions import Sessions
from assistant.access.throttle import Pace, Throttle, ThrottleOptions
from assistant.access.tokens import Tokens
from assistant.access.users import USERS_FILE, UsersFile, folded
from assistant.config import AccessSettings

_RECORDED_PER_MINUTE = 10
"""Wrong tokens of one address in the audit log."""


@dataclass(frozen=True, slots=True)
class Entry:
    """How a login ended: the token of a session, or the seconds to wait before the next try."""

    token: str = ""
    wait_s: float = 0.0


class Door:
    """Knows who asks; safe to use from several threads.

    Args:
        data: The data folder, where the users file and the audit log lie.
    """

    def __init__(self, data: Path, settings: AccessSettings) -> None:
        self.users, self._data = UsersFile(data / USERS_FILE), data
        self.sessions = Sessions(self.users, 60 * settings.idle_minutes, 3600 * settings.session_hours)
        self._throttle = Throttle(
            ThrottleOptions(settings.wrong_logins, settings.wrong_logins_user, settings.wrong_logins_address)
        )
        self.tokens = Tokens(self.users)
        self.token_requests = Pace(settings.token_requests_per_minute)
        self._wrong_tokens = Pace(_RECORDED_PER_MINUTE)
        self.questions = Pace(settings.questions_per_minute)
        self.strangers = Pace(settings.anonymous_per_minute)
        self._closed = False

    @property
    def open(self) -> bool:
        """Whether no one needs to log in; once there were users it never is again.

        Raises:
            AccessError: The users file cannot be read.
        """
        if not self._closed and self.users.exist():
            self._closed = True
        return not self._closed

    def principal(self, token: str) -> Principal | None:
        """Who asks, with what they may read now; None when they must log in."""
        if self.open:
            return LOCAL_ADMIN
        user = self.sessions.user(token)
        return self.users.principal(user) if user else None

    def bearer(self, token: str, address: str) -> Principal | None:
        """Whom an API token acts for; None when it is worth nothing (any more), which is recorded."""
        if self.open:
            return LOCAL_ADMIN
        found = self.tokens.principal(token)
        # Whoever guesses must not fill the log; how many requests they have is another limit.
        if found is None and self._wrong_tokens.take(address):
            audit.record(self._data, "unknown", "token", [address], "wrong")
        return found

    def refused(self, principal: Principal, action: str) -> None:
        """Record that a token was used for what it is not for."""
        audit.record(self._data, principal.name, "token", [principal.token, action], "refused")

    def enter(self, name: str, password: str, address: str) -> Entry:
        """Log in. Right and wrong, and a name that is no user's, take the same time."""
        name = folded(name)[:64]
        wait_s = self._throttle.begin(name, address)
        if wait_s:
            audit.record(self._data, name, "login", [address], "throttled")
            return Entry(wait_s=wait_s)
        found = self.users.find(name)
        if not passwords.matches(found[1] if found else None, password) or found is None:
            audit.record(self._data, name, "login", [address], "wrong")
            return Entry()
        self._throttle.succeeded(name, address)
        audit.record(self._data, name, "login", [address])
        return Entry(self.sessions.begin(found[0]))

    def leave(self, token: str) -> None:
        """Log out."""
        user = self.sessions.user(token)
        self.sessions.end(token)
        if user:
            audit.record(self._data, user.name, "logout")
