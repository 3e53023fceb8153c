"""Each panel in both languages at three widths, kept as pictures; nothing scrolls sideways or is cut."""

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.assistant.logs.logs import plain_text
from tests.assistant.reports.test_drafting import CHINESE, ENGLISH
from tests.conftest import ROOT
from tests.ui.conftest import Profiles
from tests.ui.plant import FixedAnswers
from tests.ui.test_accessibility import AT_REST

pytestmark = pytest.mark.browser

SCREENS = ROOT / "build" / "screens"
VARIANTS = (
    (390, "en", "light"), (390, "zh-CN", "dark"), (820, "en", "dark"),
    (820, "zh-CN", "light"), (1280, "en", "light"), (1280, "zh-CN", "dark"),
)  # fmt: skip
"""Each width in each language, and either of them by day and by night."""
PANELS = ("kept", "log-panel", "reports", "tickets", "gaps", "library", "lessons")


@pytest.fixture
def page(
    profiles: Profiles, address: str, answers: FixedAnswers, request: pytest.FixtureRequest
) -> Iterator[Page]:
    """The page after a question that was answered and one that was not."""
    width, language, scheme = request.param
    answers.reset()
    page = profiles.page(width, 900, language, scheme)
    page.goto(address)
    page.locator(".mw-summary", has_text="214").wait_for(state="attached")
    for question in ("What does alarm T-800 mean?", "What is the minimum suction head of P-101?"):
        page.locator("#question textarea").fill(question)
        page.keyboard.press("Enter")
        expect(page.locator("#current .mw-asked")).to_have_text(question)
        page.locator("#current .mw-support").wait_for()
    yield page
    page.close()


@pytest.mark.parametrize(
    "page",
    VARIANTS,
    indirect=True,
    ids=lambda value: f"{value[1][:2]}-{value[0]}-{value[2]}",
)
def test_each_panel_fits_and_speaks_one_language(page: Page, request: pytest.FixtureRequest) -> None:
    width, language, scheme = request.node.callspec.params["page"]
    SCREENS.mkdir(parents=True, exist_ok=True)
    name = f"{language[:2]}-{width}{'-dark' if scheme == 'dark' else ''}"
    for panel in PANELS:
        page.locator(f"#{panel} > button").click()
        fill(page, panel, name)
        page.evaluate(AT_REST)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, panel
        page.locator(f"#{panel}").screenshot(path=SCREENS / f"{name}-{panel}.png")
        assert cut_off(page, panel) == []
        assert too_small(page, panel) == []
        page.locator(f"#{panel} > button").click()
    page.screenshot(path=SCREENS / f"{name}-whole.png", full_page=True)


def fill(page: Page, panel: str, name: str) -> None:
    """Something to see in a panel."""
    if panel == "tickets":
        ticket = {"id": name, "subject": f"Leak at P-101, {name}", "text": "P-101 leaks. What do I do?"}
        table = FilePayload(name="t.jsonl", mimeType="text/plain", buffer=json.dumps(ticket).encode())
        page.locator("#ticket-by :is(input, textarea)").fill("A. Reed")
        page.locator("#ticket-file input[type=file]").set_input_files(table)
        page.locator("#ticket-note .mw-rep-said").wait_for()
        page.locator("#ticket-picker input").click()
        page.get_by_role("option", name=re.compile(f"{name}$")).first.click()
        page.locator("#ticket-view .mw-ticket").wait_for()
    if panel == "log-panel":
        log = FilePayload(name="line 1.log", mimeType="text/plain", buffer=plain_text().encode())
        page.locator("#log-file input[type=file]").set_input_files(log)
        page.locator("#log-view .mw-log").wait_for()
        page.locator("#log-correct > button").click()
    if panel == "reports":
        chinese = page.locator("html").get_attribute("lang") == "zh"
        page.locator("#report-by :is(input, textarea)").fill("A. Reed")
        page.locator("#report-text textarea").fill(CHINESE if chinese else ENGLISH)
        page.locator("#report-kind input").click()
        page.get_by_role("option", name="完整" if chinese else "Full").click()
        page.locator("#report-draft").click()
        page.locator("#report-view .mw-report").wait_for()
    if panel == "lessons":
        page.locator("#lessons-look").click()
        page.locator("#lessons-view .mw-lessons h2").first.wait_for()
        page.locator("#lessons-correct > button").click()
    if panel == "gaps":
        page.locator("#gaps-picker input").click()
        page.get_by_role("option", name=re.compile("T-800")).first.click()
        page.locator("#gaps-view .mw-lib-run").wait_for()
    if panel == "library":
        files = [
            FilePayload(name=file, mimeType="application/pdf", buffer=file.encode())
            for file in (f"P-101 泵 Bedienungs- und Wartungsanleitung {name}.pdf", f"blank {name}.pdf")
        ]
        page.locator("#library-files input[type=file]").set_input_files(files)
        page.locator("#library-files").get_by_text("blank").first.wait_for()
        page.locator("#library-add").click()
        page.locator("#library-run .mw-bad").wait_for()
        shown = page.locator("#library-run").inner_text()
        assert "OCR" in shown
        assert ("read from" in shown) == ("no text" in shown) == name.startswith("en")


def too_small(page: Page, panel: str) -> list[str]:
    """What is pressed and lower than a gloved finger needs; a link within a text is none of it."""
    return list(
        page.evaluate(
            """panel => [...document.querySelectorAll(`#${panel} :is(button, a, summary, input, textarea)`)]
              .filter(part => part.type !== "file" && part.offsetParent && part.offsetHeight
                && getComputedStyle(part).display !== "inline"
                && (part.closest("label:has(> input[type=checkbox])") || part).offsetHeight < 44)
              .map(part => `${part.tagName} ${part.className} ${part.offsetHeight}`)""",
            panel,
        )
    )


def cut_off(page: Page, panel: str) -> list[str]:
    """Labels and buttons whose words are longer than they are."""
    return list(
        page.evaluate(
            """panel => [...document.querySelectorAll(`#${panel} :is(button, label > span, h3, h2, p, th)`)]
              .filter(part => part.offsetParent && part.scrollWidth > part.clientWidth + 1
                && getComputedStyle(part).overflowX !== "visible")
              .map(part => part.textContent.trim())""",
            panel,
        )
    )
