"""Twenty users at once: how long each waits for the first event, and whether anyone gets another's answer.

    python benchmarks/users.py [--users N] [--rounds N] [--data DIR --index NAME --questions FILE.jsonl]

Starts `millwright serve` as a process of its own, first with the extractive engine, then with a stub of a
model (a small server on loopback that says a sentence of the prompt slowly), and asks it over HTTP, through
the API's stream and through the queue of the page. Each question is asked alone before; what comes of it
among twenty must be the same. Without an index of your own it reads examples/.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

# Run as a script, this folder comes first on the path, and ingest.py in it hides the package.
sys.path[0] = str(Path(__file__).resolve().parents[1])

from benchmarks.stub_model import stub_model

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


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--users", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--index", default="bench")
    parser.add_argument("--questions", type=Path, default=ROOT / "examples" / "questions.jsonl")
    given = parser.parse_args()
    lines = given.questions.read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in lines if line.strip()][: given.users]
    with tempfile.TemporaryDirectory() as scratch:
        data = given.data or Path(scratch)
        if given.data is None:
            _run(["ingest", str(ROOT / "examples"), "--data", scratch, "--index", given.index])
        measure(Index(data, given.index, questions), given.users, given.rounds)


def measure(index: Index, users: int, rounds: int) -> None:
    """Both engines, API and page."""
    extractive = {"MILLWRIGHT_GENERATE_ENGINE": "extractive"}
    with _served(index, extractive) as (address, process):
        before = _resident_mb(process)
        for name, ask in ("API", ask_api), ("page", ask_page):
            _round(f"extractive, {name}, all at once", address, ask, index, (users, 1))
            _round(f"extractive, {name}, again and again", address, ask, index, (users, rounds))
        print(f"memory of the server: {before:.0f} MB before, {_resident_mb(process):.0f} MB after")
    with (
        stub_model(word_s=0.03) as base_url,
        _served(index, _stub(base_url, waiting=users)) as (address, _),
    ):
        _round("stub model, API", address, ask_api, index, (users, 1))
        _round("stub model, page", address, ask_page, index, (users, 1))
    with stub_model(word_s=0.2) as base_url:
        with _served(index, _stub(base_url, waiting=users // 4)) as (address, _):
            _round(f"stub model, {users // 4} may wait", address, ask_api, index, (users, 1))
            _dropped(address, index)
        few = {**_stub(base_url, waiting=users), "MILLWRIGHT_SERVE_QUEUE": str(users // 2)}
        with _served(index, few) as (address, _):
            _refusals(address, index, users)


def _stub(base_url: str, waiting: int) -> dict[str, str]:
    return {
        "MILLWRIGHT_GENERATE_ENGINE": "openai",
        "MILLWRIGHT_GENERATE_BASE_URL": base_url,
        "MILLWRIGHT_GENERATE_AT_ONCE": "1",
        "MILLWRIGHT_GENERATE_WAITING": str(waiting),
    }


def _round(name: str, address: str, ask: Ask, index: Index, size: tuple[int, int]) -> None:
    """Each question alone, then all users at once; prints what differed and how long it took."""
    users, rounds = size
    with _user(address) as one:
        alone = {question: ask(one, question) for question in index.questions}
    together: list[Asked] = []
    start = threading.Barrier(users)

    def run(number: int) -> None:
        asked = index.questions
        with _user(address) as user:
            start.wait()
            together.extend(ask(user, asked[(number + turn) % len(asked)]) for turn in range(rounds))

    threads = [threading.Thread(target=run, args=(number,)) for number in range(users)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(together) == users * rounds
    answered = [asked for asked in together if not asked.busy]
    wrong = [asked for asked in answered if asked.shown != alone[asked.question].shown]
    alone_s = statistics.median(asked.sources_s for asked in alone.values())
    print(
        f"{name}: {len(together)} questions of {users} users\n"
        f"  first event {_spread([asked.first_s for asked in together])}; evidence "
        f"{_spread([asked.sources_s for asked in together])} (alone {alone_s:.2f} s); "
        f"finished {_spread([asked.done_s for asked in together])}\n"
        f"  not the same as alone: {len(wrong)}; said busy: {len(together) - len(answered)}; "
        f"places told: up to {max((max(a.places, default=0) for a in together), default=0)}"
    )
    for asked in wrong[:3]:
        print(f"  {asked.question!r}: {asked.shown[:160]!r}, alone {alone[asked.question].shown[:160]!r}")


def _dropped(address: str, index: Index) -> None:
    """How long a place is held after its stream was dropped: the next one's stands at its head then."""
    took: list[float] = []
    with _user(address) as one:
        written = next(question for question in index.questions if ask_api(one, question).written)
    request = {"question": written, "stream": True}
    for _ in range(5):
        with (
            _user(address) as one,
            _user(address) as other,
            one.client.stream("POST", "api/v1/ask", json=request) as going,
        ):
            next(line for line in going.iter_lines() if line == "event: words")
            with other.client.stream("POST", "api/v1/ask", json=request) as waiting:
                lines = waiting.iter_lines()
                next(line for line in lines if line == "event: waiting")
                going.close()
                began = time.monotonic()
                next(line for line in lines if line in ('data: {"ahead": 0}', "event: words"))
                took.append(time.monotonic() - began)
    print(f"a dropped stream gives its place to the next after {_spread(took)}")


def _refusals(address: str, index: Index, users: int) -> None:
    """More questions than may be under way."""
    statuses: list[int] = []
    start = threading.Barrier(users)

    def run(number: int) -> None:
        asked = {"question": index.questions[number % len(index.questions)]}
        with _user(address) as user:
            start.wait()
            statuses.append(user.client.post("api/v1/ask", json=asked).status_code)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(users)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(
        f"{users // 2} may be under way: {statuses.count(200)} answered, {statuses.count(503)} refused (503)"
    )


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
    join = {"data": [question, "", "en", None], "fn_index": user.asking, **session}
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
    text = re.sub(r'<p class=\\"mw-small\\">.*?</p>', "", text)
    return re.sub(r'"(?:average_)?duration": [0-9.]+', "", text)


@contextmanager
def _user(address: str) -> Iterator[User]:
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
def _served(index: Index, settings: dict[str, str]) -> Iterator[tuple[str, subprocess.Popen[str]]]:
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
        address = process.stdout.readline().split()[-1]
        deadline = time.monotonic() + _START_TIMEOUT_S
        while time.monotonic() < deadline:
            try:
                if httpx.get(f"{address}ready").status_code == 200:
                    break
            except httpx.TransportError:
                time.sleep(0.2)
        with _user(address) as user:
            ask_api(user, index.questions[0])
        yield address, process
    finally:
        process.kill()
        process.wait()


def _run(arguments: Sequence[str]) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "assistant.cli", *arguments]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)


def _resident_mb(process: subprocess.Popen[Any]) -> float:
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
    found = re.search(r"VmRSS:\s+(\d+)", status)
    return int(found[1]) / 1024 if found else 0.0


def _spread(values: Sequence[float]) -> str:
    ordered = sorted(values)
    last = ordered[max(0, int(0.95 * len(ordered) + 0.5) - 1)]
    return f"p50 {statistics.median(ordered):.2f} s, p95 {last:.2f} s"


if __name__ == "__main__":
    main()
