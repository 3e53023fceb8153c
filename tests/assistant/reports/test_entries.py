"""Fields as people type them: what is shown to be edited reads as the same again."""

from datetime import UTC, datetime

import pytest

from assistant.records import Language
from assistant.reports.entries import form_of, read, typed
from assistant.reports.fields import Change, changed, value_at
from assistant.reports.labels import names
from tests.assistant.reports.test_reports import blank

NOW = datetime(2026, 2, 17, 12, 0, tzinfo=UTC)
VALUES: dict[str, object] = {
    "event.symptom": "It leaks; at the seal.",
    "event.failed_at": "2026-02-17T07:42",
    "event.operating_state": "running",
    "equipment.running_hours": 1200.5,
    "containment.isolation_loto.required": False,
    "containment.permits": ["Hot work", "Entry"],
    "containment.actions": [
        {"action": "Isolated", "owner": "Shift B", "time": "2026-02-17T07:50", "verified": True}
    ],
    "event.timeline": [{"time": "2026-02-17T07:42", "event": "It stopped at 07:42: bang", "who": "Ortiz"}],
    "event.conditions": [{"name": "Oil", "value": 71.5, "unit": "°C", "normal_range": "< 60"}],
    "event.alarm_codes": [{"code": "E012", "text": "Low suction", "count": 2}],
    "diagnosis.checks": [{"step": "Opened", "measured": "clogged", "result": "fail", "citations": [1, 2]}],
    "repair.parts": [{"part_no": "TS-040-CSE", "name": "Basket", "qty": 1}],
    "repair.tests_after": [{"test": "Flow", "limit": "> 3", "value": "4", "pass": True}],
    "repair.labour": [{"trade": "Fitter", "hours": 1.5}],
    "prevention.corrective": [
        {"action": "Clean weekly", "owner": "Kerr", "due": "2026-03-01", "status": "open"}
    ],
}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("path", VALUES)
def test_what_is_shown_to_be_edited_reads_as_the_same(path: str, language: Language) -> None:
    report = changed(blank(language=language), [Change(path, VALUES[path])], NOW)
    again = changed(blank(language=language), [Change(path, read(path, typed(report, path), language))], NOW)
    assert value_at(again, path) == value_at(report, path)


def test_every_field_has_a_form_and_a_blank_one_is_blank() -> None:
    for path in names("fields"):
        form = form_of(path)
        assert not (form.choices and form.is_list), path
        if not path.startswith("header."):
            assert typed(blank(), path) == ""
    assert form_of("event.operating_state").choices[0] == "start-up"
    assert form_of("containment.isolation_loto.required").choices == ("true", "false")
    with pytest.raises(KeyError):
        form_of("event.nothing")


def test_an_entry_needs_its_first_part_only() -> None:
    assert read("prevention.corrective", "Clean it\n\n Grease it; owner: Kerr", "en") == [
        {"action": "Clean it"},
        {"owner": "Kerr", "action": "Grease it"},
    ]
    assert read("prevention.corrective", "清洗；负责人：张三", "zh") == [{"owner": "张三", "action": "清洗"}]
