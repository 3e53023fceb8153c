"""The page as a technician meets it, in a real browser."""

import http.server
import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.ui.conftest import PAINTED, Profiles, Visit
from tests.ui.plant import HEAD_LINE, STEP, TITLE, WARNING_LINE, FixedAnswers

pytestmark = pytest.mark.browser

SCREENS = Path(__file__).resolve().parents[2] / "build" / "screens"
QUESTION = "What is the minimum suction head of P-101?"
SIZES = [(390, 844), (820, 1180), (1440, 900)]
_SUM_OF_SHIFTS = (
    "window.shift = 0; new PerformanceObserver(list => { for (const entry of list.getEntries()) "
    "if (!entry.hadRecentInput) window.shift += entry.value; }).observe({type: 'layout-shift'})"
)


def test_nothing_is_fetched_from_anywhere_else(visit: Visit) -> None:
    visit.ask(QUESTION)
    expect(visit.page.locator(".mw-supported")).to_be_visible()
    assert visit.requested
    assert visit.foreign == []


def test_sources_stand_before_the_answer_is_written(visit: Visit, answers: FixedAnswers) -> None:
    answers.pause_s = 0.15
    visit.ask(QUESTION)
    visit.page.locator(".mw-source").first.wait_for()
    assert visit.page.locator(".mw-support").count() == 0
    expect(visit.page.locator(".mw-warning")).to_contain_text(WARNING_LINE)
    expect(visit.page.locator(".mw-unchecked")).to_contain_text("The minimum suction")
    card = visit.page.locator(".mw-source").first
    expect(card).to_contain_text(TITLE)
    expect(card).to_contain_text("3 Installation › 3.2 Suction conditions")
    expect(card).to_contain_text("page 2")
    expect(card.locator("blockquote")).to_have_text(HEAD_LINE)
    expect(visit.page.locator(".mw-support")).to_have_text("✓Supported by your documents")
    expect(visit.page.locator(".mw-small")).to_contain_text("214 passages in 2 documents searched")


def test_a_source_opens_its_page_with_the_quote_marked(visit: Visit) -> None:
    visit.ask(QUESTION)
    visit.page.get_by_role("link", name="Open page 2").click()
    dialog = visit.page.locator("dialog.mw-viewer")
    expect(dialog).to_be_visible()
    picture = visit.page.frame_locator(".mw-viewer-frame").locator("img")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 800
    visit.page.get_by_role("button", name="Close").click()
    expect(dialog).to_be_hidden()


def test_a_source_without_pages_opens_its_section(visit: Visit) -> None:
    visit.ask(QUESTION)
    visit.page.get_by_role("link", name="Open the section").click()
    marked = visit.page.frame_locator(".mw-viewer-frame").locator("mark")
    expect(marked).to_contain_text("vent the casing until no air escapes")


@pytest.fixture
def trap() -> Iterator[tuple[str, list[str]]]:
    """A server of an attacker, and what reached it."""
    reached: list[str] = []

    class Trap(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            reached.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Trap)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", reached
    server.shutdown()


def test_an_answer_cannot_fetch_or_link_anything(
    visit: Visit, answers: FixedAnswers, trap: tuple[str, list[str]]
) -> None:
    elsewhere, reached = trap
    answers.text = (
        f"![]({elsewhere}/x.png) <img src='{elsewhere}/y.png' onerror='fetch(`{elsewhere}/z`)'> "
        f"[click](javascript:alert(1)) [here]({elsewhere}/w) <a href='{elsewhere}/v'>v</a> "
        f"[other][ref] ![picture][ref] <{elsewhere}/t> {elsewhere}/s ${{1+1}} {{{{value}}}} [1]\n\n"
        f"[ref]: {elsewhere}/r 'title'\n[1]: javascript:alert(1)\n"
    )
    answers.unsupported = (f"<script>fetch('{elsewhere}/u')</script>",)
    visit.ask(f"<img src='{elsewhere}/q.png'>")
    expect(visit.page.locator(".mw-partly")).to_be_visible()
    visit.page.evaluate(PAINTED)
    assert reached == []
    assert visit.foreign == []
    assert visit.page.locator("#current img, #sources img").count() == 0
    links = visit.page.locator("#current a, #sources a").evaluate_all(
        "all => all.map(a => a.getAttribute('href'))"
    )
    assert links
    assert all(link.startswith(("/view/", "/conversations/")) for link in links)
    expect(visit.page.locator(".mw-text")).to_contain_text("javascript:alert(1)")
    expect(visit.page.locator(".mw-text")).to_contain_text("![picture][ref]")
    expect(visit.page.locator(".mw-text")).to_contain_text("${1+1} {{value}}")
    expect(visit.page.locator(".mw-struck del")).to_contain_text("<script>")
    expect(visit.page.locator(".mw-struck .mw-why")).to_contain_text("<script>")


