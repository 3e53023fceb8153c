"""The embedder in float32, with products in bfloat16 (as on processors that have it), and wholly in bfloat16.

    python benchmarks/embedding.py [--passages 60]

Sentences of the sample plant and the questions over it: processor seconds, how far cosines move from
float32's, and how many of the ten nearest stay the same. One thread, in turn.
"""

import argparse
import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

# Run as a script, this folder comes first on the path, and its ingest.py hides the package.
sys.path[0] = str(Path(__file__).resolve().parents[1])

import numpy as np

from assistant import models
from assistant.sentences import sentences
from ingest import embed
from ingest.embed import SentenceEmbedder

ROOT = Path(__file__).resolve().parents[1]
NEAREST = 10


@dataclass(frozen=True, slots=True)
class Run:
    """Rows of the passages and of the questions, and the processor seconds they took."""

    passages: np.ndarray
    questions: np.ndarray
    passages_s: float
    questions_s: float


def main() -> None:
    """Run each way and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--passages", type=int, default=120)
    most = parser.parse_args().passages
    lines = (ROOT / "examples" / "questions.jsonl").read_text("utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in lines]
    texts = [span.text for path in sorted((ROOT / "examples").rglob("*.md")) for span in
             sentences(path.read_text("utf-8"))][:most]  # fmt: skip
    runs = {name: run(embedder, texts, questions) for name, embedder in ways().items()}
    exact = runs["float32"].questions @ runs["float32"].passages.T
    for name, found in runs.items():
        cosines = found.questions @ found.passages.T
        kept = np.mean(
            [len(nearest(row) & nearest(true)) / NEAREST for row, true in zip(cosines, exact, strict=True)]
        )
        print(
            f"{name:22} passages {found.passages_s:5.1f} s, a question {found.questions_s * 1000:4.0f} ms, "
            f"cosines off by {np.abs(cosines - exact).mean():.5f}, nearest {NEAREST} kept {kept:.3f}"
        )


def ways() -> dict[str, SentenceEmbedder]:
    """The embedder's three forms, loaded."""
    found = {}
    for name in ("float32", "products in bfloat16", "all in bfloat16"):
        with patch.object(embed, "_cpu_has_bfloat16", lambda name=name: name.startswith("products")):
            found[name] = SentenceEmbedder(models.embedder_folder("multilingual-e5-small"), 1)
            found[name].warm()
    found["all in bfloat16"]._model.bfloat16()
    return found


def run(embedder: SentenceEmbedder, texts: list[str], questions: list[str]) -> Run:
    """Embed everything once."""
    started = time.process_time()
    passages = embedder.passages(texts)
    between = time.process_time()
    rows = np.array([embedder.query(question) for question in questions])
    return Run(passages, rows, between - started, (time.process_time() - between) / len(questions))


def nearest(row: np.ndarray) -> set[int]:
    """The numbers of the nearest passages."""
    return set(np.argsort(-row)[:NEAREST].tolist())


if __name__ == "__main__":
    main()
