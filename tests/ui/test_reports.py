"""Fault reports on the page: drafted, filled in, confirmed, signed by whoever may, saved as files."""

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import httpx
import pypdfium2
import pytest
from playwright.sync_api import Browser, Page, expect

from assistant.access import audit, passwords
from assistant.access.door import Door
from assistant.access.records import ForbiddenError, Principal
from assistant.config import AccessSettings
from assistant.guarded import Guarded
from assistant.reports.fields import missing
from assistant.reports.reports import Reports
from assistant.ui.log_session import Corrections, LogSession
from assistant.ui.report_session import ReportSession, Wanted
from assistant.ui.talk import NEW_TALK, Talk
from tests.assistant.logs.logs import plain_text
from tests.assistant.reports.test_drafting import CHINESE, ENGLISH
from tests.ui.conftest import Visit, served
from tests.ui.plant import MANUAL, FixedAnswers, write_manual
from tests.ui.test_markup import ATTRIBUTES, Seen
from tests.ui.test_page import SCREENS

PASSWORD = "correct horse battery"
HOSTILE = (
    "The pump <img src=x onerror=alert(1)> tripped </article><script>alert(1)</script> due to "
    "![x](http://a.example/b) and ' onmouseover='alert(1). It was cleaned."
)


@pytest.fixture
def plant(tmp_path: Path) -> FixedAnswers:
    return FixedAnswers(tmp_path)


@pytest.fixture
def session(plant: FixedAnswers) -> ReportSession:
    return ReportSession(plant)


def test_a_report_goes_from_a_text_to_closed(session: ReportSession) -> None:
    shown = session.from_text(ENGLISH, Wanted("full", "Reed"), "en")
    assert shown.report is not None
    report_id = shown.report.header.report_id
    assert "Drafted. Missing: " in shown.note
    assert [value for _, value in session.choices("en")] == ["", report_id]
    blank = missing(shown.report)
    assert [path for _, path in shown.fields][: len(blank)] == blank
    while shown.report is not None and (blank := missing(shown.report)):
        assert shown.field.path == blank[0]
        if shown.field.choices:
            typed = shown.field.choices[0][1]
        else:
            typed = "2026-02-17 07:55" if "work_start" in shown.field.path else "Pump; bearing"
        shown = session.save(report_id, shown.field.path, typed, "Reed", "en")
        assert "mw-rep-said" in shown.note, shown.note
    refused = session.move(report_id, "approved", "Kerr", "en")
    assert "from draft follows in_review" in refused.note
    assert refused.report is not None
    assert session.move(report_id, "in_review", "Reed", "en").following == ("draft", "approved")
    assert "no person has confirmed" in session.move(report_id, "approved", "Kerr", "en").note
    assert "Everything that waited is confirmed." in session.confirm(report_id, "", "Reed", "en").note
    done = session.move(report_id, "approved", "Kerr", "en")
    assert done.fields == ()
    assert "not changed any more" in session.save(report_id, "event.symptom", "x", "Reed", "en").note
    closed = session.move(report_id, "closed", "Kerr", "en").report
    assert closed is not None
    assert [(step.status, step.by) for step in closed.history_of_status] == [
        ("in_review", "Reed"), ("approved", "Kerr"), ("closed", "Kerr"),
    ]  # fmt: skip


def test_the_conversation_gives_its_questions_and_what_its_answers_cite(
    session: ReportSession, plant: FixedAnswers
) -> None:
    done = list(plant.stream("P-101 shows E012 and lost its suction head."))[-1]
    answer = done.answer  # type: ignore[union-attr]
    shown = session.from_talk(NEW_TALK.with_answer(answer.question, answer), Wanted(by="Reed"), "en")
    assert shown.report is not None
    assert shown.report.equipment.asset_id == "P-101"
    assert MANUAL in {cited.doc for cited in shown.report.evidence.citations}
    assert any(link.startswith("/view/") for link in Seen(shown.view).links)
    assert "no conversation yet" in session.from_talk(Talk(), Wanted(by="Reed"), "en").note


def test_the_log_on_the_page_begins_a_report(
    session: ReportSession, plant: FixedAnswers, tmp_path: Path
) -> None:
    file = tmp_path / "a.log"
    file.write_text(plain_text(), encoding="utf-8")
    found = LogSession(plant).analyse(str(file), Corrections(), "en").report
    shown = session.from_log(found, Wanted("full", "Reed"), "en")
    assert shown.report is not None
    assert shown.report.equipment.asset_id == "P-101"
    assert shown.report.event.alarm_codes[0].code == "E012"
    assert "Drafted. Missing: " in shown.note
    assert session.open(shown.report.header.report_id, "en").report == shown.report
    assert "no log with alarms yet" in session.from_log(None, Wanted(by="Reed"), "en").note


