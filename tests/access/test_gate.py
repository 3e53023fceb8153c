"""Every address as anonymous, as another user and with the wrong collection: none shows anything."""

from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from assistant.access.door import Door
from assistant.access.gate import COOKIE
from assistant.access.login import back_to
from assistant.access.paths import need_of
from assistant.access.users import USERS_FILE, UsersFile
from assistant.api import ServeOptions, create_app
from assistant.config import AccessSettings
from assistant.errors import ConfigError
from assistant.records import Turn
from tests.access.walk import HERE, ORIGIN, PASSWORD, filled, routes
from tests.ui.plant import HEAD_LINE, MANUAL, PROCEDURE, STEP, FixedAnswers

OURS = {
    ("GET", "/health"), ("GET", "/ready"), ("GET", "/view.css"), ("GET", "/page/1/1.png"), ("GET", "/view/1"),
    ("POST", "/logs"), ("GET", "/login.css"), ("GET", "/login"), ("POST", "/login"), ("POST", "/logout"),
    ("POST", "/api/v1/logs"),
    ("POST", "/api/v1/ask"), ("GET", "/metrics"), ("POST", "/feedback"), ("GET", "/conversations/1.1"),
    ("GET", "/reports/1.1"), ("GET", "/api/v1/reports"), ("POST", "/api/v1/reports"),
    ("GET", "/api/v1/reports/1"), ("PATCH", "/api/v1/reports/1"), ("POST", "/api/v1/reports/1/confirm"),
    ("POST", "/api/v1/reports/1/status"),
    ("GET", "/v1/models"), ("POST", "/v1/chat/completions"),
    ("GET", "/api/v1/search"), ("GET", "/api/v1/documents"), ("GET", "/api/v1/documents/1"),
    ("POST", "/api/v1/evaluate"), ("POST", "/api/v1/documents"), ("DELETE", "/api/v1/documents/1"),
    ("GET", "/api/v1/lessons"), ("PATCH", "/api/v1/lessons/1"), ("GET", "/lessons.html"),
    ("GET", "/api/v1/tickets"), ("POST", "/api/v1/tickets"), ("POST", "/api/v1/tickets/import"),
    ("GET", "/api/v1/tickets/1"), ("POST", "/api/v1/tickets/1/reply"), ("PATCH", "/api/v1/tickets/1/reply"),
    ("POST", "/api/v1/tickets/1/approve"), ("POST", "/api/v1/tickets/1/reject"),
    ("POST", "/api/v1/tickets/1/solve"), ("POST", "/api/v1/tickets/1/publish"),
}  # fmt: skip
PUBLIC = {
    ("GET", "/api/v1/openapi.json"),
    ("GET", "/health"), ("GET", "/ready"), ("GET", "/login"), ("POST", "/login"), ("POST", "/logout"),
    ("GET", "/login.css"), ("HEAD", "/login.css"),
}  # fmt: skip
GRADIO = {
    ("GET", "/"), ("HEAD", "/"), ("GET", "/config"), ("GET", "/config/"), ("GET", "/svelte/1"),
    ("GET", "/static/1"), ("GET", "/assets/1"), ("GET", "/favicon.ico"), ("GET", "/theme.css"),
    ("GET", "/robots.txt"),
    ("GET", "/pwa_icon"), ("GET", "/pwa_icon/1"), ("GET", "/manifest.json"), ("GET", "/gradio_api/info"),
    ("GET", "/gradio_api/info/"), ("GET", "/gradio_api/heartbeat/1"), ("GET", "/gradio_api/queue/data"),
    ("GET", "/gradio_api/upload_progress"), ("GET", "/gradio_api/startup-events"),
    ("GET", "/gradio_api/theme.css"), ("POST", "/gradio_api/reset"), ("POST", "/gradio_api/reset/"),
    ("POST", "/gradio_api/run/1"), ("POST", "/gradio_api/run/1/"), ("POST", "/gradio_api/queue/join"),
    ("POST", "/gradio_api/cancel"), ("POST", "/gradio_api/upload"),
}  # fmt: skip


def test_each_route_has_a_check_or_is_closed(app: Any) -> None:
    """Whoever adds a route says in access/paths.py what it needs, and here that it is meant."""
    found = set(routes(app.routes))
    served = {entry for entry in found if need_of(*entry) != "closed"}
    assert len(found) > 80
    assert served - OURS - GRADIO - PUBLIC == set(), "served, but not listed here"
    own = {
        (m, p)
        for r in app.routes
        if isinstance(r, APIRoute)
        for m in r.methods or ()
        for p in [filled(r.path)]
    }
    assert {entry for entry in own if need_of(*entry) == "closed"} == set(), "a route of ours without a check"
    assert {entry for entry in served if need_of(*entry) == "public"} <= PUBLIC


def test_anonymous_is_let_in_nowhere(app: Any, browser: Any) -> None:
    client = browser()
    for method, path in sorted(set(routes(app.routes)) - PUBLIC):
        answer = client.request(method, path, headers=ORIGIN, follow_redirects=False)
        if answer.status_code == 303:
            assert answer.headers["location"].startswith("/login?next=")
        else:
            assert answer.status_code in (401, 403, 404), (method, path, answer.status_code)
        assert HEAD_LINE not in answer.text


