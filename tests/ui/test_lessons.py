"""What incidents teach, on the page: looked at, corrected, and in Chinese."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.ui.conftest import Visit

pytestmark = pytest.mark.browser


def choose(page: Page, picker: str, name: str) -> None:
    page.locator(f"{picker} input").click()
    page.get_by_role("option", name=re.compile(re.escape(name))).first.click()


def opened(visit: Visit) -> Page:
    page = visit.page
    page.locator("#lessons > button").click()
    page.locator("#lessons-look").click()
    page.locator("#lessons-view .mw-lessons h2").first.wait_for()
    return page


def test_a_hidden_hazard_is_shown_with_its_reports_and_an_incident_is_corrected(visit: Visit) -> None:
    page = opened(visit)
    hidden = page.locator(".mw-les-hidden").first
    expect(hidden).to_contain_text("Slip or fall of a person · Hose or pipe: 4 incidents")
    expect(hidden.locator("a.mw-open").first).to_have_attribute("href", re.compile(r"^/view/incidents/"))
    expect(page.locator("#lessons-view img")).to_have_count(4)
    page.locator("#lessons-correct > button").click()
    choose(page, "#lessons-incident", "IR-17")
    choose(page, "#lessons-axis", "failure mode")
    choose(page, "#lessons-code", "Breakdown")
    page.locator("#lessons-do").click()
    expect(page.locator("#lessons-told")).to_contain_text("say who you are")
    page.locator("#lessons-by input").fill("A. Reed")
    page.locator("#lessons-do").click()
    expect(page.locator("#lessons-told")).to_contain_text("IR-17, failure mode: Breakdown", timeout=60_000)
    expect(page.locator("#lessons-view")).to_contain_text("corrected by A. Reed", timeout=60_000)
    page.locator("#lessons-back").click()
    expect(page.locator("#lessons-told")).to_contain_text(
        "Taken back: IR-17, failure mode: Fails to start", timeout=60_000
    )
    assert visit.foreign == []


@pytest.mark.parametrize("visit", [(390, 844, "zh-CN")], indirect=True)
def test_it_speaks_chinese_and_fits_a_phone(visit: Visit) -> None:
    page = opened(visit)
    expect(page.locator("#lessons > button")).to_contain_text("事故经验教训")
    expect(page.locator(".mw-les-hidden").first).to_contain_text("人员滑倒与坠落 · 软管与管路：4 条")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
