"""Programs change the library: a document comes in, is asked about, is replaced and deleted; who may not."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant.access import audit
from assistant.access.door import Door
from assistant.access.tokens import Tokens
from assistant.access.users import UsersFile
from assistant.api import ServeOptions, create_app
from assistant.app import Millwright, build
from assistant.config import AccessSettings, GenerateSettings, LibrarySettings, Settings
from tests.fakes import WordEmbedder

LOCAL = "http://127.0.0.1:7860"
ADDRESS = "/api/v1/documents"
QUESTION = "How tight are the foot bolts of the gearbox?"
TEXT = "# Gearbox GB-1\n\nTighten the foot bolts of the gearbox to 85 N·m.\n"
NAMED = {"name": "gearbox.md", "machine": "GB-1", "kind": "sop", "revision": "A"}


@pytest.fixture
def plant(tmp_path: Path) -> Millwright:
    """An index of one document of the server's own, which says nothing of a gearbox."""
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    (shelf / "pump.md").write_text("# Pump P-101\n\nGrease the bearings every 3,000 h.\n")
    settings = Settings(
        generate=GenerateSettings(engine="extractive"), library=LibrarySettings(max_upload_mb=1)
    )
    application = build(settings, tmp_path, "plant")
    application.__dict__["embedder"] = WordEmbedder()
    assert not application.ingest([shelf]).failed
    return application


@pytest.fixture
def door(tmp_path: Path) -> Door:
    settings = AccessSettings()
    door = Door(tmp_path, settings)
    for name, role in (("boss", "admin"), ("reed", "technician")):
        UsersFile(door.users.path).add(name, role, [], "hash")
    return door


@pytest.fixture
def client(plant: Millwright, door: Door) -> Iterator[TestClient]:
    options = ServeOptions(max_upload_bytes=100_000, library_upload_bytes=1 << 20)
    with TestClient(create_app(plant, options, door), base_url=LOCAL) as connected:
        yield connected


