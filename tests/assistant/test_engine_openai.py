"""The engine for compatible servers: against a real one on this machine, and against ones that misbehave."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from langchain_core.messages import HumanMessage, SystemMessage, ToolMessage
from langchain_core.tools import tool

from assistant.engine_openai import OpenAICompatible
from assistant.errors import ConfigError, GenerateError
from assistant.generate import GENERATORS, GenerateOptions
from assistant.tool_check import ToolCheck

KEY_VARIABLE, KEY = "PLANT_MODEL_KEY", "kept-secret-4711"
Behaviour = Callable[[BaseHTTPRequestHandler, int], None]


def engine(base_url: str, **changes: Any) -> OpenAICompatible:
    chosen = {"key_variable": KEY_VARIABLE, "max_tokens": 24, "timeout_s": 60.0, **changes}
    model = GENERATORS["openai"](GenerateOptions("small", model_path=None, base_url=base_url, **chosen))  # type: ignore[arg-type]
    assert isinstance(model, OpenAICompatible)
    return model


@pytest.fixture(scope="module")
def real_server(fetched_models: None) -> str:
    """llama.cpp's own server with the small model, behind a key."""
    import xllamacpp

    from assistant import models

    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(models.find("small"))
    parameters.n_ctx, parameters.n_parallel, parameters.verbosity, parameters.warmup = 1536, 1, -1, False
    parameters.n_batch = parameters.n_ubatch = 32
    parameters.api_keys = [KEY]
    real_server.kept = xllamacpp.Server(parameters)  # type: ignore[attr-defined]
    return f"{real_server.kept.listening_address}/v1"  # type: ignore[attr-defined]


