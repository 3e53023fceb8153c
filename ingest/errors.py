"""What can go wrong in a way the user can mend; every message says what, where, and what to do."""

from typing import Literal, get_args

Reason = Literal[
    "empty",
    "no_text",
    "encrypted",
    "type_mismatch",
    "unsupported_type",
    "corrupt",
    "bomb",
    "xml_forbidden",
    "limit",
    "unsafe_path",
]
REASONS: tuple[Reason, ...] = get_args(Reason)


class MillwrightError(Exception):
    """A mistake or damage that the user can act on; shown as one line, never as a traceback."""


class SourceError(MillwrightError):
    """One file could not be read; it becomes a row of the report and the run goes on.

    Args:
        reason: One of the ten reasons a file is refused.
        detail: What was met, in words for the person who owns the file.
    """

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason: Reason = reason
        self.detail = detail


class IndexMissingError(MillwrightError):
    """There is no index of that name yet."""


class IndexMismatchError(MillwrightError):
    """The index was built with another embedder or another version of the chunker."""


class IndexCorruptError(MillwrightError):
    """A file of the index is not the one that was written."""


class BusyError(MillwrightError):
    """Another process is writing to this index."""


class IndexWriteError(MillwrightError):
    """The disk refused a write; the index is still the one it was before."""
