"""A picture is read once: what was read is kept beside the index, whatever becomes of the file around it."""

import hashlib
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("reportlab", reason="the PDF files of these tests are drawn with reportlab")

from ingest import store
from ingest.limits import Limits
from ingest.load import find_sources
from ingest.page_cache import FOLDER, ReadLine, find, keep, tidy
from ingest.pipeline import IngestOptions, ingest, rebuild
from ingest.records import Document, Source
from ingest.worker import ParserPool
from tests.fakes import WordEmbedder
from tests.ingest.pdf_files import LOREM, drawn, scanned, write

KEY = "ab" * 32
LINE: ReadLine = ("PUMP 4711", 90.0, 80.0, 300.0, 120.0, 0.98)


def text_of(index: Path) -> str:
    generation = store.open_index(index).generation
    return "\n".join(chunk.text for chunk in generation.chunks(range(1, 20)).values())


def rewrite(entry: Path, old: str, new: str) -> None:
    """Change what was read, so that it can be told from what would be read."""
    content = entry.read_bytes().partition(b"\n")[2].replace(old.encode(), new.encode())
    entry.write_bytes(hashlib.sha256(content).hexdigest().encode() + b"\n" + content)


def test_a_page_that_was_read_is_not_read_again(tmp_path: Path) -> None:
    plant, index = tmp_path / "plant", tmp_path / "index"
    plant.mkdir()
    (plant / "scan.pdf").write_bytes(drawn(scanned("PUMP 4711", "BEARING TEMP 95 C")))
    ingest([plant], index, WordEmbedder())
    assert "4711" in text_of(index)
    [entry] = (index / FOLDER).iterdir()
    rewrite(entry, "4711", "8888")
    ingest([plant], index, WordEmbedder(), IngestOptions(rebuild=True))
    assert "8888" in text_of(index)
    rebuild(index, WordEmbedder())
    assert "8888" in text_of(index)
    revised = drawn(lambda canvas: write(canvas, 72, 80, *LOREM), scanned("PUMP 4711", "BEARING TEMP 95 C"))
    (plant / "scan.pdf").write_bytes(revised)
    ingest([plant], index, WordEmbedder())
    assert {"8888", "grease"} <= set(text_of(index).split())
    entry.write_bytes(entry.read_bytes()[:-2])
    ingest([plant], index, WordEmbedder(), IngestOptions(rebuild=True))
    assert "4711" in text_of(index)
    assert "8888" not in text_of(index)


def test_a_long_scan_is_read_in_turns_that_go_on_from_each_other(tmp_path: Path) -> None:
    # A turn ends at four fifths of its time: a page must take less than the rest, all pages more than a turn.
    pages = [scanned(f"PUMP {number}", f"BEARING TEMP {number} C") for number in range(4711, 4727)]
    (tmp_path / "scan.pdf").write_bytes(drawn(*pages))
    [source] = [entry for entry in find_sources([tmp_path], None, Limits()) if isinstance(entry, Source)]
    limits = Limits(cpu_s=10)
    with ParserPool(limits, workers=1) as pool:
        [(_, alone, _)] = pool.parse([source])
    with ParserPool(limits, workers=1, pictures=tmp_path / FOLDER) as pool:
        [(_, read, _)] = pool.parse([source])
    assert isinstance(alone, Document)
    assert isinstance(read, Document)
    assert "the time that one file may take was used up" in alone.warnings[-1]
    assert read.warnings == ("pages 1-16: read from a picture (OCR)",)


def test_an_entry_stays_as_it_was_first_written_and_its_name_leads_nowhere_else(tmp_path: Path) -> None:
    folder = tmp_path / FOLDER
    assert keep(folder, {KEY: [LINE]}) == 1
    assert keep(folder, {KEY: [], "../elsewhere": [LINE], "x": [LINE]}) == 0
    assert find(folder, KEY) == [LINE]
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [KEY]


@pytest.mark.parametrize(
    "content", [b"", b"no mark", b"[]", b'{"a": 1}', b'[["x", 1, 2, 3, 4, NaN]]', b"[[1]]"]
)
def test_a_damaged_entry_counts_as_absent_and_is_written_anew(tmp_path: Path, content: bytes) -> None:
    for written in (content, hashlib.sha256(content).hexdigest().encode() + b"\n" + content):
        (tmp_path / KEY).write_bytes(written)
        assert find(tmp_path, KEY) is None or content == b"[]"
    (tmp_path / KEY).write_bytes(content)
    assert keep(tmp_path, {KEY: [LINE]}) == 1
    assert find(tmp_path, KEY) == [LINE]


def test_the_oldest_entries_go_when_there_are_too_many(tmp_path: Path) -> None:
    keys = [f"{number:064x}" for number in range(10)]
    for key in keys:
        keep(tmp_path, {key: [LINE]})
    (tmp_path / f".{KEY}.new").write_bytes(b"half")
    size = (tmp_path / keys[0]).stat().st_size
    tidy(tmp_path, 3 * size)
    assert sorted(path.name for path in tmp_path.iterdir()) == keys[-3:]


numbers = st.floats(-1e4, 1e4)


@settings(deadline=None, max_examples=50)
@given(
    st.lists(
        st.tuples(
            st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
            numbers, numbers, numbers, numbers, numbers,
        ),
        max_size=4,
    )
)  # fmt: skip
def test_what_is_kept_is_found(lines: list[ReadLine]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        keep(Path(folder), {KEY: lines})
        assert find(Path(folder), KEY) == lines