def test_what_is_closed_is_closed_to_everyone(app: Any, browser: Any) -> None:
    client = browser("boss")
    for method, path in sorted(set(routes(app.routes))):
        if need_of(method, path) == "closed":
            answer = client.request(method, path, headers=ORIGIN, follow_redirects=False)
            assert answer.status_code in (403, 404, 405), (method, path, answer.status_code)


@pytest.mark.parametrize(
    "path",
    ["/gradio_api/file=/etc/passwd", "/gradio_api/proxy=http://x/", "/gradio_api/dev/reload", "/openapi.json",
     "/gradio_api/component_server", "/gradio_api/call/ask", "/anything", "/login/x"],
)  # fmt: skip
def test_what_no_one_thought_of_is_not_served(browser: Any, path: str) -> None:
    assert browser("boss").get(path).status_code in (403, 404)
    assert browser().get(path).status_code in (401, 403)


@pytest.mark.parametrize("cookie", ["", "x", "a" * 43, '"; DROP TABLE users'])
def test_a_token_that_is_none_lets_no_one_in(browser: Any, cookie: str) -> None:
    client = browser()
    client.cookies.set(COOKIE, cookie)
    assert client.get("/config").status_code == 401


def test_probes_tell_strangers_nothing(browser: Any) -> None:
    assert browser().get("/health").json() == {"status": "ok"}
    assert browser().get("/ready").json() == {"status": "ready"}
    assert browser("boss").get("/ready").json()["documents"] == "2"


def test_a_document_of_another_collection_is_not_shown_cited_or_found(browser: Any, folder: Path) -> None:
    users, reed, amy = UsersFile(folder / USERS_FILE), browser("reed"), browser("amy")
    address, picture = f"/view/{PROCEDURE}", f"/page/{MANUAL}/2.png"
    assert STEP in amy.get(address, params={"quote": STEP}).text
    assert amy.get(picture).status_code == 200
    users.allow("default", ["line-2"])
    try:
        assert reed.get(picture).status_code == 200
        assert amy.get(picture).status_code == 404
        shown = amy.get(address, params={"quote": STEP})
        assert (shown.status_code, STEP in shown.text) == (404, False)
        log = "17/02/2026;07:42:11;P-101;E012;ON\n17/02/2026;07:42:12;P-101;E015;ON\n"
        assert amy.post("/logs", content=log, headers=ORIGIN).status_code in (200, 422)
    finally:
        users.allow("default", ["everyone"])


def test_an_answer_is_drawn_from_readable_collections_only(browser: Any, folder: Path) -> None:
    users = UsersFile(folder / USERS_FILE)
    users.allow("default", ["admin"])
    try:
        answer = browser("amy").post("/api/v1/ask", json={"question": "suction head?"}, headers=ORIGIN)
        assert answer.status_code == 200
        assert HEAD_LINE not in answer.text
    finally:
        users.allow("default", ["everyone"])
    answer = browser("amy").post("/api/v1/ask", json={"question": "suction head?"}, headers=ORIGIN)
    assert HEAD_LINE in answer.text


def test_a_page_session_and_an_upload_belong_to_who_began_them(browser: Any) -> None:
    reed, amy = browser("reed"), browser("amy")
    sent = reed.post("/gradio_api/upload", files={"files": ("week.csv", b"a;b\n1;2\n")}, headers=ORIGIN)
    (path,) = sent.json()
    data = {"path": path, "meta": {"_type": "gradio.FileData"}}
    body = {"session_hash": "reeds-page", "fn_index": 0, "data": [data], "trigger_id": None}
    address = "/gradio_api/queue/join"
    assert reed.post(address, json=body, headers=ORIGIN).status_code == 200
    assert amy.post(address, json=body, headers=ORIGIN).status_code == 403
    assert amy.post(address, json={**body, "session_hash": "amys"}, headers=ORIGIN).status_code == 403
    assert amy.get("/gradio_api/queue/data", params={"session_hash": "reeds-page"}).status_code == 403
    assert amy.get("/gradio_api/heartbeat/reeds-page").status_code == 403
    cancel = {"session_hash": "reeds-page", "fn_index": 0, "event_id": "1"}
    assert amy.post("/gradio_api/cancel", json=cancel, headers=ORIGIN).status_code == 403
    assert amy.post("/gradio_api/run/predict", json=body, headers=ORIGIN).status_code == 403
    assert amy.post(address, content=b"{" * 99, headers=ORIGIN).status_code == 403
    assert amy.get(f"/gradio_api/file={path}").status_code in (403, 404)


@pytest.mark.parametrize("headers", [{}, {"origin": "null"}, {"origin": "http://evil.example"}])
def test_without_our_origin_nothing_is_changed(browser: Any, headers: dict[str, str]) -> None:
    client = browser("reed")
    for path in ("/logout", "/logs", "/api/v1/ask", "/gradio_api/queue/join", "/login"):
        assert client.post(path, headers=headers).status_code == 403
    assert client.get("/config").status_code == 200


