"""How fast pages are read as text, and as pictures of the same pages."""

import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from ingest.limits import Limits
from ingest.load import find_sources
from ingest.records import Document, Source
from ingest.worker import ParserPool

_DOTS_PER_INCH = 150


def measure_ocr(folder: Path, most_pages: int = 20) -> None:
    """Read the PDF files of a folder as they are, then some of their pages from pictures, one at a time."""
    with tempfile.TemporaryDirectory() as scratch:
        text = sorted(folder.rglob("*.pdf"))
        pages, seconds = read(text, None)
        print(f"text pages/s      {pages / seconds:.1f} ({pages} pages in {seconds:.1f} s, one process)")
        scans = list(rendered(text, Path(scratch), most_pages))
        pictures = Path(scratch) / "pictures"
        pages, seconds = read(scans, pictures)
        print(f"OCR s/page        {seconds / pages:.2f} ({pages} pages in {seconds:.1f} s, one process)")
        peak_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"peak memory       {peak_mb:.0f} MB in the reading process")
        pages, seconds = read(scans, pictures)
        print(f"read before       {seconds / pages:.2f} s/page")


def read(paths: list[Path], pictures: Path | None) -> tuple[int, float]:
    """Pages read, and the seconds that took."""
    found = [entry for path in paths for entry in find_sources([path], None, Limits())]
    sources = [entry for entry in found if isinstance(entry, Source)]
    started = time.monotonic()
    pages = 0
    with ParserPool(Limits(), workers=1, pictures=pictures) as pool:
        for _, document, _ in pool.parse(sources):
            pages += document.pages if isinstance(document, Document) else 0
    return pages, time.monotonic() - started


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
