"""What several tests need: the shared documents, the real models, and a small index built once."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def skip_unless(wanted: bool, variable: str, reason: str) -> None:
    """Skip, or fail where the variable says that nothing may be missing."""
    if wanted:
        return
    if os.environ.get(variable) == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """Documents that are not part of the project: corpus, question sets, hostile files."""
    folder = Path(os.environ.get("MILLWRIGHT_SHARED", ROOT.parent / "shared"))
    skip_unless(folder.is_dir(), "MILLWRIGHT_REQUIRE_SHARED", f"{folder} is not there")
    return folder
