"""`/api/v1/lessons`: what is taught, page by page; corrected by whoever may, and kept."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from assistant.access.paths import need_of, takes_tokens
from assistant.access.records import Principal
from assistant.access.throttle import Pace
from assistant.api import ServeOptions, create_app
from assistant.errors import LessonError
from assistant.guarded import Guarded
from tests.ui.plant import FixedAnswers

BASE = "/api/v1/lessons"


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    return TestClient(create_app(FixedAnswers(tmp_path), ServeOptions()), base_url="http://127.0.0.1")


def test_what_is_taught_comes_with_its_records_in_pages(client: TestClient) -> None:
    found = client.get(BASE, params={"limit": 2}).json()
    assert (found["failures"], found["total"], found["next_offset"]) == (7, 7, 2)
    assert [record["number"] for record in found["records"]] == ["IR-17", "IR-16"]
    assert found["patterns"][0]["hidden"] is True
    assert found["precursors"]["near_misses"] == 2
    last = client.get(BASE, params={"limit": 5, "offset": 5, "machine": "HP-2"}).json()
    assert (last["records"], last["total"], last["next_offset"]) == ([], 2, None)
    page = client.get("/lessons.html", params={"language": "zh"})
    assert page.headers["content-type"].startswith("text/html")
    assert "隐藏的危险" in page.text


def test_a_correction_is_kept_and_taken_back(client: TestClient) -> None:
    number = client.get(BASE, params={"machine": "P-101"}).json()["records"][0]["id"]
    one = f"{BASE}/{number}"
    changed = client.patch(one, json={"axis": "mode", "code": "BRD", "by": "A. Reed"})
    assert changed.json()["codes"]["mode"]["basis"] == "person"
    assert client.get(BASE, params={"mode": "BRD"}).json()["total"] == 1
    assert client.patch(one, json={"axis": "mode", "code": None}).json()["codes"]["mode"]["code"] == "FTS"
    for body, told in (
        ({"axis": "mode", "code": "P4", "by": "x"}, "is no code of mode"),
        ({"axis": "mode", "code": "BRD"}, "say who you are"),
        ({"axis": "colour", "code": "BRD"}, ""),
    ):
        wrong = client.patch(one, json=body)
        assert wrong.status_code == 422
        assert told in wrong.text
        assert wrong.headers["content-type"] == "application/problem+json"
    assert client.patch(f"{BASE}/no", json={"axis": "mode", "code": "BRD", "by": "x"}).status_code == 404


def test_who_may_read_nothing_learns_nothing_and_only_experts_correct(tmp_path: Path) -> None:
    def as_role(role: str, *collections: str) -> Guarded:
        who = Principal("1", "reed", role, frozenset(collections))  # type: ignore[arg-type]
        return Guarded(FixedAnswers(tmp_path), lambda: who, Pace(100))

    assert as_role("technician").lessons.found().coded == ()
    seen = as_role("technician", "default").lessons
    number = seen.found().coded[0].incident.id
    with pytest.raises(LessonError, match="your role"):
        seen.correct(number, "mode", "BRD")
    corrected = as_role("expert", "default").lessons.correct(number, "mode", "BRD")
    assert corrected.verdicts["mode"].why.startswith("reed, 20")


def test_every_address_needs_the_right_to_lessons() -> None:
    assert (
        need_of("GET", BASE) == need_of("PATCH", f"{BASE}/1") == need_of("GET", "/lessons.html") == "lessons"
    )
    assert need_of("DELETE", f"{BASE}/1") == "closed"
    assert takes_tokens(BASE)
