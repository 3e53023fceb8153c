"""How a large index is built and added to, embedding left out: its time is known from the other benchmark."""

import hashlib
import random
import resource
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ingest.pipeline import ingest
from ingest.plan import Progress
from ingest.vectors import Vectors

_CHUNKS_A_FILE = 100
_WORDS_A_CHUNK = 110
_ROOTS = (
    "pump valve bearing seal motor belt roller sensor relay cable flange gasket filter cylinder spindle "
    "coupling brake clutch hose nozzle tank cover bracket shaft impeller screw washer housing drain vent"
).split()
_VERBS = (
    "check clean replace tighten measure lubricate inspect adjust drain open close lock test align".split()
)


class HashEmbedder:
    """A fixed direction for each text, at no cost."""

    name = "hash-embedder"
    fingerprint = "hash-1"
    dimension = 384

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Unit rows, shape (n, dimension)."""
        rows = np.stack([self._row(text) for text in texts]) if texts else np.empty((0, self.dimension))
        unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return np.ascontiguousarray(unit, dtype=np.float32)

    def query(self, text: str) -> Vectors:
        """The unit row of a question."""
        row: Vectors = self.passages([text])[0]
        return row

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """About one token for four characters."""
        return [len(text) // 4 for text in texts]

    def _row(self, text: str) -> Vectors:
        seed = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest())
        return np.random.default_rng(seed).standard_normal(self.dimension, dtype=np.float32)


def measure_scale(chunks: int) -> None:
    """Build an index of so many chunks, then add one file to it, and print what that took."""
    with tempfile.TemporaryDirectory() as scratch:
        plant, index = Path(scratch) / "plant", Path(scratch) / "index"
        plant.mkdir()
        for number in range(max(1, chunks // _CHUNKS_A_FILE)):
            (plant / f"manual-{number:05}.md").write_text(manual(number), encoding="utf-8")
        before_mb = peak_mb()
        stages = _Stages()
        report = ingest([plant], index, HashEmbedder(), report=stages)
        print(f"chunks            {sum(row.chunks for row in report.files)} in {len(report.files)} files")
        print(f"first run         {report.ms / 1000:.1f} s ({stages.told()})")
        print(
            f"peak memory       {peak_mb():.0f} MB in the main process ({before_mb:.0f} MB before it began)"
        )
        size_mb = sum(path.stat().st_size for path in index.rglob("*") if path.is_file()) / 1e6
        print(f"index on disk     {size_mb:.0f} MB")
        (plant / "manual-new.md").write_text(manual(-1), encoding="utf-8")
        stages = _Stages()
        again = ingest([plant], index, HashEmbedder(), report=stages)
        print(f"one file added    {again.ms / 1000:.1f} s ({stages.told()}; target: under 5 s)")
        print(f"peak memory       {peak_mb():.0f} MB after it")
        same = ingest([plant], index, HashEmbedder())
        print(f"nothing changed   {same.ms / 1000:.1f} s")


def manual(number: int) -> str:
    """A manual in Markdown whose sections are a chunk each."""
    draw = random.Random(number)
    sections = [f"# Machine M-{number}"]
    for step in range(_CHUNKS_A_FILE):
        words = " ".join(
            f"{draw.choice(_VERBS)} {draw.choice(_ROOTS)} {draw.randrange(1, 400)}"
            if n % 9
            else f"E{n + step:04}."
            for n in range(_WORDS_A_CHUNK // 3 * 2)
        )
        sections.append(f"## {step + 1} {draw.choice(_ROOTS).title()} A{draw.randrange(999):03}\n\n{words}")
    return "\n\n".join(sections) + "\n"


def peak_mb() -> float:
    """The most memory this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


class _Stages:
    """The seconds at which each stage of a run last said something."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._last: dict[str, float] = {}

    def __call__(self, progress: Progress) -> None:
        self._last[progress.stage] = time.monotonic() - self._started

    def told(self) -> str:
        return ", ".join(f"{stage} until {seconds:.1f} s" for stage, seconds in self._last.items())
