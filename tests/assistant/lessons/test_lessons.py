"""Clusters, counts, trend, precursors and hidden hazards, over a plant in which each is known."""

from pathlib import Path

import pytest

from assistant.app import Millwright
from assistant.errors import LessonError
from assistant.lessons.records import Findings, Pattern
from tests.assistant.lessons import plant as texts
from tests.assistant.lessons.plant import plant

HOSES = """IR-11,2025-01-05,HP-2,Oil dripping from the hose above the walkway,Hose old,Replaced,0,near miss
IR-12,2025-01-25,HP-2,Oil leak at the hose; someone slipped and was injured,Hose old,Cleaned,30,yes
IR-13,2025-03-02,CV-1,Fitter nearly slipped: oil dripping from a hose,Fitting loose,Tightened,0,near miss
IR-14,2025-03-03,FM-5,软管渗油，地面湿滑，操作工滑倒,接头松动,拧紧,0,无
IR-15,2025-03-20,FM-5,Blanks jammed at the plunger,Moist board,Board taken out,15,none
IR-16,2025-05-01,FM-5,Blanks jammed at the plunger again,Moist board,Board taken out,20,none
"""
ORDERS = "wo_id,wo_description,equipment_id,preventive,actual_finish\n" + "".join(
    f"WO-{n},Routine oil analysis,HP-2,TRUE,2025-0{n}-10\n" for n in range(1, 6)
)
SILENT = "# SOP 2 Walkways\n\n## Rules\n\nKeep walkways free. Wear shoes. Check that all belts are tight.\n"
SPEAKING = "# SOP 3 Rounds\n\n## Hoses\n\nLook at every hose for oil: whoever slips on it may be hurt.\n"


def findings(data: Path, *procedures: str) -> Findings:
    return made(data, *procedures).lessons.found()


def made(data: Path, *procedures: str) -> Millwright:
    files = {f"sop{at}.md": text for at, text in enumerate(procedures)}
    stated = '[[documents]]\npath = "sop*.md"\nkind = "sop"\n'
    return plant(data, {"incidents.csv": texts.HEADER + HOSES, "orders.csv": ORDERS, **files}, stated)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Findings:
    return findings(tmp_path_factory.mktemp("plant"), SILENT)


def named(found: Findings, ids: tuple[str, ...]) -> set[str]:
    return {found.by_id[one].incident.number for one in ids}


def slips(found: Findings) -> Pattern:
    return next(one for one in found.patterns if (one.code, one.component) == ("fall", "hose_pipe"))


def test_counts_leave_planned_work_out_and_add_up(found: Findings) -> None:
    assert (len(found.coded), len(found.failures)) == (11, 6)
    machines = {count.value: (count.count, count.minutes) for count in found.paretos["machine"]}
    assert machines == {"FM-5": (3, 35), "HP-2": (2, 30), "CV-1": (1, 0)}
    assert [count.count for count in found.paretos["mode"]] == [4, 2]
    for counts in found.paretos.values():
        assert sum(count.count for count in counts) == 6
        assert counts[-1].share == pytest.approx(1)


def test_the_trend_has_every_month_between_the_first_and_the_last(found: Findings) -> None:
    assert found.trend.periods == ("2025-01", "2025-02", "2025-03", "2025-04", "2025-05")
    assert found.trend.counts == {"ELU": (2, 0, 2, 0, 0), "PLU": (0, 0, 1, 0, 1)}
    assert (found.trend.unit, found.trend.undated) == ("month", 0)


def test_like_incidents_are_clustered_and_named(found: Findings) -> None:
    jammed = next(c for c in found.clusters if named(found, c.members) == {"IR-15", "IR-16"})
    assert {"blanks", "jammed", "plunger"} <= set(jammed.words)
    assert all(len(cluster.members) > 1 for cluster in found.clusters)


def test_a_near_miss_before_an_injury_is_named_with_its_rule(found: Findings) -> None:
    before = found.precursors
    pairs = {(*named(found, (p.before,)), *named(found, (p.after,)), p.days, p.shared) for p in before.pairs}
    assert pairs == {("IR-11", "IR-12", 20, "machine")}
    assert (before.near_misses, before.severe, before.within_days) == (2, 3, 30)


def test_what_several_reports_share_and_no_procedure_mentions_is_a_hidden_hazard(found: Findings) -> None:
    pattern = slips(found)
    assert pattern.hidden
    assert found.patterns[0] == pattern
    assert named(found, pattern.members) == {"IR-11", "IR-12", "IR-13", "IR-14"}
    assert pattern.looked_at > 0
    assert len(pattern.asked) == 2


def test_what_a_procedure_mentions_is_not_hidden_and_says_where(tmp_path: Path) -> None:
    pattern = slips(findings(tmp_path, SILENT, SPEAKING))
    assert not pattern.hidden
    assert [(cited.place.doc, cited.quote) for cited in pattern.mentions] == [
        ("sop1.md", "Look at every hose for oil: whoever slips on it may be hurt.")
    ]


def test_the_same_index_teaches_the_same_and_a_correction_is_kept(tmp_path: Path) -> None:
    millwright = made(tmp_path, SILENT)
    lessons = millwright.lessons
    first = lessons.found()
    assert lessons.found() is first
    millwright._lesson_memory.found.clear()
    assert lessons.found() == first
    jam = next(e.incident.id for e in first.failures if e.incident.number == "IR-15")
    changed = lessons.correct(jam, "mode", "LOO", "A. Reed")
    assert (changed.code("mode"), changed.verdicts["mode"].basis) == ("LOO", "person")
    # The other report tells nearly the same.
    assert {count.value for count in lessons.found().paretos["mode"]} == {"ELU", "LOO"}
    assert millwright.limited_to(frozenset()).lessons.found().coded == ()
    assert lessons.take_back(jam, "mode").code("mode") == "PLU"
    assert lessons.say("orders.csv", "none", "A. Reed").by_id.keys() == {
        e.incident.id for e in first.failures
    }
    assert len(lessons.unsay("orders.csv").coded) == 11
    with pytest.raises(LessonError, match="there is no incident"):
        lessons.correct("no", "mode", "PLU", "A. Reed")
    with pytest.raises(LessonError, match="is no code of mode"):
        lessons.correct(jam, "mode", "XYZ", "A. Reed")
    with pytest.raises(LessonError, match="no document"):
        lessons.say("no.csv", "none", "A. Reed")
    with pytest.raises(LessonError, match="your role"):
        lessons.used_by("reed", may_correct=False).correct(jam, "mode", "LOO")
