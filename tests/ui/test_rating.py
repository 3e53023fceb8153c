"""Thumbs, saving, and going on after a restart, in a real browser."""

import re
import sqlite3
from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.ui.conftest import Visit, served
from tests.ui.plant import HEAD_LINE, FixedAnswers, write_manual
from tests.ui.test_page import choose

QUESTION = "What is the minimum suction head of P-101?"


def test_a_thumb_down_asks_why_and_the_reason_stays(visit: Visit, answers: FixedAnswers) -> None:
    page = visit.page
    visit.ask(QUESTION)
    row = page.locator("#current .mw-rate")
    down = row.locator(".mw-thumb-down")
    expect(row.locator(".mw-rate-why")).to_be_hidden()
    down.click()
    expect(down).to_have_attribute("aria-pressed", "true")
    expect(row.locator("textarea")).to_be_focused()
    row.locator("textarea").fill("It is <b>3.1 m</b> since the refit")
    row.get_by_role("button", name="Send").click()
    expect(row.locator(".mw-rate-why")).to_be_hidden()
    expect(row.locator(".mw-rate-said")).to_have_text("Noted. It waits for an expert.")
    assert [gap.reasons[0] for gap in answers.gaps.open() if gap.question == QUESTION] == [
        "It is <b>3.1 m</b> since the refit"
    ]
    # It is still there when the answer has become an earlier one, and in the other language.
    visit.ask("And at 20 °C?")
    expect(page.locator("#current .mw-asked")).to_have_text("And at 20 °C?")
    earlier = page.locator("#earlier .mw-rate")
    expect(earlier.locator(".mw-thumb-down")).to_have_attribute("aria-pressed", "true")
    page.locator("#language input[value=zh]").check(force=True)
    expect(page.locator("#earlier .mw-rate-said")).to_have_text("已记录，等待专家补充。")
    earlier.locator(".mw-thumb-up").click()
    expect(earlier.locator(".mw-rate-said")).to_have_text("谢谢。")
    assert [gap for gap in answers.gaps.open() if gap.question == QUESTION] == []


def test_a_conversation_is_saved_from_the_page(visit: Visit, tmp_path: Path) -> None:
    visit.ask(QUESTION)
    expect(visit.page.locator(".mw-save")).to_have_count(2)
    for name, ending in (("Markdown", "md"), ("Word", "docx")):
        with visit.page.expect_download() as download:
            visit.page.locator(".mw-save", has_text=name).click()
        assert re.fullmatch(rf"millwright-[0-9a-f]{{16}}\.{ending}", download.value.suggested_filename)
        download.value.save_as(tmp_path / ending)
        assert (tmp_path / ending).stat().st_size > 500
    assert HEAD_LINE in (tmp_path / "md").read_text()
    assert visit.foreign == []


def test_yesterdays_conversation_goes_on_after_a_restart(browser: Browser, tmp_path: Path) -> None:
    write_manual(tmp_path / "manual.pdf")
    context = browser.new_context(locale="en")
    page = context.new_page()
    before = FixedAnswers(tmp_path)
    with served(before) as address:
        page.goto(address)
        Visit(page, address).ask(QUESTION)
        page.locator("#current .mw-rate .mw-thumb-up").click()
        expect(page.locator("#current .mw-rate-said")).to_have_text("Thank you.")
    before.history.close()
    with sqlite3.connect(tmp_path / "plant.conversations.sqlite") as file:
        file.execute("UPDATE conversations SET created = '2026-02-16T15:00:00+00:00', updated = created")
        file.execute("UPDATE conversations SET updated = created")
    after = FixedAnswers(tmp_path)
    with served(after) as address:
        page.goto(address)
        page.locator("#kept > button").click()
        choose(Visit(page, address), f"{QUESTION} · 2026-02-1")
        page.locator("#kept-open").click()
        expect(page.locator("#current .mw-asked")).to_have_text(QUESTION)
        expect(page.locator("#current .mw-thumb-up")).to_have_attribute("aria-pressed", "true")
        expect(page.locator(".mw-source").first.locator("blockquote")).to_have_text(HEAD_LINE)
        Visit(page, address).ask("And at 20 °C?")
        expect(page.locator("#current .mw-asked")).to_have_text("And at 20 °C?")
        expect(page.locator("#current .mw-rate")).to_be_visible()
        assert [count for _, _, count in after.questions] == [1]
    (entry,) = after.history.list(next(iter(owners(tmp_path))))
    assert entry.turns == 2
    context.close()


def owners(folder: Path) -> set[str]:
    with sqlite3.connect(folder / "plant.conversations.sqlite") as file:
        return {str(owner) for (owner,) in file.execute("SELECT owner FROM conversations")}
