"""Questions that wait for an expert, in a real browser: disliked, seen, answered, and then cited."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from assistant.access.door import Door
from assistant.access.records import ForbiddenError, Principal
from assistant.app import Millwright
from assistant.gaps.gaps import Draft
from assistant.guarded import Guarded

QUESTION = "How often are the bearings of the pump greased?"
TEXT = "The bearings of the pump are greased every 2,000 h since the new grease came in."


def ask(page: Page, question: str = QUESTION) -> None:
    page.locator("#question textarea").fill(question)
    page.locator("#question textarea").press("Enter")


def choose(page: Page, picker: str, name: str) -> None:
    page.locator(f"{picker} input").click()
    page.get_by_role("option", name=re.compile(re.escape(name))).click()


@pytest.mark.browser
def test_a_disliked_answer_is_mended_by_an_expert_and_then_cited(opened_as: Any) -> None:
    reader = opened_as("reed")
    ask(reader)
    expect(reader.locator("#current .mw-text")).to_contain_text("3,000 h")
    reader.locator(".mw-thumb-down").click()
    reader.locator(".mw-rate-why textarea").fill("We changed the grease last year.")
    reader.locator(".mw-rate-why button").click()
    expect(reader.locator(".mw-rate-said")).to_have_text("Noted. It waits for an expert.")
    expect(reader.locator("#gaps")).to_have_count(0)
    expert = opened_as("lee", "en", 390)
    expert.locator("#gaps > button").click()
    choose(expert, "#gaps-picker", QUESTION)
    expect(expert.locator("#gaps-view")).to_contain_text("We changed the grease last year.")
    expect(expert.locator("#gaps-view")).to_contain_text("answer disliked 1×")
    expect(expert.locator("#gaps-author")).to_have_count(0)
    assert expert.evaluate("document.documentElement.scrollWidth") <= 390
    expert.locator("#gaps-answer").click()
    expect(expert.locator("#gaps-told")).to_contain_text("the note has 0 characters")
    expert.locator("#gaps-note textarea").fill(TEXT)
    expert.locator("#gaps-answer").click()
    expect(expert.locator("#gaps-told")).to_contain_text("cited as: Note of lee, 20")
    expect(expert.locator("#gaps-note textarea")).to_have_value("")
    expert.locator("#gaps-picker input").click()
    expect(expert.get_by_role("option", name=re.compile("No question waits"))).to_be_visible()
    expert.keyboard.press("Escape")
    ask(reader, f"{QUESTION} ")
    expect(reader.locator("#current .mw-text")).to_contain_text("2,000 h")
    expect(reader.locator(".mw-source", has_text="2,000 h").locator("h3")).to_contain_text("Note of lee, 20")
    choose(expert, "#gaps-notes", "Note of lee")
    expert.locator("#gaps-remove").click()
    expect(expert.locator("#gaps-told")).to_contain_text("its question waits again")
    choose(expert, "#gaps-picker", QUESTION)
    expert.locator("#gaps-dismiss").click()
    expect(expert.locator("#gaps-told")).to_contain_text("It waits no more")


@pytest.mark.browser
def test_the_pickers_follow_the_language_and_keep_what_is_chosen(opened_as: Any) -> None:
    page = opened_as("boss")
    ask(page, "How heavy is the anvil?")
    expect(page.locator(".mw-declined")).to_be_visible()
    page.locator("#gaps > button").click()
    page.locator("#library > button").click()
    choose(page, "#gaps-picker", "How heavy is the anvil?")
    expect(page.locator("#gaps-view")).to_contain_text("How heavy is the anvil?")
    shown = page.locator("#gaps-picker input")
    expect(page.locator("#library-picker input")).to_have_value("None was added on this page yet")
    page.locator("#language label", has_text="中文").click()
    expect(page.locator("#library-picker input")).to_have_value("尚未在此页面添加文档")
    expect(page.locator("#gaps-view")).to_contain_text("共提问 1 次")
    expect(shown).to_have_value(re.compile("How heavy is the anvil"))
    page.locator("#gaps-dismiss").click()
    expect(shown).not_to_have_value(re.compile("anvil"))
    expect(page.locator("#gaps-view")).to_be_empty()


@pytest.mark.browser
def test_a_declined_question_waits_and_the_panel_speaks_chinese(opened_as: Any) -> None:
    page = opened_as("boss", "zh-CN")
    ask(page, "减速机 GB-1 多久换油？")
    expect(page.locator(".mw-declined")).to_be_visible()
    page.locator("#gaps > button").click()
    expect(page.locator("#gaps > button")).to_contain_text("等待专家解答的问题")
    choose(page, "#gaps-picker", "减速机 GB-1 多久换油？")
    expect(page.locator("#gaps-view")).to_contain_text("共提问 1 次：文档中没有答案 1 次")
    page.locator("#gaps-note textarea").fill("减速机 GB-1 每 4000 小时换油。")
    page.locator("#gaps-answer").click()
    expect(page.locator("#gaps-told")).to_contain_text("boss 的备注，20")
    ask(page, "减速机 GB-1 多久换油？ ")
    expect(page.locator("#current .mw-text")).to_contain_text("4000 小时")


def test_who_may_not_answer_is_given_no_questions(staffed: tuple[Millwright, Door]) -> None:
    millwright, door = staffed
    reader, expert = (Principal("1", "x", role) for role in ("technician", "expert"))
    with pytest.raises(ForbiddenError, match="does not allow this"):
        Guarded(millwright, lambda: reader, door.questions).answering.open()
    # An expert who may read no collection sees none of its questions.
    asked = millwright.ask("How heavy is the flywheel?")
    millwright.gaps.declined(asked)
    gaps = Guarded(millwright, lambda: expert, door.questions).answering
    assert gaps.open() == []
    number = next(gap.id for gap in millwright.gaps.open() if gap.question == asked.question)
    with pytest.raises(Exception, match="there is no question"):
        gaps.answer(number, Draft("x", "It weighs 85 kg."))