def test_what_is_wrong_is_one_line_and_the_report_stands(session: ReportSession) -> None:
    assert "say who you are" in session.from_text(ENGLISH, Wanted(), "en").note
    assert "文字为空" in session.from_text(" ", Wanted(by="Reed"), "zh").note
    assert session.choices("en") == [("There is none yet", "")]
    shown = session.from_text(CHINESE, Wanted(by="Reed"), "zh")
    assert shown.report is not None
    assert shown.report.language == "zh"
    wrong = session.save(shown.report.header.report_id, "event.failed_at", "yesterday", "Reed", "zh")
    assert "故障时间 = &#x27;yesterday&#x27;：应为日期或时间" in wrong.note
    assert wrong.view == shown.view
    assert wrong.field.path == "event.failed_at"
    assert "no such report" in session.open("FR-20000101-001", "en").note
    assert "FR-20260217-001" in session.open("../../secret", "en").note
    assert "请先选择" in session.confirm("", "", "Reed", "zh").note


def test_nothing_of_an_event_becomes_markup(session: ReportSession) -> None:
    shown = session.from_text(HOSTILE, Wanted("8D", "<b>Reed</b>"), "en")
    assert shown.report is not None
    seen = Seen(shown.view)
    assert not {"script", "img"} & set(seen.tags)
    assert seen.attributes <= ATTRIBUTES | {"lang", "download"}
    assert all(link.startswith(("/reports/FR-", "/view/")) for link in seen.links)
    assert "<img src=x onerror=alert(1)>" in seen.text


def test_a_report_that_quotes_a_closed_document_is_closed(plant: FixedAnswers) -> None:
    done = list(plant.stream("P-101 lost its suction head."))[-1]
    answer = done.answer  # type: ignore[union-attr]
    talk = NEW_TALK.with_answer(answer.question, answer)
    shown = ReportSession(plant).from_talk(talk, Wanted(by="Reed"), "en")
    assert shown.report is not None
    limited = plant.reports.limited_by(lambda _: pytest.fail("asked"), lambda: frozenset({MANUAL}))
    assert limited.listed() == []
    with pytest.raises(Exception, match="documents that you may not read"):
        limited.open(shown.report.header.report_id)


def test_who_may_approve_and_in_whose_name(plant: FixedAnswers) -> None:
    def reports(role: Any, name: str) -> Reports:
        return Guarded(plant, lambda: Principal(name, name, role, None), Door(Path("/dev/null"), AccessSettings()).questions).reports  # fmt: skip # noqa: E501

    made = ReportSession(plant).from_text(ENGLISH, Wanted(by="x"), "en").report
    assert made is not None
    report_id = made.header.report_id
    technician, expert = reports("technician", "reed"), reports("expert", "lee")
    technician.move(report_id, "in_review", by="someone else")
    report = technician.confirm(report_id, [])
    assert {known.confirmed_by for known in report.provenance.values() if known.confirmed_by} == {"reed"}
    assert technician.following(report) == ("draft",)
    with pytest.raises(ForbiddenError, match="does not allow"):
        technician.move(report_id, "approved")
    assert expert.move(report_id, "approved").header.approver == "lee"
    lines = [json.loads(line) for line in (plant.folder / audit.AUDIT_FILE).read_text().splitlines()]
    assert [line["who"] for line in lines][-2:] == ["reed", "lee"]
    assert report_id in lines[-1]["ids"]


