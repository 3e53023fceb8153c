"""How much must be read until the gold text is seen: dense, BM25, plain RRF, a common build, and ours.

    python benchmarks/retrieval.py [--keep FOLDER] [--sets NAME...] [--tuning] [--common] [--ablations]

Reads every question set in ../shared/bench and the sixty questions over ../shared/corpus, splits each by the
hash of the question's id into a tuning and a testing half, and prints for the testing half (and, with
--tuning, for the other) the share of questions whose gold text stands in the first 1,000 / 5,000 characters
read. Only questions whose gold names a document count. --keep keeps the indexes for the next run.
"""

import argparse
import hashlib
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

# Run as a script, this folder comes first on the path, and its ingest.py hides the package.
sys.path[0] = str(Path(__file__).resolve().parents[1])

import numpy as np

from assistant.app import build
from assistant.config import RetrieveSettings, Settings
from assistant.evaluate import PASSAGES_READ, Case, Passage, Retrieval, measure, read_cases
from assistant.glossary import general_glossary
from assistant.ranking import RankWeights
from assistant.retrieve import Retriever
from ingest import store
from ingest.embed import Embedder
from ingest.generation import Generation, Weights
from ingest.terms import query_words

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("MILLWRIGHT_SHARED", ROOT.parent / "shared"))
CANDIDATES, RRF_CONSTANT = 60, 60


@dataclass(frozen=True, slots=True)
class Set:
    """One question set with its index and the unit rows of its questions."""

    name: str
    cases: list[Case]
    rows: np.ndarray
    generation: Generation
    embedder: Embedder


Method = Callable[[Set, int], Sequence[Passage]]


def main() -> None:
    """Read what is asked for and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--sets", nargs="*", default=[])
    parser.add_argument("--tuning", action="store_true", help="print the tuning halves too")
    parser.add_argument("--common", action="store_true", help="also LangChain's splitter with FAISS")
    parser.add_argument("--ablations", action="store_true", help="leave out one part after another")
    parsed = parser.parse_args()
    if not SHARED.is_dir():
        sys.exit(f"{SHARED} is not there; set MILLWRIGHT_SHARED to the folder of the question sets")
    with tempfile.TemporaryDirectory() as scratch:
        sets = [load(name, parsed.keep or Path(scratch)) for name in parsed.sets or names()]
        methods = {"dense": dense, "BM25": bm25, "plain RRF": reciprocal, "ours": ours()}
        if parsed.common:
            methods["splitter+FAISS"] = Common(sets)
        for half, title in ((0, "tuning"), (1, "testing")):
            if half == 1 or parsed.tuning:
                table(f"{title} halves, text@1k / text@5k", sets, methods, half)
        if parsed.ablations:
            table("without one part, tuning halves", sets, without(), 0)


def names() -> list[str]:
    """The sets beside the project, and our own over the corpus."""
    return [*sorted(path.stem for path in (SHARED / "bench").glob("*.jsonl")), "corpus"]


def load(name: str, keep: Path) -> Set:
    """Ingest a set's documents (unless that was done before) and embed its questions."""
    file, documents = files_of(name)
    application = build(Settings(), keep, name)
    report = application.ingest([documents])
    print(f"{name}: {len(report.files)} files, {len(report.failed)} not read", file=sys.stderr, flush=True)
    cases = [case for case in read_cases(file) if case.answerable and case.doc]
    rows = np.array([application.embedder.query(case.question) for case in cases])
    return Set(name, cases, rows, store.open_index(keep / name).generation, application.embedder)


def files_of(name: str) -> tuple[Path, Path]:
    """Where a set's questions and its documents are."""
    if name == "corpus":
        return ROOT / "benchmarks" / "questions" / "corpus.jsonl", SHARED / "corpus"
    return SHARED / "bench" / f"{name}.jsonl", SHARED / "bench" / name / "docs"


def table(title: str, sets: Sequence[Set], methods: dict[str, Method], half: int) -> None:
    """One row a method, one column a set, the mean over sets last."""
    print(f"\n{title}\n{'':18}" + "".join(f"{entry.name[:14]:>16}" for entry in sets) + f"{'mean':>16}   MRR")
    for name, method in methods.items():
        started = time.perf_counter()
        found = [score(entry, method, half) for entry in sets]
        asked = sum(entry.questions for entry in found)
        short, long = (np.mean([getattr(entry, kind) for entry in found]) for kind in ("short", "long"))
        cells = "".join(f"{entry.short:9.3f} {entry.long:6.3f}" for entry in found)
        mrr = np.mean([entry.mrr for entry in found])
        milliseconds = 1000 * (time.perf_counter() - started) / max(1, asked)
        print(f"{name:18}{cells}{short:9.3f} {long:6.3f} {mrr:6.3f}  {milliseconds:.0f} ms a question")


