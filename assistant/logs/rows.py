"""Lines of a log as rows of a table, whatever their format."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from assistant.logs.records import LogFormat


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a table, by column.

    Args:
        lines: The line each row begins on, counted from 0 within what was read.
        values: One list a column, as long as `lines`; what a row lacks is empty.
        broken: Lines that do not have the format, with what is wrong.
    """

    lines: list[int]
    values: dict[str, list[str]]
    broken: tuple[tuple[int, str], ...] = ()


class Splitter(Protocol):
    """Cuts lines into columns."""

    format: LogFormat
    names: tuple[str, ...]

    def rows(self, lines: Sequence[str], wanted: Sequence[str]) -> Rows:
        """The wanted columns of some lines; empty lines make no row."""
        ...
