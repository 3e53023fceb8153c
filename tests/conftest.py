"""What several tests need: the shared documents, the real models, and a small index built once."""

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import settings

# A busy machine must not turn a right answer into a failure: how long a thing may take, tests of its own ask.
settings.register_profile("patient", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "patient")

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


@pytest.fixture(scope="session")
def fetched_models() -> None:
    """The real embedder and the small generator, fetched before."""
    from assistant import models

    for name in ("multilingual-e5-small", "small"):
        skip_unless(
            models.find(name) is not None,
            "MILLWRIGHT_REQUIRE_MODELS",
            f"{name} is not here; run `millwright models fetch {name}`",
        )


@pytest.fixture(scope="session", autouse=True)
def loaded_once() -> Iterator[None]:
    """The embedder of a model is loaded once, and shared by every application that the tests build."""
    from assistant import app
    from ingest.embed import SentenceEmbedder

    with patch.object(app, "SentenceEmbedder", cache(SentenceEmbedder)):
        yield


@pytest.fixture(scope="session")
def plant_data(fetched_models: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the index `plant`: part of the sample plant, read with the real embedder."""
    from assistant.app import build
    from assistant.config import Settings

    data = tmp_path_factory.mktemp("data")
    plant = ROOT / "examples" / "plant"
    roots = [plant / "sops", plant / "manuals" / "p101-rev-c.pdf", plant / "manuals" / "hp2-rev-a-zh.pdf"]
    report = build(Settings(), data, "plant").ingest(roots)
    assert not report.failed
    return data
