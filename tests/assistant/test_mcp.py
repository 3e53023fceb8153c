"""The MCP server as a client uses it: the real command, the official client, a small real index."""

import json
import socket
import subprocess
import sys
import time
from argparse import Namespace
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client, StdioServerParameters
from mcp_types import CallToolResult

from assistant.access.users import USERS_FILE, UsersFile
from assistant.app import build
from assistant.config import GenerateSettings, Settings
from assistant.mcp_command import server_for

pytestmark = pytest.mark.model
ROOT = Path(__file__).resolve().parents[2]
QUESTION = "What torque do the casing cover nuts of the pump get?"

Use = Callable[[Client], Awaitable[None]]


def command(data: Path, *more: str) -> list[str]:
    return [
        sys.executable,
        "-m",
        "assistant.cli",
        "mcp",
        "--data",
        str(data),
        "--engine",
        "extractive",
        *more,
    ]


def used(arguments: list[str], use: Use) -> None:
    """Begin the command, and do something as its client."""

    async def work() -> None:
        environment = {"PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1"}
        parameters = StdioServerParameters(
            command=arguments[0], args=arguments[1:], cwd=ROOT, env=environment
        )
        async with Client(parameters, read_timeout_seconds=120) as client:
            await use(client)

    anyio.run(work)


def text_of(result: CallToolResult) -> str:
    (content,) = result.content
    assert content.type == "text"
    return content.text


async def refused(client: Client, tool: str, arguments: dict[str, Any]) -> str:
    """The one line of a tool's error."""
    result = await client.call_tool(tool, arguments)
    assert result.is_error, result
    line = text_of(result)
    assert line.strip()
    assert "\n" not in line
    assert "Traceback" not in line
    return line


async def mistaken(client: Client) -> None:
    """A mistake is one line of a tool error, and the server goes on."""
    assert "question: " in await refused(client, "search", {})
    assert "limit: " in await refused(client, "search", {"question": "grease", "limit": 0})
    assert "limit: " in await refused(client, "search", {"question": "grease", "limit": "many"})
    assert "'colour'" in await refused(client, "search", {"question": "grease", "colour": "red"})
    colour = {"question": "grease", "filters": {"colour": "red"}}
    assert "unknown filter 'colour'" in await refused(client, "search", colour)
    assert "10,000 characters" in await refused(client, "ask", {"question": "x" * 10_000})
    assert "empty" in await refused(client, "ask", {"question": "  "})
    assert "engine: " in await refused(client, "ask", {"question": "grease", "engine": "magic"})
    assert "no code" in await refused(client, "look_up_code", {"code": " "})
    assert "delete" in await refused(client, "delete", {})
    assert not (await client.call_tool("search", {"question": "grease"})).is_error


def test_a_client_searches_looks_up_and_asks(plant_data: Path) -> None:
    async def use(client: Client) -> None:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert set(tools) == {"search", "look_up_code", "ask"}
        for tool in tools.values():
            assert tool.annotations is not None
            assert tool.annotations.read_only_hint
            assert tool.output_schema

        found = await client.call_tool("search", {"question": QUESTION, "limit": 3})
        assert found.structured_content is not None
        passages = found.structured_content["passages"]
        assert [passage["number"] for passage in passages] == [1, 2, 3]
        assert passages[0]["doc"] == "p101-rev-c.pdf"
        assert "55 N·m" in text_of(found)

        code = await client.call_tool("look_up_code", {"code": "E012", "machine": "P-101"})
        assert code.structured_content is not None
        assert code.structured_content["status"] == "defined"
        said = {row["part"]: row for row in code.structured_content["said"]}
        assert "Strainer clogged" in said["cause"]["text"]
        assert said["remedy"]["doc"] == "p101-rev-c.pdf"
        assert "Suction pressure low" in text_of(code)
        unknown = await client.call_tool("look_up_code", {"code": "QX-9999"})
        assert text_of(unknown) == "No document holds the code QX-9999."

        answer = await client.call_tool("ask", {"question": QUESTION})
        assert answer.structured_content is not None
        assert answer.structured_content["support"] == "supported"
        cited = [c for c in answer.structured_content["citations"] if "55 N·m" in c["text"]]
        assert (cited[0]["doc"], cited[0]["page"]) == ("p101-rev-c.pdf", 10)
        assert "p101-rev-c.pdf, page 10" in text_of(answer)

        other = await client.call_tool("ask", {"question": "What does alarm QX-9999 mean?"})
        assert other.structured_content is not None
        assert other.structured_content["support"] == "declined"
        await mistaken(client)

    used(command(plant_data, "--index", "plant"), use)


