"""Searching and listing by the API: pages, filters, and what is wrong said as RFC 9457 says it."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant.api import ServeOptions, create_app
from tests.ui.plant import HEAD_LINE, MANUAL, PROCEDURE, FixedAnswers

LOCAL = "http://127.0.0.1:7860"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    plant = FixedAnswers(tmp_path_factory.mktemp("plant"))
    with TestClient(create_app(plant, ServeOptions()), base_url=LOCAL) as connected:
        yield connected


def test_passages_come_page_by_page(client: TestClient) -> None:
    asked: dict[str, str | int] = {"question": "suction head?", "limit": 1}
    first = client.get("/api/v1/search", params=asked).json()
    assert HEAD_LINE in first["hits"][0]["text"]
    assert (first["hits"][0]["doc"], first["hits"][0]["page"], first["next_offset"]) == (MANUAL, 2, 1)
    second = client.get("/api/v1/search", params={**asked, "offset": first["next_offset"]}).json()
    assert [hit["doc"] for hit in second["hits"]] == [PROCEDURE]
    last = client.get("/api/v1/search", params={**asked, "offset": second["next_offset"]}).json()
    assert (last["hits"], last["next_offset"]) == ([], None)


def test_a_filter_narrows(client: TestClient) -> None:
    asked = {"question": "suction head?", "filter": f"doc={PROCEDURE}"}
    assert [hit["doc"] for hit in client.get("/api/v1/search", params=asked).json()["hits"]] == [PROCEDURE]


def test_documents_come_page_by_page_and_by_name(client: TestClient) -> None:
    first = client.get("/api/v1/documents", params={"limit": 1}).json()
    assert (first["total"], first["next_offset"], first["documents"][0]["doc"]) == (2, 1, MANUAL)
    rest = client.get("/api/v1/documents", params={"limit": 1, "offset": 1}).json()
    assert (rest["next_offset"], rest["documents"][0]["kind"]) == (None, "sop")
    one = client.get(f"/api/v1/documents/{MANUAL}").json()
    assert (one["machine"], one["revision"], one["pages"]) == ("P-101", "C", 3)


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("/api/v1/search", {}, 422),
        ("/api/v1/search", {"question": ""}, 422),
        ("/api/v1/search", {"question": "x", "limit": 0}, 422),
        ("/api/v1/search", {"question": "x", "offset": 200}, 422),
        ("/api/v1/search", {"question": "x", "filter": "machine"}, 422),
        ("/api/v1/documents", {"limit": 101}, 422),
        ("/api/v1/documents", {"offset": -1}, 422),
        ("/api/v1/documents/nothing.pdf", {}, 404),
        ("/api/v1/nothing", {}, 404),
    ],
)
def test_what_is_wrong_is_a_problem(client: TestClient, path: str, query: Any, status: int) -> None:
    answer = client.get(path, params=query)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status
    assert answer.json()["detail"]
