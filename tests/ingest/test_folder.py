from pathlib import Path

import pytest

from ingest.errors import MillwrightError
from ingest.limits import Limits
from ingest.load import find_sources
from ingest.records import Metadata, Source
from tests.ingest.office_files import write

RULES = """
ignore = ["README.md", "source/*", "old/"]

[[documents]]
path = "manuals/*"
machine = "P-101"
revision = "B"
date = 2025-04-01

[[documents]]
path = "manuals/*-c.md"
revision = "C"
superseded = true
"""


def metadata(folder: Path) -> dict[str, Metadata]:
    entries = find_sources([folder], None, Limits())
    return {entry.doc: entry.metadata for entry in entries if isinstance(entry, Source)}


def test_later_entries_override_earlier_ones(tmp_path: Path) -> None:
    write(tmp_path, {"millwright.toml": RULES, "manuals/a.md": "a", "manuals/a-c.md": "a", "note.md": "n"})
    stated = metadata(tmp_path)
    assert stated["manuals/a.md"] == Metadata(machine="P-101", revision="B", date="2025-04-01")
    assert (stated["manuals/a-c.md"].revision, stated["manuals/a-c.md"].superseded) == ("C", True)
    assert stated["note.md"] == Metadata()


def test_ignored_files_and_folders_are_not_documents(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"millwright.toml": RULES, "README.md": "r", "source/deep/x.md": "x", "old/y.md": "y", "z.md": "z"},
    )
    assert list(metadata(tmp_path)) == ["z.md"]


def test_the_nearest_file_wins_for_its_folder(tmp_path: Path) -> None:
    nearer = '[[documents]]\npath = "*"\nrevision = "D"\nkind = "sop"\n'
    write(tmp_path, {"millwright.toml": RULES, "manuals/millwright.toml": nearer, "manuals/a.md": "a"})
    assert metadata(tmp_path)["manuals/a.md"] == Metadata(
        kind="sop", machine="P-101", revision="D", date="2025-04-01"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ignored = []", r"millwright\.toml: unknown key 'ignored'; the known ones are ignore, documents"),
        ('[[documents]]\npath = "*"\nmachin = "P"', r"unknown key 'machin'; the known ones are kind, title"),
        ('[[documents]]\npath = "*"\nkind = "book"', r"kind = 'book'; the known ones are manual, sop"),
        ('[[documents]]\nmachine = "P"', r"has no `path`"),
        ('[[documents]]\npath = "*"\nsuperseded = "no"', r"superseded = 'no'; it must be true or false"),
        ('ignore = "README.md"', r"`ignore` is a list of patterns"),
        ("ignore = [", r"not readable as TOML"),
    ],
)
def test_a_mistake_names_the_file_and_what_is_known(tmp_path: Path, text: str, message: str) -> None:
    write(tmp_path, {"millwright.toml": text})
    with pytest.raises(MillwrightError, match=message):
        list(find_sources([tmp_path], None, Limits()))
