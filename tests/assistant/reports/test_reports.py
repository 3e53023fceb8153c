"""Fault reports: fields with their origin, what is computed, who may move them on, and the exports."""

import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

import docx
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import cli
from assistant.errors import ReportError
from assistant.logs.report import explained
from assistant.records import Language
from assistant.reports.as_markdown import report_markdown
from assistant.reports.as_word import report_word
from assistant.reports.computed import COMPUTED, with_history
from assistant.reports.exports import exported
from assistant.reports.fields import (
    ASKED,
    Change,
    changed,
    filled,
    is_blank,
    missing,
    question,
    unconfirmed,
    value_at,
)
from assistant.reports.from_log import changes_from_log
from assistant.reports.labels import _labels, names
from assistant.reports.records import FaultReport, Header, Kind, Origin
from assistant.reports.shelf import Shelf
from assistant.reports.shown import _CHOICES, _NO_NAME
from assistant.reports.workflow import confirmed, moved
from ingest.records import Chunk, Place
from tests.assistant.logs.logs import found, plain_text

NOW = datetime(2026, 2, 17, 12, 0, tzinfo=UTC)


def blank(report_id: str = "FR-20260217-001", kind: Kind = "quick", language: Language = "en") -> FaultReport:
    return FaultReport(
        kind=kind, language=language, header=Header(report_id=report_id, created_at=NOW, updated_at=NOW)
    )


def edited(report: FaultReport, origin: Origin = "user", **values: object) -> FaultReport:
    changes = [Change(path.replace("__", "."), value, origin, by="Reed") for path, value in values.items()]
    return changed(report, changes, NOW)


def ready() -> FaultReport:
    return edited(
        blank(),
        equipment__asset_id="P-101",
        event__detected_at="2026-02-17 07:42",
        event__symptom="No suction",
    )


def test_a_blank_report_holds_nothing_but_its_id_and_times() -> None:
    assert [path for path, _ in filled(blank())] == [
        "header.report_id",
        "header.created_at",
        "header.updated_at",
    ]
    for kind in get_args(Kind):
        assert missing(blank(kind=kind)) == list(ASKED[kind])
        assert all(question(path, "zh") != question(path, "en") for path in ASKED[kind])


def test_every_field_of_the_record_has_a_label_in_both_languages() -> None:
    labels = _labels()
    for group in ("words", "sections", "fields", "questions", "values", "entries"):
        assert list(labels["en"][group]) == list(labels["zh"][group])
    for path in names("fields"):
        assert is_blank(value_at(blank(), path)) or path.startswith("header.")
    leaves = {
        f"{section}.{name}"
        for section in _labels()["en"]["sections"]
        for name in type(getattr(blank(), section)).model_fields
    }
    assert leaves - {"containment.isolation_loto"} <= set(names("fields"))


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ("event.operating_state", "flying", "event.operating_state = 'flying'"),
        ("event.detected_at", "yesterday", "event.detected_at = 'yesterday'"),
        ("equipment.running_hours", "-1", "greater than or equal to 0"),
        ("symptom", "x", "did you mean event.symptom"),
        ("event.symptom.x", "x", "no such field"),
        ("__class__", "x", "no such field"),
        ("impact.downtime_min", "3", "computed or fixed"),
        ("header.report_id", "x", "computed or fixed"),
        ("repair.parts", "[{", "not readable as JSON"),
        ("repair.parts", '[{"part_no": "1", "colour": "red"}]', "repair.parts.0.colour"),
        ("diagnosis.five_whys", json.dumps(["why"] * 6), "at most 5"),
    ],
)
def test_a_value_that_cannot_be_is_refused_in_one_line(path: str, value: str, told: str) -> None:
    with pytest.raises(ReportError, match=r".") as caught:
        changed(blank(), [Change(path, value)], NOW)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_every_choice_and_every_part_of_an_entry_has_its_words() -> None:
    schema = FaultReport.model_json_schema()["$defs"]
    values, entries = set(names("values")), set(names("entries")) | _NO_NAME
    for path in _CHOICES:
        section, name = path.split(".")
        choices = schema[section.capitalize()]["properties"][name]["anyOf"][0]["enum"]
        assert set(choices) <= values, path
    for model in (
        "AlarmCode",
        "Condition",
        "Moment",
        "ContainmentAction",
        "Check",
        "Hypothesis",
        "Part",
        "Labour",
        "Action",
    ):
        assert set(schema[model]["properties"]) <= entries, model
    check = {"step": "Look", "result": "fail", "citations": [1]}
    report = edited(ready(), diagnosis__checks=[check], impact__safety="near_miss")
    assert "Look, result: fail \\[1\\]" in report_markdown(report)
    zh = report_markdown(report.model_copy(update={"language": "zh"}))
    assert "未遂" in zh
    assert "结果：不合格" in zh


