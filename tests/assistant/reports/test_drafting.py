"""A report drafted from the text of an event: what it says, by rules and by a model, and nothing else."""

import json
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.answer import Writer
from assistant.errors import ReportError
from assistant.records import Answer, Citation, Turn
from assistant.reports.drafting import Drafter, event_of
from assistant.reports.event_text import read_event
from assistant.reports.fields import Change, changed, filled
from assistant.reports.from_documents import fits
from assistant.reports.from_model import What, schema_of
from assistant.reports.known_only import unknown_to
from assistant.reports.records import FaultReport, Header
from assistant.reports.similar import with_similar
from assistant.reports.sources import Sources
from assistant.retrieve import Found
from ingest.records import Chunk, Place
from tests.fakes import Scripted

NOW = datetime(2026, 2, 17, 12, 0, tzinfo=UTC)
ENGLISH = (
    "On 2026-02-17 at 07:42 the P-101 pump tripped with alarm E012 while running. "
    "We noticed it at 07:45 because the line stopped. The strainer was clogged due to paper dust. "
    "It was cleaned and the pump restarted at 08:10. Suction pressure was 0.31 bar. Nobody was hurt. "
    "Operators should check the strainer weekly. Part number TS-040-CSE was fitted."
)
CHINESE = """设备：HP-2 打包机液压站
时间：2025-05-22 10:05
报告人：早班操作工
经过
上午 9:30 操作屏出现 H-04，操作工按确认后继续生产。10:05 油温升到 71 °C，出现 H-03，液压站停机。
原因
冷却器前过滤网堵塞，冷却水流量不足。
措施
清洗过滤网，冲洗冷却器 40 min。
预防
操作工看到 H-04 必须通知维修。
"""


def blank(report_id: str = "FR-20260217-001") -> FaultReport:
    return FaultReport(header=Header(report_id=report_id, created_at=NOW, updated_at=NOW))


def drafted(text: str, writer: Writer | None = None) -> FaultReport:
    return Drafter(machines=("P-101", "HP-2"), writer=writer).draft(
        blank(), read_event(text, "event.txt"), (), NOW
    ).report  # fmt: skip


def test_an_english_event_fills_the_fields_that_it_speaks_of() -> None:
    report = drafted(ENGLISH)
    assert report.equipment.asset_id == "P-101"
    assert report.event.failed_at == datetime(2026, 2, 17, 7, 42)
    assert report.event.detected_at == datetime(2026, 2, 17, 7, 45)
    assert report.event.returned_to_service == datetime(2026, 2, 17, 8, 10)
    assert report.impact.downtime_min == 28
    assert [alarm.code for alarm in report.event.alarm_codes] == ["E012"]
    assert report.event.alarm_codes[0].count is None
    assert (report.event.operating_state, report.impact.safety) == ("running", "none")
    condition = report.event.conditions[0]
    assert (condition.name, condition.value, condition.unit) == ("Suction pressure", 0.31, "bar")
    assert report.repair.steps == [
        "It was cleaned and the pump restarted at 08:10.",
        "Part number TS-040-CSE was fitted.",
    ]
    assert report.repair.parts[0].part_no == "TS-040-CSE"
    assert [entry.cause for entry in report.diagnosis.hypotheses] == [
        "The strainer was clogged due to paper dust."
    ]
    assert report.prevention.corrective[0].action == "Operators should check the strainer weekly."
    assert report.diagnosis.root_cause == ""


def test_a_chinese_form_is_read_by_its_labels_and_headings() -> None:
    report = drafted(CHINESE)
    assert (report.equipment.asset_id, report.equipment.asset_name) == ("HP-2", "打包机液压站")
    assert report.event.detected_at == datetime(2025, 5, 22, 10, 5)
    assert report.event.reported_by == "早班操作工"
    assert [alarm.code for alarm in report.event.alarm_codes] == ["H-04", "H-03"]
    assert report.diagnosis.hypotheses[0].cause == "冷却器前过滤网堵塞，冷却水流量不足。"
    assert report.repair.steps == ["清洗过滤网，冲洗冷却器 40 min。"]
    assert report.prevention.corrective[0].action == "操作工看到 H-04 必须通知维修。"
    assert read_event(CHINESE, "a").language == "zh"


