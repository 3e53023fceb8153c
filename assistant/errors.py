"""Errors of the assistant; the ones that ingest can also meet are defined there."""

from ingest.errors import (
    BusyError,
    IndexCorruptError,
    IndexMismatchError,
    IndexMissingError,
    IndexWriteError,
    MillwrightError,
    SourceError,
)

__all__ = [
    "BusyError",
    "ConfigError",
    "GapError",
    "GenerateError",
    "HistoryError",
    "IndexCorruptError",
    "IndexMismatchError",
    "IndexMissingError",
    "IndexWriteError",
    "LessonError",
    "LibraryError",
    "LogError",
    "MillwrightError",
    "ModelError",
    "NotKeptError",
    "QuestionError",
    "ReportError",
    "SourceError",
    "TicketError",
]


class ConfigError(MillwrightError):
    """The settings hold an unknown key or a value out of range."""


class ModelError(MillwrightError):
    """A model file is absent, damaged, or could not be fetched."""


class GenerateError(MillwrightError):
    """The generator could not be started, died, or did not answer in time."""


class HistoryError(MillwrightError):
    """A conversation could not be kept, or there is none of that name."""


class GapError(MillwrightError):
    """There is no such question or note, or what was written for it is no note."""


class LibraryError(MillwrightError):
    """There is no such document in the library, or what was given cannot be taken in."""


class NotKeptError(HistoryError):
    """A file of ours could not be read or written: a full disk, a missing right, another writer."""


class QuestionError(MillwrightError):
    """The question is empty, too long, or names an unknown filter."""


class LogError(MillwrightError):
    """A file is no log that can be read, or an option names what it does not have."""


class ReportError(MillwrightError):
    """A fault report lacks something, holds a value that cannot be, or may not be changed any more."""


class TicketError(MillwrightError):
    """There is no such ticket, what was given is none, or it may not be changed any more."""


class LessonError(MillwrightError):
    """There is no such incident, code or document, or a list of codes cannot be read."""
