"""How fast an answer comes, beside the bare engine given the same prompts.

    python benchmarks/answer.py [--questions N] [--model NAME]

Reads examples/, asks its questions with the configured generator, and gives every prompt to xllamacpp itself,
in this process and by turns. Prints the time to the evidence, to the first word, tokens a second, and ours
over the bare engine's.
"""

import argparse
import json
import re
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

# Run as a script, this folder comes first on the path, and ingest.py in it hides the package.
sys.path[0] = str(Path(__file__).resolve().parents[1])

import xllamacpp

from assistant.app import build
from assistant.config import Settings
from assistant.engine_llama_cpp import LlamaCpp
from assistant.llama_child import parameters_of
from assistant.records import Done, Evidence, Words

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds from the question, and tokens."""

    evidence_s: float
    first_s: float
    generate_s: float
    prompt_tokens: int
    answer_tokens: int


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--questions", type=int, default=8)
    parser.add_argument("--model", default=Settings().generate.model)
    asked = parser.parse_args()
    settings = replace(Settings(), generate=replace(Settings().generate, model=asked.model))
    lines = (ROOT / "examples" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    entries = [json.loads(line) for line in lines]
    half = asked.questions // 2
    answerable = [entry for entry in entries if entry["answerable"]]
    chosen = [entry["question"] for entry in answerable if entry["lang"] == "en"][: asked.questions - half]
    chosen += [entry["question"] for entry in answerable if entry["lang"] == "zh"][:half]
    with tempfile.TemporaryDirectory() as scratch:
        measure(settings, Path(scratch), chosen)


def measure(settings: Settings, scratch: Path, questions: Sequence[str]) -> None:
    """Ask each question, and give its prompt to the bare engine, by turns."""
    application = build(settings, scratch, "bench")
    application.ingest([ROOT / "examples"])
    writer = application.writer()
    assert writer is not None
    model = writer.model
    assert isinstance(model, LlamaCpp)
    requests: list[str] = []
    model.use(_Recording(model.warm(), requests))
    bare_server = xllamacpp.Server(parameters_of(model.options, secrets.token_hex(8)))
    application.ask("warm up: what is a bearing of P-101?")
    ours: list[Measured] = []
    bare: list[float] = []
    for number, question in enumerate(questions):
        del requests[:]
        # The engine keeps what it has read, so the same prompt would be free the second time: the bare
        # engine gets it with another fence, which makes it read the same number of tokens anew.
        result = _ask(application, question)
        if not requests:
            print(f"{number + 1}. answered without the model: {question}")
            continue
        alone_s = _alone(bare_server, _other_fence(requests[-1]))
        ours.append(result)
        bare.append(alone_s)
        print(
            f"{number + 1}. evidence {1000 * result.evidence_s:5.0f} ms, first word {result.first_s:5.2f} s, "
            f"prompt {result.prompt_tokens} tokens, answer {result.answer_tokens}, "
            f"bare engine {alone_s:5.2f} s"
        )
    _print(ours, bare)


class _Recording:
    """Passes requests on and remembers them."""

    def __init__(self, server: Any, requests: list[str]) -> None:
        self._server, self._requests = server, requests

    def handle_chat_completions(self, request: str, callback: Callable[[str], bool]) -> None:
        self._requests.append(request)
        self._server.handle_chat_completions(request, callback)

    def stop(self) -> None:
        self._server.stop()


def _ask(application: Any, question: str) -> Measured:
    started = time.monotonic()
    evidence_s = first_s = 0.0
    for event in application.stream(question):
        now = time.monotonic() - started
        if isinstance(event, Evidence):
            evidence_s = now
        elif isinstance(event, Words):
            first_s = first_s or now
        elif isinstance(event, Done):
            tokens = event.answer.tokens
            return Measured(evidence_s, first_s, now - evidence_s, tokens.prompt, tokens.answer)
    raise AssertionError("no answer")


def _alone(server: Any, request: str) -> float:
    """Seconds to the first word of the bare engine."""
    started = time.monotonic()
    first: list[float] = []

    def take(piece: str) -> bool:
        delta = (json.loads(piece).get("choices") or [{}])[0].get("delta") or {}
        if delta.get("content"):
            first.append(time.monotonic() - started)
        return bool(first)

    server.handle_chat_completions(request, take)
    return first[0]


def _other_fence(request: str) -> str:
    return re.sub(r"passages [0-9a-f]{8}", f"passages {secrets.token_hex(4)}", request)


def _print(ours: Sequence[Measured], bare: Sequence[float]) -> None:
    median = statistics.median
    wrote = [m.answer_tokens / max(1e-6, m.generate_s - (m.first_s - m.evidence_s)) for m in ours]
    overhead = [(m.first_s - m.evidence_s) / alone - 1 for m, alone in zip(ours, bare, strict=True)]
    print(f"evidence          median {1000 * median(m.evidence_s for m in ours):.0f} ms")
    print(f"first word        median {median(m.first_s for m in ours):.2f} s")
    print(f"bare engine       median {median(bare):.2f} s to its first word, same prompts")
    print(f"overhead          median {100 * median(overhead):+.1f} % (target: under 5 %)")
    print(f"prompt            median {median(m.prompt_tokens for m in ours):.0f} tokens")
    answered = median(m.answer_tokens for m in ours)
    print(f"answer            median {answered:.0f} tokens, {median(wrote):.1f} tokens/s")


if __name__ == "__main__":
    main()
