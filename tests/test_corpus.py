"""Real manuals of other people, in both languages and three formats, are read and answered from."""

import shutil
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from assistant.app import Millwright, build
from assistant.config import Settings

pytestmark = [pytest.mark.model, pytest.mark.timeout(900)]

FILES = (
    "apcupsd/manual.html",
    "klipper/en/TMC_Drivers.md",
    "klipper/zh/TMC_Drivers.md",
    "linuxcnc/LinuxCNC_Integrator.pdf",
    "nut/cables.pdf",
)


CHAPTERS = ("testing-apcupsd", "monitoring-and-tuning-your-ups", "maintaining-your-ups-batteries")
"""Of the long manual these are read, and its contents: the others would only take three times as long."""


def shorten(manual: Path) -> None:
    """Leave the other chapters out of a manual in HTML."""
    soup = BeautifulSoup(manual.read_bytes(), "html.parser")
    for section in soup.select("#apcupsd-user-manual > .section"):
        if section["id"] not in CHAPTERS:
            section.decompose()
    manual.write_text(str(soup), encoding="utf-8")


@pytest.fixture(scope="module")
def corpus(fetched_models: None, shared_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Millwright:
    folder = tmp_path_factory.mktemp("corpus")
    for name in FILES:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(shared_dir / "corpus" / name, folder / name)
    shorten(folder / FILES[0])
    application = build(Settings(), tmp_path_factory.mktemp("data"), "corpus")
    report = application.ingest([folder])
    assert [(row.path, row.outcome) for row in report.files] == [(name, "ok") for name in FILES]
    return application


@pytest.mark.parametrize(
    ("question", "doc", "where", "holds"),
    [
        (
            "What does a Smart-UPS mean when all battery charge LEDs flash in unison?",
            "apcupsd/manual.html",
            "Flashing Battery Charge Graph LEDs",
            "less than two minutes",
        ),
        ("TMC 驱动报告 OvertempError 是什么意思?", "klipper/zh/TMC_Drivers.md", "OvertempError", "温度过高"),
        (
            "What supply voltage limit applies to a stepper drive rated 80 VDC?",
            "linuxcnc/LinuxCNC_Integrator.pdf",
            "",
            "72 VDC",
        ),
    ],
)
def test_a_question_is_answered_from_the_right_place(
    corpus: Millwright, question: str, doc: str, where: str, holds: str
) -> None:
    answer = corpus.ask(question, engine="extractive")
    assert answer.support == "supported"
    assert holds in answer.text
    cited = next(citation for citation in answer.citations if holds in citation.quote)
    assert cited.place.doc == doc
    assert where in cited.place.section
    assert (cited.place.first_page is not None) == doc.endswith(".pdf")


def test_an_unchanged_corpus_is_not_read_again(corpus: Millwright) -> None:
    roots = {row.root for row in corpus.documents()}
    again = corpus.ingest([Path(root) for root in roots])
    assert all(row.unchanged for row in again.files)
    assert len(again.files) == len(FILES)
