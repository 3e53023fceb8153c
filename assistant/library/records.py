"""What the library holds, what is stated of a document, and how each uploaded file ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from ingest.errors import Reason
from ingest.plan import Report
from ingest.records import DocumentRow, IngestReport, Metadata
from ingest.store import Checked

Ending = Literal["ok", "taken", "same", "unnamed"] | Reason
"""How a file ended: in the library, or why not. `taken`: there is a document of that name; `same`: its
content is there already; `unnamed`: its name cannot be that of a document."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one file ended."""

    name: str
    ending: Ending
    detail: str = ""
    pages: int = 0
    chunks: int = 0
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """A document of the index.

    Args:
        own: It lies in the library's folder, so it can be changed here; others are changed where they lie.
    """

    row: DocumentRow
    own: bool


@dataclass(frozen=True, slots=True)
class Stated:
    """What is said of a document; an empty text leaves it to the document, or to the usual."""

    kind: str = ""
    title: str = ""
    machine: str = ""
    site: str = ""
    revision: str = ""
    date: str = ""
    language: str = ""
    collection: str = ""
    superseded: bool = False

    @classmethod
    def of(cls, metadata: Metadata) -> "Stated":
        """What is known of a document, as if it had been stated."""
        return cls(
            metadata.kind,
            metadata.title,
            metadata.machine,
            metadata.site,
            metadata.revision,
            metadata.date,
            metadata.language,
            metadata.collection,
            metadata.superseded,
        )


class Index(Protocol):
    """What the library needs of the application."""

    def documents(self) -> list[DocumentRow]:
        """The documents of the index."""
        ...

    def read_folder(self, folder: Path, report: Report, by: str) -> IngestReport:
        """Bring the index up to date with a folder, which may have become empty."""
        ...

    def rebuild(self, report: Report = ..., by: str = ...) -> IngestReport:
        """Make the index again from the originals it keeps."""
        ...

    def check(self) -> Sequence[Checked]:
        """Hash every file of every generation."""
        ...
