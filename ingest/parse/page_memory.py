"""What this process has read from pictures, and what others read before it."""

import time
from pathlib import Path

from ingest import page_cache
from ingest.limits import Limits
from ingest.page_cache import ReadLine

_SHARE_OF_TIME = 0.8


class PageMemory:
    """Pictures by their key; without a folder nothing is remembered.

    A process that reads a file may write nothing: it looks entries up in the folder, and hands new ones
    back with its answer.
    """

    def __init__(self) -> None:
        self._folder: Path | None = None
        self.fresh: dict[str, list[ReadLine]] = {}
        """Read now, in no folder yet."""
        self.ran_out_of_time = False
        """Pages were left that could be read if there were more time."""

    def look_in(self, folder: Path | None) -> None:
        """Begin with the entries of a folder, which need not exist."""
        self._folder = folder
        self.fresh = {}
        self.ran_out_of_time = False

    def find(self, key: str) -> list[ReadLine] | None:
        """The lines of a picture that was read before."""
        if self._folder is None:
            return None
        return self.fresh[key] if key in self.fresh else page_cache.find(self._folder, key)

    def add(self, key: str, lines: list[ReadLine]) -> None:
        """Remember a picture."""
        if self._folder is not None:
            self.fresh[key] = lines


PAGES = PageMemory()
"""One a process: the parsers between the request and the picture need not know of it."""


class ReadingTime:
    """The time one file may take; who is ended for it loses all, who stops in time keeps what was read."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._started = time.monotonic()

    def is_used_up(self) -> bool:
        """Whether to read no further picture; remembered, so that the file may be given another turn."""
        wall_s, cpu_s = time.monotonic() - self._started, time.process_time()
        if wall_s > _SHARE_OF_TIME * self._limits.wall_s or cpu_s > _SHARE_OF_TIME * self._limits.cpu_s:
            PAGES.ran_out_of_time = True
            return True
        return False
