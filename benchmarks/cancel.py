"""How soon an answer that nobody wants any more leaves the engine, and what small batches cost.

    python benchmarks/cancel.py [--model NAME] [--times N] [--batches 16,32,512]

Closes streams of the real model at random moments, half of them while it reads the prompt and half while it
writes, and waits until the engine is free for the next question. Then reads prompts with batches of other
sizes: an answer can be stopped between two batches only. Target: one second.
"""

import argparse
import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

# Run as a script, this folder comes first on the path, and ingest.py in it hides the package.
sys.path[0] = str(Path(__file__).resolve().parents[1])

from langchain_core.language_models import BaseChatModel

from assistant import models
from assistant.config import Settings
from assistant.engine_llama_cpp import LlamaCpp
from assistant.generate import GenerateOptions
from assistant.llama_child import parameters_of

_SENTENCE = "The bearing of pump P-101 must be greased every 500 running hours with 12 g of grease NLGI 2. "
_KEY = "benchmark"


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", default=Settings().generate.model)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--batches", default="16,32,512")
    given = parser.parse_args()
    path = models.find(given.model)
    assert path is not None, f"{given.model} has not been fetched"
    options = GenerateOptions(given.model, path)
    model = LlamaCpp(options=options)
    model.invoke("Say ok.")
    chosen = random.Random(1)
    for name, sentences, pieces in (
        ("reading", 16, lambda: chosen.randint(2, 8)),
        ("writing", 1, lambda: chosen.randint(8, 24)),
    ):
        took = [_cancel(model, sentences, pieces) for _ in range(given.times // 2)]
        print(f"stopped while {name}: {_spread(took)}")
    del model
    for batch in (int(size) for size in given.batches.split(",")):
        rate = statistics.median(_rates(options, batch))
        print(f"batches of {batch:3}: {rate:5.1f} prompt tokens/s, {batch / rate:.2f} s each")


def _cancel(model: BaseChatModel, sentences: int, pieces: Callable[[], int]) -> float:
    """Seconds until the engine is free again."""
    prompt = f"{time.time_ns()} {_SENTENCE * sentences} Write this passage twenty times, numbered."
    stream = model.stream(prompt, max_tokens=300)
    for _ in range(pieces()):
        next(stream)
    # Somewhere within a batch.
    time.sleep(random.random() * 0.3)
    began = time.monotonic()
    stream.close()  # type: ignore[attr-defined]
    return time.monotonic() - began


def _rates(options: GenerateOptions, batch: int) -> list[float]:
    """Prompt tokens a second of three prompts."""
    import xllamacpp

    parameters = parameters_of(options, _KEY)
    parameters.n_batch = parameters.n_ubatch = batch
    model = LlamaCpp(options=options)
    model.use(xllamacpp.Server(parameters))
    model.invoke("Say ok.")
    prompts = [f"{time.time_ns()} {_SENTENCE * 16} Say ok." for _ in range(3)]
    answers = [model.invoke(prompt, max_tokens=2) for prompt in prompts]
    return [float(answer.response_metadata["prompt_per_second"]) for answer in answers]


def _spread(values: Sequence[float]) -> str:
    ordered = sorted(values)
    last = ordered[max(0, int(0.95 * len(ordered) + 0.5) - 1)]
    return f"median {statistics.median(ordered):.2f} s, p95 {last:.2f} s, longest {ordered[-1]:.2f} s"


if __name__ == "__main__":
    main()