def test_an_index_that_is_not_there_is_told_by_the_tool(plant_data: Path) -> None:
    async def use(client: Client) -> None:
        assert len((await client.list_tools()).tools) == 3
        for tool, arguments in (("search", {"question": "grease"}), ("ask", {"question": "grease"})):
            assert "there is no index of that name" in await refused(client, tool, arguments)
        assert "no index" in await refused(client, "look_up_code", {"code": "E021"})

    used(command(plant_data, "--index", "absent"), use)


@pytest.fixture
def with_users(plant_data: Path) -> Iterator[UsersFile]:
    """Users over the same index; afterwards there are none again."""
    file = plant_data / USERS_FILE
    users = UsersFile(file)
    users.add("reed", "technician", [], "hash")
    users.add("boss", "admin", [], "hash")
    users.allow("default", ["line-9"])
    yield users
    for path in plant_data.glob(f"{USERS_FILE}*"):
        path.unlink()


def test_a_user_reads_what_they_may_and_no_more(plant_data: Path, with_users: UsersFile) -> None:
    settings = Settings(generate=GenerateSettings(engine="extractive"))
    parsed = Namespace(data=plant_data, user="reed", http=None, engine=None)
    server = server_for(parsed, settings, lambda: build(settings, plant_data, "plant"))

    async def use() -> None:
        async with Client(server) as client:
            result = await client.call_tool("search", {"question": QUESTION})
            assert result.structured_content == {"passages": []}
            code = await client.call_tool("look_up_code", {"code": "E012"})
            assert text_of(code) == "No document holds the code E012."
            answer = await client.call_tool("ask", {"question": QUESTION})
            assert answer.structured_content is not None
            found = (answer.structured_content["support"], answer.structured_content["citations"])
            assert found == ("declined", [])
            # What is allowed later counts at once.
            with_users.allow("default", ["everyone"])
            again = await client.call_tool("search", {"question": QUESTION})
            assert "55 N·m" in text_of(again)
            with_users.remove("reed")
            assert "reed" in await refused(client, "search", {"question": QUESTION})

    anyio.run(use)


@pytest.mark.parametrize(
    ("more", "told"),
    [(["--user", "nobody"], "there is no user 'nobody'"), (["--http", "0"], "there are users")],
)
def test_what_cannot_be_served_is_told_before(
    plant_data: Path, with_users: UsersFile, more: list[str], told: str
) -> None:
    done = subprocess.run(
        command(plant_data, *more), capture_output=True, text=True, check=False, timeout=60, cwd=ROOT
    )
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert told in done.stderr


def test_nothing_but_the_protocol_is_on_stdout(plant_data: Path) -> None:
    params = {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "t", "version": "1"},
    }
    asked = {"name": "search", "arguments": {"question": QUESTION}}
    lines = [
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": asked},
    ]
    with subprocess.Popen(
        [*command(plant_data, "--index", "plant")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for line in lines:
            process.stdin.write(json.dumps(line) + "\nthis is no message\n")
        process.stdin.flush()
        said = [json.loads(process.stdout.readline()) for _ in range(2)]
        rest, _ = process.communicate(timeout=30)
        said += [json.loads(line) for line in rest.splitlines()]
    answers = {message["id"]: message for message in said if message.get("id")}
    assert answers[1]["result"]["serverInfo"]["name"] == "millwright"
    assert "55 N·m" in answers[2]["result"]["content"][0]["text"]
    assert all(message["jsonrpc"] == "2.0" for message in said)
    assert process.returncode == 0


@contextmanager
def by_http(data: Path) -> Iterator[str]:
    """The command over HTTP; its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    arguments = command(data, "--index", "absent", "--http", str(port))
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT) as process:
        began = time.monotonic()
        while True:
            with socket.socket() as tried:
                if tried.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert time.monotonic() - began < 60
            assert process.poll() is None
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}/mcp"
        process.terminate()
        process.wait(20)
        assert process.stdout is not None
        assert process.stdout.read() == b""


def test_the_same_by_http_for_this_machine_only(plant_data: Path) -> None:
    import httpx

    async def use(address: str) -> None:
        async with Client(address, read_timeout_seconds=120) as client:
            assert len((await client.list_tools()).tools) == 3
            assert "there is no index" in await refused(client, "ask", {"question": QUESTION})

    with by_http(plant_data) as address:
        anyio.run(use, address)
        for header in ({"Host": "evil.example"}, {"Origin": "http://evil.example"}):
            answer = httpx.post(address, json={}, headers=header)
            assert answer.status_code in (403, 421), header