def test_entries_are_added_and_cleared_with_their_origin() -> None:
    report = changed(blank(), [Change("repair.steps", "Cleaned", by="Reed", add=True)], NOW)
    report = changed(report, [Change("repair.steps", "Vented", by="Reed", add=True)], NOW)
    part = '{"part_no": "TS-040-CSE", "qty": 1}'
    report = changed(report, [Change("repair.parts", part, by="Reed", add=True)], NOW)
    assert report.repair.steps == ["Cleaned", "Vented"]
    assert report.repair.parts[0].qty == 1
    assert report.provenance["repair.steps"].confirmed_by == "Reed"
    report = changed(report, [Change("repair.steps", "")], NOW)
    assert report.repair.steps == []
    assert "repair.steps" not in report.provenance
    with pytest.raises(ReportError, match="holds one value"):
        changed(report, [Change("event.symptom", "x", add=True)], NOW)


def test_downtime_is_computed_and_times_must_stand_in_order() -> None:
    report = edited(ready(), event__returned_to_service="2026-02-17 08:10:30")
    assert report.impact.downtime_min == 28.5
    assert report.provenance["impact.downtime_min"].source == "returned_to_service - detected_at"
    report = edited(report, event__failed_at="2026-02-17 07:40:30")
    assert report.impact.downtime_min == 30
    assert edited(report, event__returned_to_service="").impact.downtime_min is None
    with pytest.raises(ReportError, match=r"is before event\.failed_at"):
        edited(report, event__returned_to_service="2026-02-17 07:00")
    with pytest.raises(ReportError, match="states its offset"):
        edited(report, event__returned_to_service="2026-02-17T08:10:30+01:00")


def test_means_are_computed_from_earlier_reports_with_their_sample_size() -> None:
    reports = []
    for day, (hour, mode) in enumerate(((10, "no suction"), (12, "leaks"), (14, "No suction")), start=1):
        start = datetime(2026, 2, day, 8)
        report = edited(
            blank(f"FR-2026020{day}-001"),
            equipment__asset_id="P-101" if day < 3 else "p101",
            event__detected_at=start.isoformat(),
            event__returned_to_service=(start + timedelta(hours=hour - 8)).isoformat(),
            coding__failure_mode=mode,
        )
        reports.append(report)
    other = edited(
        blank("FR-20260201-009"), equipment__asset_id="SP-03", event__detected_at="2026-02-01 01:00"
    )
    last = with_history(reports[-1], [*reports, other])
    # Repairs of 2, 4 and 6 hours; runs of 22 and 20 hours between them.
    assert (last.history.mttr_h, last.history.mttr_n) == (4, 3)
    assert (last.history.mtbf_h, last.history.mtbf_n) == (21, 2)
    assert last.history.previous_reports == ["FR-20260201-001", "FR-20260202-001"]
    assert last.history.recurrence is True
    alone = with_history(reports[0], [*reports, other])
    assert (alone.history.mtbf_h, alone.history.recurrence, alone.history.mttr_n) == (None, None, 1)


def test_a_report_moves_on_only_when_a_person_stands_for_everything() -> None:
    report = edited(ready(), "model", diagnosis__root_cause="Strainer clogged")
    assert unconfirmed(report) == ["diagnosis.root_cause"]
    with pytest.raises(ReportError, match="follows in_review"):
        moved(report, "approved", "Kerr", NOW)
    report = moved(report, "in_review", "Reed", NOW)
    with pytest.raises(ReportError, match=r"no person has confirmed diagnosis\.root_cause"):
        moved(report, "approved", "Kerr", NOW)
    with pytest.raises(ReportError, match="nothing to confirm"):
        confirmed(report, ["repair.steps"], "Reed", NOW)
    report = moved(confirmed(report, [], "Reed", NOW), "approved", "Kerr", NOW)
    assert (report.header.author, report.header.approver) == ("Reed", "Kerr")
    assert [(step.status, step.by) for step in report.history_of_status] == [
        ("in_review", "Reed"),
        ("approved", "Kerr"),
    ]
    with pytest.raises(ReportError, match="is not changed any more"):
        edited(report, event__symptom="other")
    with pytest.raises(ReportError, match="is not changed any more"):
        confirmed(report, [], "Reed", NOW)
    assert moved(report, "closed", "Kerr", NOW).status == "closed"


def test_without_what_every_report_needs_none_is_approved() -> None:
    report = moved(blank(), "in_review", "Reed", NOW)
    with pytest.raises(
        ReportError, match=r"while equipment.asset_id, event.detected_at, event.symptom is blank"
    ):
        moved(report, "approved", "Kerr", NOW)


def test_a_changed_field_must_be_confirmed_anew() -> None:
    report = confirmed(edited(blank(), "log", event__symptom="one"), [], "Reed", NOW)
    assert unconfirmed(report) == []
    assert unconfirmed(edited(report, "model", event__symptom="two")) == ["event.symptom"]


