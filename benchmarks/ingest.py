"""How fast a folder is read, beside SentenceTransformer.encode alone on the same chunks.

    python benchmarks/ingest.py [FOLDER]
    python benchmarks/ingest.py --chunks 100000     a large index of made-up text, and one file added to it
    python benchmarks/ingest.py --ocr [FOLDER]      its PDF pages as text, and some of them as scans

Prints pages/s, chunks/s, tokens/s embedded, peak memory, the share of plain `encode`'s speed, and the time
of a second run with nothing changed. FOLDER defaults to the corpus beside the project, else to examples/.
"""

import argparse
import resource
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

# Run as a script, this folder comes first on the path, and ingest.py in it hides the package.
sys.path[0] = str(Path(__file__).resolve().parents[1])

from assistant import models
from assistant.app import build
from assistant.config import Settings
from benchmarks.ingest_ocr import measure_ocr
from benchmarks.ingest_scale import measure_scale

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    corpus = ROOT.parent / "shared" / "corpus"
    default = corpus if corpus.is_dir() else ROOT / "examples"
    parser.add_argument("folder", nargs="?", type=Path, default=default)
    parser.add_argument("--chunks", type=int, metavar="N", help="build an index of N chunks of made-up text")
    parser.add_argument("--ocr", action="store_true", help="measure scanned pages instead")
    chosen = parser.parse_args()
    folder = chosen.folder
    if chosen.chunks:
        measure_scale(chosen.chunks)
        return
    if chosen.ocr:
        measure_ocr(folder)
        return
    with tempfile.TemporaryDirectory() as scratch:
        measure(folder, Path(scratch))


def measure(folder: Path, scratch: Path) -> None:
    """Ingest a folder twice and embed its chunks once more with the library alone."""
    application = build(Settings(), scratch, "bench")
    application.embedder.passages(["warm"])
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    started = time.monotonic()
    report = application.ingest([folder])
    first_s = time.monotonic() - started
    parse_s = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
    started = time.monotonic()
    again = build(Settings(), scratch, "bench").ingest([folder])
    second_s = time.monotonic() - started
    texts = searchable(scratch / "bench" / "generations" / f"{report.generation:04d}" / "chunks.sqlite")
    tokens = sum(application.embedder.count_tokens(texts))
    plain_s = plain_encode(texts)
    pages = sum(row.pages for row in report.files)
    failed = ", ".join(f"{row.path}: {row.outcome}" for row in report.failed) or "none"
    print(f"folder            {folder.name}: {len(report.files)} files, {pages} pages, not read: {failed}")
    print(f"first run         {first_s:.1f} s (all steps), {parse_s:.1f} s of it in the reading processes")
    print(f"pages/s           {pages / first_s:.1f}")
    print(f"chunks/s          {len(texts) / first_s:.1f} ({len(texts)} chunks)")
    print(f"tokens/s          {tokens / first_s:.0f} ({tokens} tokens)")
    print(f"encode alone      {tokens / plain_s:.0f} tokens/s, {plain_s:.1f} s")
    print(f"ours / encode     {100 * plain_s / first_s:.0f} % of its speed (target: at least 90 %)")
    unchanged = sum(row.unchanged for row in again.files)
    share = 100 * second_s / first_s
    print(f"second run        {second_s:.2f} s, {share:.1f} % of the first, {unchanged} unchanged")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"peak memory       {peak:.0f} MB, {child:.0f} MB in the largest reading process")


def searchable(tables: Path) -> list[str]:
    """What was embedded of each chunk, read back from the index."""
    query = (
        "SELECT d.title, c.section, c.text FROM chunks c JOIN documents d ON d.id = c.document ORDER BY c.id"
    )
    rows = sqlite3.connect(tables).execute(query).fetchall()
    return ["\n".join([*dict.fromkeys(part for part in row[:2] if part), row[2]]) for row in rows]


def plain_encode(texts: list[str]) -> float:
    """Seconds of `SentenceTransformer.encode` with its own batching."""
    from sentence_transformers import SentenceTransformer

    path = models.embedder_folder(Settings().embed.model)
    model = SentenceTransformer(path, device="cpu")
    model.encode(["warm"], prompt="passage: ")
    started = time.monotonic()
    model.encode(texts, batch_size=32, prompt="passage: ", normalize_embeddings=True, show_progress_bar=False)
    return time.monotonic() - started


if __name__ == "__main__":
    main()
