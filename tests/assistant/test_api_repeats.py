"""A request with an idempotency key is done once: sent again, at once, by another, after a restart, late."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant.access.door import Door
from assistant.access.tokens import Tokens
from assistant.access.users import UsersFile
from assistant.api import ServeOptions, create_app
from assistant.config import AccessSettings
from assistant.errors import NotKeptError
from assistant.kept_requests import KEPT_S, KeptRequests, RequestLimits, Response
from assistant.reports.reports import Reports
from tests.ui.plant import FixedAnswers

LOCAL = "http://127.0.0.1:7860"
ADDRESS = "/api/v1/reports"
BODY = {"text": "On P-101 the seal leaked at 07:42 and the pump was stopped.", "by": "A. Reed"}
KEY = {"Idempotency-Key": "shift-17"}
DONE = Response(201, (("content-type", "application/json"),), b"{}")


@pytest.fixture
def plant(tmp_path: Path) -> FixedAnswers:
    return FixedAnswers(tmp_path)


@pytest.fixture
def client(plant: FixedAnswers) -> Iterator[TestClient]:
    with TestClient(create_app(plant, ServeOptions()), base_url=LOCAL) as connected:
        yield connected


def count(client: TestClient) -> int:
    return int(client.get(ADDRESS).json()["total"])


def test_the_same_request_gets_the_first_answer_and_is_done_once(client: TestClient) -> None:
    first = client.post(ADDRESS, json=BODY, headers=KEY)
    again = client.post(ADDRESS, json=BODY, headers=KEY)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again.headers["content-type"] == first.headers["content-type"]
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert count(client) == 1
    assert client.post(ADDRESS, json=BODY).status_code == 201
    assert client.post(ADDRESS, json=BODY, headers={"Idempotency-Key": "other"}).status_code == 201
    assert count(client) == 3


def test_the_same_key_with_another_request_is_refused(client: TestClient) -> None:
    made = client.post(ADDRESS, json=BODY, headers=KEY).json()["report"]["header"]["report_id"]
    confirm = f"{ADDRESS}/{made}/confirm"
    for address, body in ((ADDRESS, {**BODY, "text": "Something else."}), (confirm, BODY)):
        refused = client.post(address, json=body, headers=KEY)
        assert refused.status_code == 422
        assert refused.headers["content-type"] == "application/problem+json"
        assert "came with another request" in refused.json()["detail"]
    assert count(client) == 1


@pytest.mark.parametrize("key", ["", " ", "two words", "x" * 256, "é"])
def test_a_key_that_is_none_is_refused(client: TestClient, key: str) -> None:
    refused = client.post(ADDRESS, json=BODY, headers={b"Idempotency-Key": key.encode()})
    assert (refused.status_code, refused.json()["status"]) == (400, 400)
    assert count(client) == 0


def test_what_is_refused_is_refused_again_and_changes_nothing(client: TestClient) -> None:
    wrong = {**BODY, "colour": "red"}
    first = client.post(ADDRESS, json=wrong, headers=KEY)
    again = client.post(ADDRESS, json=wrong, headers=KEY)
    assert (first.status_code, again.status_code, again.json()) == (422, 422, first.json())


def test_two_at_once_are_done_once(plant: FixedAnswers, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on = threading.Event(), threading.Event()
    draft: Callable[..., Any] = Reports.draft

    def slow(*arguments: Any, **named: Any) -> Any:
        begun.set()
        assert go_on.wait(20)
        return draft(*arguments, **named)

    monkeypatch.setattr(Reports, "draft", slow)
    answers: list[int] = []
    with TestClient(create_app(plant, ServeOptions()), base_url=LOCAL) as client:

        def send() -> None:
            answers.append(client.post(ADDRESS, json=BODY, headers=KEY).status_code)

        sender = threading.Thread(target=send)
        sender.start()
        assert begun.wait(20)
        second = client.post(ADDRESS, json=BODY, headers=KEY)
        assert (second.status_code, second.headers["retry-after"]) == (409, "1")
        assert "under way" in second.json()["detail"]
        go_on.set()
        sender.join(20)
        assert answers == [201]
        assert client.post(ADDRESS, json=BODY, headers=KEY).headers["idempotent-replayed"] == "true"
        assert count(client) == 1


def test_what_broke_may_be_sent_again(plant: FixedAnswers, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError("a fault that no one foresaw")

    app = create_app(plant, ServeOptions())
    with TestClient(app, base_url=LOCAL, raise_server_exceptions=False) as client:
        with monkeypatch.context() as patched:
            patched.setattr(Reports, "draft", broken)
            assert client.post(ADDRESS, json=BODY, headers=KEY).status_code == 500
        assert client.post(ADDRESS, json=BODY, headers=KEY).status_code == 201


def test_what_was_done_and_could_not_be_kept_is_answered_and_not_done_again(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise NotKeptError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(KeptRequests, "finish", full)
        assert client.post(ADDRESS, json=BODY, headers=KEY).status_code == 201
    assert client.post(ADDRESS, json=BODY, headers=KEY).status_code == 409
    assert count(client) == 1
    with monkeypatch.context() as patched:
        patched.setattr(KeptRequests, "begin", full)
        refused = client.post(ADDRESS, json=BODY, headers={"Idempotency-Key": "new"})
    assert (refused.status_code, refused.json()["detail"]) == (503, "the disk is full")
    assert count(client) == 1


def test_after_a_restart_the_answer_is_still_known(tmp_path: Path) -> None:
    def sent() -> Any:
        with TestClient(create_app(FixedAnswers(tmp_path), ServeOptions()), base_url=LOCAL) as client:
            return client.post(ADDRESS, json=BODY, headers=KEY), count(client)

    (first, _), (again, there) = sent(), sent()
    assert again.json() == first.json()
    assert there == 1
    file = tmp_path / "plant.requests.sqlite"
    assert file.stat().st_mode & 0o077 == 0
    with sqlite3.connect(file) as changed:
        changed.execute("UPDATE requests SET status = 0")
    cut_off, there = sent()
    assert (cut_off.status_code, there) == (409, 1)
    assert "cut off" in cut_off.json()["detail"]


def test_a_key_is_known_to_its_user_only(tmp_path: Path) -> None:
    settings = AccessSettings()
    door = Door(tmp_path, settings)
    users = UsersFile(door.users.path)
    for name in ("reed", "amy"):
        users.add(name, "technician", [], "hash")
    tokens = {name: Tokens(users).create(name, "t", ["reports"], 1)[1] for name in ("reed", "amy")}
    body = {"text": BODY["text"]}
    with TestClient(
        create_app(FixedAnswers(tmp_path), ServeOptions(access=settings), door), base_url=LOCAL
    ) as client:
        got = {
            name: client.post(ADDRESS, json=body, headers={**KEY, "Authorization": f"Bearer {token}"})
            for name, token in tokens.items()
        }
        assert [answer.status_code for answer in got.values()] == [201, 201]
        assert len({answer.json()["report"]["header"]["report_id"] for answer in got.values()}) == 2
        assert client.post(ADDRESS, json=body, headers=KEY).status_code == 401


def test_a_question_is_asked_each_time(plant: FixedAnswers, client: TestClient) -> None:
    for _ in range(2):
        answer = client.post("/api/v1/ask", json={"question": "How much head?"}, headers=KEY)
        assert "idempotent-replayed" not in answer.headers
    assert len(plant.questions) == 2


def test_answers_are_kept_for_a_day(tmp_path: Path) -> None:
    now = 1000.0
    kept = KeptRequests(tmp_path / "requests.sqlite", now=lambda: now)
    assert kept.begin("reed", "a", "mark") == "new"
    kept.finish("reed", "a", DONE)
    now += KEPT_S - 1
    assert kept.begin("reed", "a", "mark") == DONE
    now += 2
    assert kept.begin("reed", "a", "mark") == "new"


def test_of_one_user_no_more_is_kept_than_may(tmp_path: Path) -> None:
    limits = RequestLimits(requests=3, bytes=100, body_bytes=60)
    kept = KeptRequests(tmp_path / "requests.sqlite", limits)
    long = Response(200, (), b"x" * 50)
    for key in "abcde":
        kept.begin("reed", key, "mark")
        kept.finish("reed", key, DONE)
    assert [kept.begin("reed", key, "mark") for key in "cde"] == [DONE] * 3
    for key in "xyz":
        kept.begin("reed", key, "mark")
        kept.finish("reed", key, long)
    assert [kept.begin("reed", key, "mark") for key in "yz"] == [long] * 2
    assert kept.begin("reed", "x", "mark") == "new"
    kept.begin("amy", "x", "mark")
    kept.finish("amy", "x", Response(200, (), b"x" * 61))
    assert kept.begin("amy", "x", "mark") == "too long"
