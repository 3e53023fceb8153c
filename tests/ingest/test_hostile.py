"""Every hostile file ends as it must: read, or refused for the stated reason, and nothing else happens."""

import importlib.util
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ingest.errors import SourceError
from ingest.limits import Limits
from ingest.load import find_sources
from ingest.records import Document, FileOutcome, Source
from ingest.worker import ParserPool

pytestmark = pytest.mark.timeout(600)


@dataclass(frozen=True, slots=True)
class Ending:
    """How a file ended: "ok" or "error:REASON", with what would be indexed or is said."""

    outcome: str
    text: str
    ms: int

    def meets(self, wanted: str) -> bool:
        if wanted.startswith("ok:contains "):
            return self.outcome == "ok" and wanted.removeprefix("ok:contains ") in self.text
        return self.outcome == wanted


@pytest.fixture(scope="module")
def hostile_dir(shared_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    maker = shared_dir / "hostile/make_bad_files.py"
    if not maker.exists():
        pytest.skip(f"{maker} is not there")
    for needed in ("pypdf", "cryptography", "PIL"):
        if importlib.util.find_spec(needed) is None:
            pytest.skip(f"the hostile files are made with {needed}; run pip install {needed}")
    folder = tmp_path_factory.mktemp("hostile")
    subprocess.run([sys.executable, str(maker), str(folder)], check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def expected(hostile_dir: Path) -> list[dict[str, Any]]:
    made = json.loads((hostile_dir / "expected.json").read_text())
    assert made["skipped"] == []
    return list(made["files"])


@pytest.fixture(scope="module")
def endings(hostile_dir: Path, expected: list[dict[str, Any]]) -> dict[str, Ending]:
    ended: dict[str, Ending] = {}
    found: list[Source] = []
    for entry in find_sources([hostile_dir / "files"], None, Limits()):
        if isinstance(entry, FileOutcome):
            ended[entry.path] = Ending(f"error:{entry.outcome}", entry.detail, 0)
        else:
            found.append(entry)
    with ParserPool(Limits(), workers=2) as pool:
        for source, read, ms in pool.parse(found):
            ended[source.doc] = _ending(read, ms)
    return {f"files/{name}": ending for name, ending in ended.items()}


def _ending(read: Document | SourceError, ms: int) -> Ending:
    if isinstance(read, SourceError):
        return Ending(f"error:{read.reason}", read.detail, ms)
    lines = [read.title, *(f"{block.header}\n{block.text}" for block in read.blocks), *read.warnings]
    return Ending("ok", "\n".join(lines), ms)


def _misses(expected: list[dict[str, Any]], endings: dict[str, Ending]) -> Iterator[str]:
    for entry in expected:
        ending = endings.get(entry["file"])
        if ending is None:
            yield f"{entry['id']}: no row"
            continue
        wanted = [entry.get("expect_with_ocr", entry["expect"]), *entry.get("also_accept", [])]
        if not any(ending.meets(one) for one in wanted):
            yield f"{entry['id']}: {wanted}, but it ended {ending.outcome}: {ending.text[:100]!r}"


def test_every_file_ends_as_it_must(expected: list[dict[str, Any]], endings: dict[str, Ending]) -> None:
    assert len(expected) == 130
    assert list(_misses(expected, endings)) == []


def test_nothing_that_is_hidden_or_elsewhere_is_indexed(
    expected: list[dict[str, Any]], endings: dict[str, Ending]
) -> None:
    leaks = [
        (entry["id"], mark)
        for entry in expected
        for mark in entry.get("must_not_contain", [])
        if mark in endings[entry["file"]].text
    ]
    assert leaks == []


def test_nothing_is_made_outside(
    hostile_dir: Path, expected: list[dict[str, Any]], endings: dict[str, Ending]
) -> None:
    made = [
        name
        for entry in expected
        for name in entry.get("must_not_create", [])
        if (hostile_dir / name).exists()
    ]
    assert endings
    assert made == []


def test_no_file_holds_the_others_up(expected: list[dict[str, Any]], endings: dict[str, Ending]) -> None:
    slow = {entry["id"]: endings[entry["file"]].ms for entry in expected
            if endings[entry["file"]].ms > 1000 * entry["max_seconds"]}  # fmt: skip
    assert slow == {}
