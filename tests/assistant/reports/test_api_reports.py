"""`/api/v1/reports`: a report from a text to closed, what is refused, and why."""

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant.access.paths import need_of, takes_tokens
from assistant.api import ServeOptions, create_app
from tests.assistant.reports.test_drafting import CHINESE, ENGLISH
from tests.ui.plant import FixedAnswers

BASE = "/api/v1/reports"


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    return TestClient(create_app(FixedAnswers(tmp_path), ServeOptions()), base_url="http://127.0.0.1")


def made(client: TestClient, text: str = ENGLISH) -> Any:
    found = client.post(BASE, json={"text": text, "by": "Reed"})
    assert found.status_code == 201, found.text
    return found.json()


def test_a_report_goes_from_a_text_to_closed(client: TestClient) -> None:
    report_id = made(client)["report"]["header"]["report_id"]
    one = f"{BASE}/{report_id}"
    edited = client.patch(one, json={"by": "Reed", "fields": {"equipment.component": "Strainer"}}).json()
    assert edited["report"]["equipment"]["component"] == "Strainer"
    assert edited["report"]["provenance"]["equipment.component"]["confirmed_by"] == "Reed"
    assert "event.symptom" in edited["unconfirmed"]
    assert client.post(f"{one}/confirm", json={"by": "Reed"}).json()["unconfirmed"] == []
    for status in ("in_review", "approved", "closed"):
        moved = client.post(f"{one}/status", json={"by": "Kerr", "status": status})
        assert moved.json()["report"]["status"] == status
    assert client.get(one).json() == moved.json()
    assert client.get(BASE, params={"status": "closed"}).json()["reports"][0]["report_id"] == report_id
    assert client.get(BASE, params={"status": "draft"}).json()["total"] == 0


def test_the_newest_stand_first_and_come_in_pages(client: TestClient) -> None:
    ids = [made(client, text)["report"]["header"]["report_id"] for text in (ENGLISH, CHINESE, ENGLISH)]
    found = client.get(BASE, params={"limit": 1, "offset": 1}).json()
    assert found["total"] == 3
    assert [row["report_id"] for row in found["reports"]] == [ids[1]]
    assert found["reports"][0]["asset_id"] == "HP-2"
    assert (found["offset"], found["next_offset"]) == (1, 2)
    assert client.get(BASE, params={"limit": 1, "offset": 2}).json()["next_offset"] is None


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "told"),
    [
        ("GET", "/FR-20000101-001", None, 404, "no such report"),
        ("GET", "/..%2Fsecret", None, 404, ""),
        ("PATCH", "/{id}", {"by": "Reed", "fields": {"event.failed_at": "then"}}, 422, "event.failed_at"),
        ("PATCH", "/{id}", {"by": "Reed", "fields": {"impact.downtime_min": 3}}, 422, "computed or fixed"),
        ("PATCH", "/{id}", {"fields": {"event.symptom": "x"}}, 422, "say who you are"),
        ("POST", "/{id}/status", {"by": "Reed", "status": "closed"}, 422, "follows in_review"),
        ("POST", "/{id}/status", {"by": "Reed", "status": "P4"}, 422, ""),
        ("POST", "", {"text": " ", "by": "Reed"}, 422, "it is empty"),
        ("POST", "", {"text": "x", "colour": "red"}, 422, ""),
    ],
)
def test_what_is_wrong_is_told_and_changes_nothing(
    client: TestClient, method: str, path: str, body: Any, status: int, told: str
) -> None:
    before = made(client)["report"]
    report_id = before["header"]["report_id"]
    found = client.request(method, BASE + path.format(id=report_id), json=body)
    assert found.status_code == status
    assert told in found.text
    if told:
        assert found.headers["content-type"] == "application/problem+json"
        assert set(found.json()) == {"type", "title", "status", "detail"}
    assert client.get(f"{BASE}/{report_id}").json()["report"] == before
    assert client.get(BASE).json()["total"] == 1


def test_every_address_needs_the_right_to_reports() -> None:
    assert need_of("PATCH", f"{BASE}/1") == need_of("POST", BASE) == need_of("GET", BASE) == "reports"
    assert need_of("DELETE", f"{BASE}/1") == "closed"
    assert takes_tokens(BASE)
