"""The small plant in examples/ agrees with itself, with its questions, and with its generator."""

import csv
import json
import re
import runpy
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pypdfium2
import pytest
from bs4 import BeautifulSoup
from docx import Document
from docx.oxml.ns import qn
from openpyxl import load_workbook

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
PLANT = EXAMPLES / "plant"
MANUALS = PLANT / "manuals"
MANUAL_OF = {"P-101": "p101-rev-c.pdf", "SP-03": "sp03-rev-d.pdf", "HP-2": "hp2-rev-a-zh.pdf"}
UNKNOWN_CODE = "A577"
QUESTIONS = [
    json.loads(line) for line in (EXAMPLES / "questions.jsonl").read_text(encoding="utf-8").splitlines()
]
ANSWERABLE = [question for question in QUESTIONS if question["answerable"]]


def pages(path: Path) -> list[str]:
    """The text of each page of a PDF."""
    document = pypdfium2.PdfDocument(path)
    try:
        return [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()


def word_text(path: Path) -> str:
    """The text of a Word file with tracked changes accepted."""
    # w:t is shown text, w:delText is what a tracked deletion took out.
    return "".join(node.text or "" for node in Document(str(path)).element.body.iter(qn("w:t")))


def cells(path: Path) -> str:
    """All cells of a workbook, one a line."""
    book = load_workbook(path, read_only=True)
    return "\n".join(str(cell) for sheet in book for row in sheet.values for cell in row if cell is not None)


@cache
def text_of(doc: str) -> str:
    """A document's text as a reader sees it, without white space, so that line breaks do not matter."""
    path = EXAMPLES / doc
    if path.suffix == ".pdf":
        text = "".join(pages(path))
    elif path.suffix == ".docx":
        text = word_text(path)
    elif path.suffix == ".xlsx":
        text = cells(path)
    elif path.suffix == ".html":
        text = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser").get_text()
    else:
        text = path.read_text(encoding="utf-8")
    return squeezed(text)


def squeezed(text: str) -> str:
    """Text without white space, or the marks of a quotation in Markdown."""
    return re.sub(r"[\s>]+", "", text)


def alarm_list() -> Iterator[dict[str, str]]:
    """The rows of the workbook, with the merged asset cells filled downwards."""
    for sheet in load_workbook(PLANT / "lists" / "alarm-list.xlsx"):
        rows = list(sheet.values)
        start = next(place for place, row in enumerate(rows) if row[0] == "Asset")
        names = [str(name) for name in rows[start]]
        asset = ""
        for row in rows[start + 1 :]:
            asset = str(row[0]) if row[0] else asset
            yield dict(zip(names, ["" if value is None else str(value) for value in row], strict=True)) | {
                "Asset": asset
            }


def test_the_plant_is_small_and_has_every_kind_of_document() -> None:
    files = [path for path in PLANT.rglob("*") if path.is_file()]
    assert len(files) >= 15
    assert sum(path.stat().st_size for path in files) < 5_000_000
    assert {path.suffix for path in files} >= {".pdf", ".docx", ".md", ".html", ".xlsx", ".csv", ".log"}


def test_every_document_is_described_and_every_description_has_a_document() -> None:
    rules = tomllib.loads((EXAMPLES / "millwright.toml").read_text(encoding="utf-8"))
    files = [path.relative_to(EXAMPLES).as_posix() for path in PLANT.rglob("*") if path.is_file()]
    patterns = [entry["path"] for entry in rules["documents"]]
    assert [file for file in files if not any(fnmatch(file, pattern) for pattern in patterns)] == []
    assert [pattern for pattern in patterns if not any(fnmatch(file, pattern) for file in files)] == []
    assert [entry["path"] for entry in rules["documents"] if entry.get("superseded")] == [
        "plant/manuals/p101-rev-b.pdf"
    ]


@pytest.mark.parametrize(
    ("name", "fewest"), [("p101-rev-c.pdf", 10), ("sp03-rev-d.pdf", 10), ("hp2-rev-a-zh.pdf", 7)]
)
def test_a_manual_has_bookmarks_and_printed_page_numbers(name: str, fewest: int) -> None:
    document = pypdfium2.PdfDocument(MANUALS / name)
    assert len(document) >= fewest
    titles = [entry.get_title() for entry in document.get_toc()]
    assert any(title.startswith("6.1") for title in titles)
    for number, text in enumerate(pages(MANUALS / name)[2:], start=1):
        assert document.get_page_label(number + 1) == str(number)
        assert squeezed(f"Page {number}") in squeezed(text) or squeezed(f"第 {number} 页") in squeezed(text)
    document.close()


def test_revision_c_lowers_the_torque_and_shortens_the_interval() -> None:
    old, new = (text_of(f"plant/manuals/p101-rev-{letter}.pdf") for letter in "bc")
    step = "tightenthecasingcovernutscrosswiseinthreeroundsto"
    assert step + "65N·m" in old
    assert step + "55N·m" in new
    assert "loweredfrom65N·mto55N·m" in new
    assert "Every4,000h" in old
    assert "Every3,000h" in new


@pytest.mark.parametrize("asset", MANUAL_OF)
def test_an_alarm_means_the_same_in_the_list_and_in_the_manual(asset: str) -> None:
    manual = text_of(f"plant/manuals/{MANUAL_OF[asset]}")
    meaning = "报警文本（中文）" if asset == "HP-2" else "Alarm text (English)"
    listed = [row for row in alarm_list() if row["Asset"] == asset]
    assert len(listed) >= 13
    for row in listed:
        assert squeezed(row["Code"] + row["Class"] + row[meaning]) in manual, row["Code"]


def test_the_alarm_list_has_two_sheets_in_two_languages() -> None:
    rows = list(alarm_list())
    assert len(load_workbook(PLANT / "lists" / "alarm-list.xlsx").sheetnames) == 2
    assert len(rows) >= 60
    assert len({row["Code"] for row in rows}) == len(rows)
    assert all(
        re.search("[一-鿿]", row["报警文本（中文）"]) and row["First action (English)"] for row in rows
    )


def test_the_log_holds_one_code_that_is_in_no_list() -> None:
    lines = (PLANT / "logs" / "line1-controller.log").read_text(encoding="utf-8").splitlines()
    raised = [line.split()[4] for line in lines if " RAISED " in line]
    assert 350 <= len(lines) <= 450
    assert lines[1:] == sorted(lines[1:])
    assert set(raised) - {row["Code"] for row in alarm_list()} == {UNKNOWN_CODE}
    assert all(UNKNOWN_CODE not in text_of(f"plant/manuals/{name}") for name in MANUAL_OF.values())


def test_tables_as_text_have_rows_of_one_length() -> None:
    fewest = {"incidents-2025.csv": 4, "solved-tickets.csv": 13, "spare-parts.csv": 20}
    for path in PLANT.rglob("*.csv"):
        rows = list(csv.reader(path.open(encoding="utf-8", newline="")))
        assert len(rows) >= fewest[path.name]
        assert {len(row) for row in rows} == {len(rows[0])}


def test_a_part_that_a_document_names_is_in_the_parts_list() -> None:
    listed = text_of("plant/lists/spare-parts.csv")
    for part in (
        "TS-040-CSE",
        "TB-65-GK2",
        "HSK-63-A",
        "6SL-2210-0AB",
        "X7-PL-IP67",
        "LC-RF-10",
        "LQ-BT-600",
    ):
        assert part in listed
        assert any(part in text_of(path.relative_to(EXAMPLES).as_posix()) for path in PLANT.rglob("*.[pm]d*"))


def test_the_lockout_procedure_has_a_tracked_change_and_a_footnote() -> None:
    path = PLANT / "sops" / "sop-001-lockout-tagout.docx"
    with zipfile.ZipFile(path) as archive:
        body = archive.read("word/document.xml").decode()
        notes = archive.read("word/footnotes.xml").decode()
    assert "10 minutes" in re.findall(r"<w:ins .*?</w:ins>", body, re.S)[0]
    assert "5 minutes" in re.findall(r"<w:del .*?</w:del>", body, re.S)[0]
    assert "form LO-7" in notes
    assert "wait 10 minutes after switching off" in word_text(path)


def test_there_are_twelve_english_eight_chinese_and_four_open_questions() -> None:
    assert len({question["id"] for question in QUESTIONS}) == len(QUESTIONS) == 24
    assert [sum(q["lang"] == lang for q in ANSWERABLE) for lang in ("en", "zh")] == [12, 8]
    assert {question["lang"] for question in QUESTIONS if not question["answerable"]} == {"en", "zh"}


@pytest.mark.parametrize("question", ANSWERABLE, ids=lambda question: question["id"])
def test_an_answer_stands_in_the_named_document(question: dict[str, dict[str, str]]) -> None:
    text = text_of(question["gold"]["doc"])
    assert squeezed(question["gold"]["passage_or_section"]) in text
    assert question["must_contain"]
    for words in question["must_contain"]:
        assert squeezed(words) in text, words


def test_the_readme_names_only_files_that_exist() -> None:
    readme = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    named = re.findall(r"^\| `([^`]+)`", readme, re.M)
    assert len(named) >= 15
    assert [name for name in named if not list(EXAMPLES.glob(name))] == []


def test_the_readme_gives_the_pages_where_its_answers_stand() -> None:
    readme = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    assert sum(question["question"] in readme for question in ANSWERABLE) == 5
    told = {
        ("p101-rev-c.pdf", 10): "in three rounds to 55 N·m",
        ("p101-rev-c.pdf", 12): "let the surplus escape through the relief hole",
        ("hp2-rev-a-zh.pdf", 3): "必须打开卸荷球阀 BV-3",
        ("hp2-rev-a-zh.pdf", 7): "30 °C 9.3 MPa",
    }
    for (name, page), words in told.items():
        assert squeezed(words) in squeezed(pages(MANUALS / name)[page - 1])
        assert re.search(rf"`{name}`(?:, page |，第 ){page}\b", readme)


def test_the_generator_makes_the_files_that_are_committed(tmp_path: Path) -> None:
    pytest.importorskip("reportlab", reason="the generator draws the manuals with reportlab")
    command = [sys.executable, str(EXAMPLES / "source" / "make_plant.py"), str(tmp_path)]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    if "fonts-wqy-microhei" in run.stderr:
        pytest.skip("the fonts of the manuals are not installed")
    assert run.returncode == 0, run.stderr
    made = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(made) == 11
    readers = {".pdf": pages, ".docx": word_text, ".xlsx": cells, ".log": Path.read_bytes}
    for path in made:
        read = readers[path.suffix]
        assert read(path) == read(PLANT / path.relative_to(tmp_path)), path.name


def test_the_week_of_alarms_is_what_its_generator_writes_and_its_first_outs_are_found(tmp_path: Path) -> None:
    from assistant.logs.analyse import analyse
    from assistant.logs.records import LogOptions

    source = runpy.run_path(str(EXAMPLES / "source" / "week_log.py"))
    source["write_week"](tmp_path / "week.csv")
    log = EXAMPLES / "logs" / "line1-week8.csv"
    assert (tmp_path / "week.csv").read_bytes() == log.read_bytes()
    analysis = analyse(log, LogOptions())
    found = [(burst.first.time, burst.first.machine, burst.first.code) for burst in analysis.bursts]
    assert found == source["first_outs"]()
    assert {count.code for count in analysis.counts} - {row["Code"] for row in alarm_list()} == {UNKNOWN_CODE}
    assert [count.code for count in analysis.counts if count.chatters] == ["F27"]
    across = analyse(log, LogOptions(across_machines=True))
    assert (len(across.bursts), across.first_outs[0]) == (23, ("P-101", "E012", 6))
