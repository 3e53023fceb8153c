"""`/api/v1/tickets`: from a text to a document; what is refused, and why; who may."""

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant.access.door import Door
from assistant.access.paths import need_of, takes_tokens
from assistant.access.records import ForbiddenError, Principal
from assistant.api import ServeOptions, create_app
from assistant.app import Millwright
from assistant.config import AccessSettings
from assistant.guarded import Guarded
from tests.assistant.tickets.conftest import plant_at

BASE = "/api/v1/tickets"
TICKET = {"external_id": "A/1", "text": "How do I grease the bearings of P-101?", "customer": "A. Reed"}


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Millwright:
    return plant_at(tmp_path_factory.mktemp("own"))


@pytest.fixture(scope="module")
def client(own: Millwright) -> TestClient:
    return TestClient(create_app(own, ServeOptions()), base_url="http://127.0.0.1")


def made(client: TestClient, name: str) -> Any:
    found = client.post(BASE, json={**TICKET, "external_id": name})
    assert found.status_code == 200, found.text
    return found.json()


def test_a_ticket_goes_from_a_text_to_a_document(client: TestClient, own: Millwright) -> None:
    first = made(client, "way")
    assert (first["outcome"], first["ticket"]["status"]) == ("new", "open")
    assert made(client, "way")["outcome"] == "known"
    one = f"{BASE}/{first['ticket']['ticket_id']}"
    assert client.post(f"{one}/reply", json={}).status_code == 422
    drafted = client.post(f"{one}/reply", json={"by": "Reed"}).json()["ticket"]
    assert "1. Remove the guard. [1]" in drafted["reply"]["text"]
    edited = client.patch(f"{one}/reply", json={"by": "Reed", "text": "See the manual."}).json()["ticket"]
    assert edited["reply"]["edited_by"] == "Reed"
    done = client.post(f"{one}/approve", json={"by": "Kerr"}).json()
    assert done["events"][-1]["what"] == "approved with edits"
    assert done["events"][-1]["distance"] > 0.5
    solved = {"by": "Kerr", "resolution": "Nipple N-5 was <b>clogged</b>; cleaned.", "cause": "Paint"}
    assert client.post(f"{one}/solve", json=solved).json()["ticket"]["status"] == "solved"
    published = client.post(f"{one}/publish", json={"by": "Kerr"}).json()["ticket"]
    assert published["document"] == f"ticket-{published['ticket_id']}.md"
    hits = own.search("nipple clogged paint", filters={"kind": "ticket"})
    assert any("N-5" in hit.chunk.text and "<b>clogged</b>" in hit.chunk.text for hit in hits)
    assert not any("Reed" in hit.chunk.text for hit in hits)
    assert client.get(BASE, params={"status": "published"}).json()["total"] == 1


def test_files_come_in_and_pages_go_out(client: TestClient) -> None:
    table = b"id,text\nX-1,Pump is loud\nX-2,\n"
    rows = client.post(f"{BASE}/import", params={"name": "desk.csv"}, content=table).json()["rows"]
    assert [row["outcome"] for row in rows] == ["new", "refused"]
    found = client.get(BASE, params={"limit": 1}).json()
    assert found["tickets"][0]["external_id"] == "X-1"
    assert found["next_offset"] == (1 if found["total"] > 1 else None)


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "told"),
    [
        ("GET", "/TK-20000101-001", None, 404, "no such ticket"),
        ("POST", "/TK-20000101-001/reply", {"by": "x"}, 404, "no such ticket"),
        ("POST", "/{id}/approve", {"by": "x"}, 422, "it is open"),
        ("PATCH", "/{id}/reply", {"by": "x", "text": "y"}, 422, "it is open"),
        ("POST", "/{id}/publish", {"by": "x"}, 422, "it is open"),
        ("POST", "/{id}/solve", {"by": "x", "resolution": " "}, 422, "say what solved it"),
        ("POST", "/{id}/reply", {"by": "x", "status": "closed"}, 422, "Extra"),
        ("POST", "", {"text": "x"}, 422, "external_id"),
        ("POST", "", {"external_id": "e", "text": "x", "status": "solved"}, 422, "status"),
    ],
)
def test_what_is_wrong_is_told_and_changes_nothing(
    client: TestClient, method: str, path: str, body: Any, status: int, told: str
) -> None:
    before = made(client, "wrong")["ticket"]
    total = client.get(BASE).json()["total"]
    found = client.request(method, BASE + path.format(id=before["ticket_id"]), json=body)
    assert found.status_code == status, found.text
    assert told in found.text
    assert found.headers["content-type"] == "application/problem+json"
    assert client.get(f"{BASE}/{before['ticket_id']}").json()["ticket"] == before
    assert client.get(BASE).json()["total"] == total


def test_who_may(own: Millwright) -> None:
    def seen(role: Any) -> Guarded:
        door = Door(Path("/dev/null"), AccessSettings())
        return Guarded(own, lambda: Principal(role, role, role, None), door.questions)

    with pytest.raises(ForbiddenError):
        seen("technician").tickets.listed()
    service = seen("service").tickets
    ticket_id = service.listed()[0].ticket_id
    service.solve(ticket_id, "Switched on", by="someone else")
    assert service.events(ticket_id)[-1].by == "service"
    with pytest.raises(ForbiddenError, match="does not allow"):
        service.publish(ticket_id)
    assert seen("expert").tickets.publish(ticket_id).status == "published"


def test_each_address_needs_the_right_and_takes_tokens() -> None:
    for method, path in (("GET", ""), ("POST", ""), ("POST", "/import"), ("GET", "/1"), ("PATCH", "/1/reply"),
                         ("POST", "/1/approve"), ("POST", "/1/publish")):  # fmt: skip
        assert need_of(method, BASE + path) == "tickets"
        assert takes_tokens(f"{BASE}{path}" if path else BASE)
    assert need_of("DELETE", f"{BASE}/1") == "closed"
