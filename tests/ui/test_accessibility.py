"""axe-core finds no serious violation on any panel: both languages, light and dark, phone and desktop."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from assistant.access.door import Door
from tests.conftest import ROOT, skip_unless
from tests.ui.conftest import PASSWORD, Profiles
from tests.ui.plant import HEAD_LINE, FixedAnswers

pytestmark = pytest.mark.browser

AXE = ROOT / "build" / "axe" / "node_modules" / "axe-core" / "axe.min.js"
RUN = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations
  .filter(found => found.impact === "serious" || found.impact === "critical")
  .map(found => ({id: found.id, help: found.help,
    nodes: found.nodes.map(node => node.target.flat().join(" ") + " | " + (node.any[0]?.message ?? ""))}))"""
AT_REST = """async () => { for (let left = 50; left > 0; left--) {
  const moving = document.getAnimations()
    .filter(one => Number.isFinite(one.effect?.getComputedTiming().endTime));
  if (!moving.length) return;
  const late = new Promise(done => setTimeout(done, 100));
  await Promise.race([Promise.allSettled(moving.map(one => one.finished)), late]);
} }"""
"""Ends when no transition or finite animation runs, after 5 s at the latest."""
LOG = "time,machine,code,text\n2026-02-17 07:42:11,P-101,E012,low\n2026-02-17 07:42:13,P-101,E015,shaking\n"
VARIANTS = (
    (390, 844, "en", "light"), (390, 844, "zh-CN", "dark"),
    (1440, 900, "en", "dark"), (1440, 900, "zh-CN", "light"),
)  # fmt: skip
"""Each width, language and scheme twice, and each pair of them once."""
_TRIES = 5
"""Gradio greys a panel while a callback of it runs; what is wrong at rest is wrong each time."""


@pytest.fixture(scope="session")
def axe() -> str:
    """The checker's source, as `make axe` fetches it."""
    skip_unless(AXE.is_file(), "MILLWRIGHT_REQUIRE_AXE", f"{AXE} is not there; `make axe` fetches it by npm")
    return AXE.read_text(encoding="utf-8")


@pytest.fixture
def page(profiles: Profiles, request: pytest.FixtureRequest) -> Iterator[Page]:
    """An empty page."""
    empty = profiles.page(*request.param)
    yield empty
    empty.close()


@pytest.fixture
def stranger(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """An empty page in a fresh profile, to log in."""
    width, height, language, scheme = request.param
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale=language, color_scheme=scheme
    )
    yield context.new_page()
    context.close()


def violations(page: Page, axe: str, where: str) -> list[str]:
    """What axe finds on the page once nothing on it moves; a frame in it is looked at, too."""
    found: list[str] = []
    for frame in page.frames:
        frame.evaluate(axe)
        rows: list[dict[str, Any]] = []
        for _ in range(_TRIES):
            frame.evaluate(AT_REST)
            if not (rows := frame.evaluate(RUN)):
                break
        found += [f"{where}: {row['id']} ({row['help']}): {node}" for row in rows for node in row["nodes"]]
    return found


def unfold(page: Page) -> None:
    """Open whatever is folded, what was folded inside it, too."""
    for _ in range(10):
        closed = page.locator("button.label-wrap:not(.open):visible, details:not([open]) > summary:visible")
        if not closed.count():
            return
        closed.first.click()


def panels(page: Page) -> Iterator[str]:
    """Each tab in turn, everything in it unfolded; those that are added later among them."""
    tabs = page.evaluate("[...document.querySelectorAll('[role=tab]')].map(tab => tab.id)")
    for tab in dict.fromkeys(tabs) or [""]:
        if tab:
            page.evaluate("id => document.getElementById(id).click()", tab)
            expect(page.locator(f"[id='{tab}'][aria-selected=true]").first).to_be_attached()
        unfold(page)
        yield tab or "page"


@pytest.mark.parametrize("page", VARIANTS[:1], indirect=True)
def test_the_checker_sees_what_is_wrong(page: Page, axe: str) -> None:
    page.set_content('<button></button><p style="color: #bbb; background: #fff">faint</p><input>')
    found = violations(page, axe, "wrong")
    assert {"button-name", "color-contrast", "label"} <= {line.split()[1] for line in found}


@pytest.mark.parametrize("page", VARIANTS, indirect=True)
def test_no_panel_has_a_serious_violation(
    page: Page, axe: str, address: str, answers: FixedAnswers, tmp_path: Path
) -> None:
    answers.reset()
    answers.unsupported = ("Replace the impeller every 99 days.",)
    page.goto(address)
    page.locator(".mw-summary", has_text="214").wait_for(state="attached")
    found = violations(page, axe, "first sight")
    page.locator("#question textarea").fill("suction head?")
    page.keyboard.press("Enter")
    expect(page.locator(".mw-text")).to_contain_text(HEAD_LINE)
    page.locator(".mw-struck").wait_for()
    log = tmp_path / "alarms.csv"
    log.write_text(LOG, encoding="utf-8")
    for panel in panels(page):
        found += violations(page, axe, panel)
        upload = page.locator("#log-file input[type=file]")
        if upload.count() and page.locator("#log-file").is_visible():
            upload.set_input_files(log)
            page.locator("#log-view .mw-log").first.wait_for()
            unfold(page)
            found += violations(page, axe, f"{panel} with a log")
    assert found == []


@pytest.mark.parametrize("stranger", VARIANTS, indirect=True)
def test_logging_in_has_no_serious_violation(stranger: Page, axe: str, guarded: tuple[str, Door]) -> None:
    page = stranger
    page.goto(guarded[0])
    found = violations(page, axe, "login")
    page.fill("#name", "amy")
    page.fill("#password", "not the password")
    page.press("#password", "Enter")
    page.locator("#error").wait_for()
    found += violations(page, axe, "wrong login")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.locator(".mw-account").wait_for()
    assert found + violations(page, axe, "logged in") == []


@pytest.mark.parametrize("page", VARIANTS, indirect=True)
def test_a_cited_page_has_no_serious_violation(
    page: Page, axe: str, address: str, answers: FixedAnswers
) -> None:
    answers.reset()
    page.goto(address)
    page.locator(".mw-summary", has_text="214").wait_for(state="attached")
    page.locator("#question textarea").fill("suction head?")
    page.keyboard.press("Enter")
    page.locator(".mw-support").wait_for()
    found = []
    for number in range(page.locator("a.mw-open").count()):
        page.locator("a.mw-open").nth(number).click()
        page.frame_locator(".mw-viewer-frame").locator(".sheet img, .passage").first.wait_for()
        found += violations(page, axe, f"source {number + 1}")
        page.locator(".mw-viewer-close").click()
    assert number >= 1
    assert found == []
