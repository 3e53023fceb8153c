"""Whose conversations those of a browser are."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from assistant.api import ServeOptions, create_app
from assistant.ui.visitor import COOKIE, owner_of
from tests.ui.plant import FixedAnswers


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    app = create_app(FixedAnswers(tmp_path_factory.mktemp("plant")), ServeOptions())
    with TestClient(app, base_url="http://127.0.0.1:7860") as connected:
        yield connected


@pytest.fixture
def client(served: TestClient) -> TestClient:
    """A browser that was never here."""
    served.cookies.clear()
    return served


def test_the_page_gives_a_cookie_that_no_script_and_no_other_site_gets(client: TestClient) -> None:
    given = client.get("/").headers["set-cookie"]
    assert given.startswith(f"{COOKIE}=")
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(given.split("; "))
    assert len(given.split(";")[0]) > 50
    again = client.get("/")
    assert "set-cookie" not in again.headers


def test_two_browsers_are_two_owners(client: TestClient) -> None:
    first = client.get("/").cookies[COOKIE]
    client.cookies.clear()
    second = client.get("/").cookies[COOKIE]
    assert first != second
    assert owner_of({COOKIE: first}) != owner_of({COOKIE: second})
    assert first not in owner_of({COOKIE: first})


@pytest.mark.parametrize("value", ["", "short", "x" * 65, "a b" * 12, "../" * 12, "ä" * 40])
def test_what_is_no_cookie_of_ours_owns_nothing_and_is_replaced(client: TestClient, value: str) -> None:
    assert owner_of({COOKIE: value}) == ""
    if value.isascii():
        answer = client.get("/", headers={"cookie": f"{COOKIE}={value}"})
        assert answer.headers["set-cookie"].startswith(f"{COOKIE}=")


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/health", {}),
        ("/view.css", {}),
        # A link elsewhere leads here: the browser holds its cookie back, and must not lose it.
        ("/", {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}),
    ],
)
def test_nothing_else_gives_one(client: TestClient, path: str, headers: dict[str, str]) -> None:
    answer = client.get(path, headers=headers)
    assert answer.status_code == 200
    assert COOKIE not in answer.headers.get("set-cookie", "")
