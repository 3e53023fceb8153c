"""A report as a file: each format opens, says the same, and marks what no person has confirmed."""

import io
from pathlib import Path
from typing import get_args

import docx
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.errors import ReportError
from assistant.records import Language
from assistant.reports.as_markdown import report_markdown
from assistant.reports.as_pdf import report_pdf
from assistant.reports.as_word import report_word
from assistant.reports.exports import FORMATS, exported
from assistant.reports.fields import Change, changed, question
from assistant.reports.labels import label
from assistant.reports.pdf_type import broken, width
from assistant.reports.records import FaultReport, Kind
from assistant.reports.workflow import confirmed, moved
from tests.assistant.reports.test_drafting import CHINESE, ENGLISH, drafted
from tests.assistant.reports.test_reports import NOW, blank, edited, from_log, ready


def word_text(content: bytes) -> str:
    document = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def pdf_text(content: bytes) -> str:
    """The text of all pages, each line with the next, since a PDF breaks where it must."""
    with pypdfium2.PdfDocument(content) as document:
        text = "".join(page.get_textpage().get_text_range() for page in document)
    return " ".join(text.replace("\r\n", " ").split())


def plain(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize(("language", "title"), [("en", "Fault report FR-"), ("zh", "故障报告 FR-")])
def test_exports_say_the_same_and_mark_what_no_person_confirmed(
    tmp_path: Path, language: Language, title: str
) -> None:
    report = from_log(tmp_path).model_copy(update={"language": language})
    report = edited(report, event__symptom="Lost | suction <b>*now*</b> & <br/>", impact__safety="none")
    texts = {"word": word_text(report_word(report)), "pdf": pdf_text(report_pdf(report))}
    for text in (report_markdown(report), *texts.values()):
        assert title in text
        assert "Strainer clogged" in text
        assert plain(question("event.operating_state", language).split("_")[0]) in plain(text)
    for text in texts.values():
        assert "Lost | suction <b>*now*</b> & <br/>" in text
        assert label("words", "waiting", language) in text
        assert plain(label("words", "legend", language)) in plain(text)
    assert label("words", "unconfirmed", language) in report_markdown(report)
    assert "Lost \\| suction \\<b\\>\\*now\\*" in report_markdown(report)
    stands = moved(confirmed(report, [], "Reed", NOW), "in_review", "Reed", NOW)
    for text in (word_text(report_word(stands)), pdf_text(report_pdf(stands))):
        assert label("words", "waiting", language) not in text
        assert "✓ Reed" in text


@pytest.mark.parametrize("kind", get_args(Kind))
@pytest.mark.parametrize("text", [ENGLISH, CHINESE])
def test_every_form_has_its_sources_its_questions_and_lines_to_sign(kind: Kind, text: str) -> None:
    report = drafted(text).model_copy(update={"kind": kind, "language": "zh" if text == CHINESE else "en"})
    report = changed(report, [Change("header.reviewer", "M. Ortiz", by="Reed")], NOW)
    for shown in (word_text(report_word(report)), pdf_text(report_pdf(report))):
        for cited in report.evidence.citations:
            assert plain(cited.quote) in plain(shown)
        assert "M. Ortiz" in shown
        assert label("words", "signature", report.language) in shown
        assert ("D4" in shown) is (kind == "8D")


def test_the_pdf_carries_its_font_and_counts_its_pages() -> None:
    content = report_pdf(drafted(CHINESE).model_copy(update={"language": "zh"}))
    assert b"/FontFile2" in content
    assert b"WenQuanYi" in content
    with pypdfium2.PdfDocument(content) as document:
        assert f"第 1 页，共 {len(document)} 页" in pdf_text(content)
        assert document.get_metadata_dict()["Title"] == "故障报告 FR-20260217-001"


def test_signs_that_the_font_lacks_come_from_another() -> None:
    report = edited(ready(), event__symptom="⚠ 10–20 Ω ±5 %, ☐ done; Ünïcödé 温度 ≥ 71 °C, m³/h, µm")
    assert "⚠ 10–20 Ω ±5 %, ☐ done; Ünïcödé 温度 ≥ 71 °C, m³/h, µm" in pdf_text(report_pdf(report))


@settings(deadline=None, max_examples=60)
@given(st.text("ab 1。，（(油温°C-", max_size=80), st.floats(40, 300))
def test_lines_lose_nothing_and_fit(text: str, room: float) -> None:
    lines = broken(text, room, 9)
    assert plain("".join(lines)) == plain(text)
    assert all(width(line, 9) <= room or len(line) == 1 for line in lines)


def test_a_long_report_goes_over_pages() -> None:
    steps = [f"Step {number}: " + "turn it and look " * 30 for number in range(60)]
    report: FaultReport = edited(ready(), repair__steps=steps)
    written = report_pdf(report)
    with pypdfium2.PdfDocument(written) as document:
        assert len(document) > 4
    assert "Step 59:" in pdf_text(written)


@pytest.mark.parametrize("to", FORMATS)
def test_every_format_is_written(to: str) -> None:
    begins = {"md": b"# ", "json": b"{", "docx": b"PK", "pdf": b"%PDF"}[to]
    assert exported(blank(), to).startswith(begins)  # type: ignore[arg-type]


def test_a_site_template_is_used_and_a_wrong_one_is_told(tmp_path: Path) -> None:
    template = docx.Document()
    template.sections[0].header.paragraphs[0].text = "Harrow Mill"
    template.save(str(tmp_path / "site.docx"))
    made = docx.Document(io.BytesIO(report_word(ready(), tmp_path / "site.docx")))
    assert made.sections[0].header.paragraphs[0].text == "Harrow Mill"
    (tmp_path / "bad.docx").write_text("no")
    for wrong in ("bad.docx", "none.docx"):
        with pytest.raises(ReportError, match="template"):
            report_word(ready(), tmp_path / wrong)
