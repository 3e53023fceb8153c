"""Parsers: one a format, each from bytes to a Document; imported when a file of theirs is met."""

from collections.abc import Callable
from importlib import import_module

from ingest.errors import SourceError
from ingest.limits import Limits
from ingest.parse.stated import with_statements
from ingest.records import Document, FileType, Source

PARSER_VERSION = 4
"""Raise it when the same file would be read differently: an older index is then refused."""

_MODULES: dict[FileType, str] = {
    "pdf": "ingest.parse.pdf",
    "docx": "ingest.parse.docx",
    "xlsx": "ingest.parse.spreadsheet",
    "xls": "ingest.parse.spreadsheet",
    "csv": "ingest.parse.separated",
    "html": "ingest.parse.html",
    "markdown": "ingest.parse.markdown",
    "text": "ingest.parse.text",
    "image": "ingest.parse.image",
}

# A revision or date in a table belongs to one of its rows.
_PROSE: tuple[FileType, ...] = ("pdf", "docx", "html", "markdown", "text", "image")

# Imported before the first file of a type is read; each is also imported where it is used.
_LIBRARIES: dict[FileType, tuple[str, ...]] = {
    "pdf": ("pypdfium2",),
    "docx": ("lxml.etree",),
    "xlsx": ("lxml.etree",),
    "xls": ("python_calamine",),
    "html": ("lxml.html",),
    "markdown": ("markdown_it",),
}


def prepare(file_type: FileType) -> None:
    """Import what reading a type of file needs, so that the processes forked later have it."""
    for name in (_MODULES[file_type], *_LIBRARIES.get(file_type, ())):
        import_module(name)


def parse(source: Source, content: bytes, limits: Limits) -> Document:
    """Read a file.

    Raises:
        SourceError: One of the ten reasons; `no_text` when nothing readable is in it.
    """
    read: Callable[[bytes, str, Limits], Document] = import_module(_MODULES[source.type]).parse
    document = read(content, source.doc, limits)
    if not any(block.text.strip() for block in document.blocks):
        raise SourceError("no_text", "; ".join(document.warnings[:3]) or "nothing readable in it")
    if sum(len(block.text) for block in document.blocks) > limits.text_characters:
        raise SourceError("limit", f"more than {limits.text_characters:,} characters of text")
    return with_statements(document) if source.type in _PROSE else document