@pytest.mark.browser
@pytest.mark.parametrize("visit", [(390, 844, "zh-CN"), (820, 1180, "en"), (1280, 900, "en")], indirect=True)
def test_drafted_filled_confirmed_and_saved_in_a_browser(visit: Visit) -> None:
    page, size = visit.page, visit.page.viewport_size
    assert size is not None
    chinese = size["width"] == 390
    page.locator("#reports > button").click()
    page.locator("#report-draft").click()
    expect(page.locator("#report-note")).to_contain_text("文字为空" if chinese else "The text is empty")
    page.locator("#report-by :is(input, textarea)").fill("A. Reed")
    page.locator("#report-text textarea").fill(CHINESE if chinese else ENGLISH)
    page.locator("#report-draft").click()
    report = page.locator(".mw-report")
    expect(report).to_contain_text("HP-2" if chinese else "P-101")
    expect(page.locator("#report-text textarea")).to_have_value("")
    _choose(page, "field", "设备：部件" if chinese else "Equipment: Component")
    page.locator("#report-value :is(input, textarea)").fill("过滤网" if chinese else "Strainer")
    page.locator("#report-save").click()
    expect(report).to_contain_text("过滤网" if chinese else "Strainer")
    if chinese:
        # The next that is missing has fixed choices.
        page.locator("#report-choice input").click()
        page.get_by_role("option", name="运行", exact=True).click()
        page.locator("#report-save").click()
        expect(report).to_contain_text("运行状态")
    page.locator("#report-confirm-all").click()
    expect(page.locator(".mw-rep-waiting")).to_have_count(0)
    page.locator("#report-to-in_review").click()
    expect(page.locator(".mw-rep-status")).to_have_text("审核中" if chinese else "in review")
    _fits(page)
    _saves(page)
    page.locator("#report-to-approved").click()
    if chinese:  # its asset and its time are known, so it may be
        expect(page.locator(".mw-rep-status")).to_have_text("已批准")
    else:
        expect(page.locator(".mw-rep-status")).to_have_text("approved")
    expect(page.locator("#report-editing")).to_be_hidden()
    assert visit.foreign == []


def _fits(page: Page) -> None:
    """Nothing stands beyond the edge, and fingers can hit everything."""
    size = page.viewport_size
    assert size is not None
    SCREENS.mkdir(parents=True, exist_ok=True)
    page.locator("#reports").screenshot(path=SCREENS / f"report-{size['width']}.png")
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    for control in page.locator("#reports button:visible, .mw-rep-file").all():
        box = control.bounding_box()
        assert box is not None
        assert box["height"] >= 44


def _saves(page: Page) -> None:
    """The files that are offered come and open."""
    for ending, opens in (("pdf", pypdfium2.PdfDocument), ("docx", lambda file: docx.Document(str(file)))):
        with page.expect_download() as saving:
            page.locator(f"a.mw-rep-file[href$='.{ending}']").click()
        opens(saving.value.path())
        assert re.fullmatch(rf"FR-\d{{8}}-\d{{3}}\.{ending}", saving.value.suggested_filename)


@pytest.fixture
def behind_a_door(tmp_path: Path) -> Iterator[str]:
    """The page with users."""
    data = tmp_path / "data"
    data.mkdir()
    door, kept = Door(data, AccessSettings()), passwords.hashed(PASSWORD, "nobody")
    for name, role in (("lee", "expert"), ("reed", "technician")):
        door.users.add(name, role, [], kept)
    plant = FixedAnswers(data)
    write_manual(data / "manual.pdf")
    with served(plant, door) as address:
        yield address


@pytest.mark.browser
def test_a_technician_signs_in_their_own_name_and_does_not_approve(
    browser: Browser, behind_a_door: str
) -> None:
    assert httpx.get(f"{behind_a_door}/reports/FR-20260217-001.pdf").status_code in (303, 401)
    page = browser.new_context(locale="en").new_page()
    page.goto(behind_a_door)
    page.fill("#name", "reed")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.locator("#reports > button").click()
    expect(page.locator("#report-by")).to_be_hidden()
    page.locator("#report-text textarea").fill(ENGLISH)
    page.locator("#report-draft").click()
    page.locator("#report-to-in_review").click()
    expect(page.locator(".mw-rep-status")).to_have_text("in review")
    expect(page.locator(".mw-report")).to_contain_text("in review: reed")
    expect(page.locator("#report-to-draft")).to_be_visible()
    expect(page.locator("#report-to-approved")).to_be_hidden()
    page.context.close()


@pytest.mark.parametrize("ending", ["md", "json", "docx", "pdf", "exe"])
def test_files_are_served_by_id(plant: FixedAnswers, ending: str) -> None:
    from fastapi.testclient import TestClient

    from assistant.api import ServeOptions, create_app

    made = ReportSession(plant).from_text(ENGLISH, Wanted(by="Reed"), "en").report
    assert made is not None
    client = TestClient(create_app(plant, ServeOptions()), base_url="http://127.0.0.1")
    found = client.get(f"/reports/{made.header.report_id}.{ending}")
    if ending == "exe":
        assert found.status_code == 422
        return
    assert found.status_code == 200
    assert "attachment" in found.headers["content-disposition"]
    assert len(io.BytesIO(found.content).getvalue()) > 100
    assert client.get(f"/reports/FR-20000101-001.{ending}").status_code == 404


def _choose(page: Page, name: str, option: str) -> None:
    page.locator(f"#report-{name} input").click()
    page.get_by_role("option", name=re.compile(f"^{re.escape(option)}")).first.click()
