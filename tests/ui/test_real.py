"""The page over a real index of the example plant, with the real embedder and no generator."""

from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from assistant.api import ServeOptions, create_app
from assistant.app import Millwright, build
from assistant.config import GenerateSettings, Settings
from assistant.desk import Desk
from assistant.ui.conversation import Conversation
from assistant.ui.talk import NEW_TALK
from tests.ui.test_markup import Seen

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def millwright(plant_data: Path) -> Millwright:
    return build(replace(Settings(), generate=GenerateSettings(engine="extractive")), plant_data, "plant")


@pytest.fixture(scope="module")
def client(millwright: Millwright) -> Iterator[TestClient]:
    with TestClient(create_app(millwright, ServeOptions()), base_url="http://127.0.0.1:7860") as connected:
        yield connected


def opened(millwright: Millwright, client: TestClient, question: str) -> str:
    """The view behind the first source of an answer."""
    last = list(Conversation(millwright, Desk(4)).ask(question, "", "en", NEW_TALK))[-1]
    assert "mw-supported" in last.current
    answer = client.get(unescape(Seen(last.sources).links[0]))
    assert answer.status_code == 200
    return answer.text


def test_an_answer_of_the_manual_opens_a_marked_page(millwright: Millwright, client: TestClient) -> None:
    shown = opened(millwright, client, "What is the minimum NPSH available of the pump?")
    assert "The quoted lines are marked." in shown
    picture = client.get(unescape(shown.split('<img src="')[1].split('"')[0]))
    assert picture.content.startswith(b"\x89PNG")


def test_an_answer_of_the_procedure_opens_its_passage(millwright: Millwright, client: TestClient) -> None:
    assert '<mark id="quote">' in opened(millwright, client, "SOP-014: which tools are needed?")
