"""The page and the plots: everything inline, no markup of a document, the same input the same bytes."""

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest

from assistant import cli
from assistant.lessons.codes import built_in
from assistant.lessons.files import write_files
from assistant.lessons.page import page
from assistant.lessons.plots import pareto, trend
from assistant.lessons.records import Findings
from assistant.records import Language
from assistant.spoken import labels_of
from tests.assistant.lessons.plant import HEADER, plant
from tests.assistant.lessons.test_lessons import HOSES, SILENT, SPEAKING, made

ATTACK = 'IR-99,2025-05-02,HP-2,<img src=x onerror=alert(1)> oil leak at a hose,old,new,5,"<b>none</b>"\n'


class Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Findings:
    data = tmp_path_factory.mktemp("plant")
    return plant(data, {"incidents.csv": HEADER + HOSES + ATTACK, "sop.md": SILENT}).lessons.found()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_is_whole_in_itself_and_shows_what_was_found(found: Findings, language: Language) -> None:
    text = page(found, built_in(), (0.2, 3), language)
    tags = Tags(text).found
    assert {tag for tag, _ in tags}.isdisjoint({"script", "link", "iframe", "a"})
    pictures = [values["src"] or "" for tag, values in tags if tag == "img"]
    assert len(pictures) == 4
    assert all(source.startswith("data:image/png;base64,") for source in pictures)
    assert "&lt;img src=x" in text
    hidden = {"en": "Hose or pipe: ", "zh": "软管与管路："}[language]
    assert f"· {hidden}5" in text
    assert {"en": "incidents.csv, row 2", "zh": "incidents.csv，第 2 行"}[language] in text


def test_the_same_input_gives_the_same_bytes(found: Findings) -> None:
    codes = built_in()
    for name in ("mode", "machine"):
        assert pareto(found, name, codes, "zh") == pareto(found, name, codes, "zh")
    assert trend(found, codes, "en") == trend(found, codes, "en")
    assert page(found, codes, (0.2, 3), "en") == page(found, codes, (0.2, 3), "en")


def test_both_languages_have_the_same_labels() -> None:
    labels = labels_of("assistant.lessons")
    assert labels["en"].keys() == labels["zh"].keys()


def test_files_are_written_for_a_plant_without_incidents_too(tmp_path: Path) -> None:
    empty = plant(tmp_path, {"sop.md": SPEAKING}).lessons
    paths = write_files(empty.found(), empty.codes(), (0.2, 3), tmp_path / "out", "en")
    assert [path.name for path in paths] == ["lessons.html"]
    assert "No incidents were found" in paths[0].read_text(encoding="utf-8")


def test_the_command_shows_corrects_and_exports(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    millwright = made(tmp_path, SILENT)
    monkeypatch.setattr(cli, "_application", lambda _: millwright)

    def run(*arguments: str) -> str:
        assert cli.main(["lessons", *arguments]) == 0
        return capsys.readouterr().out

    shown = run("show", "--out", str(tmp_path / "out"))
    assert "Slip or fall of a person · Hose or pipe: 4 incidents" in shown
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "cause.png", "lessons.html", "machine.png", "mode.png", "trend.png"
    ]  # fmt: skip
    assert json.loads(run("show", "--json"))["patterns"][0]["hidden"] is True
    records = json.loads(run("records", "--json", "--only", "mode=PLU"))
    assert {record["number"] for record in records} == {"IR-15", "IR-16"}
    assert records[0]["codes"]["mode"]["basis"] == "rule"
    assert "corrected by A. Reed" in run("correct", records[0]["id"], "mode", "LOO", "--by", "A. Reed")
    assert "words: jam*" in run("take-back", records[0]["id"], "mode")
    assert "漏水" not in run("codes", "--language", "zh")
    assert "Planned jobs left out: " in run("show")
    run("document", "orders.csv", "none", "--by", "A. Reed")
    assert "Planned jobs" not in run("show")
    run("document", "orders.csv", "by-itself", "--by", "A. Reed")
    assert cli.main(["lessons", "records", "--only", "colour=red"]) == 1
    assert "--only 'colour=red'" in capsys.readouterr().err
