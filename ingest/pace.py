"""How much of a run's reading is done, and how long the rest takes at the pace so far."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ingest.records import FileType, Source

_LEAST_SHARE, _LEAST_S = 0.05, 3.0


def seconds_left(elapsed_s: float, share: float) -> float | None:
    """How long the rest takes if it goes on as before; None while too little is done to say.

    Args:
        share: Of the work that is done, 0..1.
    """
    if share <= 0 or (share < _LEAST_SHARE and elapsed_s < _LEAST_S):
        return None
    return elapsed_s * (1 - min(share, 1.0)) / share


@dataclass
class _Met:
    """Files of one type that were read so far."""

    bytes: int = 0
    reading_s: float = 0.0
    chunks: int = 0


class ReadingPace:
    """The work of a run in seconds: of what is done as measured, of the rest by its bytes.

    A megabyte of a log, of a manual and of a scan cost very different times, so each type of file has its own
    measure; a type not met yet is taken for the mean of the others.
    """

    def __init__(self, sources: Iterable[Source], clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._started = clock, clock()
        self._waiting: defaultdict[FileType, int] = defaultdict(int)
        for source in sources:
            self._waiting[source.type] += source.size_bytes
        self._met: defaultdict[FileType, _Met] = defaultdict(_Met)
        self._pending_chunks = 0
        self.embedded_chunks = 0
        self._embedding_s = 0.0

    def read(self, source: Source, chunks: int, seconds: float) -> None:
        """A file was read and cut."""
        self._waiting[source.type] -= source.size_bytes
        met = self._met[source.type]
        met.bytes += source.size_bytes
        met.reading_s += seconds
        met.chunks += chunks
        self._pending_chunks += chunks

    def embedded(self, chunks: int, seconds: float) -> None:
        """Some chunks were embedded."""
        self._pending_chunks -= chunks
        self.embedded_chunks += chunks
        self._embedding_s += seconds

    @property
    def share(self) -> float:
        """Of the work that is done, 0..1; 0 while nothing is known of the rest."""
        if self._pending_chunks and not self.embedded_chunks:
            return 0.0
        done_s = self._embedding_s + sum(met.reading_s for met in self._met.values())
        rest_s = self._rest_s()
        return done_s / (done_s + rest_s) if done_s + rest_s > 0 else 0.0

    @property
    def left_s(self) -> float | None:
        """Seconds until everything is read; None while too little is done to say."""
        return seconds_left(self._clock() - self._started, self.share)

    def _rest_s(self) -> float:
        chunk_s = self._embedding_s / self.embedded_chunks if self.embedded_chunks else 0.0
        everything = _Met(
            sum(met.bytes for met in self._met.values()),
            sum(met.reading_s for met in self._met.values()),
            sum(met.chunks for met in self._met.values()),
        )
        rest_s = self._pending_chunks * chunk_s
        for file_type, waiting in self._waiting.items():
            met = self._met[file_type] if self._met[file_type].bytes else everything
            if met.bytes:
                rest_s += waiting * (met.reading_s + met.chunks * chunk_s) / met.bytes
        return rest_s