def test_a_sentence_that_was_left_out_says_why_and_what_the_page_says(
    visit: Visit, answers: FixedAnswers
) -> None:
    answers.unsupported = ("Tighten the cover to 80 N·m.",)
    visit.ask("How tight is the cover?")
    struck = visit.page.locator(".mw-struck")
    expect(struck.locator("del")).to_have_text("Tighten the cover to 80 N·m.")
    expect(struck.locator(".mw-why")).to_contain_text("is not cited")
    expect(struck.locator("blockquote")).to_contain_text(STEP)
    expect(struck.locator("cite a")).to_have_attribute("href", re.compile("^/view/"))


def test_what_the_documents_do_not_hold_is_said_to_be_absent(visit: Visit) -> None:
    visit.page.get_by_role("button", name="What does alarm T-800 mean?").click()
    expect(visit.page.locator(".mw-declined")).to_contain_text("Not in your documents")
    expect(visit.page.locator("#sources")).to_contain_text("They do not answer the question.")


@pytest.mark.parametrize("visit", [(1280, 900, "en"), (1280, 900, "zh-CN")], indirect=True)
def test_examples_are_in_the_language_of_the_page(visit: Visit) -> None:
    chinese = visit.page.evaluate("navigator.language").startswith("zh")
    shown = visit.page.locator(".mw-example:visible")
    expect(shown).to_have_count(1 if chinese else 2)
    expect(shown.first).to_contain_text("最小吸入压头" if chinese else "minimum suction head")


def test_the_language_switch_changes_every_label(visit: Visit) -> None:
    visit.ask(QUESTION)
    expect(visit.page.locator(".mw-supported")).to_be_visible()
    visit.page.get_by_role("radio", name="中文").click()
    expect(visit.page.locator(".mw-supported")).to_contain_text("有文档依据")
    expect(visit.page.locator("#ask")).to_have_text("提问")
    expect(visit.page.locator(".mw-summary")).to_have_text("2 份文档 · 214 个段落")
    expect(visit.page.get_by_role("link", name="打开第 2 页")).to_be_visible()
    assert visit.page.evaluate("document.documentElement.lang") == "zh"


@pytest.mark.parametrize("question", ["", "   "])
def test_an_empty_question_is_answered_with_one_line(
    visit: Visit, answers: FixedAnswers, question: str
) -> None:
    visit.ask(question)
    expect(visit.page.get_by_role("alert")).to_contain_text("The question is empty")
    assert answers.questions == []


def test_a_refused_question_stays_in_the_box(visit: Visit) -> None:
    visit.ask("too long")
    expect(visit.page.get_by_role("alert")).to_contain_text("at most 4,000 are read")
    expect(visit.page.locator("#question textarea")).to_have_value("too long")


@pytest.mark.parametrize("visit", [(1440, 900, "zh-CN")], indirect=True)
def test_a_refusal_is_in_the_language_of_the_page(visit: Visit) -> None:
    visit.ask("too long")
    expect(visit.page.get_by_role("alert")).to_have_text(
        "问题有 9,000 个字符，最多读取 4,000 个；请一次只问一件事，长文本请作为文档导入"
    )


def test_a_fault_is_one_line_without_a_traceback(visit: Visit) -> None:
    visit.ask("boom")
    expect(visit.page.get_by_role("alert")).to_contain_text("fault in the assistant")
    assert "RuntimeError" not in visit.page.content()


def test_stop_ends_the_writing_and_keeps_the_sources(visit: Visit, answers: FixedAnswers) -> None:
    answers.pause_s = 0.4
    visit.ask(QUESTION)
    visit.page.locator(".mw-source").first.wait_for()
    visit.page.locator("#stop").click()
    expect(visit.page.locator("#current")).to_contain_text("Stopped.")
    expect(visit.page.locator(".mw-source")).to_have_count(2)
    expect(visit.page.locator("#ask")).to_be_visible()
    limit = time.monotonic() + 5
    while not answers.closed and time.monotonic() < limit:
        time.sleep(0.05)
    assert answers.closed == 1
    expect(visit.page.locator("#current")).to_contain_text("Stopped.")


def test_a_conversation_is_remembered_until_a_new_one(visit: Visit, answers: FixedAnswers) -> None:
    visit.ask(QUESTION)
    expect(visit.page.locator(".mw-supported")).to_be_visible()
    visit.ask("And at 20 °C?")
    expect(visit.page.locator("#current .mw-asked")).to_have_text("And at 20 °C?")
    expect(visit.page.locator("#earlier .mw-asked")).to_have_text(QUESTION)
    visit.page.locator("#new").click()
    expect(visit.page.locator(".mw-welcome")).to_be_visible()
    visit.ask("Anew?")
    expect(visit.page.locator(".mw-supported")).to_be_visible()
    assert [count for _, _, count in answers.questions] == [0, 1, 0]


