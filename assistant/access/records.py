"""Users, and what each role may do."""

from dataclasses import dataclass
from typing import Literal, get_args

from assistant.errors import MillwrightError

Role = Literal["technician", "service", "expert", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)

Action = Literal[
    "ask", "read", "logs", "reports", "tickets", "approve", "gaps", "library", "metrics", "lessons"
]

_EVERYONE: frozenset[Action] = frozenset({"ask", "read", "logs", "reports", "lessons"})
_MAY: dict[Role, frozenset[Action]] = {
    "technician": _EVERYONE,
    "service": _EVERYONE | {"tickets"},
    "expert": _EVERYONE | {"tickets", "approve", "gaps"},
    "admin": frozenset(get_args(Action)),
}

OPEN_COLLECTION = "default"
"""Every user may read it, until it is given groups; any other collection is closed until then."""
EVERYONE = "everyone"
"""A group that every user is in, as each is in the group named like the role."""


class AccessError(MillwrightError):
    """A user, a password or a collection is not as it must be."""


class ForbiddenError(MillwrightError):
    """Someone asked for what their role does not allow."""


@dataclass(frozen=True, slots=True)
class User:
    """Someone who can log in; `created` is ISO 8601, UTC."""

    id: str
    name: str
    role: Role
    groups: frozenset[str] = frozenset()
    created: str = ""


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks.

    Args:
        id: Of the user; stays the same for life, and is not given again.
        collections: Those that may be read; None for all.
        local: Whoever sits at a machine where there are no users.
        token: The id of the API token by which they ask; empty for a person at the page.
        limited_to: Of what the role allows, only this; None for all of it.
    """

    id: str
    name: str
    role: Role
    collections: frozenset[str] | None = frozenset()
    local: bool = False
    token: str = ""
    limited_to: frozenset[Action] | None = None


LOCAL_ADMIN = Principal("local", "local admin", "admin", None, local=True)


def may(principal: Principal, action: Action) -> bool:
    """Whether someone may do something; the one place that decides it."""
    within = principal.limited_to is None or action in principal.limited_to
    return within and action in _MAY.get(principal.role, frozenset())


def demand(principal: Principal, action: Action) -> None:
    """Go on only if they may.

    Raises:
        ForbiddenError: They may not.
    """
    if not may(principal, action) and principal.token:
        raise ForbiddenError(f"the token {principal.token} is not for this ({action})")
    if not may(principal, action):
        raise ForbiddenError(f"{principal.name}: the role {principal.role!r} does not allow this ({action})")