def score(entry: Set, method: Method, half: int) -> Retrieval:
    """Measure a method on one half of a set."""
    chosen = [number for number, case in enumerate(entry.cases) if half_of(case) == half]
    return measure((entry.cases[number], method(entry, number)) for number in chosen)


def half_of(case: Case) -> int:
    """0 for tuning, 1 for testing."""
    return int(hashlib.sha256(case.id.encode()).hexdigest(), 16) % 2


def read(entry: Set, numbers: Sequence[int]) -> list[Passage]:
    """The first passages of a ranking, as they are read."""
    numbers = numbers[:PASSAGES_READ]
    chunks = entry.generation.chunks(numbers)
    return [Passage(chunks[n].place.doc, chunks[n].place.section, chunks[n].text) for n in numbers]


def _dense(entry: Set, number: int) -> list[int]:
    return [found for found, _ in entry.generation.dense(entry.rows[number], CANDIDATES, {})]


def _words(entry: Set, number: int) -> list[int]:
    generation = entry.generation
    terms = generation.rarity(query_words(entry.cases[number].question))
    return [found for found, _ in generation.lexical(terms, CANDIDATES, {}, Weights())]


def dense(entry: Set, number: int) -> list[Passage]:
    """The vectors alone, over our chunks."""
    return read(entry, _dense(entry, number))


def bm25(entry: Set, number: int) -> list[Passage]:
    """The words alone, over our chunks."""
    return read(entry, _words(entry, number))


def reciprocal(entry: Set, number: int) -> list[Passage]:
    """Both, fused by reciprocal rank."""
    scores: dict[int, float] = {}
    for ranking in (_words(entry, number), _dense(entry, number)):
        for rank, found in enumerate(ranking, start=1):
            scores[found] = scores.get(found, 0.0) + 1 / (RRF_CONSTANT + rank)
    return read(entry, sorted(scores, key=lambda found: -scores[found]))


def ours(weights: RankWeights | None = None) -> Method:
    """The product's retriever."""
    retrievers: dict[str, Retriever] = {}

    def method(entry: Set, number: int) -> list[Passage]:
        retriever = retrievers.setdefault(
            entry.name,
            Retriever(entry.generation, entry.embedder, RetrieveSettings(), general_glossary(), weights),
        )
        found = retriever.search(entry.cases[number].question, entry.rows[number], PASSAGES_READ, {})
        return [Passage(hit.chunk.place.doc, hit.chunk.place.section, hit.chunk.text) for hit in found.hits]

    return method


def without() -> dict[str, Method]:
    """Ours, each time with one sign left out."""
    full = RankWeights()
    parts = ("lexical", "dense", "coverage", "title", "order", "identifier", "defines")
    methods = {"all": ours(full)}
    methods |= {f"no {part}": ours(replace(full, **{part: 0.0})) for part in parts}
    methods["no neighbours"] = ours(replace(full, neighbour=0.0, neighbour_short=0.0))
    return methods


class Common:
    """What a user would build first: LangChain's splitter at 1,000 characters, this embedder, FAISS."""

    def __init__(self, sets: Sequence[Set]) -> None:
        self._indexes: dict[str, tuple[list[str], np.ndarray]] = {}
        for entry in sets:
            self._indexes[entry.name] = self._embedded(entry)

    def __call__(self, entry: Set, number: int) -> list[Passage]:
        """The nearest pieces."""
        texts, rows = self._indexes[entry.name]
        best = np.argsort(-(rows @ entry.rows[number]))[:PASSAGES_READ]
        return [Passage("", "", texts[found]) for found in best]

    @staticmethod
    def _embedded(entry: Set) -> tuple[list[str], np.ndarray]:
        from langchain_text_splitters import RecursiveCharacterTextSplitter

        splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=100)
        whole: dict[str, list[str]] = {}
        for doc, text in entry.generation.texts():
            whole.setdefault(doc, []).append(text)
        pieces = [re.sub(r"[ \t]+", " ", piece) for texts in whole.values() for piece in
                  splitter.split_text("\n".join(texts))]  # fmt: skip
        return pieces, entry.embedder.passages(pieces)


if __name__ == "__main__":
    main()
