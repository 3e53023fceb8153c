"""Milliseconds of a search without the query's embedding, beside LangChain's FAISS retriever with rank_bm25.

    python benchmarks/retrieval_speed.py [--chunks 5000 100000] [--questions 200]

The chunks are made of sentences of the sample plant in random order with made-up codes, their vectors are
random unit rows around those of the sentences' topics; ours runs with a filter on, theirs without (its
filter comes after the search). Needs langchain-community for the other side.
"""

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])

import numpy as np

from assistant.config import RetrieveSettings
from assistant.glossary import general_glossary
from assistant.retrieve import Retriever
from assistant.sentences import sentences
from ingest import store
from ingest.generation import Generation
from ingest.records import Chunk, FileOutcome, Metadata, Place, Source
from ingest.terms import words
from tests.fakes import WordEmbedder

ROOT = Path(__file__).resolve().parents[1]
DIMENSION, TOPICS, SENTENCES, DOCUMENT_CHUNKS = 384, 200, 6, 50
MACHINES = ("P-101", "CV-204", "SP-03", "")


def main() -> None:
    """Build each size and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--chunks", nargs="*", type=int, default=[5_000, 100_000])
    parser.add_argument("--questions", type=int, default=200)
    parsed = parser.parse_args()
    for count in parsed.chunks:
        with tempfile.TemporaryDirectory() as scratch:
            started = time.perf_counter()
            texts, rows = write(Path(scratch) / "index", count)
            print(f"\n{count} chunks, built in {time.perf_counter() - started:.0f} s")
            generation = store.open_index(Path(scratch) / "index").generation
            compare(generation, texts, rows, parsed.questions)


def pieces() -> list[str]:
    """Sentences of the sample plant's text files."""
    plant = ROOT / "examples" / "plant"
    found = [span.text for path in sorted(plant.rglob("*.md")) for span in sentences(path.read_text("utf-8"))]
    return [text for text in found if len(text) > 25]


def write(folder: Path, count: int) -> tuple[list[str], np.ndarray]:
    """An index of so many chunks; returns their texts and unit rows."""
    chooser, numbers = random.Random(1), np.random.default_rng(1)
    stock = pieces()
    topics = numbers.standard_normal((TOPICS, DIMENSION))
    rows = topics[numbers.integers(0, TOPICS, count)] + numbers.standard_normal((count, DIMENSION))
    rows = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    texts = [
        " ".join([f"Alarm A{number:06d}.", *chooser.sample(stock, SENTENCES)]) for number in range(count)
    ]
    with store.writing(folder):
        writer = store.Writer(folder, None, 1, DIMENSION)
        for first in range(0, count, DOCUMENT_CHUNKS):
            last = min(count, first + DOCUMENT_CHUNKS)
            known = Metadata(title="Manual", machine=MACHINES[first // DOCUMENT_CHUNKS % len(MACHINES)])
            doc = f"manual-{first}.md"
            chunks = [
                Chunk(
                    f"{doc}#{n}",
                    texts[n],
                    Place(doc, "Manual", f"Part {n}"),
                    n - first,
                    known,
                    ("paragraph",),
                )
                for n in range(first, last)
            ]
            source = Source(folder / doc, doc, "markdown", f"{first:064d}", 1, known)
            added = writer.tables.add(source, str(folder), FileOutcome(doc, "ok"), known, chunks)
            writer.vectors.add(added, rows[first:last])
        writer.publish(embedder="random", fingerprint="random", reader="benchmark")
    return texts, rows


def compare(generation: Generation, texts: Sequence[str], rows: np.ndarray, questions: int) -> None:
    """Time the same questions on both sides."""
    chooser, numbers = random.Random(2), np.random.default_rng(2)
    stock = pieces()
    asked = []
    for _ in range(questions):
        number = chooser.randrange(len(texts))
        part = " ".join(chooser.choice(stock).split()[:12])
        noise = numbers.standard_normal(DIMENSION) / DIMENSION**0.5
        row = rows[number] + noise.astype(np.float32)
        asked.append((f"{part} A{number:06d}", row / np.linalg.norm(row)))
    retriever = Retriever(generation, WordEmbedder(), RetrieveSettings(), general_glossary())
    filters = {"machine": MACHINES[0]}
    report("ours, filter on", lambda text, row: retriever.search(text, row, 8, filters), asked)
    report("ours, no filter", lambda text, row: retriever.search(text, row, 8, {}), asked)
    try:
        report("LangChain FAISS + rank_bm25", common(texts, rows), asked)
    except ImportError as error:
        print(f"LangChain FAISS + rank_bm25: not installed ({error.name})")


def report(
    name: str, search: Callable[[str, np.ndarray], object], asked: Sequence[tuple[str, np.ndarray]]
) -> None:
    """Print median and 95th percentile after ten questions to warm up."""
    times = []
    for text, row in [*asked[:10], *asked]:
        started = time.perf_counter()
        search(text, row)
        times.append(1000 * (time.perf_counter() - started))
    middle, high = np.quantile(times[10:], [0.5, 0.95])
    print(f"{name:30} median {middle:7.1f} ms   p95 {high:7.1f} ms")


def common(texts: Sequence[str], rows: np.ndarray) -> Callable[[str, np.ndarray], object]:
    """LangChain's FAISS store by vector, rank_bm25 by words, fused by reciprocal rank."""
    from langchain_community.vectorstores import FAISS
    from langchain_core.embeddings import DeterministicFakeEmbedding
    from rank_bm25 import BM25Okapi

    vectors = zip(texts, rows.tolist(), strict=True)
    faiss = FAISS.from_embeddings(vectors, DeterministicFakeEmbedding(size=DIMENSION))
    lexical = BM25Okapi([words(text) for text in texts])

    def search(text: str, row: np.ndarray) -> object:
        near = faiss.similarity_search_with_score_by_vector(row.tolist(), k=60)
        best = np.argsort(-lexical.get_scores(words(text)))[:60]
        scores: dict[str, float] = {}
        for ranking in ([entry.page_content for entry, _ in near], [texts[number] for number in best]):
            for rank, found in enumerate(ranking, start=1):
                scores[found] = scores.get(found, 0.0) + 1 / (60 + rank)
        return sorted(scores, key=lambda found: -scores[found])[:8]

    return search


if __name__ == "__main__":
    main()