class Documents:
    def holders(self, code: str, filters: object) -> list[Chunk]:
        text = f"Code: {code} | Meaning: Suction low | Cause: Strainer clogged | Remedy: Check the strainer."
        return [Chunk(f"c-{code}", text, Place("p.pdf", "Pump", "7", 12, 12, "10"), 1, kinds=("table_row",))]


def from_log(tmp_path: Path, burst: int | None = None) -> FaultReport:
    log = explained(found(tmp_path / "a.log", plain_text()), Documents(), 10, "en")
    return changed(blank(), changes_from_log(log, burst), NOW)


def test_a_burst_of_a_log_fills_the_event_and_cites_the_documents(tmp_path: Path) -> None:
    report = from_log(tmp_path)
    assert report.equipment.asset_id == "P-101"
    assert report.event.failed_at == datetime(2026, 2, 17, 7, 42, 10, 350000)
    first = report.event.alarm_codes[0]
    assert (first.code, first.text, first.count) == ("E012", "Suction pressure low", 1)
    assert len(report.event.timeline) == 3
    assert report.diagnosis.hypotheses[0].cause == "Strainer clogged"
    assert report.diagnosis.checks[0].citations == [3]
    assert report.evidence.citations[2].quote == "Check the strainer."
    assert report.diagnosis.root_cause == ""
    assert {known.origin for known in report.provenance.values()} == {"log", "document"}
    assert set(unconfirmed(report)) == set(report.provenance)
    assert from_log(tmp_path, 2).equipment.asset_id == "SP-03"
    with pytest.raises(ReportError, match="bursts 1 to 3, not 9"):
        from_log(tmp_path, 9)


def test_a_chattering_alarm_is_not_the_fault_and_stands_once_in_the_timeline(tmp_path: Path) -> None:
    chatter = [f"2026-02-17 06:10:{second:02} CV-204 F27 Photocell blocked" for second in range(0, 50, 10)]
    fault = [f"2026-02-17 07:42:0{at} P-101 {code}" for at, code in enumerate(("E012", "E012", "E014"))]
    log = explained(found(tmp_path / "b.log", "\n".join([*chatter, *fault])), Documents(), 10, "en")
    assert changed(blank(), changes_from_log(log), NOW).equipment.asset_id == "P-101"
    one = changed(blank(), changes_from_log(log, 1), NOW)
    assert [moment.event for moment in one.event.timeline] == [
        "CV-204 F27 Photocell blocked (× 5, – 06:10:40)"
    ]


def test_entries_are_typed_in_the_terminal_as_on_the_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    check = "diagnosis.checks=Pressure; expected: below 0.3; measured: 0.7; unit: bar; result: fail"
    begun = ["report", "new", "--data", str(tmp_path), "--by", "Reed", "--add", check]
    assert cli.main([*begun, "--add", 'repair.parts={"part_no": "TB-65"}']) == 0
    told = capsys.readouterr().out
    assert "Pressure, expected: below 0.3, measured: 0.7 bar, result: fail" in told
    assert "TB-65" in told
    assert cli.main([*begun, "--add", "repair.colour=red"]) == 1
    assert "repair.colour" in capsys.readouterr().err


def test_a_report_is_kept_and_damage_is_told(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "reports")
    assert (shelf.ids(), shelf.new_id(NOW)) == ([], "FR-20260217-001")
    report = from_log(tmp_path)
    path = shelf.save(report)
    assert shelf.load("FR-20260217-001") == report
    assert shelf.new_id(NOW) == "FR-20260217-002"
    with pytest.raises(ReportError, match="no such report; the latest are FR-20260217-001"):
        shelf.load("FR-20260217-007")
    for wrong in ("../../etc/passwd", "FR-1", ""):
        with pytest.raises(ReportError, match="an id reads"):
            shelf.load(wrong)
    path.write_text(path.read_text().replace('"draft"', '"signed"'))
    with pytest.raises(ReportError, match="not readable as a fault report"):
        shelf.load("FR-20260217-001")


EDITABLE = [path for path in names("fields") if path not in COMPUTED and not path.startswith("header.")]


@settings(deadline=None, max_examples=40)
@given(st.sampled_from(EDITABLE), st.text(max_size=60))
def test_whatever_is_entered_is_kept_or_refused_and_every_export_opens(path: str, text: str) -> None:
    try:
        report = changed(blank(), [Change(path, text, by="Reed")], NOW)
    except ReportError as error:
        assert "\n" not in str(error)  # noqa: PT017
        return
    assert FaultReport.model_validate_json(report.model_dump_json(by_alias=True)) == report
    assert report_markdown(report).startswith("# Fault report")
    docx.Document(io.BytesIO(report_word(report)))
    with pypdfium2.PdfDocument(exported(report, "pdf")) as pages:
        assert len(pages) >= 1