def test_every_field_cites_the_sentence_it_stands_in() -> None:
    report = drafted(ENGLISH)
    quotes = {cited.n: cited.quote for cited in report.evidence.citations}
    assert all(quote in ENGLISH for quote in quotes.values())
    for path, known in report.provenance.items():
        if known.origin == "document":
            assert known.citations, path
            assert set(known.citations) <= set(quotes)
    assert "12" in quotes[report.provenance["event.alarm_codes"].citations[0]]


def test_a_time_of_day_without_a_date_is_no_time() -> None:
    report = drafted("The pump stopped at 07:42. It ran again at 08:10. The mixture was 1:50.")
    assert report.event.failed_at is None
    assert report.event.timeline == []
    two = drafted("On 2026-02-17 and on 2026-02-18 it leaked. It stopped at 07:42.")
    assert two.event.failed_at is None


def test_the_date_an_event_begins_with_is_that_of_its_times_of_day() -> None:
    begun = "Incident on CV-204, 2026-02-18. F22 appeared at 06:42 and the line stopped. "
    told = drafted(begun + "The belt was changed on 2026-02-16. At 08:10 the belt ran again.")
    assert told.event.detected_at == datetime(2026, 2, 18, 6, 42)
    assert told.event.returned_to_service == datetime(2026, 2, 18, 8, 10)
    assert [alarm.code for alarm in told.event.alarm_codes] == ["F22"]
    for other in ("The belt was changed on 2026-02-19.", "The next morning at 06:10 it ran again."):
        assert drafted(f"{begun}The screw came on 2026-02-16. {other}").event.detected_at is None


def test_an_end_before_the_beginning_stays_blank() -> None:
    report = drafted("On 2026-02-17 the pump tripped at 09:00. It was restarted at 08:00.")
    assert report.event.failed_at == datetime(2026, 2, 17, 9)
    assert report.impact.downtime_min is None


@pytest.mark.parametrize("text", ["", "  \n", "x" * 70_000])
def test_what_is_no_event_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(ReportError, match=r"^a\.txt: it") as caught:
        read_event(text, "a.txt")
    assert "\n" not in str(caught.value)


def model(**answer: object) -> Writer:
    return Writer("scripted", Scripted(says=json.dumps(answer)), 10)


def test_what_the_model_writes_is_marked_and_cited_and_overwrites_nothing() -> None:
    report = drafted(
        ENGLISH,
        model(
            component="strainer",
            operating_state="idle",
            cause="The strainer was clogged.",
            corrective=["Check the strainer."],
        ),
    )
    assert report.equipment.component == "strainer"
    assert report.provenance["equipment.component"].origin == "model"
    assert report.provenance["equipment.component"].citations
    assert report.diagnosis.root_cause == "The strainer was clogged."
    assert report.event.operating_state == "running"
    assert report.prevention.corrective[0].action == "Operators should check the strainer weekly."
    assert report.model_version.startswith("scripted: report_what@")


@pytest.mark.parametrize(
    "cause",
    [
        "The strainer was clogged after 9 days.",
        "The strainer of P-102 was clogged.",
        "The strainer was clogged on 2026-02-16.",
        "The strainer was clogged, said Miller.",
        "The strainer was clogged at 0.31 MPa.",
        "The bearing seized for want of grease.",
        "The strainer was not clogged due to paper dust.",
    ],
)
def test_what_the_event_does_not_carry_is_dropped(cause: str) -> None:
    done = Drafter(machines=("P-101",), writer=model(cause=cause)).draft(
        blank(), read_event(ENGLISH, "e"), (), NOW
    )
    assert done.report.diagnosis.root_cause == ""
    assert cause in done.dropped


def test_what_the_model_repeats_or_does_not_finish_is_left_out() -> None:
    told = "The strainer was clogged due to paper dust."
    cut = "Check the strainer weekly and check it " + "weekly and check it " * 20
    report = drafted(
        "The strainer was clogged due to paper dust. It was cleaned weekly and we check it.",
        model(component="strainer " * 20, cause=told, lesson=f"{told} {cut}"[:280], corrective=[told, cut]),
    )
    assert report.diagnosis.root_cause == told
    assert report.prevention.lesson == ""
    assert report.prevention.corrective == []
    assert report.equipment.component == ""