def bearing(door: Door, user: str, *scopes: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {Tokens(door.users).create(user, 'test', scopes, 1)[1]}"}


@pytest.fixture
def boss(door: Door) -> dict[str, str]:
    return bearing(door, "boss", "documents", "ask")


def support(client: TestClient, boss: dict[str, str]) -> Any:
    return client.post("/api/v1/ask", json={"question": QUESTION}, headers=boss).json()["support"]


def test_a_document_is_uploaded_asked_about_replaced_and_deleted(
    client: TestClient, boss: dict[str, str], tmp_path: Path
) -> None:
    assert support(client, boss) == "declined"
    made = client.post(ADDRESS, params=NAMED, content=TEXT.encode(), headers=boss)
    assert made.status_code == 201, made.text
    assert made.json() == {
        "name": "gearbox.md", "outcome": "ok", "detail": "", "pages": 0, "passages": 1, "warnings": [],
    }  # fmt: skip
    assert support(client, boss) == "supported"
    one = client.get(f"{ADDRESS}/gearbox.md", headers=boss).json()
    assert (one["kind"], one["machine"], one["revision"]) == ("sop", "GB-1", "A")

    newer = TEXT.replace("85", "90").encode()
    again = {"name": "gearbox.md", "replaces": "gearbox.md", "revision": "B"}
    assert (
        client.post(ADDRESS, params=again, content=newer, headers=boss).json()["name"] == "gearbox rev B.md"
    )
    answer = client.post("/api/v1/ask", json={"question": QUESTION}, headers=boss).json()
    assert "90 N·m" in answer["answer"]
    assert client.get(f"{ADDRESS}/gearbox.md", headers=boss).json()["superseded"] is True

    for name in ("gearbox rev B.md", "gearbox.md"):
        assert client.delete(f"{ADDRESS}/{name}", headers=boss).json() == {"deleted": [name]}
        assert client.get(f"{ADDRESS}/{name}", headers=boss).status_code == 404
    assert support(client, boss) == "declined"
    events = [json.loads(line) for line in (tmp_path / audit.AUDIT_FILE).read_text("utf-8").splitlines()]
    assert {event["who"] for event in events if event["what"] == "delete"} == {"boss"}


@pytest.mark.parametrize(
    ("params", "content", "status", "told"),
    [
        ({"name": "empty.md"}, b"", 422, "(empty)"),
        ({"name": "scan.pdf"}, b"no PDF at all", 422, "(type_mismatch)"),
        ({"name": "x.exe"}, b"MZ\x90\x00" * 99, 422, "is not taken in"),
        ({"name": "///"}, b"x", 422, "cannot be the name"),
        ({}, b"x", 422, "name"),
        ({"name": "x.md", "colour": "red"}, b"x", 422, "colour"),
        ({"name": "x.md", "kind": "novel"}, b"x", 422, "kind"),
        ({"name": "x.md", "replaces": "absent.md"}, b"# X\n\nText.\n", 422, "no document 'absent.md'"),
        ({"name": "x.md"}, b"x" * (1 << 20), 413, "larger than"),
    ],
)
def test_what_is_not_taken_in_is_told_with_its_reason(
    client: TestClient, boss: dict[str, str], params: dict[str, str], content: bytes, status: int, told: str
) -> None:
    sent = content * 2 if status == 413 else content
    refused = client.post(ADDRESS, params=params, content=sent, headers=boss)
    assert refused.status_code == status, refused.text
    assert told in refused.text
    assert [row["doc"] for row in client.get(ADDRESS, headers=boss).json()["documents"]] == ["pump.md"]


def test_what_is_there_already_is_a_conflict(client: TestClient, boss: dict[str, str]) -> None:
    assert client.post(ADDRESS, params=NAMED, content=TEXT.encode(), headers=boss).status_code == 201
    same = client.post(ADDRESS, params={"name": "other.md"}, content=TEXT.encode(), headers=boss)
    assert (same.status_code, same.json()["outcome"]) == (409, "same")
    assert "gearbox.md" in same.json()["detail"]
    taken = client.post(ADDRESS, params=NAMED, content=b"# Other\n\nText.\n", headers=boss)
    assert (taken.status_code, taken.json()["outcome"]) == (409, "taken")


def test_a_document_that_lies_in_a_folder_of_the_server_is_changed_there(
    client: TestClient, boss: dict[str, str]
) -> None:
    refused = client.delete(f"{ADDRESS}/pump.md", headers=boss)
    assert refused.status_code == 409
    assert "change it there" in refused.json()["detail"]
    assert client.delete(f"{ADDRESS}/absent.md", headers=boss).status_code == 404
    assert client.get(f"{ADDRESS}/pump.md", headers=boss).status_code == 200


def test_who_may_not_changes_nothing(client: TestClient, door: Door, boss: dict[str, str]) -> None:
    for headers, status in (
        (bearing(door, "boss", "ask", "search", "reports"), 403),
        (bearing(door, "reed", "documents"), 403),
        ({}, 401),
    ):
        assert (
            client.post(ADDRESS, params=NAMED, content=TEXT.encode(), headers=headers).status_code == status
        )
        assert client.delete(f"{ADDRESS}/pump.md", headers=headers).status_code == status
    assert client.get(ADDRESS, headers=boss).json()["total"] == 1


def test_an_upload_sent_twice_with_a_key_is_done_once(client: TestClient, boss: dict[str, str]) -> None:
    headers = {**boss, "Idempotency-Key": "manual-17"}
    first, again = (
        client.post(ADDRESS, params=NAMED, content=TEXT.encode(), headers=headers) for _ in range(2)
    )
    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
    other = client.post(ADDRESS, params=NAMED, content=b"# Other\n", headers=headers)
    assert other.status_code == 422


def test_questions_with_known_answers_are_measured(client: TestClient, boss: dict[str, str]) -> None:
    def row(number: str, question: str, doc: str, said: str) -> dict[str, Any]:
        gold = {"doc": doc, "passage_or_section": "Pump P-101"}
        return {"id": number, "question": question, "gold": gold, "must_contain": [said]}

    rows = [row("1", "How often are bearings greased?", "pump.md", "3,000 h")]
    rows.append(row("2", "轴承多久加油？", "absent.md", "85 N·m"))
    answer = client.post("/api/v1/evaluate", json={"questions": rows}, headers=boss)
    assert answer.status_code == 200, answer.text
    measured = answer.json()
    assert (measured["questions"], measured["document@5"], measured["text@1k"]) == (2, 0.5, 0.5)
    assert [group["name"] for group in measured["groups"]] == ["all", "en", "zh"]
    assert [(missed["id"], missed["found"][0]["doc"]) for missed in measured["missed"]] == [("2", "pump.md")]
    for wrong in ([], [{**rows[0], "question": ""}], [{"question": "x"}], rows * 51):
        assert client.post("/api/v1/evaluate", json={"questions": wrong}, headers=boss).status_code == 422
