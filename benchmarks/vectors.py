"""A million random unit rows: the trained index that a large index becomes, beside the flat one.

    python benchmarks/vectors.py [--rows 1000000] [--queries 200]

Random rows are the hardest case: they have no clusters, so most lists must be searched. Prints recall@10
against the flat index, milliseconds of one search, size and build time of both.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])

import numpy as np

from ingest.vectors import VectorIndex, Vectors

DIMENSION, NEAREST = 384, 10


def main() -> None:
    """Build both and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--clusters", type=int, default=0, help="rows around so many centres instead")
    parsed = parser.parse_args()
    chooser = np.random.default_rng(1)
    rows = unit(chooser, parsed.rows, parsed.clusters)
    queries = unit(np.random.default_rng(1 if parsed.clusters else 2), parsed.queries, parsed.clusters)
    started = time.perf_counter()
    flat = VectorIndex.empty(DIMENSION)
    flat.add(range(parsed.rows), rows)
    built = time.perf_counter() - started
    truth, flat_ms = searched(flat, queries)
    print(f"{parsed.rows} rows of {DIMENSION}, {parsed.clusters or 'no'} clusters, {len(queries)} queries")
    print(f"flat      recall@10 1.000  p50 {flat_ms[0]:6.1f} ms  p95 {flat_ms[1]:6.1f} ms  "
          f"{size_mb(flat):6.0f} MB  built in {built:.0f} s")  # fmt: skip
    started = time.perf_counter()
    trained = flat.settled(parsed.rows)
    built = time.perf_counter() - started
    found, trained_ms = searched(trained, queries)
    recall = np.mean([len(one & other) / NEAREST for one, other in zip(truth, found, strict=True)])
    print(f"trained   recall@10 {recall:.3f}  p50 {trained_ms[0]:6.1f} ms  p95 {trained_ms[1]:6.1f} ms  "
          f"{size_mb(trained):6.0f} MB  built in {built:.0f} s")  # fmt: skip


def unit(chooser: np.random.Generator, count: int, clusters: int) -> Vectors:
    """Random unit rows, shape (count, DIMENSION)."""
    rows = np.empty((count, DIMENSION), dtype=np.float32)
    centres = chooser.standard_normal((clusters, DIMENSION), dtype=np.float32) if clusters else None
    for first in range(0, count, 100_000):
        part = chooser.standard_normal((min(100_000, count - first), DIMENSION), dtype=np.float32)
        if centres is not None:
            part += centres[chooser.integers(0, clusters, len(part))]
        rows[first : first + len(part)] = part / np.linalg.norm(part, axis=1, keepdims=True)
    return rows


def searched(index: VectorIndex, queries: Vectors) -> tuple[list[set[int]], tuple[float, float]]:
    """The ten nearest of each query, and median and 95th percentile in milliseconds."""
    found, times = [], []
    for row in queries:
        started = time.perf_counter()
        found.append({number for number, _ in index.search(row, NEAREST)})
        times.append(1000 * (time.perf_counter() - started))
    middle, high = np.quantile(times, [0.5, 0.95])
    return found, (float(middle), float(high))


def size_mb(index: VectorIndex) -> float:
    """Megabytes of the index on disk, which is what it takes in memory."""
    with tempfile.TemporaryDirectory() as scratch:
        return index.save(Path(scratch) / "vectors.faiss").size_bytes / 1e6


if __name__ == "__main__":
    main()