def test_a_model_that_writes_no_json_leaves_the_rules_standing() -> None:
    done = Drafter(writer=Writer("scripted", Scripted(says="Well, the pump"), 10)).draft(
        blank(), read_event(ENGLISH, "e"), (), NOW
    )
    assert "no JSON" in done.notes[0]
    assert done.report.event.failed_at is not None
    assert done.report.model_version == ""


def test_the_schema_is_closed_and_bounded() -> None:
    schema = schema_of(What)
    assert schema["additionalProperties"] is False
    assert schema["required"] == list(schema["properties"])
    assert all("maxLength" in told for told in schema["properties"].values())


@settings(deadline=None, max_examples=40)
@given(st.lists(st.sampled_from(re.split(r"(?<=\.) ", ENGLISH) + CHINESE.splitlines()), min_size=1))
def test_no_draft_by_rules_holds_anything_that_the_event_does_not(lines: list[str]) -> None:
    text = "\n".join(lines)
    if not text.strip():
        return
    report = drafted(text)
    for path, value in filled(report):
        if path.startswith(("event.symptom", "repair.", "prevention.", "diagnosis.hypotheses")):
            texts = [str(getattr(entry, "action", getattr(entry, "cause", entry))) for entry in value] if (
                isinstance(value, list)
            ) else [str(value)]  # fmt: skip
            if path not in ("repair.activity", "repair.parts"):
                assert all(unknown_to(entry, [text]) == [] for entry in texts), path


def case(report_id: str, status: str = "approved", **values: str) -> FaultReport:
    changes = [Change(path.replace("__", "."), value, by="Reed") for path, value in values.items()]
    return changed(blank(report_id), changes, NOW).model_copy(update={"status": status})


def test_similar_reports_are_reviewed_ones_of_the_same_machine_or_class_with_their_fix() -> None:
    own = case(
        "FR-20260217-009", equipment__asset_id="P-101", event__symptom="Lost suction, strainer clogged"
    )
    same = case(
        "FR-20260101-001",
        equipment__asset_id="p101",
        event__symptom="No suction",
        repair__steps='["Strainer cleaned"]',
    )
    draft = case("FR-20260101-002", "draft", equipment__asset_id="P-101", event__symptom="No suction")
    other = case("FR-20260101-003", equipment__asset_id="SP-03", event__symptom="Spindle vibrates")
    found = with_similar(own, [own, same, draft, other], None, Sources())
    assert len(found) == 1
    assert [(entry["case"], entry["fixed"]) for entry in found[0].value] == [
        ("FR-20260101-001", ["Strainer cleaned"])
    ]
    assert with_similar(own, [own, draft, other], None, Sources()) == []


def test_a_conversation_is_named_by_its_questions_and_gives_what_its_answers_cite() -> None:
    quoted = Citation(1, "c1", Place("p101.pdf", title="P-101", first_page=3), "E012: low suction.")
    answer = Answer("P-101 shows E012.", "Low suction. [1]", "supported", citations=(quoted,))
    event, cited = event_of([Turn("P-101 shows E012.", answer)], "talk")
    report = Drafter(machines=("P-101",)).draft(blank(), event, (), NOW, cited).report
    assert [entry.quote for entry in report.evidence.citations] == ["E012: low suction.", "P-101 shows E012."]
    assert report.evidence.citations[1].label == "question 1"
    assert report.provenance["event.symptom"].citations == [2]
    with pytest.raises(ReportError, match="no question yet"):
        event_of([], "talk")


@pytest.mark.parametrize(
    ("held", "cosine", "expected"),
    [(0.35, 0.8, True), (0.24, 0.91, True), (0.24, 0.86, False), (0.0, 0.89, False), (0.0, 0.95, False)],
)
def test_only_what_shares_words_with_the_symptom_is_like_it(
    held: float, cosine: float, expected: bool
) -> None:
    chunk = Chunk("c", "The pump leaks.", Place("a.md"), 0)
    found = Found((), {"c": cosine}, {"pump": held, "unheard": 1 - held}, ())
    assert fits(found, chunk) is expected
