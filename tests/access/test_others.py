"""What is really another user's, asked for at every address there is: nothing of it is given or changed."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from starlette.routing import Mount

from assistant.access.users import USERS_FILE, UsersFile
from assistant.api import ServeOptions, create_app
from assistant.records import Turn
from tests.access.walk import HERE, ORIGIN, filled, patterns
from tests.ui.plant import HEAD_LINE, MANUAL, PROCEDURE, STEP, FixedAnswers

REFUSED = (401, 403, 404, 405)
ASKED = "What is it that only reed may know?"
JOIN = "/gradio_api/queue/join"


@dataclass(frozen=True)
class Things:
    """What belongs to reed: each of it exists while another asks for it."""

    talk: str
    session: str
    file: str
    event: str
    upload: str

    @property
    def named(self) -> dict[str, str]:
        """By the names that the routes give to their parameters."""
        file = dict.fromkeys(("path", "path_or_url", "file_name", "url_path"), self.file)
        return {
            **file,
            "number": self.talk,
            "ending": "md",
            "session_hash": self.session,
            "event_id": self.event,
            "run": self.event,
            "doc": MANUAL,
            "page": "2",
            "api_name": "predict",
        }

    @property
    def body(self) -> dict[str, Any]:
        """Names all of it at once."""
        return {
            "session_hash": self.session,
            "event_id": self.event,
            "fn_index": 0,
            "data": [{"path": self.file, "meta": {"_type": "gradio.FileData"}}],
            "talk": self.talk,
            "turn": 1,
            "liked": False,
        }


@pytest.fixture
def things(app: Any, browser: Any, folder: Path) -> Iterator[Things]:
    """Reed has a conversation, an opened page with a call, and an upload; amy may read nothing."""
    users, reed = UsersFile(folder / USERS_FILE), browser("reed")
    owner = next(user.id for user in users.list() if user.name == "reed")
    done: Any = list(FixedAnswers(folder).stream(ASKED))[-1]
    spot = app.state.plant.history.add(f"user:{owner}", "", Turn(ASKED, done.answer))
    sent = reed.post(
        "/gradio_api/upload",
        params={"upload_id": "reeds-upload"},
        files={"files": ("week.csv", b"only reed's\n")},
        headers=ORIGIN,
    )
    (file,) = sent.json()
    data = {"path": file, "meta": {"_type": "gradio.FileData"}}
    body = {"session_hash": "reeds-tab", "fn_index": 0, "data": [data], "trigger_id": None}
    event = reed.post(JOIN, json=body, headers=ORIGIN).json()["event_id"]
    users.allow("default", ["line-2"])
    yield Things(spot.conversation, "reeds-tab", file, event, "reeds-upload")
    users.allow("default", ["everyone"])


@pytest.mark.parametrize("name", ["", "amy"])
def test_no_address_gives_or_changes_what_is_anothers(
    app: Any, browser: Any, things: Things, name: str
) -> None:
    client = browser(name)
    query = {"session_hash": things.session, "upload_id": things.upload, "event_id": things.event}
    met = 0
    for method, pattern in sorted(set(patterns(app.routes))):
        path = filled(pattern, things.named)
        if path in ("/logout", "/login"):
            continue
        body = {"json": things.body} if method == "POST" else {}
        answer = client.request(method, path, params=query, headers=ORIGIN, follow_redirects=False, **body)
        where = (method, pattern, answer.status_code)
        # A name of a thing in the address or in the body of one of Gradio's calls: there is no such thing.
        if any(f"{{{parameter}" in pattern for parameter in things.named) or "/gradio_api/" in pattern:
            assert answer.status_code in (*REFUSED, 303), where
            met += 1
        for secret in (ASKED, HEAD_LINE, STEP, "only reed's"):
            assert secret not in answer.text, where
    assert met > 50
    for ending in ("md", "docx"):
        assert client.get(f"/conversations/{things.talk}.{ending}").status_code in REFUSED
    # And all of it is still there, as it was, for whom it belongs to.
    reed = browser("reed")
    saved = reed.get(f"/conversations/{things.talk}.md")
    assert ASKED in saved.text
    assert "👎" not in saved.text
    assert reed.get(f"/page/{MANUAL}/2.png").status_code == 200
    assert reed.get(f"/view/{PROCEDURE}", params={"quote": STEP}).status_code == 200
    cancel = {"session_hash": things.session, "fn_index": 0, "event_id": things.event}
    assert reed.post("/gradio_api/cancel", json=cancel, headers=ORIGIN).status_code == 200


def test_a_call_is_stopped_and_a_file_read_by_no_other(browser: Any, things: Things) -> None:
    amy = browser("amy")
    cancel = {"session_hash": "amys-tab", "fn_index": 0, "event_id": things.event}
    assert amy.post("/gradio_api/cancel", json=cancel, headers=ORIGIN).status_code == 403
    assert amy.post("/gradio_api/reset", json={"event_id": things.event}, headers=ORIGIN).status_code == 403
    data = [{"path": things.file, "meta": {"_type": "gradio.FileData"}}]
    join = {"session_hash": "amys-tab", "fn_index": 0, "data": data, "trigger_id": None}
    assert amy.post(JOIN, json=join, headers=ORIGIN).status_code == 403
    progress = amy.get("/gradio_api/upload_progress", params={"upload_id": things.upload})
    assert progress.status_code == 403
    for method in ("GET", "HEAD"):
        for client in (amy, browser("boss"), browser()):
            assert client.request(method, f"/gradio_api/file={things.file}").status_code in REFUSED


def test_no_address_answers_to_another_name_or_another_site(app: Any, browser: Any) -> None:
    client = browser("boss")
    for method, path in sorted(set(patterns(app.routes))):
        address = filled(path)
        for headers in ({**ORIGIN, "host": "evil.example"}, {"host": "evil.example"}):
            assert client.request(method, address, headers=headers).status_code in (400, 403, 404), address
        for origin in ("http://evil.example", "null", "https://127.0.0.1:7860", "http://127.0.0.1:7861"):
            answer = client.request(method, address, headers={"origin": origin}, follow_redirects=False)
            assert answer.status_code in (403, 404), (method, address, origin, answer.status_code)
            assert "access-control-allow-origin" not in answer.headers


def test_the_state_of_closed_pages_is_not_kept_for_ever(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.ui.page._KEPT_PAGES", 3)
    app = create_app(FixedAnswers(folder), ServeOptions())
    with TestClient(app, base_url=HERE) as client:
        functions = client.get("/config").json()["dependencies"]
        load = next(f["id"] for f in functions if any(event == "load" for _, event in f["targets"]))
        for number in range(8):
            body = {"data": [], "fn_index": load, "session_hash": f"tab-{number}"}
            assert client.post("/gradio_api/run/predict", json=body).status_code == 200
        inner: Any = next(route.app for route in app.routes if isinstance(route, Mount))
        kept = dict(inner.state_holder.session_data)
    assert list(kept)[-1] == "tab-7"
    assert len(kept) <= 4
    # Gradio's own description of the layout, a third of a megabyte, is in none of them.
    assert all(not page.config_values for page in kept.values())
