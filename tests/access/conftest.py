"""An application with users, and a browser for each of them."""

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant.access import passwords
from assistant.access.door import Door
from assistant.access.gate import COOKIE
from assistant.access.users import USERS_FILE, UsersFile
from assistant.api import ServeOptions, create_app
from assistant.config import AccessSettings
from tests.access.walk import HERE, NAMES, ORIGIN, PASSWORD
from tests.ui.plant import FixedAnswers, write_manual


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("data")
    users, kept = UsersFile(data / USERS_FILE), passwords.hashed(PASSWORD, "nobody")
    for name, role in NAMES.items():
        users.add(name, role, ["line-2"] if name == "reed" else [], kept)
    return data


@pytest.fixture(scope="module")
def app(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    plant = tmp_path_factory.mktemp("plant")
    write_manual(plant / "manual.pdf")
    settings = AccessSettings(anonymous_per_minute=10_000, wrong_logins_address=1000)
    answers = FixedAnswers(plant)
    made = create_app(answers, ServeOptions(access=settings), Door(folder, settings))
    made.state.plant = answers
    return made


@pytest.fixture(scope="module")
def running(app: Any) -> Iterator[TestClient]:
    with TestClient(app, base_url=HERE) as client:
        yield client


@pytest.fixture
def browser(running: TestClient) -> Any:
    """A client for each user; they share the one running application."""

    def opened(name: str = "") -> TestClient:
        client = copy.copy(running)
        client.cookies = type(running.cookies)()
        if name:
            session = token(client, name)
            client.cookies.clear()
            client.cookies.set(COOKIE, session)
        return client

    return opened


def token(client: TestClient, name: str, password: str = PASSWORD) -> str:
    form = {"name": name, "password": password}
    answer = client.post("/login", data=form, headers=ORIGIN, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return str(answer.cookies[COOKIE])
