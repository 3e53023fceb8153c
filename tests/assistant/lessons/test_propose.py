"""What a model proposes counts for nothing until a person takes it, and is asked for once."""

from pathlib import Path

import pytest

from assistant import cli
from assistant.answer import Writer
from assistant.app import Millwright
from assistant.errors import LessonError
from assistant.lessons.page import page
from assistant.lessons.proposals import Proposal
from tests.assistant.lessons.plant import HEADER, plant
from tests.fakes import Scripted

ROWS = """IR-1,2025-01-03,P-1,Quagga okapi tapir,,,,none
IR-2,2025-01-04,P-1,Quagga okapi tapir,,,,none
IR-3,2025-01-05,P-1,纸张受潮,,,,none
IR-4,2025-01-06,P-1,The hose drips oil,,,,none
IR-5,2025-01-07,P-1,The hose drips oil on the floor,,,,none
"""


class Counting(Scripted):
    asked: list[str]

    def _stream(self, messages, *rest, **more):  # type: ignore[no-untyped-def]
        self.asked.append(f"{messages[0].content}\n{messages[-1].content}")
        assert more["response_format"]["json_schema"]["schema"]["properties"]["choice"]["enum"]
        return super()._stream(messages, *rest, **more)


@pytest.fixture
def made(tmp_path: Path) -> Millwright:
    return plant(tmp_path, {"incidents.csv": HEADER + ROWS})


def writer(says: str) -> tuple[Writer, list[str]]:
    model = Counting(says=says, asked=[])
    return Writer("scripted", model, 10.0), model.asked


def test_the_same_text_is_asked_once_and_nothing_counts_before_someone_takes_it(made: Millwright) -> None:
    lessons = made.lessons
    before = lessons.found().paretos
    model, asked = writer('{"choice": "Breakdown"}')
    done = lessons.propose(model, "scripted, tiny", ["mode"], 60)
    # The Chinese one is asked in Chinese, and "Breakdown" is none of its choices.
    assert (done.asked, done.found, done.left, done.failed) == (2, 1, 0, 1)
    assert "Quagga okapi tapir" in asked[0]
    assert "- Breakdown: A part breaks" in asked[0]
    assert "纸张受潮" in asked[1]
    assert "- 损坏" in asked[1]
    found = lessons.found()
    assert found.paretos == before
    assert found.proposed == 2
    unsigned = [entry for entry in found.failures if entry.incident.number in ("IR-1", "IR-2")]
    for entry in unsigned:
        verdict = entry.verdicts["mode"]
        assert (verdict.code, verdict.proposed, verdict.basis) == ("unknown", "BRD", "model")
    assert "scripted, tiny proposes Breakdown (BRD), nobody has" in page(
        found, lessons.codes(), (0.2, 3), "en"
    )
    with pytest.raises(LessonError, match="your role"):
        lessons.used_by("reed", may_correct=False).propose(model, "x", ["mode"], 60)
    taken = lessons.correct(unsigned[0].incident.id, "mode", "proposed", "A. Reed")
    assert (taken.code("mode"), taken.verdicts["mode"].basis) == ("BRD", "person")
    # Its twin tells the same, and is corrected with it.
    assert lessons.found().proposed == 0
    with pytest.raises(LessonError, match="no model proposes"):
        lessons.correct(unsigned[0].incident.id, "cause", "proposed", "A. Reed")


def test_it_stops_in_time_and_goes_on_where_it_stopped(made: Millwright) -> None:
    model, asked = writer('{"choice": "unknown"}')
    assert made.lessons.propose(model, "tiny", ["mode"], -1).left == 2
    assert not asked
    assert made.lessons.propose(model, "tiny", ["mode"], 60).asked == 2
    # "unknown" is an answer, too; only the one that failed is asked again.
    assert made.lessons.propose(model, "tiny", ["mode"], 60).asked == 1
    assert made.lessons.propose(model, "tiny", ["mode"], 60, anew=True).asked == 2
    assert made.lessons.found().proposed == 0


def test_what_is_no_code_any_more_is_not_shown(made: Millwright) -> None:
    lessons = made.lessons
    one = next(entry for entry in lessons.found().failures if entry.code("mode") == "unknown")
    lessons._proposals.keep([one.incident.id], "mode", Proposal("GONE", "tiny"))
    assert lessons.found().proposed == 0


def test_the_command_lists_what_waits(
    made: Millwright, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cli, "_application", lambda _: made)
    model, _ = writer('{"choice": "Breakdown"}')
    monkeypatch.setattr(type(made), "writer", lambda self, engine=None: None if engine else model)
    assert cli.main(["lessons", "propose", "--axis", "mode"]) == 0
    told = capsys.readouterr()
    assert "asked about 2, 1 proposed" in told.out
    assert "1 not answered" in told.err
    assert cli.main(["lessons", "records", "--proposed"]) == 0
    told = capsys.readouterr()
    assert told.out.count("proposes Breakdown (BRD)") == 2
    assert "IR-4" not in told.out
    assert cli.main(["lessons", "propose", "--engine", "extractive"]) == 1
    assert "only quotes" in capsys.readouterr().err
