"""One at a time, but never alone: what waits meanwhile is computed in the same batch."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Given = TypeVar("Given")
Made = TypeVar("Made")

_MOST_TOGETHER = 64


@dataclass(slots=True, eq=False)
class _Request(Generic[Given, Made]):
    given: Given
    made: Made | None = None
    error: BaseException | None = None
    done: bool = False


class Together(Generic[Given, Made]):
    """Calls from several threads, joined: whoever's turn it is takes along all that wait.

    Args:
        compute: Results in the order given; called by one thread at a time.
    """

    def __init__(self, compute: Callable[[Sequence[Given]], Sequence[Made]]) -> None:
        self._compute = compute
        self._turn, self._list = threading.Lock(), threading.Lock()
        self._waiting: list[_Request[Given, Made]] = []

    def __call__(self, given: Given) -> Made:
        """The result for one; what `compute` raises is raised for each of its batch."""
        request: _Request[Given, Made] = _Request(given)
        with self._list:
            self._waiting.append(request)
        while not request.done:
            with self._turn:
                if not request.done:
                    self._next_batch()
        if request.error is not None:
            raise request.error
        return request.made  # type: ignore[return-value]  # done without an error

    def _next_batch(self) -> None:
        with self._list:
            batch = self._waiting[:_MOST_TOGETHER]
            del self._waiting[:_MOST_TOGETHER]
        try:
            for request, made in zip(batch, self._compute([entry.given for entry in batch]), strict=True):
                request.made = made
        except BaseException as error:
            for request in batch:
                request.error = error
        finally:
            for request in batch:
                request.done = True
