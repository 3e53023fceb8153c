"""The log panel: what it shows, and that nothing of a log becomes markup."""

import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import expect

from assistant.api import ServeOptions, create_app
from assistant.ui.log_session import Corrections, LogSession
from tests.assistant.logs.logs import csv_text, plain_text
from tests.ui.conftest import PAINTED, Visit
from tests.ui.plant import HEAD_LINE, FixedAnswers
from tests.ui.test_markup import ATTRIBUTES, Seen
from tests.ui.test_page import SCREENS

HOSTILE = "time,machine,code,text\n" + "".join(
    f'2026-02-17 07:0{n}:00,"{machine}",{code},"{text}"\n'
    for n, (machine, code, text) in enumerate(
        [
            ("<img src=x onerror=alert(1)>", "E1", "</table><script>alert(1)</script>"),
            ("' onmouseover='alert(1)", "E2<b>", "![x](http://a.example/b)"),
        ]
    )
)


@pytest.fixture
def session(tmp_path: Path) -> LogSession:
    return LogSession(FixedAnswers(tmp_path))


def written(tmp_path: Path, text: str, name: str = "a.csv") -> str:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_the_view_says_how_a_log_was_read_and_links_each_quote(session: LogSession, tmp_path: Path) -> None:
    shown = session.analyse(written(tmp_path, csv_text()), Corrections(), "en")
    seen = Seen(shown.html)
    assert "machine: Machine; code: Alarm code; state: State" in seen.text
    assert HEAD_LINE in seen.text
    assert "E015" in seen.text.split("In no document")[1]
    links = [link for link in seen.links if not link.startswith("data:image/png;base64,")]
    assert links
    assert all(link.startswith("/view/") for link in links)
    assert "首出报警" in Seen(session.analyse(written(tmp_path, csv_text()), Corrections(), "zh").html).text


def test_nothing_of_a_log_becomes_markup(session: LogSession, tmp_path: Path) -> None:
    shown = session.analyse(written(tmp_path, HOSTILE), Corrections(), "en")
    assert shown.report is not None
    seen = Seen(shown.html)
    assert "script" not in seen.tags
    assert "b" not in seen.tags
    assert seen.attributes <= ATTRIBUTES | {"src", "alt", "scope"}
    assert all(link.startswith(("data:image/png;base64,", "/view/")) for link in seen.links)


def test_corrections_hold_and_errors_are_one_line_without_the_path(
    session: LogSession, tmp_path: Path
) -> None:
    path = written(tmp_path, csv_text())
    shown = session.analyse(path, Corrections(code_column="Message", gap_s=5.0), "en")
    assert shown.report is not None
    assert shown.report.analysis.layout.columns.code == "Message"
    assert shown.report.analysis.options.gap_s == 5
    broken = session.analyse(written(tmp_path, "nothing\n", "b.log"), Corrections(), "en")
    assert broken.report is None
    assert "b.log: its lines could not be read" in broken.html
    assert str(tmp_path) not in broken.html
    assert "choose a file" in session.analyse(None, Corrections(), "en").html


@pytest.mark.browser
@pytest.mark.parametrize("visit", [(1440, 900, "en"), (390, 844, "en")], indirect=True)
def test_a_log_is_uploaded_shown_corrected_and_asked_about(visit: Visit, tmp_path: Path) -> None:
    page = visit.page
    page.get_by_role("button", name="Analyse an alarm log").click()
    page.locator("#log-file input[type=file]").set_input_files(written(tmp_path, plain_text(), "line 1.log"))
    view = page.locator("#log-view .mw-log")
    expect(view.locator("h2")).to_have_text("Alarm log line 1.log")
    expect(view).to_contain_text("machine: word 2; code: word 3")
    expect(view.locator("img.mw-log-plot")).to_have_count(2)
    width = page.viewport_size["width"] if page.viewport_size else 0
    SCREENS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENS / f"log-{width}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="Read wrongly?").click()
    gap = page.get_by_label("Largest gap within a burst, seconds")
    expect(gap).to_have_value("60")  # As it was read; filled before it arrives, it would be overwritten.
    page.evaluate(PAINTED)  # A field of a part that has just opened is drawn twice.
    gap.fill("10")
    gap.press("Tab")  # what was typed is told to the server as the box is left
    page.get_by_role("button", name="Read again").click()
    expect(view).to_contain_text("4 bursts. Alarms of one machine at most 10 s apart")
    view.locator("summary", has_text=re.compile("P-101 E012")).click()
    expect(view.locator("details[open] blockquote")).to_have_text(HEAD_LINE)
    page.get_by_role("radio", name="中文").check()
    expect(view.locator("h2")).to_have_text("报警日志 line 1.log")
    page.get_by_role("radio", name="English").check()
    page.get_by_role("button", name="Ask: P-101 shows E012").click()
    expect(page.locator("#question textarea")).to_have_value(re.compile("P-101 shows E012"))
    assert visit.foreign == []


@pytest.mark.browser
def test_a_log_that_cannot_be_read_leaves_the_corrections_within_reach(visit: Visit, tmp_path: Path) -> None:
    page = visit.page
    page.get_by_role("button", name="Analyse an alarm log").click()
    page.locator("#log-file input[type=file]").set_input_files(written(tmp_path, "a,b\n1,2\n", "b.csv"))
    expect(page.locator("#log-view .mw-error")).to_contain_text("b.csv: its lines could not be read")
    expect(page.get_by_role("button", name="Read again")).to_be_visible()


def test_an_uploaded_log_does_not_outlive_the_server(tmp_path: Path) -> None:
    app = create_app(FixedAnswers(tmp_path), ServeOptions())
    with TestClient(app, base_url="http://127.0.0.1:7860") as client:
        sent = client.post("/gradio_api/upload", files={"files": ("a.log", plain_text().encode())})
        assert sent.status_code == 200
        uploaded = Path(sent.json()[0])
        assert uploaded.read_text() == plain_text()
    assert not uploaded.exists()
