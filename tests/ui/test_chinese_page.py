"""What goes wrong on the Chinese page is said in Chinese, by the page, the server and Gradio alike."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, Locator, Page, expect

from assistant.access.door import Door
from assistant.api import ServeOptions, create_app
from assistant.app import Millwright
from assistant.config import AccessSettings
from assistant.errors import IndexCorruptError
from assistant.records import Done, Turn
from assistant.ui.library_view import checks_view
from assistant.ui.render import answered
from assistant.ui.toast_script import toast_script
from ingest.records import DocumentRow
from ingest.store import Checked
from tests.assistant.tickets.conftest import plant_at
from tests.ui.conftest import PASSWORD, served
from tests.ui.plant import MANUAL, FixedAnswers, write_manual

# Three words in a row: names, codes and commands have fewer.
ENGLISH = re.compile(r"[A-Za-z]{2,}(?:[ ,]+[a-z]{2,}){2,}")
HERE = "http://127.0.0.1:7860"


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Millwright:
    return plant_at(tmp_path_factory.mktemp("plant"))


@pytest.fixture
def page(browser: Browser, plant: Millwright) -> Iterator[Page]:
    context = browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 900})
    with served(plant) as address:
        opened = context.new_page()
        opened.goto(address)
        # What is done before the page knows its language is told in none.
        expect(opened.get_by_role("radio", name="中文")).to_be_checked()
        expect(opened.locator("#tickets > button")).to_contain_text("工单")
        yield opened
        context.close()


def says(shown: Locator, chinese: str) -> None:
    """It comes, and there is no English sentence beside it."""
    expect(shown).to_contain_text(chinese)
    assert not ENGLISH.search(shown.inner_text()), shown.inner_text()


@pytest.mark.browser
def test_errors_of_three_panels_are_in_chinese(page: Page, plant: Millwright, tmp_path: Path) -> None:
    expect(page.locator("#language [data-testid=block-info]")).to_have_text("语言")
    page.locator("#log-panel > button").click()
    page.locator("#log-file input[type=file]").set_input_files(_log(tmp_path))
    says(page.locator("#log-view"), "a.csv：没有一列像是报警代码；各列为 'time', 'pressure', 'flow'。")

    page.locator("#reports > button").click()
    page.locator("#report-by :is(input, textarea)").fill("李工")
    page.locator("#report-text textarea").fill("泵有异响。")
    page.locator("#report-draft").click()
    expect(page.locator("#report-note")).to_contain_text("已起草")
    page.locator("#report-to-in_review").click()
    expect(page.locator(".mw-report:not(.mw-ticket) .mw-rep-status")).to_have_text("审核中")
    page.locator("#report-to-approved").click()
    says(page.locator("#report-note"), "设备编号、发现时间 尚未填写，不能批准")

    page.locator("#tickets > button").click()
    page.locator("#ticket-by :is(input, textarea)").fill("李工")
    table = tmp_path / "desk.csv"
    table.write_text("编号,描述\nZ-1,P-101 报 E021，怎么办？\nZ-2,\n", encoding="utf-8")
    page.locator("#ticket-file input[type=file]").set_input_files(table)
    says(page.locator("#ticket-note"), "拒绝 1。desk.csv:3：没有文字：需要“描述”、text 或 request 之类的列")
    page.locator("#ticket-picker input").click()
    page.get_by_role("option").filter(has_text="Z-1").click()
    page.locator("#ticket-draft").click()
    expect(page.locator("#ticket-deciding")).to_be_visible()
    plant.tickets.approve("Z-1", "王工")  # Someone else was faster.
    page.locator("#ticket-approve").click()
    says(page.locator("#ticket-note"), "状态为“已批准”；只有“已起草”时才能批准")


def _log(folder: Path) -> Path:
    rows = [f"2026-02-17 07:{minute:02}:00,{minute}.5,{minute}.25" for minute in range(30)]
    path = folder / "a.csv"
    path.write_text("\n".join(["time,pressure,flow", *rows]), encoding="utf-8")
    return path


@pytest.mark.browser
def test_what_gradio_tells_in_the_corner_is_in_chinese(
    browser: Browser, guarded: tuple[str, Door], tmp_path: Path
) -> None:
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    page.goto(guarded[0])
    page.fill("#name", "reed")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.locator("form.mw-account").wait_for()
    expect(page.get_by_role("radio", name="中文")).to_be_checked()
    page.locator("#log-panel > button").click()
    large = tmp_path / "large.log"
    large.write_bytes(b"x" * (21 << 20))
    page.locator("#log-file input[type=file]").set_input_files(large)
    corner = page.locator("[data-testid=toast-body]")
    says(corner, "文件过大：一次最多 20 MB。")
    expect(corner).to_contain_text("错误")
    context.clear_cookies()
    box = page.locator("#question textarea")
    box.fill("泵的最小吸入压头是多少？")
    box.press("Enter")
    says(corner, "登录已失效。请重新打开页面并登录。")
    context.close()


def test_what_stands_beside_an_answer_or_a_check_is_in_chinese(tmp_path: Path) -> None:
    [*_, done] = FixedAnswers(tmp_path).stream("What is the minimum suction head?")
    assert isinstance(done, Done)
    note = "The model is not available (the model wrote nothing); the quoted passages are shown."
    turn = Turn("What is the minimum suction head?", replace(done.answer, note=note))
    assert "模型不可用（模型没有写出任何内容），以下为原文引用。" in answered(turn, "zh", {})
    assert note in answered(turn, "en", {})
    damaged = Checked(2, current=True, damage="/data/plant/CURRENT: absent or damaged")
    assert "第 2 代：已损坏。/data/plant/CURRENT：缺失或已损坏" in checks_view([damaged], "zh")


def test_the_words_in_the_corner_end_no_script() -> None:
    assert "</" not in toast_script()
    assert "文件过大：一次最多 {0} MB。" in toast_script()


class Damaged(FixedAnswers):
    """A plant whose index was damaged while it was served."""

    def documents(self) -> list[DocumentRow]:
        raise IndexCorruptError("/data/plant/CURRENT: absent or damaged")


def test_a_view_says_in_chinese_why_there_is_none(tmp_path: Path) -> None:
    write_manual(tmp_path / "manual.pdf")
    whole = TestClient(create_app(FixedAnswers(tmp_path), ServeOptions()), base_url=HERE)
    gone = whole.get(f"/view/{MANUAL}", params={"lang": "zh", "page": 999})
    assert gone.status_code == 404
    assert "没有第 999 页的图像" in gone.text
    damaged = TestClient(create_app(Damaged(tmp_path), ServeOptions()), base_url=HERE)
    shown = damaged.get(f"/view/{MANUAL}", params={"lang": "zh"})
    assert shown.status_code == 503
    assert "/data/plant/CURRENT：缺失或已损坏" in shown.text
    assert damaged.get(f"/page/{MANUAL}/1.png").json()["detail"] == "/data/plant/CURRENT: absent or damaged"


def test_whoever_opens_an_address_and_is_refused_reads_why(tmp_path: Path) -> None:
    door = Door(tmp_path, AccessSettings(anonymous_per_minute=2))
    door.users.add("reed", "admin", [], "hash")
    client = TestClient(create_app(FixedAnswers(tmp_path), ServeOptions(), door), base_url=HERE)
    person = {"Accept": "text/html,*/*;q=0.8", "Accept-Language": "zh-CN,zh;q=0.9"}
    assert [client.get("/login", headers=person).status_code for _ in range(2)] == [200, 200]
    refused = client.get("/login", headers=person)
    assert refused.status_code == 429
    assert refused.headers["retry-after"] == "60"
    assert "请求过多。请一分钟后重试。" in refused.text
    assert "Too many requests." in client.get("/login", headers=person | {"Accept-Language": "en"}).text
    assert client.get("/login").json()["detail"] == "too many requests; come again in a minute"
