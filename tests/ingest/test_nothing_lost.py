"""Real documents keep what they say: every row of a table, and nearly every character of a text."""

import csv
import html.parser
import re
import zipfile
from collections import Counter
from pathlib import Path

import openpyxl
import pytest

from ingest.limits import Limits
from ingest.load import find_sources
from ingest.parse import parse
from ingest.records import Document, Source

LIMITS = Limits()


def documents(folder: Path, *types: str) -> list[tuple[Source, Document]]:
    return [
        (entry, parse(entry, entry.path.read_bytes(), LIMITS))
        for entry in find_sources([folder], None, LIMITS)
        if isinstance(entry, Source) and entry.type in types
    ]


def letters(text: str) -> Counter[str]:
    return Counter(character for character in text if character.isalnum())


def kept_share(document: Document, plain: str) -> float:
    wanted = letters(plain)
    kept = letters("\n".join(block.text for block in document.blocks))
    return (wanted & kept).total() / wanted.total()


@pytest.mark.parametrize("name", ["assetops", "dobot_alarms", "failuresensoriq"])
def test_every_row_and_cell_of_a_table_is_there(shared_dir: Path, name: str) -> None:
    read = documents(shared_dir / "bench" / name / "docs", "csv", "xlsx")
    assert read
    for source, document in read:
        texts = {block.label: " ".join(block.text.split()) for block in document.blocks}
        for label, cells in _rows(source):
            for cell in cells:
                assert " ".join(cell.split()) in texts[label], (source.doc, label)


def _rows(source: Source) -> list[tuple[str, list[str]]]:
    """Label and cells of each row below the header; headers are told apart by their absence as a row."""
    if source.type == "csv":
        with source.path.open(encoding="utf-8-sig", newline="") as file:
            rows = [
                (f"row {number}", [cell for cell in row if cell.strip()])
                for number, row in enumerate(csv.reader(file), 1)
            ]
        return [row for row in rows[1:] if row[1]]
    found: list[tuple[str, list[str]]] = []
    for sheet in openpyxl.load_workbook(source.path, read_only=True, data_only=True).worksheets:
        rows = [
            (f"{sheet.title}!{number}", [str(cell) for cell in row if cell is not None])
            for number, row in enumerate(sheet.iter_rows(values_only=True), 1)
        ]
        widest = max(len(cells) for _, cells in rows)
        header = next(place for place, (_, cells) in enumerate(rows) if len(cells) >= min(widest, 3))
        found += [row for place, row in enumerate(rows) if place != header and row[1]]
    return found


class _PageText(html.parser.HTMLParser):
    """Characters of a page's body, without scripts and the list of contents."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self._skip = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._skip += tag in ("script", "style", "head")

    def handle_endtag(self, tag: str) -> None:
        self._skip -= tag in ("script", "style", "head")

    def handle_data(self, data: str) -> None:
        if not self._skip:
            self.pieces.append(data)


def test_pages_keep_their_text(shared_dir: Path) -> None:
    read = documents(shared_dir / "bench/emanual/docs", "html") + documents(
        shared_dir / "corpus/apcupsd", "html"
    )
    assert read
    for source, document in read:
        page = _PageText()
        content = source.path.read_text(encoding="utf-8", errors="replace")
        page.feed(re.sub(r'(?s)<div class="contents.*?</div>', "", content))
        assert kept_share(document, "".join(page.pieces)) > 0.98, source.doc


def test_markdown_keeps_its_text(shared_dir: Path) -> None:
    read = documents(shared_dir / "corpus/klipper", "markdown") + documents(shared_dir / "bench", "markdown")
    assert len(read) > 100
    for source, document in read:
        plain = source.path.read_text(encoding="utf-8")
        # Where a link leads, and how code is coloured, is not read.
        plain = re.sub(r"\]\([^)]*\)|<[^>]+>|^```.*$|^\[[^\]]+\]:.*$", "", plain, flags=re.MULTILINE)
        assert kept_share(document, plain) > 0.98, source.doc


def test_word_documents_keep_their_text(shared_dir: Path) -> None:
    read = documents(shared_dir / "bench/nasa_llis/docs", "docx")
    assert read
    for source, document in read:
        assert kept_share(document, _word_text(source.path)) > 0.98, source.doc


def _word_text(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        return re.sub(r"<[^>]+>", "", archive.read("word/document.xml").decode("utf-8"))
