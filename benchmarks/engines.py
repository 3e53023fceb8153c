"""The engines side by side, and llama.cpp with drafts (n-grams of the prompt, a smaller model).

    python benchmarks/engines.py [--questions N] [--model NAME] [--only WORD]

Takes the prompts of the sample plant's questions and gives each, unread, to llama.cpp as it is set up, to
llama.cpp with each form of draft that xllamacpp offers without training, and to transformers with the same
GGUF file (that needs the package gguf). Prints the time to the first word, tokens a second, and how many
answers are word for word those of plain llama.cpp. Extractive: the time until the quotes stand.
"""

import argparse
import gc
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

# Run as a script, this folder comes first on the path, and ingest.py in it hides the package.
sys.path[0] = str(Path(__file__).resolve().parents[1])

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessageChunk, BaseMessage, HumanMessage, SystemMessage

from assistant import models
from assistant.app import build
from assistant.config import GenerateSettings, Settings
from assistant.engine_llama_cpp import LlamaCpp
from assistant.engine_transformers import Transformers
from assistant.errors import MillwrightError
from assistant.generate import GenerateOptions
from assistant.llama_child import parameters_of
from assistant.records import Evidence

ROOT = Path(__file__).resolve().parents[1]
_KEY = "benchmark"
_MATCH, _DRAFT = 4, 16
"""Tokens that must be alike before a draft is taken from the prompt, and tokens taken then."""


@dataclass(frozen=True, slots=True)
class Written:
    """One answer; `rate` is in tokens a second after the first word."""

    first_s: float
    rate: float
    text: str


Start = Callable[[GenerateOptions], BaseChatModel]


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--questions", type=int, default=6)
    parser.add_argument("--model", default=Settings().generate.model)
    parser.add_argument("--only", default="")
    given = parser.parse_args()
    path = models.find(given.model)
    assert path is not None, f"{given.model} has not been fetched"
    options = GenerateOptions(given.model, path)
    with tempfile.TemporaryDirectory() as scratch:
        prompts = _prompts(Path(scratch), given.questions)
    plain: list[Written] = []
    for name, start in _engines(given.model):
        if given.only not in name and plain:
            continue
        try:
            written = _run(start, options, prompts)
        except MillwrightError as error:
            print(f"{name:28} {error}", flush=True)
            continue
        plain = plain or written
        same = sum(ours.text == theirs.text for ours, theirs in zip(written, plain, strict=True))
        print(
            f"{name:28} first word {_median([w.first_s for w in written]):6.2f} s, "
            f"{_median([w.rate for w in written]):5.1f} tokens/s, the same words {same}/{len(plain)}",
            flush=True,
        )


def _engines(model: str) -> Iterator[tuple[str, Start]]:
    import xllamacpp

    kinds = xllamacpp.common_speculative_type
    yield "llama.cpp", lambda options: LlamaCpp(options=options)
    for name, kind, part in (
        ("ngram simple", kinds.COMMON_SPECULATIVE_TYPE_NGRAM_SIMPLE, "ngram_simple"),
        ("ngram map k", kinds.COMMON_SPECULATIVE_TYPE_NGRAM_MAP_K, "ngram_map_k"),
        ("ngram map k4v", kinds.COMMON_SPECULATIVE_TYPE_NGRAM_MAP_K4V, "ngram_map_k4v"),
        ("ngram cache", kinds.COMMON_SPECULATIVE_TYPE_NGRAM_CACHE, ""),
    ):
        yield f"llama.cpp, {name}", _drafted(kind, part)
    small = models.find("small")
    if small is not None and model not in ("small", "qwen2.5-coder-0.5b"):
        yield "llama.cpp, 0.5B as draft", _drafted(kinds.COMMON_SPECULATIVE_TYPE_DRAFT_SIMPLE, "", small)
    yield "transformers, same GGUF", lambda options: Transformers(options=options)


def _drafted(kind: Any, part: str, small: Path | None = None) -> Start:
    """llama.cpp with a form of draft."""

    def start(options: GenerateOptions) -> BaseChatModel:
        import xllamacpp

        parameters = parameters_of(options, _KEY)
        speculative = parameters.speculative
        speculative.types = [kind]
        if part:
            getattr(speculative, part).size_n, getattr(speculative, part).size_m = _MATCH, _DRAFT
        if small is not None:
            speculative.draft.mparams.path = str(small)
            speculative.draft.n_max = 8
        model = LlamaCpp(options=options)
        model.use(xllamacpp.Server(parameters))
        return model

    return start


def _run(start: Start, options: GenerateOptions, prompts: Sequence[Sequence[BaseMessage]]) -> list[Written]:
    model = start(options)
    warm = getattr(model, "warm", None)
    if warm is not None:
        warm()
    model.invoke([HumanMessage("Say ok.")])
    written = [_write(model, prompt) for prompt in prompts]
    del model
    gc.collect()
    return written


def _write(model: BaseChatModel, prompt: Sequence[BaseMessage]) -> Written:
    started, first_s, text, tokens = time.monotonic(), 0.0, "", 0
    for piece in model.stream(list(prompt)):
        if piece.text and not first_s:
            first_s = time.monotonic() - started
        text += str(piece.text)
        if isinstance(piece, AIMessageChunk) and piece.usage_metadata:
            tokens = piece.usage_metadata["output_tokens"]
    return Written(first_s, (tokens - 1) / max(1e-6, time.monotonic() - started - first_s), text)


def _prompts(scratch: Path, questions: int) -> list[list[BaseMessage]]:
    """The prompts of the sample plant's questions, half of them Chinese; prints what extractive takes."""
    settings = Settings(generate=replace(GenerateSettings(), engine="llama.cpp"))
    application = build(settings, scratch, "bench")
    application.ingest([ROOT / "examples"])
    model = _Noting()
    writer = application.writer()
    assert writer is not None
    assert isinstance(writer.model, LlamaCpp)
    writer.model.use(model)
    entries = [json.loads(line) for line in (ROOT / "examples/questions.jsonl").read_text().splitlines()]
    chosen = [entry for entry in entries if entry["answerable"]]
    half = questions // 2
    english = [entry["question"] for entry in chosen if entry["lang"] == "en"][: questions - half]
    chinese = [entry["question"] for entry in chosen if entry["lang"] == "zh"][:half]
    evidence: list[float] = []
    for question in (*english, *chinese):
        started = time.monotonic()
        for event in application.stream(question):
            took = time.monotonic() - started
            evidence += [took] if isinstance(event, Evidence) else []
    print(f"{'extractive':28} quotes     {_median(evidence):6.2f} s")
    kinds: dict[str, type[BaseMessage]] = {"system": SystemMessage, "user": HumanMessage}
    return [
        [kinds[entry["role"]](content=entry["content"]) for entry in request["messages"]]
        for request in model.requests
    ]


class _Noting:
    """In place of a server: notes what it is asked and says one word."""

    listening_address = "http://127.0.0.1:9"

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []

    def handle_chat_completions(self, request: str, callback: Callable[[str], bool]) -> None:
        self.requests.append(json.loads(request))
        callback(json.dumps({"choices": [{"delta": {"content": "Noted."}}]}))


def _median(values: Sequence[float]) -> float:
    return statistics.median(values) if values else 0.0


if __name__ == "__main__":
    main()
