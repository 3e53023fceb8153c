"""API tokens: made, listed and revoked by command; what each opens and what not, and what is recorded."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant.access.audit import AUDIT_FILE, verify
from assistant.access.door import Door
from assistant.access.gate import COOKIE
from assistant.access.paths import takes_tokens
from assistant.access.records import ROLES, AccessError, Role
from assistant.access.tokens import SCOPES, Tokens
from assistant.access.users import USERS_FILE, UsersFile
from assistant.api import ServeOptions, create_app
from assistant.cli import main
from assistant.config import AccessSettings
from tests.access.walk import HERE, patterns
from tests.ui.plant import HEAD_LINE, MANUAL, FixedAnswers

DAY_S = 86_400
QUESTION = {"question": "suction head?"}


def made(folder: Path, user: str, *scopes: str, days: int = 1) -> str:
    return Tokens(UsersFile(folder / USERS_FILE)).create(user, "test", scopes, days)[1]


def bearing(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def events(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / AUDIT_FILE).read_text(encoding="utf-8").splitlines()]


def test_a_token_is_made_listed_and_revoked_by_command(
    folder: Path, browser: Callable[[], TestClient], capsys: pytest.CaptureFixture[str]
) -> None:
    data = ["--data", str(folder)]
    arguments = ["token", "create", "shift plan", "--user", "reed", "--scope", "ask", "--days", "30", *data]
    assert main(arguments) == 0
    shown = capsys.readouterr()
    token = shown.out.strip()
    assert "shown this once; it acts for reed until" in shown.err
    answer = browser().post("/api/v1/ask", json=QUESTION, headers=bearing(token))
    assert HEAD_LINE in answer.text
    assert main(["token", "list", "--json", *data]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["user"], row["name"], row["scopes"]) == ("reed", "shift plan", ["ask"])
    assert row["used"] > row["created"][:10]
    assert main(["token", "revoke", row["id"], *data]) == 0
    assert browser().post("/api/v1/ask", json=QUESTION, headers=bearing(token)).status_code == 401
    assert main(["token", "revoke", row["id"], *data]) == 1
    assert "there is no token" in capsys.readouterr().err
    noted = [(event["what"], event["ids"][0]) for event in events(folder) if "token " in event["what"]]
    assert noted == [("token create", row["id"]), ("token revoke", row["id"])]
    assert token not in (folder / AUDIT_FILE).read_text(encoding="utf-8")


def test_the_file_does_not_give_a_token_away(folder: Path) -> None:
    token = made(folder, "reed", "ask")
    secret = token.split("_", 2)[2].encode()
    assert secret not in b"".join(path.read_bytes() for path in folder.glob(f"{USERS_FILE}*"))


@pytest.mark.parametrize(
    ("user", "scopes", "days", "told"),
    [
        ("nobody", ["ask"], 1, "there is no user 'nobody'"),
        ("reed", ["tickets"], 1, "the role 'technician' does not allow the scope 'tickets'"),
        ("amy", ["admin"], 1, "the role 'service' does not allow the scope 'admin'"),
        ("reed", ["ask"], 0, "lasts 1 to 366 days"),
        ("reed", ["ask"], 367, "lasts 1 to 366 days"),
        ("reed", [], 1, "one scope or more"),
        ("reed", ["ask", "everything"], 1, "one scope or more"),
    ],
)
def test_what_makes_no_token_is_told(
    folder: Path, user: str, scopes: list[str], days: int, told: str
) -> None:
    with pytest.raises(AccessError, match=told):
        Tokens(UsersFile(folder / USERS_FILE)).create(user, "test", scopes, days)


@pytest.mark.parametrize(
    ("scope", "opened"),
    [("ask", "ask"), ("search", "read"), ("logs", "logs"), ("metrics", "metrics"), ("admin", "")],
)
def test_a_token_opens_what_its_scope_says_and_nothing_else(
    folder: Path, browser: Callable[[], TestClient], scope: str, opened: str
) -> None:
    headers, client = bearing(made(folder, "boss", scope)), browser()
    log = "17/02/2026;07:42:11;P-101;E012;ON\n17/02/2026;07:42:12;P-101;E015;ON\n"
    asked = {
        "ask": client.post("/api/v1/ask", json=QUESTION, headers=headers),
        "read": client.get(f"/page/{MANUAL}/2.png", headers=headers),
        "logs": client.post("/logs", content=log, headers=headers),
        "metrics": client.get("/metrics", headers=headers),
    }
    for need, answer in asked.items():
        if not opened or need == opened:
            assert answer.status_code in (200, 422), need
            continue
        assert answer.status_code == 403, need
        assert answer.headers["content-type"] == "application/problem+json"
        problem = answer.json()
        assert (problem["title"], problem["status"]) == ("Forbidden", 403)
        assert f"lacks a scope that allows '{need}'" in problem["detail"]
    if opened:
        last = events(folder)[-1]
        assert (last["what"], last["outcome"], last["who"]) == ("token", "refused", "boss")


def test_a_token_reads_what_its_user_may_read(folder: Path, browser: Callable[[], TestClient]) -> None:
    users = UsersFile(folder / USERS_FILE)
    reed, amy = (bearing(made(folder, name, "ask", "search")) for name in ("reed", "amy"))
    users.allow("default", ["line-2"])
    try:
        assert HEAD_LINE in browser().post("/api/v1/ask", json=QUESTION, headers=reed).text
        answer = browser().post("/api/v1/ask", json=QUESTION, headers=amy)
        assert (answer.status_code, HEAD_LINE in answer.text) == (200, False)
        assert browser().get(f"/page/{MANUAL}/2.png", headers=amy).status_code == 404
    finally:
        users.allow("default", ["everyone"])


def test_a_token_opens_no_page_and_nothing_that_is_kept_for_a_person(
    app: Any, folder: Path, browser: Callable[[], TestClient]
) -> None:
    headers, client = bearing(made(folder, "boss", "admin")), browser()
    met = 0
    for method, pattern in sorted(set(patterns(app.routes))):
        path = pattern.replace("{", "").replace("}", "")
        if takes_tokens(path) or path in ("/health", "/login", "/login.css", "/logout"):
            continue
        answer = client.request(method, path, headers=headers, follow_redirects=False)
        assert answer.status_code in (303, 401, 403, 404), (method, path)
        met += 1
    assert met > 60


@pytest.mark.parametrize("text", ["", "x", "mw_00000000_" + "a" * 43, "mw_zzzzzzzz_" + "é" * 43])
def test_what_is_no_token_lets_no_one_in_and_is_recorded(
    folder: Path, browser: Callable[..., TestClient], text: str
) -> None:
    before = len(events(folder)) if (folder / AUDIT_FILE).exists() else 0
    headers = {b"authorization": f"Bearer {text}".encode()}
    answer = browser().get(f"/view/{MANUAL}", headers=headers, follow_redirects=False)
    assert answer.status_code in (303, 401)
    asked = browser().post("/api/v1/ask", json=QUESTION, headers=headers)
    assert (asked.status_code, asked.headers["www-authenticate"]) == (401, "Bearer")
    assert asked.json()["status"] == 401
    wrong = [event for event in events(folder)[before:] if event["outcome"] == "wrong"]
    assert len(wrong) == (2 if text else 0)


def test_a_wrong_token_is_not_helped_by_a_session(browser: Callable[..., TestClient]) -> None:
    client = browser("reed")
    assert client.cookies.get(COOKIE)
    headers = bearing("mw_00000000_" + "a" * 43)
    assert client.post("/api/v1/ask", json=QUESTION, headers=headers).status_code == 401


def test_a_token_ends_with_its_days_and_with_its_user(tmp_path: Path) -> None:
    users, now = UsersFile(tmp_path / USERS_FILE), 1000.0
    users.add("reed", "technician", [], "hash")
    tokens = Tokens(users, lambda: now)
    _, text = tokens.create("reed", "test", ["ask"], 2)
    now += 2 * DAY_S - 1
    assert tokens.principal(text) is not None
    now += 1
    assert tokens.principal(text) is None
    _, text = tokens.create("reed", "test", ["ask"], 2)
    users.remove("reed")
    users.add("reed", "technician", [], "hash")
    assert tokens.principal(text) is None
    assert tokens.list() == []


@pytest.mark.parametrize("role", ROLES)
def test_a_token_may_never_do_more_than_its_user(tmp_path: Path, role: Role) -> None:
    users = UsersFile(tmp_path / USERS_FILE)
    user = users.add("reed", role, [], "hash")
    tokens = Tokens(users)
    for scope in SCOPES:
        try:
            _, text = tokens.create("reed", "test", [scope], 1)
        except AccessError:
            continue
        found = tokens.principal(text)
        assert found is not None
        assert found.collections == users.principal(user).collections
        assert found.role == role


def test_requests_with_one_token_are_throttled(tmp_path: Path) -> None:
    settings = AccessSettings(token_requests_per_minute=3)
    door = Door(tmp_path, settings)
    door.users.add("reed", "technician", [], "hash")
    one, other = made(tmp_path, "reed", "ask"), made(tmp_path, "reed", "ask")
    app = create_app(FixedAnswers(tmp_path), ServeOptions(access=settings), door)
    client = TestClient(app, base_url=HERE)
    statuses = [client.post("/api/v1/ask", json=QUESTION, headers=bearing(one)).status_code for _ in range(5)]
    assert statuses == [200, 200, 200, 429, 429]
    assert client.post("/api/v1/ask", json=QUESTION, headers=bearing(other)).status_code == 200
    assert verify(tmp_path).number == 0