def test_what_it_is_about_is_shown_and_can_be_forgotten(visit: Visit, answers: FixedAnswers) -> None:
    expect(visit.page.locator("#about")).to_be_hidden()
    visit.ask(QUESTION)
    expect(visit.page.locator("#about")).to_contain_text("Machine P-101")
    visit.page.locator("#forget").click()
    expect(visit.page.locator("#about")).to_be_hidden()
    expect(visit.page.locator("#current .mw-asked")).to_have_text(QUESTION)
    visit.ask("And at 20 °C?")
    expect(visit.page.locator("#current .mw-asked")).to_have_text("And at 20 °C?")
    expect(visit.page.locator("#about")).to_contain_text("Machine P-101")
    assert [card.machine for card in answers.about] == ["", ""]


def test_a_conversation_goes_on_after_the_page_was_closed(visit: Visit, answers: FixedAnswers) -> None:
    page = visit.page
    visit.ask(QUESTION)
    expect(page.locator(".mw-supported")).to_be_visible()
    page.reload()
    page.locator(".mw-summary", has_text="214").wait_for(state="attached")
    expect(page.locator(".mw-welcome")).to_be_visible()
    page.locator("#kept > button").click()
    choose(visit, QUESTION)
    page.locator("#kept-open").click()
    expect(page.locator("#current .mw-asked")).to_have_text(QUESTION)
    expect(page.locator(".mw-source").first.locator("blockquote")).to_have_text(HEAD_LINE)
    expect(page.locator("#about")).to_contain_text("Machine P-101")
    visit.ask("And at 20 °C?")
    expect(page.locator("#current .mw-asked")).to_have_text("And at 20 °C?")
    expect(page.locator(".mw-supported").first).to_be_visible()
    assert [count for _, _, count in answers.questions] == [0, 1]


def test_a_kept_conversation_is_renamed_and_deleted_and_no_one_else_sees_it(
    visit: Visit, browser: Browser
) -> None:
    page = visit.page
    visit.ask("Secret of ann?")
    expect(page.locator(".mw-supported")).to_be_visible()
    other = browser.new_context()
    stranger = Visit(other.new_page(), visit.address)
    stranger.page.goto(visit.address)
    stranger.page.locator("#kept > button").click()
    stranger.page.locator("#kept-picker input").click()
    expect(stranger.page.get_by_role("option", name="None was kept yet")).to_be_visible()
    assert "Secret of ann" not in stranger.page.content()
    other.close()
    page.locator("#kept > button").click()
    choose(visit, "Secret of ann?")
    page.locator("#kept-title :is(input, textarea)").fill("Suction head")
    page.locator("#kept-rename").click()
    choose(visit, "Suction head")
    page.once("dialog", lambda dialog: dialog.dismiss())
    with page.expect_response("**/run/predict*"):
        page.locator("#kept-delete").click()
    choose(visit, "Suction head")
    page.once("dialog", lambda dialog: dialog.accept())
    page.locator("#kept-delete").click()
    expect(page.locator(".mw-welcome")).to_be_visible()
    page.locator("#kept-picker input").click()
    expect(page.get_by_role("option", name=re.compile("Suction head"))).to_have_count(0)


def choose(visit: Visit, title: str) -> None:
    """Choose a kept conversation by its title."""
    picker = visit.page.locator("#kept-picker input")
    picker.click()
    visit.page.get_by_role("option", name=re.compile(re.escape(title))).first.click()


def test_a_machine_narrows_the_search_and_shows_its_documents(visit: Visit, answers: FixedAnswers) -> None:
    held = visit.page.locator("#held")
    expect(held).to_be_hidden()
    visit.page.locator("#machine input").click()
    visit.page.get_by_role("option", name="P-101").click()
    expect(held).to_contain_text("Documents of P-101: 2")
    expect(held.get_by_role("listitem")).to_have_text([f"{TITLE} rev. C", "Start-up of the pump"])
    visit.ask(QUESTION)
    expect(visit.page.locator(".mw-supported")).to_be_visible()
    assert answers.questions[0][1] == {"machine": "P-101"}


def test_enter_that_chooses_a_character_does_not_send(visit: Visit, answers: FixedAnswers) -> None:
    box = visit.page.locator("#question textarea")
    box.fill("泵")
    composing = "new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true})"
    box.evaluate(f"box => box.dispatchEvent({composing})")
    box.press_sequentially("压头")
    box.press("Enter")
    expect(visit.page.locator(".mw-supported")).to_be_visible()
    assert [question for question, _, _ in answers.questions] == ["泵压头"]