def test_a_role_that_may_not_is_refused(browser: Any) -> None:
    assert browser("reed").get("/metrics").status_code == 403
    assert browser("amy").get("/metrics").status_code == 403


def test_an_address_that_climbs_is_closed() -> None:
    assert need_of("GET", "/assets/x") == "ask"
    assert need_of("GET", "/assets/../metrics") == "closed"
    assert need_of("DELETE", "/logs") == "closed"


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(browser: Any) -> None:
    form = {"name": "reed", "password": PASSWORD, "next": "//evil.example/"}
    answer = browser().post("/login", data=form, headers=ORIGIN, follow_redirects=False)
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert answer.headers["location"] == "/"
    page = browser().get("/login")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert page.headers["cache-control"] == "no-store"


def test_logged_out_the_token_is_worth_nothing(browser: Any) -> None:
    client = browser("reed")
    kept = client.cookies[COOKIE]
    assert client.post("/logout", headers=ORIGIN, follow_redirects=False).status_code == 303
    again = browser()
    again.cookies.set(COOKIE, kept)
    assert again.get("/config").status_code == 401


def test_wrong_logins_are_told_alike_and_then_wait(browser: Any) -> None:
    client, wrong = browser(), {"password": "not the password"}
    unknown = client.post("/login", data={"name": "nobody", **wrong}, headers=ORIGIN)
    known = client.post("/login", data={"name": "nobodx", **wrong}, headers=ORIGIN)
    assert unknown.status_code == known.status_code == 401
    assert unknown.text == known.text.replace("nobodx", "nobody")
    statuses = [
        client.post("/login", data={"name": "sam", **wrong}, headers=ORIGIN).status_code for _ in range(7)
    ]
    assert statuses == [401] * 5 + [429] * 2
    right = client.post("/login", data={"name": "sam", "password": PASSWORD}, headers=ORIGIN)
    assert (right.status_code, int(right.headers["retry-after"]) > 5) == (429, True)


def test_markup_in_a_form_stays_text(browser: Any) -> None:
    hostile = '"><script>alert(1)</script>'
    form = {"name": hostile, "password": hostile, "next": hostile, "lang": hostile}
    answer = browser().post("/login", data=form, headers=ORIGIN)
    assert "<script" not in answer.text
    assert "<script" not in browser().get("/login", params={"next": hostile, "lang": hostile}).text


@pytest.mark.parametrize(
    ("address", "back"),
    [("/", "/"), ("/view/a.pdf?page=2", "/view/a.pdf?page=2"), ("https://evil.example", "/"), ("//evil", "/"),
     ("/\\evil", "/"), ("javascript:alert(1)", "/"), ("/view/x\r\nSet-Cookie: a=b", "/"), ("/logout", "/"),
     ("/view//[", "/view//["), ("http://[", "/"), ("", "/")],
)  # fmt: skip
def test_a_login_leads_to_a_page_of_ours(address: str, back: str) -> None:
    assert back_to(address) == back


def test_with_users_any_address_is_served_and_without_only_this_machine(folder: Path, tmp_path: Path) -> None:
    plant, settings = FixedAnswers(tmp_path), AccessSettings()
    create_app(plant, ServeOptions(host="0.0.0.0"), Door(folder, settings))  # noqa: S104
    for options in (
        ServeOptions(host="0.0.0.0"),  # noqa: S104
        ServeOptions(hosts=("plant.local",)),
        ServeOptions(trusted_proxies=("127.0.0.1",)),
    ):
        with pytest.raises(ConfigError, match="no users are configured"):
            create_app(plant, options, Door(tmp_path, settings))


def test_the_first_user_closes_the_door_and_the_last_does_not_open_it(tmp_path: Path) -> None:
    door = Door(tmp_path, AccessSettings())
    client = TestClient(create_app(FixedAnswers(tmp_path), ServeOptions(), door), base_url=HERE)
    assert client.get("/config").status_code == 200
    door.users.add("reed", "admin", [], "hash")
    assert client.get("/config").status_code == 401
    door.users.remove("reed")
    assert client.get("/config").status_code == 401
    door.users.path.write_bytes(b"damaged" * 1000)
    assert client.get("/config").status_code in (401, 503)


def test_another_users_conversation_is_neither_saved_nor_rated(app: Any, browser: Any, folder: Path) -> None:
    users = UsersFile(folder / USERS_FILE)
    owner = next(user.id for user in users.list() if user.name == "reed")
    plant = FixedAnswers(folder)
    done: Any = list(plant.stream("How much head?"))[-1]
    # The application's own file, as the page writes it.
    spot = app.state.plant.history.add(f"user:{owner}", "", Turn("How much head?", done.answer))
    body = {"talk": spot.conversation, "turn": spot.turn, "liked": False, "reason": "wrong"}
    for name, status in (("amy", 404), ("boss", 404), ("reed", 200)):
        client = browser(name)
        assert client.get(f"/conversations/{spot.conversation}.md").status_code == status
        assert client.post("/feedback", json=body, headers=ORIGIN).status_code == status
