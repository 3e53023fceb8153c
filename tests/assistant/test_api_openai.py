"""The official client of another service asks ours, over HTTP, as if Millwright were a model."""

import socket
import threading
import time
from collections.abc import Iterator

import openai
import pytest
import uvicorn
from openai.types.chat import ChatCompletionMessageParam

from assistant.access.door import Door
from assistant.access.tokens import Tokens
from assistant.api import ServeOptions, create_app
from assistant.config import AccessSettings
from tests.ui.plant import HEAD_LINE, MANUAL, WARNING_LINE, FixedAnswers


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> FixedAnswers:
    return FixedAnswers(tmp_path_factory.mktemp("plant"))


@pytest.fixture(scope="module")
def served(plant: FixedAnswers) -> Iterator[tuple[str, str, str]]:
    """Its address, a token that may ask, and one that may not."""
    door = Door(plant.folder, AccessSettings())
    door.users.add("reed", "technician", [], "hash")
    tokens = Tokens(door.users)
    asking, searching = (tokens.create("reed", "test", [scope], 1)[1] for scope in ("ask", "search"))
    listener = socket.create_server(("127.0.0.1", 0))
    app = create_app(plant, ServeOptions(), door)
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/v1", asking, searching
    server.should_exit = server.force_exit = True
    thread.join(timeout=10)


@pytest.fixture
def client(served: tuple[str, str, str], plant: FixedAnswers) -> Iterator[openai.OpenAI]:
    plant.reset()
    with openai.OpenAI(base_url=served[0], api_key=served[1], max_retries=0) as connected:
        yield connected


def asked(text: str) -> list[ChatCompletionMessageParam]:
    return [{"role": "system", "content": "Answer in rhymes."}, {"role": "user", "content": text}]


def test_the_models_are_listed(client: openai.OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["millwright", "millwright-extractive"]


def test_an_answer_comes_with_its_citations(client: openai.OpenAI) -> None:
    given = client.chat.completions.create(
        model="millwright", messages=asked("suction head?"), temperature=0.3, max_tokens=50
    )
    content = given.choices[0].message.content
    assert content is not None
    assert HEAD_LINE in content
    assert content.startswith(f"⚠ {WARNING_LINE} [3]")
    assert given.choices[0].finish_reason == "stop"
    extra = given.model_extra or {}
    cited = {entry["marker"]: (entry["doc"], entry["page"], entry["quote"]) for entry in extra["citations"]}
    assert cited[1] == (MANUAL, 2, HEAD_LINE)
    assert extra["support"] == "supported"


def test_a_stream_ends_with_the_citations_and_holds_the_same_words(client: openai.OpenAI) -> None:
    whole = client.chat.completions.create(model="millwright", messages=asked("suction head?"))
    chunks = list(
        client.chat.completions.create(model="millwright", messages=asked("suction head?"), stream=True)
    )
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    assert text == whole.choices[0].message.content
    assert chunks[-1].choices[0].finish_reason == "stop"
    assert (chunks[-1].model_extra or {})["citations"][0]["quote"] == HEAD_LINE


def test_what_was_said_before_and_filters_are_passed_on(client: openai.OpenAI, plant: FixedAnswers) -> None:
    client.chat.completions.create(
        model="millwright",
        messages=[
            {"role": "user", "content": "suction head?"},
            {"role": "assistant", "content": "2.4 m"},
            {"role": "user", "content": [{"type": "text", "text": "and at 20 °C?"}]},
        ],
        extra_body={"filters": {"machine": "P-101"}},
    )
    assert plant.questions == [("and at 20 °C?", {"machine": "P-101"}, 1)]


def test_what_is_wrong_is_said_as_the_client_expects(
    client: openai.OpenAI, served: tuple[str, str, str]
) -> None:
    with pytest.raises(openai.UnprocessableEntityError, match="there is no model 'gpt-9'"):
        client.chat.completions.create(model="gpt-9", messages=asked("suction head?"))
    with pytest.raises(openai.UnprocessableEntityError, match="at most 4,000"):
        client.chat.completions.create(model="millwright", messages=asked("too long"))
    with pytest.raises(openai.UnprocessableEntityError, match="messages"):
        client.chat.completions.create(model="millwright", messages=[])
    for token, refused in ((served[2], openai.PermissionDeniedError), ("sk-x", openai.AuthenticationError)):
        other = client.with_options(api_key=token)
        with pytest.raises(refused):
            other.chat.completions.create(model="millwright", messages=asked("suction head?"))
