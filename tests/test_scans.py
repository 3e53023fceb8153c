"""A scanned page is found by a question about it, with the real reader and the real embedder, and marked."""

from pathlib import Path

import pytest

from assistant.app import Millwright, build
from assistant.config import Settings
from assistant.terminal import print_hits
from assistant.wire import search_json

pytestmark = pytest.mark.model

PLANT = Path(__file__).resolve().parents[1] / "examples" / "plant"
_DOTS_PER_INCH = 150


def scan(manual: str, pages: range, target: Path) -> None:
    """Pages of a manual as a scanner leaves them: nothing but pictures, as a PNG or in a PDF."""
    import pypdfium2 as pdfium

    pdf = pdfium.PdfDocument(PLANT / "manuals" / manual)
    scale = _DOTS_PER_INCH / 72
    first, *rest = [pdf[page - 1].render(scale=scale).to_pil().convert("L") for page in pages]
    pdf.close()
    first.save(
        target, resolution=_DOTS_PER_INCH, **({"save_all": True, "append_images": rest} if rest else {})
    )


@pytest.fixture(scope="module")
def scans(fetched_models: None, tmp_path_factory: pytest.TempPathFactory) -> Millwright:
    folder = tmp_path_factory.mktemp("scans")
    # Several pages: what the reader holds of one must be free again for the next.
    scan("p101-rev-c.pdf", range(5, 8), folder / "installation.pdf")
    scan("hp2-rev-a-zh.pdf", range(7, 8), folder / "accumulator.png")
    application = build(Settings(), tmp_path_factory.mktemp("data"), "scans")
    report = application.ingest([folder, PLANT / "sops"])
    warnings = {row.path: row.warnings for row in report.files if row.warnings}
    assert not report.failed
    assert len(report.files) == 8
    assert warnings["installation.pdf"] == ("pages 1-3: read from a picture (OCR)",)
    assert warnings["accumulator.png"] == ("read from a picture (OCR)",)
    return application


@pytest.mark.parametrize(
    ("question", "doc", "quoted"),
    [
        ("How much straight pipe is kept ahead of the suction flange?", "installation.pdf", "400 mm"),
        ("蓄能器温度为 30 °C 时充氮压力是多少？", "accumulator.png", "9.3 MPa"),
    ],
)
def test_a_scanned_page_is_found_first_and_marked(
    scans: Millwright, question: str, doc: str, quoted: str, capsys: pytest.CaptureFixture[str]
) -> None:
    hits = scans.search(question, limit=5)
    assert hits[0].chunk.place.doc == doc
    assert quoted in hits[0].chunk.text
    assert search_json(question, hits, 0.0, {})["hits"][0]["ocr"] is True
    print_hits(hits, {})
    first, *_ = capsys.readouterr().out.splitlines()
    assert doc in first
    assert "read from a picture" in first
