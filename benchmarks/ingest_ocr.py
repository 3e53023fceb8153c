"""How fast pages are read as text, and as pictures of the same pages."""

import resource
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.limits import Limits
from ingest.load import find_sources
from ingest.records import Source
from ingest.worker import ParserPool

_DOTS_PER_INCH = 150
# Every page is to be read: what a file's own limits leave out would count as read in no time.
_LIMITS = replace(Limits(), wall_s=3600, cpu_s=3600)


def measure_ocr(folder: Path, most_pages: int = 20) -> None:
    """Read the PDF files of a folder as they are, then some of their pages from pictures, one at a time."""
    with tempfile.TemporaryDirectory() as scratch:
        text = sorted(folder.rglob("*.pdf"))
        took = read(text, None)
        print(f"text pages/s      {took.pages / took.wall_s:.1f} ({took})")
        scans = list(rendered(text, Path(scratch), most_pages))
        pictures = Path(scratch) / "pictures"
        took = read(scans, pictures)
        print(f"OCR s/page        {took.wall_s / took.pages:.2f} ({took})")
        peak_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"peak memory       {peak_mb:.0f} MB in the reading process")
        took = read(scans, pictures)
        print(f"read before       {took.wall_s / took.pages:.2f} s/page ({took})")


@dataclass(frozen=True, slots=True)
class Took:
    """Pages that one process read, one after the other, and what that took."""

    pages: int
    wall_s: float
    cpu_s: float

    def __str__(self) -> str:
        return f"{self.pages} pages, {self.wall_s:.1f} s, {self.cpu_s:.1f} s of processor time"


def read(paths: list[Path], pictures: Path | None) -> Took:
    """Read files in one process at a time."""
    found = [entry for path in paths for entry in find_sources([path], None, Limits())]
    sources = [entry for entry in found if isinstance(entry, Source)]
    started, before_s = time.monotonic(), children_s()
    # Not the pages of what came back: one with nothing but a table of contents was read too.
    pages = sum(map(page_count, paths))
    with ParserPool(_LIMITS, workers=1, pictures=pictures) as pool:
        for _ in pool.parse(sources):
            pass
    return Took(pages, time.monotonic() - started, children_s() - before_s)


def page_count(path: Path) -> int:
    """The pages of a PDF file."""
    import pypdfium2 as pdfium

    with pdfium.PdfDocument(path) as pdf:
        return len(pdf)


def children_s() -> float:
    """Processor time of the processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def rendered(paths: list[Path], folder: Path, most_pages: int) -> Iterator[Path]:
    """Image-only copies of PDF files, up to a number of pages in all, the same share of each."""
    import pypdfium2 as pdfium

    each = max(1, most_pages // max(1, len(paths)))
    for path in paths:
        pdf = pdfium.PdfDocument(path)
        scale = _DOTS_PER_INCH / 72
        numbers = range(2, min(len(pdf), 2 + each))
        first, *rest = [pdf[number].render(scale=scale).to_pil().convert("L") for number in numbers]
        pdf.close()
        target = folder / f"scan-of-{path.name}"
        first.save(target, save_all=True, append_images=rest, resolution=_DOTS_PER_INCH)
        yield target