def test_the_answer_does_not_push_the_page_about(visit: Visit, answers: FixedAnswers) -> None:
    answers.pause_s = 0.08
    visit.page.evaluate(_SUM_OF_SHIFTS)
    visit.ask(QUESTION)
    expect(visit.page.locator(".mw-supported")).to_be_visible()
    assert visit.page.evaluate("window.shift") < 0.1


@pytest.mark.parametrize(
    ("visit", "most"),
    [((*size, "en"), most) for size, most in zip(SIZES, (0.15, 0.1, 0.1), strict=True)],
    indirect=["visit"],
)
def test_a_long_answer_does_not_push_the_page_about(visit: Visit, most: float, answers: FixedAnswers) -> None:
    answers.text = "\n".join(
        f"{step}. Open valve {step} and wait until the pressure has settled, then read the gauge again. [1]"
        for step in range(1, 13)
    )
    answers.pause_s = 0.01
    visit.page.evaluate(_SUM_OF_SHIFTS)
    visit.ask(QUESTION)
    expect(visit.page.locator(".mw-supported")).to_be_visible()
    expect(visit.page.locator("#current .mw-text")).to_contain_text("12. Open valve")
    assert visit.page.evaluate("window.shift") < most


@pytest.mark.parametrize("visit", [(*size, "en") for size in SIZES], indirect=True)
def test_sources_and_answer_are_seen_at_once(visit: Visit, answers: FixedAnswers) -> None:
    answers.pause_s = 0.15
    visit.ask(QUESTION)
    expect(visit.page.locator(".mw-unchecked")).to_be_in_viewport()
    expect(visit.page.locator(".mw-warning")).to_be_in_viewport(ratio=1)
    expect(visit.page.locator(".mw-source blockquote").first).to_be_in_viewport(ratio=1)
    expect(visit.page.locator(".mw-supported")).to_be_in_viewport(ratio=1)
    expect(visit.page.locator(".mw-source blockquote").first).to_be_in_viewport(ratio=1)


def test_a_question_sent_before_the_page_knows_its_language_is_answered_in_it(
    profiles: Profiles, address: str, answers: FixedAnswers
) -> None:
    answers.reset()
    page = profiles.page(1440, 900, "zh-CN", "light")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/gradio_api/run/predict*", hold)
    page.goto(address)
    Visit(page, address).ask(QUESTION)
    expect(page.locator(".mw-supported")).to_have_text("✓有文档依据")
    assert held
    page.close()


@pytest.mark.parametrize(
    "visit",
    [(width, height, language) for width, height in SIZES for language in ("en", "zh-CN")],
    indirect=True,
    ids=lambda size: f"{size[2][:2]}-{size[0]}",
)
def test_the_page_fits_and_can_be_touched(visit: Visit, answers: FixedAnswers) -> None:
    page, width = visit.page, visit.page.viewport_size["width"] if visit.page.viewport_size else 0
    language = page.evaluate("navigator.language")[:2]
    expect(page.locator("#ask")).to_have_text("提问" if language == "zh" else "Ask")
    SCREENS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENS / f"{language}-{width}-start.png", full_page=True)
    answers.unsupported = ("The pump must be replaced every 90 days.",)
    visit.ask("泵的最小吸入压头是多少？" if language == "zh" else QUESTION)
    expect(page.locator(".mw-partly")).to_be_visible()
    page.screenshot(path=SCREENS / f"{language}-{width}-answer.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for control in page.locator("#ask, #new, #forget, #language label, #machine input, .mw-open").all():
        box = control.bounding_box()
        assert box is not None
        assert box["height"] >= 44
    page.locator(".mw-open").first.click()
    expect(page.frame_locator(".mw-viewer-frame").locator("img")).to_be_visible()
    page.screenshot(path=SCREENS / f"{language}-{width}-page.png")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator(".mw-viewer-close").click()
    visit.ask("What does alarm T-800 mean?")
    expect(page.locator("#current .mw-declined")).to_be_visible()
    visit.ask("too long")
    expect(page.get_by_role("alert")).to_be_in_viewport(ratio=1)
    page.screenshot(path=SCREENS / f"{language}-{width}-declined-and-error.png")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_dark_page_is_dark(visit: Visit) -> None:
    visit.page.goto(f"{visit.address}/?__theme=dark")
    visit.page.get_by_text("214").first.wait_for()
    visit.ask(QUESTION)
    expect(visit.page.locator(".mw-supported")).to_be_visible()
    ground = visit.page.locator(".gradio-container").evaluate("all => getComputedStyle(all).backgroundColor")
    assert ground == "rgb(16, 22, 28)"
    SCREENS.mkdir(parents=True, exist_ok=True)
    visit.page.screenshot(path=SCREENS / "en-1440-dark.png")
