"""The records that flow through ingest: Source -> Document -> Chunk -> FileOutcome -> IngestReport."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

from ingest.errors import Reason

DocumentKind = Literal["manual", "sop", "incident", "ticket", "log", "list", "note"]
DOCUMENT_KINDS: tuple[DocumentKind, ...] = get_args(DocumentKind)

FileType = Literal["pdf", "docx", "xlsx", "xls", "csv", "html", "markdown", "text", "image"]

BlockKind = Literal["heading", "paragraph", "list_item", "table_row", "warning", "caption", "code"]


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known of a document as a whole; an empty string means unknown."""

    kind: DocumentKind = "manual"
    title: str = ""
    revision: str = ""
    date: str = ""
    """ISO 8601, as far as it is known: 2026, 2026-03 or 2026-03-14."""
    language: str = ""
    """`en` or `zh`; anything else as ISO 639-1."""
    machine: str = ""
    site: str = ""
    collection: str = "default"
    superseded: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """One file to be read.

    Args:
        path: Absolute path of the file.
        doc: Path relative to the folder that was given to `ingest`, with forward slashes.
        type: What the content is; the file name agrees with it.
        sha256: Hex digest of the content.
        size_bytes: Length of the content.
    """

    path: Path
    doc: str
    type: FileType
    sha256: str
    size_bytes: int
    metadata: Metadata = field(default_factory=Metadata)


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page in points (1/72 inch), measured from the page's top left corner."""

    page: int
    """1-based number of the page in the file."""
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a document as a reader sees it, in reading order.

    Args:
        kind: A `warning` block is a WARNING, CAUTION, DANGER, NOTICE or their Chinese counterparts.
        text: Cleaned text. A `table_row` reads "Header: value | Header: value" (a record) so that
            it makes sense alone; its caption and header are in `header`.
        level: 1 to 6 for a heading, 0 otherwise.
        page: 1-based page in the file; None where the format has no pages.
        boxes: Where the text stands, one box a line; empty where the format has no pages.
        label: The printed page label, or the sheet and row ("Alarms!14"); empty when there is none.
        header: Caption and header row of the table a `table_row` belongs to.
        ocr: True when the text was read from a picture.
    """

    kind: BlockKind
    text: str
    level: int = 0
    page: int | None = None
    boxes: tuple[Box, ...] = ()
    label: str = ""
    header: str = ""
    ocr: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A file as read: its blocks in reading order, and what could not be read of it."""

    title: str
    blocks: tuple[Block, ...]
    pages: int = 0
    """Number of pages or sheets; 0 where the format has none."""
    language: str = ""
    revision: str = ""
    date: str = ""
    warnings: tuple[str, ...] = ()
    """Each names what was left out or guessed, and where: "page 7: no text (a scan?)"."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a passage stands; shared by chunks and citations."""

    doc: str
    title: str = ""
    section: str = ""
    """Heading path, outermost first, joined by " > "."""
    first_page: int | None = None
    last_page: int | None = None
    label: str = ""
    boxes: tuple[Box, ...] = ()


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage that is embedded, searched and cited as one.

    `text` is verbatim from the document (blocks joined by newlines). What is embedded and indexed is
    `searchable`: the document's title and heading path before it.
    """

    chunk_id: str
    text: str
    place: Place
    ordinal: int
    """0-based position in its document."""
    metadata: Metadata = field(default_factory=Metadata)
    kinds: tuple[BlockKind, ...] = ()
    """The kinds of the blocks in it, each once, in order of appearance."""
    ocr: bool = False

    @property
    def searchable(self) -> str:
        """Title and heading path, then the text; each heading once."""
        path = [part for part in (self.place.title, self.place.section) if part]
        return "\n".join([*dict.fromkeys(path), self.text])


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """How one file ended; `outcome` is "ok" or the reason it was refused."""

    path: str
    outcome: Literal["ok"] | Reason
    detail: str = ""
    pages: int = 0
    chunks: int = 0
    warnings: tuple[str, ...] = ()
    ms: int = 0
    unchanged: bool = False


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What one run did; rows in the order the files were found."""

    index: str
    generation: int
    files: tuple[FileOutcome, ...]
    ms: int
    removed: tuple[str, ...] = ()

    @property
    def failed(self) -> Sequence[FileOutcome]:
        """The files that did not make it in."""
        return [row for row in self.files if row.outcome != "ok"]


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document of an index as its library shows it."""

    doc: str
    type: FileType
    sha256: str
    metadata: Metadata
    pages: int
    chunks: int
    warnings: tuple[str, ...] = ()
    root: str = ""
    """Folder it was ingested from; `doc` is relative to it."""
