"""The route that answers: one object, or a stream that ends in the same object."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant.api import ServeOptions, create_app
from tests.ui.plant import HEAD_LINE, FixedAnswers, write_manual

LOCAL = "http://127.0.0.1:7860"
ADDRESS = "/api/v1/ask"


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> FixedAnswers:
    folder = tmp_path_factory.mktemp("plant")
    write_manual(folder / "manual.pdf")
    return FixedAnswers(folder)


@pytest.fixture(scope="module")
def client(plant: FixedAnswers) -> Iterator[TestClient]:
    with TestClient(create_app(plant, ServeOptions(queue=1)), base_url=LOCAL) as connected:
        yield connected


def events(text: str) -> list[tuple[str, Any]]:
    """The events of a stream, without its comments."""
    found: list[tuple[str, Any]] = []
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if line and not line.startswith(":"))
        if fields:
            found.append((fields["event"], json.loads(fields["data"])))
    return found


def test_an_answer_as_one_object(plant: FixedAnswers, client: TestClient) -> None:
    plant.reset()
    answer = client.post(ADDRESS, json={"question": "How much head?", "filters": {"machine": "P-101"}}).json()
    assert answer["support"] == "supported"
    assert answer["citations"][0]["quote"] == HEAD_LINE
    assert plant.questions == [("How much head?", {"machine": "P-101"}, 0)]


def test_an_answer_as_a_stream_begins_with_the_evidence_and_ends_with_the_object(
    plant: FixedAnswers, client: TestClient
) -> None:
    plant.reset()
    plant.ahead = (2, 1, 1, 0)
    answer = client.post(ADDRESS, json={"question": "压头 How much head?", "stream": True})
    assert answer.headers["content-type"].startswith("text/event-stream")
    named = events(answer.text)
    assert named[0][0] == "evidence"
    assert named[0][1]["citations"][0]["quote"] == HEAD_LINE
    assert [content["ahead"] for name, content in named if name == "waiting"] == [2, 1, 0]
    written = "".join(content["text"] for name, content in named if name == "words")
    assert written.strip() == plant.text
    assert named[-1][0] == "done"
    assert named[-1][1]["answer"] == plant.text
    assert named[-1][1]["question"] == "压头 How much head?"


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("asked", "status", "said"),
    [
        ({"question": "too long"}, 422, "at most 4,000"),
        ({"question": "x", "engine": "transformers"}, 422, "extractive"),
        ({"question": "x", "colour": "red"}, 422, "colour"),
        ({}, 422, "question"),
    ],
)
def test_what_cannot_be_answered_is_refused_with_its_reason(
    client: TestClient, asked: dict[str, Any], status: int, said: str, stream: bool
) -> None:
    refused = client.post(ADDRESS, json={**asked, "stream": stream})
    assert refused.status_code == status
    assert said in refused.text


def test_another_site_may_not_ask(client: TestClient) -> None:
    assert client.post(ADDRESS, json={"question": "x"}, headers={"origin": "http://evil"}).status_code == 403


def test_one_question_too_many_is_told_busy_with_when_to_come_again(plant: FixedAnswers) -> None:
    plant.reset()
    plant.pause_s = 0.05
    app = create_app(plant, ServeOptions(queue=1))
    with TestClient(app, base_url=LOCAL) as connected:
        with connected.stream("POST", ADDRESS, json={"question": "first", "stream": True}) as first:
            refused = connected.post(ADDRESS, json={"question": "second"})
            assert refused.status_code == 503
            assert refused.headers["retry-after"] == "5"
            assert refused.headers["content-type"] == "application/problem+json"
            assert refused.json()["title"] == "busy"
            assert "Ask again in a moment" in refused.json()["detail"]
            assert "event: done" in first.read().decode()
        plant.pause_s = 0.0
        began = time.monotonic()
        while connected.post(ADDRESS, json={"question": "third"}).status_code == 503:
            assert time.monotonic() - began < 2


@pytest.mark.parametrize("stream", [False, True])
def test_a_declined_question_waits_for_an_expert(
    plant: FixedAnswers, client: TestClient, stream: bool
) -> None:
    plant.reset()
    question = f"What does alarm T-800{int(stream)} mean?"
    sent = client.post(ADDRESS, json={"question": question, "stream": stream})
    assert sent.status_code == 200
    assert question in {gap.question for gap in plant.gaps.open()}
    assert client.post(ADDRESS, json={"question": "How much head?", "stream": stream}).status_code == 200
    assert "How much head?" not in {gap.question for gap in plant.gaps.open()}


def test_that_it_could_not_be_kept_does_not_cost_the_answer(plant: FixedAnswers, client: TestClient) -> None:
    plant.reset()
    path = plant.folder / "plant.gaps.sqlite"
    path.unlink(missing_ok=True)
    path.mkdir()
    try:
        answer = client.post(ADDRESS, json={"question": "What does alarm T-800 mean?"})
    finally:
        path.rmdir()
    assert answer.json()["support"] == "declined"
