"""schemathesis sends whatever the description of the API allows, and what it does not: no fault, no surprise.

MILLWRIGHT_SCHEMA_EXAMPLES sets how many requests each operation gets (default 10); 500 take about an hour.
"""

import os
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import load_all_checks, not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.specs.openapi import checks

from assistant.api import ServeOptions, create_app
from assistant.api_openapi import ADDRESS
from assistant.app import build
from assistant.config import GenerateSettings, LibrarySettings, Settings
from tests.fakes import WordEmbedder

EXAMPLES = int(os.environ.get("MILLWRIGHT_SCHEMA_EXAMPLES", "10"))
HERE = {"Host": "127.0.0.1:7860"}
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
    checks.missing_required_header,
]
load_all_checks()


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """The real application over a small real index."""
    folder = tmp_path_factory.mktemp("plant")
    shelf = folder / "shelf"
    shelf.mkdir()
    (shelf / "pump.md").write_text("# Pump P-101\n\nE012: grease the bearings every 3,000 h.\n")
    limits = LibrarySettings(max_upload_mb=1)
    application = build(
        Settings(generate=GenerateSettings(engine="extractive"), library=limits), folder, "plant"
    )
    application.__dict__["embedder"] = WordEmbedder()
    assert not application.ingest([shelf]).failed
    return create_app(application, ServeOptions(max_upload_bytes=1 << 20, library_upload_bytes=1 << 20))


@pytest.fixture(scope="module")
def described(app: FastAPI) -> Any:
    return schemathesis.openapi.from_asgi(ADDRESS, app, headers=HERE)


@pytest.mark.timeout(max(300, 30 * EXAMPLES))
def test_every_answer_is_as_described_whatever_is_sent(described: Any) -> None:
    found, tried = [], 0
    for result in described.get_all_operations():
        operation = result.ok()
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            try:
                _try(operation, mode)
                tried += 1
            except Unsatisfiable:  # nothing can be wrong with a request that has no parts
                assert mode is GenerationMode.NEGATIVE
                assert not list(operation.iter_parameters())
            except (FailureGroup, Failure) as failure:
                found.append(f"{operation.label} ({mode}): {failure}")
    assert tried > 20
    assert not found, "\n\n".join(found)


def _try(operation: Any, mode: GenerationMode) -> None:
    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES, deadline=None, derandomize=True, database=None,
        suppress_health_check=list(HealthCheck), phases=[Phase.generate],
    )  # fmt: skip
    def send(case: Any) -> None:
        case.call_and_validate(checks=CHECKS, headers=HERE)

    send()
