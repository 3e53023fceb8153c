"""What an analysis leaves behind: summary, pictures, table."""

import csv
import io
from pathlib import Path

import numpy as np
import pytest
from markdown_it import MarkdownIt
from PIL import Image

from assistant.errors import LogError
from assistant.logs.files import bursts_csv, write_files
from assistant.logs.markdown import report_markdown
from assistant.logs.report import LogReport, explained
from assistant.logs.shown import report_lines
from assistant.records import Language
from assistant.spoken import labels_of
from tests.assistant.logs.logs import found, plain_text

HOSTILE = "time,machine,code,text\n" + "".join(
    f"2026-02-17 07:0{n}:00,{machine},{code},{text}\n"
    for n, (machine, code, text) in enumerate(
        [
            ("=cmd()", "E1", "![x](http://a/b)"),
            ("M|1", "E2", "<script>alert(1)</script>"),
            ("泵$x$", "@E3", "油温 *过高*"),
        ]
    )
)


def report(tmp_path: Path, text: str, language: Language = "en") -> LogReport:
    return explained(found(tmp_path / "a.log", text), None, 10, language, "there is no index")


def test_four_files_are_written_and_the_pictures_are_pictures(tmp_path: Path) -> None:
    languages: list[Language] = ["en", "zh"]
    for language in languages:
        written = write_files(report(tmp_path, plain_text()), tmp_path / language, language)
        assert [path.name for path in written] == ["summary.md", "pareto.png", "timeline.png", "bursts.csv"]
        for name in ("pareto.png", "timeline.png"):
            with Image.open(tmp_path / language / name) as picture:
                assert picture.width > 900
                assert len(np.unique(np.asarray(picture.convert("L")))) > 20
    assert "# 报警日志" in (tmp_path / "zh" / "summary.md").read_text(encoding="utf-8")


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LogError, match="--out"):
        write_files(report(tmp_path, plain_text()), tmp_path / "file")


def test_the_summary_says_how_the_log_was_read_and_what_came_first(tmp_path: Path) -> None:
    text = report_markdown(report(tmp_path, plain_text()))
    assert "| P-101 | E012 | Suction pressure low | 2 |" in text
    assert "3 alarms" not in text.split("## Bursts")[0]
    assert "- Columns: time: time; machine: word 2; code: word 3; state: word 4; level: word 1" in text
    assert "Line 1 was not read (no time that can be read): \\# LINE1-CTRL fw 3.8.2" in text
    assert "Codes were not looked up: there is no index" in text


def test_nothing_of_a_log_becomes_markup_or_a_formula(tmp_path: Path) -> None:
    hostile = report(tmp_path, HOSTILE)
    html = MarkdownIt("commonmark").enable("table").render(report_markdown(hostile, pictures=False))
    assert "<script" not in html
    assert "<img" not in html
    assert "<em>" not in html
    assert "M|1" in html
    rows = list(csv.reader(io.StringIO(bursts_csv(hostile.analysis))))
    assert all(len(row) == len(rows[0]) for row in rows)
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "@"))]
    write_files(hostile, tmp_path / "out")


def test_both_languages_have_every_label() -> None:
    labels = labels_of("assistant.logs")
    assert set(labels["en"]) == set(labels["zh"])
    for name, text in labels["en"].items():
        places = [
            {part.split("}")[0] for part in other.split("{")[1:]} for other in (text, labels["zh"][name])
        ]
        assert places[0] == places[1], name


def test_the_terminal_shows_the_layout_before_the_findings(tmp_path: Path) -> None:
    lines = list(report_lines(report(tmp_path, plain_text())))
    told = "\n".join(lines)
    assert lines[0] == "a.log: lines of text, utf-8"
    assert "code = 'word 3'" in lines[1]
    assert told.index("wrong?") < told.index("Bursts (3")
    assert "first-out P-101 E012 (line 2)  3 alarms in 47.6 s: E012, E015, E029" in told
