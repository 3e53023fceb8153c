import os
from pathlib import Path

import pytest

from ingest.errors import MillwrightError, SourceError
from ingest.limits import Limits
from ingest.load import find_sources
from ingest.records import DocumentKind, FileOutcome, Source
from ingest.sniff import sniff
from tests.ingest.office_files import paragraph, word, write

LIMITS = Limits()


def found(folder: Path, kind: DocumentKind | None = None) -> dict[str, Source | FileOutcome]:
    entries = find_sources([folder], kind, LIMITS)
    return {entry.doc if isinstance(entry, Source) else entry.path: entry for entry in entries}


def outcome(entry: Source | FileOutcome) -> str:
    return entry.type if isinstance(entry, Source) else entry.outcome


def test_a_folder_is_walked_in_order_and_hidden_files_are_passed_over(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"b.md": "# B", "a/z.txt": "z", ".git/config.txt": "x", ".hidden.md": "x", "c.csv": "a,b\n1,2\n"},
    )
    assert list(found(tmp_path)) == ["a/z.txt", "b.md", "c.csv"]


def test_the_content_decides_what_a_file_is(tmp_path: Path) -> None:
    files: dict[str, bytes | str] = {
        "manual.docx": word(paragraph("Torque")),
        "text.docx": "plain text",
        "program.txt": b"\x7fELF\x02\x01" + bytes(200),
        "page.pdf": "<!doctype html><p>log in</p>",
        "empty.md": b"",
        "macro.xlsm": b"PK\x03\x04",
        "BMW.txt": "BMW motor, MZ gearbox: about %PDF-1.7",
    }
    assert {name: outcome(entry) for name, entry in found(write(tmp_path, files)).items()} == {
        "BMW.txt": "text",
        "empty.md": "empty",
        "macro.xlsm": "corrupt",
        "manual.docx": "docx",
        "page.pdf": "type_mismatch",
        "program.txt": "type_mismatch",
        "text.docx": "type_mismatch",
    }


def test_links_pipes_and_odd_names_are_named_and_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "secret.txt"
    outside.write_text("secret")
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "link.txt").symlink_to(outside)
    (folder / "loop").symlink_to(".")
    os.mkfifo(folder / "pipe.txt")
    (folder / "folder.pdf").mkdir()
    (folder / "re\u202efdp.md").write_text("reversed")
    rows = found(folder)
    assert len(rows) == 5
    assert {outcome(row) for row in rows.values()} == {"unsafe_path"}
    assert "re\\u202efdp.md" in rows


def test_a_name_that_is_not_utf8_is_a_row_that_can_be_printed(tmp_path: Path) -> None:
    try:
        Path(os.fsdecode(bytes(tmp_path) + b"/pump\xff.md")).write_text("x")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    [(name, row)] = found(tmp_path).items()
    assert outcome(row) == "unsafe_path"
    assert name.encode("utf-8") == b"pump\\udcff.md"


def test_a_file_that_is_too_long_says_how_long_it_may_be(tmp_path: Path) -> None:
    (tmp_path / "long.txt").write_text("x" * 2_000_001)
    [row] = find_sources([tmp_path], None, Limits(file_bytes=1_000_000))
    assert isinstance(row, FileOutcome)
    assert (row.outcome, row.detail) == ("limit", "2 MB; at most 1 MB")


def test_a_single_file_is_named_by_its_name_alone(tmp_path: Path) -> None:
    path = write(tmp_path, {"sub/note.txt": "text"}) / "sub/note.txt"
    [entry] = find_sources([path], "sop", LIMITS)
    assert isinstance(entry, Source)
    assert (entry.doc, entry.metadata.kind, entry.path) == ("note.txt", "sop", path)


def test_a_log_file_is_a_log_unless_something_else_is_said(tmp_path: Path) -> None:
    write(tmp_path, {"line.log": "2026-02-17 05:58 start"})
    kinds: list[str] = []
    asked: tuple[DocumentKind | None, ...] = (None, "manual")
    for kind in asked:
        [entry] = found(tmp_path, kind).values()
        kinds.append(entry.metadata.kind if isinstance(entry, Source) else "")
    assert kinds == ["log", "manual"]


def test_a_table_is_a_list_unless_something_else_is_said(tmp_path: Path) -> None:
    write(tmp_path, {"parts.csv": "part,stock\nTS-040,2\n", "Orders.TSV": "order\twork\n1\tpump\n"})
    asked: tuple[tuple[DocumentKind | None, list[str]], ...] = (
        (None, ["list"] * 2),
        ("manual", ["manual"] * 2),
    )
    for kind, wanted in asked:
        entries = found(tmp_path, kind).values()
        assert [entry.metadata.kind for entry in entries if isinstance(entry, Source)] == wanted


def test_a_missing_folder_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(MillwrightError, match=r"absent: no such file or folder\. Check the path"):
        list(find_sources([tmp_path / "absent"], None, LIMITS))


@pytest.mark.parametrize(
    ("name", "advice"),
    [("old.doc", "save it as .docx"), ("deck.pptx", "save it as .pdf"), ("x.zip", "unpack it first")],
)
def test_files_that_are_not_read_come_with_advice(name: str, advice: str) -> None:
    with pytest.raises(SourceError, match=advice):
        sniff(name, b"some bytes", LIMITS)
