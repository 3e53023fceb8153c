"""PDF: its text in reading order with page and boxes; pages without text are read as pictures."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from ingest.clean import join_lines
from ingest.errors import SourceError
from ingest.limits import Limits
from ingest.parse.pdf_headings import Headings, body_size, bookmarks, told
from ingest.parse.pdf_lines import whole_lines
from ingest.parse.pdf_margins import Margins, contents_entries, printed_numbers
from ingest.parse.pdf_page import Part, Parts, in_order, take_apart
from ingest.parse.pdf_scan import Scans, named
from ingest.parse.pdf_structure import Writer, line_pitches
from ingest.parse.pdf_tables import Table
from ingest.parse.pdf_text import Line
from ingest.parse.stated import with_statements
from ingest.records import Block, Document

_FILE_NAME = re.compile(
    r"\.(?:docx?|indd|pdf|tex|xml|fm)\b|^untitled|^microsoft word|^(?:print|layout)\b", re.I
)
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_OPENING_LINES = 15
_LONGEST_TITLE = 150


def parse(content: bytes, doc: str, limits: Limits) -> Document:
    """Read a manual; a page without text is read by OCR, and named when that finds nothing.

    Lines of a table of contents are left out: they repeat headings that stand in the document.
    """
    import pypdfium2 as pdfium

    try:
        pdf = pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        locked = "password" in str(error).lower()
        detail = "it needs a password to open" if locked else f"it cannot be opened ({str(error)[:80]})"
        raise SourceError("encrypted" if locked else "corrupt", detail) from error
    try:
        return _document(pdf, doc, limits)
    finally:
        pdf.close()


def _document(pdf: Any, doc: str, limits: Limits) -> Document:
    if len(pdf) > limits.pages:
        raise SourceError("limit", f"{len(pdf):,} pages; at most {limits.pages:,}")
    warnings: list[str] = []
    pages = _pages(pdf, limits, warnings)
    body = body_size(piece for parts in pages for piece in parts.pieces)
    margins = Margins(pages, body)
    ordered = [_ordered(parts, margins, body) for parts in pages]
    blocks = _blocks(pdf, pages, ordered, body)
    labels = _labels(pdf, pages, margins)
    blocks = [_labelled(block, labels) for block in blocks]
    title = _title(pdf, pages, doc)
    stated = with_statements(Document(title, tuple(_opening(pages))))
    return Document(
        title=title,
        blocks=tuple(blocks),
        pages=len(pages),
        revision=stated.revision,
        date=stated.date,
        warnings=tuple(warnings),
    )


def _pages(pdf: Any, limits: Limits, warnings: list[str]) -> list[Parts]:
    """Each page taken apart; one that cannot be read is named and left out."""
    import pypdfium2 as pdfium

    scans = Scans(limits)
    hidden: list[int] = []
    found: list[Parts] = []
    size = 0
    for index in range(len(pdf)):
        try:
            page = pdf[index]
            try:
                parts = scans.read(page, take_apart(page, index + 1))
            finally:
                page.close()
        except pdfium.PdfiumError:
            warnings.append(f"page {index + 1}: could not be read")
            continue
        size += len(parts.characters)
        if size > limits.text_characters:
            raise SourceError("bomb", f"more than {limits.text_characters:,} characters of text")
        if parts.hidden:
            hidden.append(index + 1)
        found.append(parts)
    if not found:
        raise SourceError("corrupt", "none of its pages can be opened")
    warnings.extend(scans.warnings())
    if hidden:
        warnings.append(f"{named(hidden)}: text that a reader cannot see was left out")
    return found


def _ordered(parts: Parts, margins: Margins, body: float) -> list[Part]:
    """A page as it is read, without running heads, page numbers and tables of contents."""
    furniture = margins.furniture(parts)
    ordered = in_order(parts, lambda part: id(part) in furniture, body)
    contents = contents_entries([part for part in ordered if isinstance(part, Line)])
    return [part for part in ordered if id(part) not in contents]


def _blocks(pdf: Any, pages: Sequence[Parts], ordered: Sequence[Sequence[Part]], body: float) -> list[Block]:
    lines = [[part for part in parts if isinstance(part, Line)] for parts in ordered]
    numbered = {parts.frame.number: entry for parts, entry in zip(pages, lines, strict=True)}
    fixed = sum(len(line.text) for entry in lines for line in entry if line.fixed)
    writer = Writer(
        Headings(bookmarks(pdf), numbered, body),
        _words(lines),
        line_pitches(lines),
        fixed_body=fixed > 0.6 * sum(len(line.text) for entry in lines for line in entry),
    )
    blocks: list[Block] = []
    for parts, entry in zip(pages, ordered, strict=True):
        blocks.extend(writer.page(entry, parts.frame, parts.ocr))
    return blocks


def _words(pages: Sequence[Sequence[Line]]) -> frozenset[str]:
    """Every word of the document, those cut at the end of a line left out."""
    return frozenset(
        word
        for lines in pages
        for line in lines
        for word in _WORD.findall(line.text.lower())
        if not (line.text.endswith("-") and line.text.lower().endswith(f"{word}-"))
    )


def _labels(pdf: Any, pages: Sequence[Parts], margins: Margins) -> dict[int, str]:
    """What is printed as the number of a page, where that is not its count in the file."""
    labels = printed_numbers(pages, margins)
    for number in (parts.frame.number for parts in pages):
        stated = told(partial(pdf.get_page_label, number - 1))
        if stated and stated != str(number):
            labels[number] = stated
    return {number: label for number, label in labels.items() if label != str(number)}


def _labelled(block: Block, labels: dict[int, str]) -> Block:
    label = labels.get(block.page or 0, "")
    return replace(block, label=label) if label else block


def _title(pdf: Any, pages: Sequence[Parts], doc: str) -> str:
    """As the file states it; else the largest type on its first page; else the file's name."""
    stated = told(partial(pdf.get_metadata_value, "Title"))
    if len(stated) > 3 and not _FILE_NAME.search(stated):
        return stated
    cover = [line for line in whole_lines(pages[0].pieces) if len(line.text) > 3 and not line.aside]
    if not cover:
        return doc.rsplit("/", 1)[-1]
    largest = max(line.size for line in cover)
    title = join_lines([line.text for line in cover if line.size > 0.95 * largest][:3])
    return title if len(title) <= _LONGEST_TITLE else doc.rsplit("/", 1)[-1]


def _opening(pages: Sequence[Parts]) -> list[Block]:
    """The lines in which a document states its revision and date: its cover, and the feet of its pages."""
    cover = [
        *(
            " ".join(row.filled)
            for table in pages[0].tables
            if isinstance(table, Table)
            for row in table.rows
        ),
        *(line.text for line in whole_lines(pages[0].pieces)),
    ]
    second = [piece.text for piece in pages[1].pieces[:_OPENING_LINES]] if len(pages) > 1 else []
    return [Block("paragraph", text) for text in [*cover[:_OPENING_LINES], *second]]
