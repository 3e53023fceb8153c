"""Which documents hold incidents, and what is read of each."""

from pathlib import Path

import pytest

from assistant.lessons.collect import Collected, Said, collected
from assistant.lessons.columns import columns_of
from assistant.lessons.records import Incident
from tests.assistant.lessons import plant as texts
from tests.assistant.lessons.plant import plant

FILES = {
    "report.md": texts.REPORT,
    "事故.md": texts.CHINESE,
    "incidents.csv": texts.HEADER + texts.ROWS,
    "sop.md": texts.PROCEDURE,
    "parts.csv": texts.PARTS,
    "orders.csv": texts.ORDERS,
    "events.csv": texts.REPEATED,
}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Collected:
    return read(tmp_path_factory.mktemp("plant"))


def read(data: Path, said: dict[str, Said] | None = None, stated: str = "") -> Collected:
    generation = plant(data, FILES, stated)._open().generation
    return collected(generation, said or {})


def by_name(found: Collected, name: str) -> Incident:
    return next(one for one in found.incidents if name in (one.number, one.evidence.place.doc))


def test_tables_and_headings_tell_which_documents_hold_incidents_and_why(found: Collected) -> None:
    told = {source.doc: (source.kind, source.reason, source.records) for source in found.sources}
    assert told == {
        "events.csv": ("incident", "columns", 2),
        "incidents.csv": ("incident", "columns", 3),
        "orders.csv": ("work_order", "columns", 3),
        "report.md": ("incident", "headings", 1),
        "事故.md": ("incident", "headings", 1),
    }
    assert found.others == 2
    assert by_name(found, "IR-1").evidence.place.label == "row 2"
    assert next(s.told for s in found.sources if s.doc == "orders.csv") == (
        "wo_description, actual_finish, equipment_id, wo_id"
    )


def test_a_row_is_read_whole(found: Collected) -> None:
    one = by_name(found, "IR-2")
    assert (one.machine, one.date, one.safety, one.minutes) == ("P-1", "2025-01-20", "injury", 30)
    assert one.text == "A fitter slipped on the water and was injured"
    assert (one.cause, one.fix, one.stopped) == ("The seal leaked again", "New seal fitted", True)
    assert one.text in one.evidence.quote
    assert by_name(found, "IR-1").safety == "none"


def test_a_report_is_read_by_its_headings_in_both_languages(found: Collected) -> None:
    english, chinese = by_name(found, "report.md"), by_name(found, "事故.md")
    assert (english.machine, english.date, english.minutes) == ("CV-7", "2025-03-04", 90)
    assert (english.safety, english.stopped) == ("none", True)
    assert english.cause == "The take-up screws had been set unequally."
    assert english.evidence.quote.startswith("On 2025-03-04 at 06:10 the belt of conveyor CV-7")
    assert (chinese.machine, chinese.date, chinese.safety) == ("HP-2", "2025-05-22T10:05", "injury")
    assert chinese.text == "液压站漏油，地面积油，操作工滑倒受伤。"


def test_routine_work_is_known_and_a_number_that_two_documents_tell_counts_once(found: Collected) -> None:
    orders = [one for one in found.incidents if one.number.startswith("WO-")]
    assert [(one.number, one.machine, one.planned) for one in orders] == [
        ("WO-9", "C-2", False),
        ("WO-1", "C-1", False),
        ("WO-2", "C-1", True),
        ("WO-2", "C-2", True),
    ]
    assert by_name(found, "WO-1").text == "Refrigerant leak at the flange"
    assert found.repeated == 1
    assert len({one.id for one in found.incidents}) == len(found.incidents)


def test_what_is_stated_and_what_a_person_says_goes_first(tmp_path: Path) -> None:
    stated = (
        '[[documents]]\npath = "report.md"\nkind = "sop"\n[[documents]]\npath = "sop.md"\nkind = "incident"\n'
    )
    said: dict[str, Said] = {"events.csv": "none", "orders.csv": "incident"}
    told = {s.doc: (s.kind, s.reason) for s in read(tmp_path, said, stated).sources}
    assert told == {
        "incidents.csv": ("incident", "columns"),
        "orders.csv": ("incident", "person"),
        "sop.md": ("incident", "stated"),
        "事故.md": ("incident", "headings"),
    }


def test_a_list_of_alarms_or_parts_holds_no_incidents() -> None:
    assert columns_of(["code", "description", "cause", "remedy"], [], stated=False) is None
    assert columns_of(["equipment_id", "rule_id", "start_time"], ["start_time"], stated=False) is None
    orders = columns_of(
        ["工单号", "设备", "故障现象", "报修时间", "停机时间(小时)"], ["报修时间"], stated=False
    )
    assert orders is not None
    assert (orders.are_orders, orders.in_hours, orders.date) == (True, True, "报修时间")
