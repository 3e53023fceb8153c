"""How soon a follow-up's first word comes, beside the first turn's.

    python benchmarks/follow_ups.py [--model NAME]

Reads examples/ and holds the conversations of benchmarks/questions/follow_ups.jsonl with the configured
generator, each after another, as several people would. A follow-up about the same document is put behind
what was read, with no more than the new quotes; one about another is read from the start. Target: 40 %.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

# Run as a script, this folder comes first on the path, and ingest.py in it hides the package.
sys.path[0] = str(Path(__file__).resolve().parents[1])

from assistant.app import Millwright, build
from assistant.config import Settings
from assistant.records import Done, Turn, Words

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Said:
    """A question that the model answered.

    Args:
        first_s: From the question to the first word.
        went_on: It was put behind what had been read.
    """

    turn: Turn
    first_s: float
    went_on: bool


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", default=Settings().generate.model)
    given = parser.parse_args()
    settings = replace(Settings(), generate=replace(Settings().generate, model=given.model))
    lines = (ROOT / "benchmarks/questions/follow_ups.jsonl").read_text(encoding="utf-8").splitlines()
    with tempfile.TemporaryDirectory() as scratch:
        application = build(settings, Path(scratch), "bench")
        application.ingest([ROOT / "examples"])
        application.warm()
        talks = [_talk(application, entry["first"], entry["then"]) for entry in map(json.loads, lines)]
    _print([talk for talk in talks if len(talk) > 1])


def _talk(application: Millwright, first: str, then: Sequence[str]) -> list[Said]:
    """The turns of a conversation that the model answered."""
    said: list[Said] = []
    for question in (first, *then):
        answered = _ask(application, question, [entry.turn for entry in said])
        if answered is None:
            print(f"not written  {question}")
            if not said:
                break
            continue
        said.append(answered)
        ratio = answered.first_s / said[0].first_s
        tokens, how = answered.turn.answer.tokens.prompt, "went on" if answered.went_on else "anew   "
        print(f"{answered.first_s:6.2f} s  {100 * ratio:4.0f} %  {tokens:4d} tokens  {how}  {question}")
    return said


def _ask(application: Millwright, question: str, history: Sequence[Turn]) -> Said | None:
    started, first_s = time.monotonic(), 0.0
    for event in application.stream(question, history=history):
        if isinstance(event, Words):
            first_s = first_s or time.monotonic() - started
        elif isinstance(event, Done) and first_s:
            reading = event.answer.reading
            went_on = reading is not None and len(reading.said) > 1 and bool(history)
            return Said(Turn(question, event.answer), first_s, went_on)
    return None


def _print(talks: Sequence[Sequence[Said]]) -> None:
    later = [(entry.first_s / talk[0].first_s, entry) for talk in talks for entry in talk[1:]]
    ratios = [ratio for ratio, _ in later]
    on = [ratio for ratio, entry in later if entry.went_on]
    anew = [ratio for ratio, entry in later if not entry.went_on]
    tokens = [entry.turn.answer.tokens.prompt for talk in talks for entry in talk]
    print(f"first turns      {len(talks)}, first word median {_median([t[0].first_s for t in talks]):.2f} s")
    print(f"follow-ups       {len(later)}, first word median {_median([e.first_s for _, e in later]):.2f} s")
    print(f"over the first   median {100 * _median(ratios):.0f} % (target: at most 40 %)")
    print(f"  went on        {len(on)}, median {100 * _median(on):.0f} %")
    print(f"  read anew      {len(anew)}, median {100 * _median(anew):.0f} %")
    print(f"prompt           median {_median(tokens):.0f} tokens, longest {max(tokens)}")


def _median(values: Sequence[float]) -> float:
    return statistics.median(values) if values else 0.0


if __name__ == "__main__":
    main()
