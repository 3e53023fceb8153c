"""Every operation of the API, with a token of every scope: what it is not for is refused, by each of them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant.access.tokens import SCOPES, Tokens
from assistant.access.users import USERS_FILE, UsersFile
from assistant.api_openapi import examples
from tests.access.walk import filled


def operations(app: Any) -> list[tuple[str, str, list[str]]]:
    """Method, path and scopes of each operation that needs one."""
    return [
        (method.upper(), path, next(entry["token"] for entry in operation["security"] if "token" in entry))
        for path, found in app.openapi()["paths"].items()
        for method, operation in found.items()
        if operation["security"]
    ]


def send(client: TestClient, method: str, path: str, token: str) -> Any:
    """The request of the example, so that nothing but the scope can be wrong with it."""
    example = examples().get(f"{method} {path}", {})
    values = example.get("parameters", {})
    body = example.get("request")
    given = {"content": body.encode()} if isinstance(body, str) else {"json": body} if body else {}
    query = {name: value for name, value in values.items() if f"{{{name}}}" not in path}
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return client.request(
        method,
        filled(path, {name: str(value) for name, value in values.items()}),
        params=query,
        headers=headers,
        **given,
    )


@pytest.mark.parametrize("scope", [scope for scope in SCOPES if scope != "admin"])
def test_a_token_opens_the_operations_of_its_scope_and_no_other(
    app: Any, folder: Path, browser: Callable[[], TestClient], scope: str
) -> None:
    token = Tokens(UsersFile(folder / USERS_FILE)).create("boss", "test", [scope], 1)[1]
    client, opened = browser(), 0
    for method, path, scopes in operations(app):
        answer = send(client, method, path, token)
        if scope in scopes:
            opened += 1
            assert answer.status_code not in (401, 403), (method, path, answer.text)
            continue
        assert answer.status_code == 403, (method, path)
        assert answer.headers["content-type"] == "application/problem+json"
        assert "lacks a scope" in answer.json()["detail"]
    assert opened


def test_without_a_token_or_with_a_wrong_one_no_operation_is_open(
    app: Any, browser: Callable[[], TestClient]
) -> None:
    found = operations(app)
    assert len(found) >= 16
    for method, path, _ in found:
        for token in ("", "mw_00000000_" + "a" * 43):
            answer = send(browser(), method, path, token)
            # Without a token a browser that changes something must name its origin.
            assert answer.status_code == 401, (method, path)
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.headers["www-authenticate"] == "Bearer"


def test_what_a_role_may_not_no_token_of_that_user_may(
    app: Any, folder: Path, browser: Callable[[], TestClient]
) -> None:
    """A technician's token for documents reads them, and changes none."""
    token = Tokens(UsersFile(folder / USERS_FILE)).create("reed", "test", ["documents"], 1)[1]
    changing = [row for row in operations(app) if row[0] != "GET" and row[1].startswith("/api/v1/documents")]
    assert len(changing) == 2
    for method, path, _ in changing:
        assert send(browser(), method, path, token).status_code == 403
    assert send(browser(), "GET", "/api/v1/documents", token).status_code == 200
