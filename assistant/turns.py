"""Who may use an engine: so many at once, the others in a short queue in the order they came."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType

from assistant.errors import BusyError, GenerateError


class Place:
    """One caller's place in the queue of an engine; leaves it as a context manager."""

    def __init__(self, turns: "Turns") -> None:
        self._turns = turns

    def __enter__(self) -> "Place":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._turns.leave(self)

    def ahead(self) -> int:
        """How many are before this caller; 0 when it is served."""
        return self._turns.ahead_of(self)

    def wait(self, seconds: float) -> None:
        """Wait so long for the turn, or less."""
        self._turns.wait_for(self, seconds)


class Turns:
    """A bounded queue, first come, first served.

    Args:
        at_once: Callers served at the same time.
        waiting: Callers that may wait; one more is told to come again.
    """

    def __init__(self, at_once: int, waiting: int) -> None:
        self._at_once, self._waiting = at_once, waiting
        self._changed = threading.Condition()
        self._places: list[Place] = []

    def join(self) -> Place:
        """Take the last place.

        Raises:
            BusyError: All places are taken.
        """
        with self._changed:
            before = len(self._places)
            if before >= self._at_once + self._waiting:
                raise BusyError(
                    f"busy: {before - self._at_once} questions wait for an answer already, and no more may "
                    "wait (generate.waiting). Ask again in a moment."
                )
            self._places.append(place := Place(self))
            return place

    def leave(self, place: Place) -> None:
        """Make room for the next."""
        with self._changed:
            self._places.remove(place)
            self._changed.notify_all()

    def ahead_of(self, place: Place) -> int:
        """How many must finish before a place is served."""
        with self._changed:
            return self._ahead(place)

    def wait_for(self, place: Place, seconds: float) -> None:
        """Wait until a place is served, but not longer than that."""
        with self._changed:
            self._changed.wait_for(lambda: not self._ahead(place), seconds)

    @property
    def in_use(self) -> int:
        """How many are served or wait."""
        return len(self._places)

    def _ahead(self, place: Place) -> int:
        return max(0, self._places.index(place) + 1 - self._at_once)


@contextmanager
def turn(turns: Turns, wait_s: float, name: str) -> Iterator[Iterator[int]]:
    """Hold a place; iterate what it gives to wait for the turn: how many are ahead, now and then.

    Raises:
        BusyError: All places are taken.
        GenerateError: The turn did not come in time.
    """
    with turns.join() as place:
        yield _waiting(place, wait_s, name)


def _waiting(place: Place, wait_s: float, name: str) -> Iterator[int]:
    deadline = time.monotonic() + wait_s
    while ahead := place.ahead():
        left = deadline - time.monotonic()
        if left <= 0:
            raise GenerateError(
                f"{name}: still busy with other questions after {wait_s:g} s; ask again in a moment."
            )
        place.wait(min(left, _TELL_S))
        if place.ahead():
            yield ahead


_TELL_S = 0.25
"""So often one who waits is told the place, and can go away."""
_LONGEST_PAUSE_S = 60.0


@dataclass(slots=True)
class BackOff:
    """Keeps an engine that fails to start from being started again at once: 1, 2, 4 … seconds, 60 at most."""

    clock: Callable[[], float] = time.monotonic
    _failures: int = 0
    _until: float = 0.0
    _error: Exception | None = None

    def check(self) -> None:
        """Raise the last failure again while its pause lasts."""
        if self._error is not None and self.clock() < self._until:
            raise self._error

    def failed(self, error: Exception) -> None:
        """Begin a pause, longer each time."""
        self._until = self.clock() + min(_LONGEST_PAUSE_S, 2.0**self._failures)
        self._failures += 1
        self._error = error

    def worked(self) -> None:
        """The next failure is a first one."""
        self._failures, self._error = 0, None
