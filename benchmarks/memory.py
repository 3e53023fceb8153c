"""Whether the server's memory stays flat: asked at a steady rate, its resident memory noted as it goes.

    python benchmarks/memory.py [--minutes 30] [--every 2] [--pages N]
                                [--data DIR --index NAME --questions FILE.jsonl]

Starts `millwright serve` with the extractive engine as a process of its own. Questions go in turn through the
API's stream and through the queue of the page; a page is opened anew every 30 of its questions, and every
tenth answer's cited page is fetched as a picture. The first fifth of the time is not judged: models, caches
and the allocator fill then. As many pages as the server keeps are opened before, each with a question, so
that what is judged is a server that has been used for a day.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import Popen
from urllib.parse import quote

import numpy as np

# Run as a script, this folder comes first on the path, and ingest.py in it hides the package.
sys.path[0] = str(Path(__file__).resolve().parents[1])

from benchmarks.served import (
    ROOT,
    Asked,
    Index,
    User,
    ask_api,
    ask_page,
    opened_page,
    resident_mb,
    run_command,
    served,
    spread,
)

_NOTED_EVERY_S = 30.0
_PAGE_QUESTIONS = 30
_PICTURE_EVERY = 10
_WARM_UP = 0.2


@dataclass(slots=True)
class Run:
    """What was seen: questions by way, and (seconds since the start, MB) as they were noted."""

    api: list[Asked] = field(default_factory=list)
    page: list[Asked] = field(default_factory=list)
    pictures: int = 0
    noted: list[tuple[float, float]] = field(default_factory=list)


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--every", type=float, default=2.0, help="seconds from question to question")
    parser.add_argument("--pages", type=int, default=320, help="opened before; the server keeps 300")
    parser.add_argument("--data", type=Path)
    parser.add_argument("--index", default="bench")
    parser.add_argument("--questions", type=Path, default=ROOT / "examples" / "questions.jsonl")
    given = parser.parse_args()
    lines = given.questions.read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in lines if line.strip()]
    with tempfile.TemporaryDirectory() as scratch:
        data = given.data or Path(scratch)
        if given.data is None:
            run_command(["ingest", str(ROOT / "examples"), "--data", scratch, "--index", given.index])
        extractive = {
            "MILLWRIGHT_GENERATE_ENGINE": "extractive",
            "MILLWRIGHT_ACCESS_ANONYMOUS_PER_MINUTE": "100000",
        }
        index = Index(data, given.index, questions)
        with served(index, extractive) as (address, process):
            print(f"{resident_mb(process):.1f} MB before any page", flush=True)
            for number in range(given.pages):
                with opened_page(address) as user:
                    ask_page(user, questions[number % len(questions)])
            _told(measure(address, process, questions, (60 * given.minutes, given.every)))


def measure(address: str, process: Popen[str], questions: Sequence[str], pace: tuple[float, float]) -> Run:
    """Ask at a steady rate.

    Args:
        pace: Seconds in all, and from one question to the next.
    """
    run, (length_s, every_s), number, begun = Run(), pace, 0, time.monotonic()
    with ExitStack() as pages:
        user = pages.enter_context(opened_page(address))
        while (now := time.monotonic() - begun) < length_s:
            if now >= _NOTED_EVERY_S * len(run.noted):
                run.noted.append((now, resident_mb(process)))
                print(f"{now:6.0f} s  {run.noted[-1][1]:.1f} MB  {number} questions", flush=True)
            question = questions[number // 2 % len(questions)]
            if number % 2:
                run.page.append(ask_page(user, question))
            else:
                run.api.append(ask_api(user, question))
            if number % _PICTURE_EVERY == 0:
                run.pictures += _picture(user, question)
            number += 1
            if number % (2 * _PAGE_QUESTIONS) == 0:
                pages.close()
                user = pages.enter_context(opened_page(address))
            time.sleep(max(0.0, number * every_s - (time.monotonic() - begun)))
        run.noted.append((time.monotonic() - begun, resident_mb(process)))
    return run


def _picture(user: User, question: str) -> int:
    """Fetch the first cited page; 0 when the answer cites none that has a picture."""
    answer = user.client.post("api/v1/ask", json={"question": question}).json()
    place = next((entry for entry in answer["citations"] if entry["doc"].endswith(".pdf")), None)
    if place is None:
        return 0
    address = f"page/{quote(place['doc'])}/{place['page']}.png"
    user.client.get(address, params={"quote": place["quote"]}).raise_for_status()
    return 1


def slope_mb_per_hour(noted: Sequence[tuple[float, float]]) -> float:
    """The line of least squares through (seconds, MB), in MB an hour."""
    seconds, megabytes = np.array(noted).T
    return float(3600 * np.polyfit(seconds, megabytes, 1)[0])


def _told(run: Run) -> None:
    warm = [entry for entry in run.noted if entry[0] >= _WARM_UP * run.noted[-1][0]]
    print(
        f"{len(run.api)} questions by the API, {len(run.page)} by the page, {run.pictures} page pictures in "
        f"{run.noted[-1][0] / 60:.0f} min\n"
        f"memory {run.noted[0][1]:.0f} MB at the start, {warm[0][1]:.0f} MB after the warm-up, "
        f"{warm[-1][1]:.0f} MB at the end, at most {max(mb for _, mb in run.noted):.0f} MB; "
        f"slope {slope_mb_per_hour(warm):+.1f} MB/hour (from {warm[0][0] / 60:.0f} min on), last half "
        f"{slope_mb_per_hour(warm[len(warm) // 2 :]):+.1f}"
    )
    for name, asked in ("API", run.api), ("page", run.page):
        print(f"first event, {name}: {spread([entry.first_s for entry in asked])}")


if __name__ == "__main__":
    main()
