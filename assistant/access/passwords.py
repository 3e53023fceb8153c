"""Passwords as Argon2id hashes (RFC 9106: 64 MiB, three passes)."""

import secrets
import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from assistant.access.records import AccessError

SHORTEST, LONGEST = 10, 200
_HASHER = PasswordHasher()
# Each check takes 64 MiB; many at once would take the machine.
_AT_ONCE = threading.BoundedSemaphore(2)


def hashed(password: str, name: str) -> str:
    """The hash to keep.

    Raises:
        AccessError: It is too short, too long, or the name.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise AccessError(f"a password has {SHORTEST} to {LONGEST} characters, this one has {len(password)}")
    if password.casefold() == name.casefold():
        raise AccessError("the password is the user's name; choose another")
    return _HASHER.hash(password)


def matches(kept: str | None, password: str) -> bool:
    """Whether it is the password of a hash; None, for a user who does not exist, takes as long."""
    with _AT_ONCE:
        try:
            return _HASHER.verify(kept or _no_one(), password[:LONGEST]) and kept is not None
        except (VerificationError, InvalidHashError):
            return False


@cache
def _no_one() -> str:
    """Of a password that no one has: a name that does not exist must take as long as one that does."""
    return _HASHER.hash(secrets.token_hex())