@pytest.mark.model
def test_a_real_server_streams_and_tells_the_tokens(
    real_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    messages = [SystemMessage("You answer in one sentence."), HumanMessage("Name a use of a gasket.")]
    pieces = [piece for piece in engine(real_server).stream(messages) if piece.text or piece.usage_metadata]
    assert len(pieces) > 3
    assert pieces[-1].usage_metadata is not None
    assert 0 < pieces[-1].usage_metadata["output_tokens"] <= 24
    assert "".join(str(piece.text) for piece in pieces) == engine(real_server).invoke(messages).text


@pytest.mark.model
def test_a_real_server_refuses_a_wrong_key(real_server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for key in ("", "wrong-key"):
        monkeypatch.setenv(KEY_VARIABLE, key)
        with pytest.raises(
            GenerateError, match=rf"the server refuses the key \(HTTP 401\).*{KEY_VARIABLE}"
        ) as told:
            engine(real_server).invoke("hello")
        assert "wrong-key" not in str(told.value)


@pytest.mark.model
def test_a_real_server_is_stopped_while_it_reads_a_long_prompt(
    real_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    stream = engine(real_server).stream(f"{time.time_ns()} " + "Grease the bearing of pump P-101. " * 120)
    next(stream)
    began = time.monotonic()
    stream.close()  # type: ignore[attr-defined]
    assert time.monotonic() - began < 1.0
    engine(real_server).invoke("Say ok.", max_tokens=2)
    assert time.monotonic() - began < 10  # seconds; it would have read for half a minute


@pytest.mark.model
def test_a_real_server_says_that_the_prompt_is_too_long(
    real_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    with pytest.raises(GenerateError, match=r"refused the request \(HTTP 400, .*context"):
        engine(real_server).invoke("Grease the bearing. " * 1000)


@pytest.fixture
def misbehaving() -> Iterator[Callable[[Behaviour], tuple[str, list[dict[str, Any]]]]]:
    """Servers that do what a test says; each gives its address and the requests it got."""
    running: list[ThreadingHTTPServer] = []

    def start(behave: Behaviour) -> tuple[str, list[dict[str, Any]]]:
        requests: list[dict[str, Any]] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                requests.append({**body, "authorization": self.headers.get("Authorization")})
                behave(self, len(requests))

            def do_GET(self) -> None:
                reply(self, 200, {"data": [{"id": "qwen-7b"}, {"id": "qwen-14b"}]})

            def log_message(self, *_: Any) -> None:
                """Keep the output of the tests clean."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        running.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}/v1", requests

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


def reply(handler: BaseHTTPRequestHandler, status: int, body: Any, **headers: str) -> None:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    handler.send_response(status)
    for name, value in {"Content-Length": str(len(content)), **headers}.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(content)


def events(*entries: Any) -> bytes:
    return "".join(f"data: {json.dumps(entry)}\n\n" for entry in entries).encode() + b"data: [DONE]\n\n"


WORDS = events({"choices": [{"delta": {"content": "55 N·m"}}]}, {"choices": [{"delta": {"content": "."}}]})


def test_the_request_is_the_usual_one_and_the_key_comes_from_the_environment(
    misbehaving: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    address, requests = misbehaving(lambda handler, _: reply(handler, 200, WORDS))
    assert engine(address).invoke([HumanMessage("How tight?")]).text == "55 N·m."
    assert requests[0]["authorization"] == f"Bearer {KEY}"
    assert requests[0]["messages"] == [{"role": "user", "content": "How tight?"}]
    assert requests[0]["model"] == "small"
    assert requests[0]["stream"] is True


def test_a_busy_server_is_asked_again(misbehaving: Any) -> None:
    def busy_once(handler: BaseHTTPRequestHandler, count: int) -> None:
        reply(handler, 200, WORDS) if count > 1 else reply(handler, 429, {"error": {"message": "slow down"}})

    address, requests = misbehaving(busy_once)
    assert engine(address).invoke("hello").text == "55 N·m."
    assert len(requests) == 2


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (401, {}, rf"refuses the key \(HTTP 401\).*{KEY_VARIABLE}"),
        (404, {"error": "no such model"}, r"model 'small' is not found.*qwen-7b, qwen-14b.*generate\.model"),
        (503, {"error": {"message": "loading"}}, r"too busy \(HTTP 503, loading\); asked 2 times"),
        (400, {"error": {"message": "bad\nrequest"}}, r"refused the request \(HTTP 400, bad request\)"),
        (200, b"<html>hello</html>", "no chat server"),
        (200, b"data: {not json\n\n", "no chat server"),
        (200, events({"error": {"message": "out of memory"}}), r"the server failed \(out of memory\)"),
    ],
)
def test_what_goes_wrong_is_one_line_that_says_what_to_do(
    misbehaving: Any, status: int, body: Any, told: str
) -> None:
    from assistant.prompting import Prompt
    from assistant.writing import write

    address, _ = misbehaving(lambda handler, _: reply(handler, status, body))
    with pytest.raises(GenerateError, match=told) as error:
        list(write(engine(address, retries=1), Prompt("", "hello", "v"), (), 30.0))
    assert "\n" not in str(error.value)


def test_a_server_that_is_down_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(GenerateError, match=rf"127\.0\.0\.1:{port}/v1 \(small\): no server answers there"):
        engine(f"http://127.0.0.1:{port}/v1").invoke("hello")


def test_a_server_that_says_nothing_is_left_after_the_time_out(misbehaving: Any) -> None:
    address, _ = misbehaving(lambda handler, _: time.sleep(3))
    with pytest.raises(GenerateError, match=r"no answer within 0\.5 s.*generate\.timeout_s"):
        engine(address, timeout_s=0.5).invoke("hello")


def test_a_connection_that_breaks_off_is_told(misbehaving: Any) -> None:
    def break_off(handler: BaseHTTPRequestHandler, _: int) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        handler.wfile.write(WORDS[:40])

    address, _ = misbehaving(break_off)
    with pytest.raises(GenerateError, match="the connection broke off"):
        engine(address).invoke("hello")


def test_closing_the_stream_closes_the_connection(misbehaving: Any) -> None:
    gone = threading.Event()

    def endless(handler: BaseHTTPRequestHandler, _: int) -> None:
        handler.send_response(200)
        handler.end_headers()
        try:
            while True:
                handler.wfile.write(WORDS[: WORDS.index(b"\n\n") + 2])
                handler.wfile.flush()
                time.sleep(0.02)
        except OSError:
            gone.set()

    address, _ = misbehaving(endless)
    stream = engine(address).stream("hello")
    while not next(stream).text:
        pass
    stream.close()  # type: ignore[attr-defined]
    assert gone.wait(2.0)


def call_pieces(*pieces: dict[str, Any]) -> bytes:
    return events(*({"choices": [{"delta": {"tool_calls": [piece]}}]} for piece in pieces))


@tool
def look_up_code(code: str) -> str:
    """Find what an alarm code means."""
    return code


def test_a_tool_call_that_comes_in_pieces_is_whole_and_its_answer_goes_back(misbehaving: Any) -> None:
    first = call_pieces(
        {"index": 0, "id": "a1", "function": {"name": "look_up_code", "arguments": ""}},
        {"index": 0, "function": {"arguments": '{"co'}},
        {"index": 0, "function": {"arguments": 'de": "E021"}'}},
        {"index": 1, "id": "a2", "function": {"name": "look_up_code", "arguments": "code E022"}},
    )
    address, requests = misbehaving(
        lambda handler, count: reply(handler, 200, first if count == 1 else WORDS)
    )
    model = engine(address).bind_tools([look_up_code])
    called = model.invoke([HumanMessage("What does E021 mean?")])
    assert [(call["name"], call["args"], call["id"]) for call in called.tool_calls] == [
        ("look_up_code", {"code": "E021"}, "a1")
    ]
    assert [call["id"] for call in called.invalid_tool_calls] == ["a2"]
    asked = [HumanMessage("?"), called, ToolMessage("Bearing too hot", tool_call_id="a1")]
    assert model.invoke(asked).text == "55 N·m."
    assert requests[0]["tools"][0]["function"]["name"] == "look_up_code"
    assert requests[1]["messages"][2] == {"role": "tool", "tool_call_id": "a1", "content": "Bearing too hot"}
    sent = requests[1]["messages"][1]["tool_calls"][0]
    assert json.loads(sent["function"]["arguments"]) == {"code": "E021"}


@pytest.mark.parametrize(
    ("status", "body", "able"),
    [
        (400, {"error": {"message": "tools param requires --jinja flag"}}, False),
        (200, WORDS, False),
        (200, call_pieces({"id": "a", "function": {"name": "x", "arguments": '{"code": "E4711"}'}}), False),
        (200, call_pieces({"id": "a", "function": {"name": "look_up_code", "arguments": "{}"}}), False),
        (
            200,
            call_pieces({"id": "a", "function": {"name": "look_up_code", "arguments": '{"code": "E4711"}'}}),
            True,
        ),
    ],
)
def test_a_server_calls_tools_only_if_it_does_so_when_asked(
    misbehaving: Any, status: int, body: Any, able: bool
) -> None:
    address, requests = misbehaving(lambda handler, _: reply(handler, status, body))
    check, model = ToolCheck(), engine(address)
    assert [check.ask(model), check.ask(model)] == [able, able]
    assert len(requests) == 1


def test_that_a_server_is_down_is_not_remembered_as_that_it_has_no_tools(misbehaving: Any) -> None:
    address, _ = misbehaving(lambda handler, _: reply(handler, 503, {}))
    check, model = ToolCheck(), engine(address, retries=0)
    with pytest.raises(GenerateError, match="too busy"):
        check.ask(model)
    assert check.known(model) is None


@pytest.mark.parametrize("address", ["", "127.0.0.1:8000", "file:///etc/passwd"])
def test_an_address_that_is_none_is_told(address: str) -> None:
    with pytest.raises(ConfigError, match=r"generate\.base_url.*http://127\.0\.0\.1:8000/v1"):
        engine(address).invoke("hello")
