"""How long the checking of an answer takes.

    python benchmarks/verify.py

Builds answers of five sentences from the sample plant's own documents, in English and Chinese, half of them
turned round, and checks each against three passages, as `ask` does. Target: 150 ms an answer, the first too.
"""

import re
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

# Run as a script, this folder comes first on the path, and ingest.py in it hides the package.
sys.path[0] = str(Path(__file__).resolve().parents[1])

from assistant import units
from assistant.app import build
from assistant.cite import cite
from assistant.config import Settings
from assistant.records import Hit
from assistant.sentences import sentences

ROOT = Path(__file__).resolve().parents[1]
QUESTIONS = (
    "How tight are the casing cover nuts?",
    "May mineral oil touch the O-rings?",
    "What does E021 mean?",
    "How often are the bearings greased?",
    "How is the belt of CV-204 changed?",
    "更换液压油要注意什么？",
    "蓄能器怎么检查？",
    "油温超过多少会停机？",
)


def main() -> None:
    """Run and print."""
    with tempfile.TemporaryDirectory() as scratch:
        application = build(Settings(), Path(scratch), "bench")
        application.ingest([ROOT / "examples"])
        started = time.perf_counter()
        units.load()
        loaded_ms = 1000 * (time.perf_counter() - started)
        took = [_check(question, application.search(question, limit=3)) for question in QUESTIONS]
    print(f"loading of Pint   {loaded_ms:.0f} ms, once, while the first answer is written")
    print(f"first answer      {took[0]:.0f} ms")
    print(f"an answer         median {statistics.median(took):.0f} ms, longest {max(took):.0f} ms")


def _check(question: str, hits: Sequence[Hit]) -> float:
    """Milliseconds for five sentences of the passages, every second one changed."""
    spans = [span.text for hit in hits for span in sentences(hit.chunk.text)][:5]
    # Units that must be converted.
    spans[0] += " 25 mm, 0.5 kN"
    said = [
        re.sub(r"\bis\b", "is not", re.sub(r"\d+", "77", text)) if at % 2 else text
        for at, text in enumerate(spans)
    ]
    started = time.perf_counter()
    cite("\n".join(said), hits, (), question)
    return 1000 * (time.perf_counter() - started)


if __name__ == "__main__":
    main()
