"""The real server as a process of its own, and users who ask it over HTTP as a script and as the page do."""

import json
import os
import re
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parents[1]
_TIMEOUT_S = 300.0
_START_TIMEOUT_S = 120.0


@dataclass(frozen=True, slots=True)
class Index:
    """What is asked: an index and questions that it answers."""

    data: Path
    name: str
    questions: Sequence[str]


@dataclass(slots=True)
class Asked:
    """One question and what came of it; seconds from the question.

    Args:
        first_s: To the first event of any kind.
        sources_s: To the verbatim evidence.
        places: The places in the queue that were told, in order.
        shown: What must be the same when it is asked alone.
        written: A model wrote words.
    """

    question: str
    first_s: float = 0.0
    sources_s: float = 0.0
    done_s: float = 0.0
    places: list[int] = field(default_factory=list)
    shown: str = ""
    busy: bool = False
    written: bool = False


@dataclass(slots=True)
class User:
    """A connection, and an opened page.

    Args:
        client: Its base address is the server's.
        session: By which Gradio knows the page.
        asking: The number of the page's function that answers.
        forgetting: The number of the one that begins a new conversation.
        begun: There is a conversation.
    """

    client: httpx.Client
    session: str
    asking: int
    forgetting: int
    begun: bool = False


Ask = Callable[[User, str], Asked]


def ask_api(user: User, question: str) -> Asked:
    """Ask through the API's stream."""
    asked, began = Asked(question), time.monotonic()
    request = {"question": question, "stream": True}
    with user.client.stream("POST", "api/v1/ask", json=request) as response:
        name = ""
        for line in response.iter_lines():
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: "):
                content = json.loads(line.removeprefix("data: "))
                asked.first_s = asked.first_s or time.monotonic() - began
                if name == "evidence":
                    asked.sources_s = asked.sources_s or time.monotonic() - began
                elif name == "words":
                    asked.written = True
                elif name == "waiting" and content["ahead"]:
                    asked.places.append(content["ahead"])
                elif name == "done":
                    asked.done_s = time.monotonic() - began
                    asked.busy = "busy" in content["note"] or "忙碌" in content["note"]
                    asked.shown = f"{content['question']}\n{content['answer']}"
    assert asked.done_s, f"{question}: no answer ({response.status_code})"
    return asked


def ask_page(user: User, question: str) -> Asked:
    """Ask as the page does: join Gradio's queue, read the session's events."""
    session = {"session_hash": user.session}
    if user.begun:
        forget = {"data": ["en"], "fn_index": user.forgetting, **session}
        user.client.post("gradio_api/run/predict", json=forget).raise_for_status()
    user.begun = True
    asked, began = Asked(question), time.monotonic()
    join = {"data": [question, "", "en", None, None], "fn_index": user.asking, **session}
    user.client.post("gradio_api/queue/join", json=join).raise_for_status()
    with user.client.stream("GET", "gradio_api/queue/data", params=session) as response:
        for line in response.iter_lines():
            if not line.startswith("data: "):
                continue
            message = json.loads(line.removeprefix("data: "))
            text = json.dumps(message.get("output", {}), ensure_ascii=False)
            now = time.monotonic() - began
            if message["msg"] == "process_generating":
                asked.first_s = asked.first_s or now
            if "mw-number" in text or "mw-declined" in text:
                asked.sources_s = asked.sources_s or now
            asked.places += [int(place) for place in re.findall(r"written answer: (\d+)", text)]
            if message["msg"] == "process_completed":
                asked.done_s = now
                asked.busy = "is busy" in text or "忙碌" in text
                asked.shown = _without_times(text)
                break
    assert asked.done_s, question
    return asked


def _without_times(text: str) -> str:
    """What is shown, without what differs each time: seconds, and the number of the conversation."""
    for talk in set(re.findall(r'data-talk=\\"(\w+)\\"', text)):
        text = text.replace(talk, "")
    text = re.sub(r'<p class=\\"mw-small\\">.*?</p>', "", text)
    return re.sub(r'"(?:average_)?duration": [0-9.]+', "", text)


@contextmanager
def opened_page(address: str) -> Iterator[User]:
    """Open the page, as a browser does."""
    # Certificates are not needed on loopback, and reading them would cost more than a question.
    with httpx.Client(base_url=address, timeout=_TIMEOUT_S, verify=False, trust_env=False) as client:  # noqa: S501
        page = client.get("config").json()
        functions, session = page["dependencies"], uuid.uuid4().hex
        new = next(part["id"] for part in page["components"] if part["props"].get("elem_id") == "new")
        asking = next(entry["id"] for entry in functions if entry["types"]["generator"])
        forgetting = next(entry["id"] for entry in functions if [new, "click"] in entry["targets"])
        load = next(f["id"] for f in functions if any(event == "load" for _, event in f["targets"]))
        opened = {"data": [], "fn_index": load, "session_hash": session}
        client.post("gradio_api/run/predict", json=opened).raise_for_status()
        user = User(client, session, asking, forgetting)
        yield user


@contextmanager
def served(index: Index, settings: dict[str, str]) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The real server as a process, ready to answer."""
    command = ["serve", "--port", "0", "--data", str(index.data), "--index", index.name]
    process = subprocess.Popen(
        [sys.executable, "-m", "assistant.cli", *command],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **settings},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        said = process.stdout.readline()
        found = re.search(r"https?://\S+/", said)
        assert found, f"the server did not start: {said!r}"
        address = found[0]
        deadline = time.monotonic() + _START_TIMEOUT_S
        while time.monotonic() < deadline:
            try:
                if httpx.get(f"{address}ready").status_code == 200:
                    break
            except httpx.TransportError:
                time.sleep(0.2)
        with opened_page(address) as user:
            ask_api(user, index.questions[0])
        yield address, process
    finally:
        process.kill()
        process.wait()


def run_command(arguments: Sequence[str]) -> None:
    """A command of ours, from this tree."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "assistant.cli", *arguments]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)


def resident_mb(process: subprocess.Popen[Any]) -> float:
    """Memory that a process holds now, in MB."""
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
    found = re.search(r"VmRSS:\s+(\d+)", status)
    return int(found[1]) / 1024 if found else 0.0


def spread(values: Sequence[float]) -> str:
    """The middle and the 95th percentile of times in seconds."""
    ordered = sorted(values)
    last = ordered[max(0, int(0.95 * len(ordered) + 0.5) - 1)]
    return f"p50 {statistics.median(ordered):.2f} s, p95 {last:.2f} s"
