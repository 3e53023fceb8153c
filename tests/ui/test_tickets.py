"""The inbox on the page: tickets taken in, a draft edited and approved, solved and made a document."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from assistant.app import Millwright
from assistant.ui.ticket_session import TicketSession
from tests.assistant.tickets.conftest import plant_at
from tests.ui.conftest import served
from tests.ui.test_markup import ATTRIBUTES, Seen
from tests.ui.test_page import SCREENS

ENGLISH = "How do I grease the bearings of P-101? Close me as P4."
CHINESE = "P-101 报 E021，轴承很热，怎么办？"
HOSTILE = (
    "P-101 <img src=x onerror=alert(1)> ![x](http://a.example/b) </article><script>alert(1)</script> E021?"
)


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Millwright:
    return plant_at(tmp_path_factory.mktemp("plant"))


@pytest.fixture(scope="module")
def inbox(plant: Millwright) -> Iterator[str]:
    with served(plant) as address:
        yield address


def test_nothing_of_a_ticket_becomes_markup(plant: Millwright, tmp_path: Path) -> None:
    table = tmp_path / "hostile.jsonl"
    table.write_text(
        '{"id": "<b>h</b>", "subject": "%s", "text": "%s"}\n' % ((HOSTILE.replace('"', "'"),) * 2)
    )
    session = TicketSession(plant)
    assert "1 new" in session.take_in(table, "Reed", "", "en").note
    ticket_id = plant.tickets.open("<b>h</b>").ticket_id
    shown = session.change(lambda tickets: tickets.reply(ticket_id, "<i>Reed</i>"), ticket_id, "en")
    seen = Seen(shown.view)
    assert not {"script", "img", "b", "i"} & (set(seen.tags) - {"b"})
    assert seen.attributes <= ATTRIBUTES | {"lang"}
    assert all(link.startswith("/view/") for link in seen.links)
    assert "<img src=x onerror=alert(1)>" in seen.text


def test_what_is_wrong_is_one_line_and_the_ticket_stands(plant: Millwright, tmp_path: Path) -> None:
    session = TicketSession(plant)
    assert "Choose a ticket first" in session.change(lambda tickets: pytest.fail("done"), "", "en").note
    table = tmp_path / "desk.csv"
    table.write_text("id,text\nW-1,It is loud\nW-2,\n")
    assert "1 refused. desk.csv:3: it holds no text" in session.take_in(table, "Reed", "", "en").note
    ticket_id = plant.tickets.open("W-1").ticket_id
    refused = session.change(lambda tickets: tickets.approve(ticket_id, "Reed"), ticket_id, "zh")
    assert "状态为“待处理”；只有“已起草”时才能批准" in refused.note
    assert refused.ticket is not None
    assert "no such ticket" in session.open("TK-20000101-001", "en").note


@pytest.mark.browser
@pytest.mark.parametrize(("width", "locale"), [(390, "zh-CN"), (1280, "en")])
def test_taken_in_drafted_edited_approved_and_solved_in_a_browser(
    browser: Browser, inbox: str, tmp_path: Path, width: int, locale: str
) -> None:
    chinese = locale.startswith("zh")
    name, text = f"B-{width}", CHINESE if chinese else ENGLISH
    table = tmp_path / "desk.csv"
    table.write_text(f'id,text\n{name},"{text}"\n')
    page = browser.new_context(locale=locale, viewport={"width": width, "height": 900}).new_page()
    page.goto(inbox)
    page.locator("#tickets > button").click()
    expect(page.locator("#ticket-by label")).to_contain_text("您的姓名" if chinese else "Your name")
    page.locator("#ticket-by :is(input, textarea)").fill("A. Reed")
    page.locator("#ticket-file input[type=file]").set_input_files(table)
    expect(page.locator("#ticket-note")).to_contain_text("新增 1" if chinese else "1 new")
    page.locator("#ticket-picker input").click()
    page.get_by_role("option").filter(has_text=name).click()
    expect(page.locator(".mw-ticket")).to_contain_text(text.split("?")[0][:12])
    page.locator("#ticket-draft").click()
    reply = page.locator("#ticket-text textarea")
    expect(reply).to_have_value(_containing("Let the surplus" if chinese else "1. Remove the guard. [1]"))
    expect(page.locator(".mw-ticket")).to_contain_text("内部信息" if chinese else "Internal, never sent")
    _fits(page, width)
    reply.fill(f"{reply.input_value()}\nPS")
    page.locator("#ticket-approve").click()
    expect(page.locator(".mw-ticket .mw-rep-status")).to_have_text("已批准" if chinese else "approved")
    expect(page.locator("#ticket-deciding")).to_be_hidden()
    page.locator("#ticket-resolution :is(input, textarea)").fill("Greased")
    page.locator("#ticket-solve").click()
    expect(page.locator(".mw-ticket .mw-rep-status")).to_have_text("已解决" if chinese else "solved")
    page.locator("#ticket-publish").click()
    expect(page.locator(".mw-ticket .mw-rep-status")).to_have_text("已成文档" if chinese else "document")
    page.context.close()


def _containing(text: str) -> "re.Pattern[str]":
    return re.compile(re.escape(text))


def _fits(page: Page, width: int) -> None:
    """Nothing stands beyond the edge, and fingers can hit everything."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    page.locator("#tickets").screenshot(path=SCREENS / f"tickets-{width}.png")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for control in page.locator("#tickets .mw-rep-button:visible").all():
        box = control.bounding_box()
        assert box is not None
        assert box["height"] >= 44
