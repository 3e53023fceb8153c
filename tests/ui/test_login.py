"""Logging in, in a real browser: in and out, wrong tries, widths and languages, one user and another."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from assistant.access.door import Door
from tests.conftest import ROOT
from tests.ui.conftest import PASSWORD
from tests.ui.plant import HEAD_LINE

SCREENS = ROOT / "build" / "screens"


@pytest.fixture
def opened(browser: Browser, guarded: tuple[str, Door], request: pytest.FixtureRequest) -> Iterator[Page]:
    """A fresh profile on the login page."""
    width, height, language, scheme = getattr(request, "param", (1280, 800, "en", "light"))
    context = browser.new_context(viewport={"width": width, "height": height}, locale=language)
    page = context.new_page()
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(guarded[0])
    yield page
    context.close()


def log_in(page: Page, name: str, password: str = PASSWORD) -> None:
    page.fill("#name", name)
    page.fill("#password", password)
    page.press("#password", "Enter")


@pytest.mark.browser
@pytest.mark.parametrize(
    "opened",
    [
        (width, height, language, scheme)
        for width, height in ((390, 844), (820, 1180), (1280, 800))
        for language, scheme in (("en", "light"), ("zh-CN", "dark"))
    ],
    indirect=True,
)
def test_the_login_page_fits_and_speaks_the_browsers_language(opened: Page) -> None:
    width = opened.evaluate("document.documentElement.scrollWidth")
    assert width <= opened.evaluate("window.innerWidth")
    chinese = opened.evaluate("navigator.language").startswith("zh")
    expect(opened.locator("h1")).to_have_text("登录" if chinese else "Log in")
    assert opened.locator("html").get_attribute("lang") == ("zh-CN" if chinese else "en")
    for control in ("#name", "#password", "button"):
        box = opened.locator(control).bounding_box()
        assert box is not None
        assert box["height"] >= 44
    SCREENS.mkdir(parents=True, exist_ok=True)
    opened.screenshot(path=SCREENS / f"login-{'zh' if chinese else 'en'}-{width}.png")
    opened.locator("nav a").click()
    expect(opened.locator("h1")).to_have_text("Log in" if chinese else "登录")


@pytest.mark.browser
def test_a_user_logs_in_asks_and_logs_out(opened: Page) -> None:
    log_in(opened, "Reed")
    opened.locator(".mw-summary", has_text="214").wait_for(state="attached")
    expect(opened.locator(".mw-account")).to_contain_text("reed · technician")
    opened.locator("#question textarea").fill("suction head?")
    opened.keyboard.press("Enter")
    expect(opened.locator(".mw-text")).to_contain_text(HEAD_LINE)
    cookies = {cookie["name"]: cookie for cookie in opened.context.cookies()}
    assert cookies["millwright_session"]["httpOnly"]
    assert cookies["millwright_session"]["sameSite"] == "Strict"
    assert opened.evaluate("document.cookie") == ""
    opened.locator(".mw-account button").click()
    expect(opened.locator("h1")).to_have_text("Log in")
    opened.go_back()
    opened.reload()
    expect(opened.locator("h1")).to_have_text("Log in")


@pytest.mark.browser
def test_wrong_tries_are_told_and_then_wait(opened: Page) -> None:
    for _ in range(3):
        log_in(opened, "lee", "not the password")
        expect(opened.locator("#error")).to_contain_text("do not belong together")
    log_in(opened, "lee")
    expect(opened.locator("#error")).to_contain_text("Too many wrong tries. Try again in 1")


@pytest.mark.browser
def test_a_phone_shows_who_is_logged_in_without_scrolling_sideways(opened: Page) -> None:
    log_in(opened, "amy")
    opened.locator(".mw-summary", has_text="214").wait_for(state="attached")
    opened.set_viewport_size({"width": 390, "height": 844})
    assert opened.evaluate("document.documentElement.scrollWidth") <= 390
    title, account = (
        opened.locator(".mw-banner h1").bounding_box(),
        opened.locator(".mw-account").bounding_box(),
    )
    assert title is not None
    assert account is not None
    assert account["y"] >= title["y"] + title["height"] - 1
    opened.screenshot(path=SCREENS / "account-390.png")


@pytest.mark.browser
def test_one_users_conversations_are_not_the_others(
    opened: Page, browser: Browser, guarded: tuple[str, Door]
) -> None:
    log_in(opened, "reed")
    opened.locator(".mw-summary", has_text="214").wait_for(state="attached")
    opened.locator("#question textarea").fill("reeds own question?")
    opened.keyboard.press("Enter")
    expect(opened.locator(".mw-text")).to_contain_text(HEAD_LINE)
    for name, count in (("reed", 1), ("amy", 0)):
        context = browser.new_context()
        page = context.new_page()
        page.goto(guarded[0])
        log_in(page, name)
        page.locator(".mw-summary", has_text="214").wait_for(state="attached")
        page.locator("#kept").get_by_text("Earlier conversations").first.click()
        page.locator("#kept-picker input").click()
        expect(page.get_by_role("option").filter(has_text="reeds own question?")).to_have_count(count)
        context.close()
