"""What a browser sends and saves of kept conversations by HTTP, without a browser."""

import io
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import pytest
from fastapi.testclient import TestClient

from assistant.api import ServeOptions, create_app
from assistant.history import Rating, Spot
from assistant.records import Turn
from assistant.ui.visitor import COOKIE, owner_of
from tests.ui.plant import FixedAnswers

ANN, BOB = "a" * 43, "b" * 43


@pytest.fixture
def plant(tmp_path: Path) -> FixedAnswers:
    return FixedAnswers(tmp_path)


@pytest.fixture
def client(plant: FixedAnswers) -> Iterator[TestClient]:
    with TestClient(create_app(plant, ServeOptions()), base_url="http://127.0.0.1:7860") as connected:
        connected.cookies.set(COOKIE, ANN)
        yield connected


@pytest.fixture(scope="module")
def refusing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """For what changes nothing: one plant for all of it."""
    plant = FixedAnswers(tmp_path_factory.mktemp("plant"))
    with TestClient(create_app(plant, ServeOptions()), base_url="http://127.0.0.1:7860") as connected:
        connected.cookies.set(COOKIE, ANN)
        yield connected


def kept(plant: FixedAnswers, question: str = "How much head?", cookie: str = ANN) -> Spot:
    done: Any = list(plant.stream(question))[-1]
    return plant.history.add(owner_of({COOKIE: cookie}), "", Turn(question, done.answer))


def rate(client: TestClient, spot: Spot, liked: bool | None, reason: str = "", **headers: str) -> int:
    body = {"talk": spot.conversation, "turn": spot.turn, "liked": liked, "reason": reason}
    return client.post("/feedback", json=body, headers=headers).status_code


def test_a_dislike_is_kept_and_its_question_waits_for_an_expert(
    client: TestClient, plant: FixedAnswers
) -> None:
    spot = kept(plant)
    assert rate(client, spot, False) == 200
    assert rate(client, spot, False, "wrong pump") == 200
    assert plant.history.ratings(owner_of({COOKIE: ANN}), spot.conversation) == {
        1: Rating(False, "wrong pump")
    }
    (gap,) = plant.gaps.open()
    assert (gap.question, gap.count("disliked"), gap.reasons) == ("How much head?", 1, ("wrong pump",))
    for liked in (True, None):
        assert rate(client, spot, liked) == 200
        assert plant.gaps.open() == []
    assert plant.history.ratings(owner_of({COOKIE: ANN}), spot.conversation) == {}


@pytest.mark.parametrize("ending", ["md", "docx"])
def test_a_conversation_is_saved_with_its_quotes(
    client: TestClient, plant: FixedAnswers, ending: str
) -> None:
    spot = kept(plant)
    rate(client, spot, False, "wrong pump")
    got = client.get(f"/conversations/{spot.conversation}.{ending}?lang=zh")
    assert got.status_code == 200
    assert (
        got.headers["content-disposition"]
        == f'attachment; filename="millwright-{spot.conversation}.{ending}"'
    )
    assert got.headers["cache-control"] == "no-store"
    text = got.text
    if ending == "docx":
        text = "\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(got.content)).paragraphs)
    for shown in ("How much head", "2.4 m at 60 °C", "有文档依据", "来源中的警告", "第 2 页", "wrong pump"):
        assert shown in text


def test_what_is_another_persons_is_as_if_it_were_not(client: TestClient, plant: FixedAnswers) -> None:
    spot = kept(plant, cookie=BOB)
    assert rate(client, spot, False, "not mine") == 404
    addresses = [f"/conversations/{spot.conversation}.{ending}" for ending in ("md", "docx")]
    assert [client.get(address).status_code for address in addresses] == [404, 404]
    client.cookies.clear()
    assert rate(client, spot, False) == 404
    assert [client.get(address).status_code for address in addresses] == [404, 404]
    assert plant.gaps.open() == []
    assert plant.history.ratings(owner_of({COOKIE: BOB}), spot.conversation) == {}


def test_another_site_rates_nothing(client: TestClient, plant: FixedAnswers) -> None:
    spot = kept(plant)
    assert rate(client, spot, False, origin="http://evil.example") == 403
    assert plant.gaps.open() == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"talk": "x", "turn": 0, "liked": False}, 422),
        ({"talk": "x" * 65, "turn": 1, "liked": False}, 422),
        ({"talk": "x", "turn": 1, "liked": False, "reason": "x" * 2001}, 422),
        ({"talk": "x", "turn": 1, "liked": False, "owner": "bob"}, 422),
        ({"talk": "../x", "turn": 1, "liked": False}, 404),
    ],
)
def test_what_is_no_rating_is_refused(refusing: TestClient, body: dict[str, Any], status: int) -> None:
    assert refusing.post("/feedback", json=body).status_code == status


@pytest.mark.parametrize("path", ["x.md", "x.html", "..%2f..%2fetc.md", "x.docx"])
def test_what_is_no_conversation_is_not_found(refusing: TestClient, path: str) -> None:
    assert refusing.get(f"/conversations/{path}").status_code in (404, 422)


def test_that_a_rating_could_not_be_written_is_told(client: TestClient, plant: FixedAnswers) -> None:
    spot = kept(plant)
    file = sqlite3.connect(plant.folder / "plant.conversations.sqlite")
    file.execute("DROP TABLE ratings")
    file.execute("CREATE TABLE ratings (conversation, turn, liked, reason, at CHECK (at = 'never'))")
    file.commit()
    file.close()
    assert rate(client, spot, False) == 503
