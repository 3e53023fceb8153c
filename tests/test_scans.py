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


def scan(manual: str, page: int, target: Path) -> None:
    """A page of a manual as a scanner leaves it: nothing but a picture, as a PNG or in a PDF."""
    import pypdfium2 as pdfium

    pdf = pdfium.PdfDocument(PLANT / "manuals" / manual)
    picture = pdf[page - 1].render(scale=_DOTS_PER_INCH / 72).to_pil().convert("L")
    pdf.close()
    picture.save(target, resolution=_DOTS_PER_INCH)


@pytest.fixture(scope="module")
def scans(fetched_models: None, tmp_path_factory: pytest.TempPathFactory) -> Millwright:
    folder = tmp_path_factory.mktemp("scans")
    scan("p101-rev-c.pdf", 7, folder / "installation.pdf")
    scan("hp2-rev-a-zh.pdf", 7, folder / "accumulator.png")
    application = build(Settings(), tmp_path_factory.mktemp("data"), "scans")
    report = application.ingest([folder, PLANT / "sops"])
    warnings = {row.path: row.warnings for row in report.files if row.warnings}
    assert not report.failed
    assert len(report.files) == 8
    assert warnings["installation.pdf"] == ("page 1: read from a picture (OCR)",)
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
