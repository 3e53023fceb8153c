"""Questions of several people at once: each answered in a thread of its own, so many and no more."""

import contextvars
import queue
import threading
from collections.abc import Callable, Generator, Iterator
from typing import Any

from assistant.errors import BusyError
from assistant.records import AnswerEvent

Stream = Callable[[], Iterator[AnswerEvent]]

_LOOK_S = 0.25
"""So often one who reads is given None when there is nothing new, and can go away."""
_END = object()


class Asking(Iterator[AnswerEvent | None]):
    """The events of one question as they come, None now and then; raises what answering raised.

    Closing returns at once, so that it may be done where nothing may block; the thread ends the answer at its
    next event, of which there are several a second.
    """

    def __init__(self, stream: Stream, ended: Callable[[], None]) -> None:
        self._events: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._stopped = threading.Event()
        # Started here and not by the first reader: whoever never reads must not hold a place for ever.
        # In its context: who asks is known by it.
        context = contextvars.copy_context()
        threading.Thread(
            target=context.run, args=(self._answer, stream, ended), name="asking", daemon=True
        ).start()

    def __next__(self) -> AnswerEvent | None:
        """The next event; None when there is none within a quarter of a second."""
        try:
            event = self._events.get(timeout=_LOOK_S)
        except queue.Empty:
            return None
        if event is not _END and not isinstance(event, Exception):
            found: AnswerEvent = event
            return found
        self._events.put(_END)  # whoever reads on finds the end again
        raise event if isinstance(event, Exception) else StopIteration

    def close(self) -> None:
        """No more is wanted."""
        self._stopped.set()

    def _answer(self, stream: Stream, ended: Callable[[], None]) -> None:
        last: Any = _END
        try:
            events = stream()
            try:
                for event in events:
                    self._events.put(event)
                    if self._stopped.is_set():
                        break
            finally:
                # Closing tells the generator to stop the model when no one waits for it.
                if isinstance(events, Generator):
                    events.close()
        except Exception as error:  # raised again where it is read
            last = error
        finally:
            # Whoever has read the end may ask again at once.
            ended()
            self._events.put(last)


class Desk:
    """Takes questions until so many are under way.

    Args:
        places: Questions that are answered or wait for the model; one more is told to come again.
    """

    def __init__(self, places: int) -> None:
        self.places = places
        self._taken = 0
        self._lock = threading.Lock()

    @property
    def taken(self) -> int:
        """Questions under way."""
        return self._taken

    def ask(self, stream: Stream) -> Asking:
        """Begin to answer.

        Args:
            stream: Called in the question's own thread.

        Raises:
            BusyError: All places are taken.
        """
        with self._lock:
            if self._taken >= self.places:
                raise BusyError(
                    f"busy: {self._taken} questions are being answered already, and no more may wait "
                    "(serve.queue). Ask again in a moment."
                )
            self._taken += 1
        return Asking(stream, self._leave)

    def _leave(self) -> None:
        with self._lock:
            self._taken -= 1
