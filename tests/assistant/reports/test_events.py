"""Real events drafted into reports: every file opens, and nothing in them is foreign; the check can fail."""

from pathlib import Path

import pytest

from assistant.reports.fields import Change, changed
from benchmarks.report_checks import broken_files, files_of, foreign
from benchmarks.reports import drafter_of, events, outcome
from tests.assistant.reports.test_drafting import CHINESE, ENGLISH, NOW, drafted


def test_a_handful_of_real_events(shared_dir: Path) -> None:
    for event in events(shared_dir)[:6]:
        done = outcome(event, drafter_of())
        assert done.report.event.symptom, event.id
        assert done.foreign == (), event.id
        assert done.broken == (), event.id


def test_drafts_of_our_own_events_hold_nothing_foreign() -> None:
    for text in (ENGLISH, CHINESE):
        assert foreign(drafted(text), text) == []


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ("repair.steps", ["Tightened to 55 Nm."], "55"),
        ("equipment.asset_id", "P-102", "P-102"),
        ("event.failed_at", "2026-02-16T07:42", "2026-02-16"),
        ("event.failed_at", "2026-02-17T07:43", "07:43"),
        ("diagnosis.root_cause", "As Miller said, it was clogged.", "Miller"),
        ("event.conditions", [{"name": "Pressure", "value": 1.31, "unit": "bar"}], "1.31"),
        ("event.conditions", [{"name": "Pressure", "value": 0.31, "unit": "MPa"}], "MPa"),
    ],
)
def test_what_is_foreign_is_found(path: str, value: object, told: str) -> None:
    report = changed(drafted(ENGLISH), [Change(path, value, "model")], NOW)
    assert f"{path}: {told}" in foreign(report, ENGLISH)


def test_a_file_that_does_not_open_or_lacks_its_symptom_is_found() -> None:
    report = drafted(ENGLISH)
    files = files_of(report)
    assert broken_files(report, files) == []
    assert any(fault.startswith("pdf: ") for fault in broken_files(report, {**files, "pdf": b"%PDF-1.4"}))
    other = changed(report, [Change("event.symptom", "It leaks.")], NOW)
    assert len(broken_files(other, files)) == 5
