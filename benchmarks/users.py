"""Twenty users at once: how long each waits for the first event, and whether anyone gets another's answer.

    python benchmarks/users.py [--users N] [--rounds N] [--data DIR --index NAME --questions FILE.jsonl]

Starts `millwright serve` as a process of its own, first with the extractive engine, then with a stub of a
model (a small server on loopback that says a sentence of the prompt slowly), and asks it over HTTP, through
the API's stream and through the queue of the page. No question is one that the server has met before. Each
is asked alone afterwards; what came of it among twenty must be the same. Without an index of your own it
reads examples/. On the page the first event says that the question is being looked up.
"""

import argparse
import itertools
import json
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

# Run as a script, this folder comes first on the path, and ingest.py in it hides the package.
sys.path[0] = str(Path(__file__).resolve().parents[1])

from benchmarks.served import (
    ROOT,
    Ask,
    Asked,
    Index,
    ask_api,
    ask_page,
    opened_page,
    resident_mb,
    run_command,
    served,
    spread,
)
from benchmarks.stub_model import stub_model


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
            run_command(["ingest", str(ROOT / "examples"), "--data", scratch, "--index", given.index])
        measure(Index(data, given.index, questions), given.users, given.rounds)


def measure(index: Index, users: int, rounds: int) -> None:
    """Both engines, API and page."""
    extractive = {"MILLWRIGHT_GENERATE_ENGINE": "extractive"}
    with served(index, extractive) as (address, process):
        before = resident_mb(process)
        for name, ask in ("API", ask_api), ("page", ask_page):
            _round(f"extractive, {name}, all at once", address, ask, index, (users, 1))
            _round(f"extractive, {name}, again and again", address, ask, index, (users, rounds))
        print(f"memory of the server: {before:.0f} MB before, {resident_mb(process):.0f} MB after")
    with (
        stub_model(word_s=0.03) as base_url,
        served(index, _stub(base_url, waiting=users)) as (address, _),
    ):
        _round("stub model, API", address, ask_api, index, (users, 1))
        _round("stub model, page", address, ask_page, index, (users, 1))
    with stub_model(word_s=0.2) as base_url:
        with served(index, _stub(base_url, waiting=users // 4)) as (address, _):
            _round(f"stub model, {users // 4} may wait", address, ask_api, index, (users, 1))
            _dropped(address, index)
        few = {**_stub(base_url, waiting=users), "MILLWRIGHT_SERVE_QUEUE": str(users // 2)}
        with served(index, few) as (address, _):
            _refusals(address, index, users)


def _stub(base_url: str, waiting: int) -> dict[str, str]:
    return {
        "MILLWRIGHT_GENERATE_ENGINE": "openai",
        "MILLWRIGHT_GENERATE_BASE_URL": base_url,
        "MILLWRIGHT_GENERATE_AT_ONCE": "1",
        "MILLWRIGHT_GENERATE_WAITING": str(waiting),
    }


def _round(name: str, address: str, ask: Ask, index: Index, size: tuple[int, int]) -> None:
    """All users at once, then the same questions alone; prints what differed and how long it took."""
    users, rounds = size
    questions = index.questions
    with opened_page(address) as one:
        alone_s = statistics.median(ask(one, _anew(question)).sources_s for question in questions[:_ALONE])
    together: list[Asked] = []
    start = threading.Barrier(users)

    def run(number: int) -> None:
        asked = [_anew(questions[(number + turn) % len(questions)]) for turn in range(rounds)]
        with opened_page(address) as user:
            start.wait()
            together.extend(ask(user, question) for question in asked)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(users)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(together) == users * rounds
    answered = [asked for asked in together if not asked.busy]
    with opened_page(address) as one:
        alone = {asked.question: ask(one, asked.question) for asked in answered}
    wrong = [asked for asked in answered if asked.shown != alone[asked.question].shown]
    print(
        f"{name}: {len(together)} questions of {users} users\n"
        f"  first event {spread([asked.first_s for asked in together])}; evidence "
        f"{spread([asked.sources_s for asked in together])} (alone {alone_s:.2f} s); "
        f"finished {spread([asked.done_s for asked in together])}\n"
        f"  not the same as alone: {len(wrong)}; said busy: {len(together) - len(answered)}; "
        f"places told: up to {max((max(a.places, default=0) for a in together), default=0)}",
        flush=True,
    )
    for asked in wrong[:3]:
        print(f"  {asked.question!r}: {asked.shown[:160]!r}, alone {alone[asked.question].shown[:160]!r}")


_ALONE = 8
"""Questions by which one user's wait is measured."""
_numbers = itertools.count(1)


def _anew(question: str) -> str:
    """The question with other signs at its end each time: vectors of questions met before are remembered."""
    number, signs = next(_numbers), ""
    while number:
        number, sign = divmod(number, 3)
        signs += "?!."[sign]
    return question + signs


def _dropped(address: str, index: Index) -> None:
    """How long a place is held after its stream was dropped: the next one's stands at its head then."""
    took: list[float] = []
    with opened_page(address) as one:
        written = next(question for question in index.questions if ask_api(one, question).written)
    request = {"question": written, "stream": True}
    for _ in range(5):
        with (
            opened_page(address) as one,
            opened_page(address) as other,
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
    print(f"a dropped stream gives its place to the next after {spread(took)}")


def _refusals(address: str, index: Index, users: int) -> None:
    """More questions than may be under way."""
    statuses: list[int] = []
    start = threading.Barrier(users)

    def run(number: int) -> None:
        asked = {"question": index.questions[number % len(index.questions)]}
        with opened_page(address) as user:
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


if __name__ == "__main__":
    main()
