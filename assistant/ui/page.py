"""The technician's page: one question box, the answer, and the pages it stands on."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from assistant.desk import Desk
from assistant.records import Language
from assistant.ui import render, sources
from assistant.ui.callbacks import Callbacks
from assistant.ui.conversation import Conversation
from assistant.ui.gap_panel import GapCallbacks, gap_panel, tie_gap_panel
from assistant.ui.gap_session import GapSession
from assistant.ui.kept import KeptTalks
from assistant.ui.kept_panel import KeptCallbacks, OnPage, kept_panel, tie_kept_panel
from assistant.ui.labels import LANGUAGES, speaker
from assistant.ui.lessons_panel import LessonsCallbacks, lessons_panel, tie_lessons_panel
from assistant.ui.lessons_session import LessonsSession
from assistant.ui.library_panel import LibraryCallbacks, library_panel, tie_library_panel
from assistant.ui.library_session import LibrarySession
from assistant.ui.log_panel import log_panel, tie_log_panel
from assistant.ui.questions import QuestionPanel, question_panel
from assistant.ui.rating_script import RATING_SCRIPT
from assistant.ui.report_panel import report_panel, tie_report_panel
from assistant.ui.script import SCRIPT, SPEAK
from assistant.ui.service import Assistant
from assistant.ui.talk import NEW_TALK
from assistant.ui.ticket_panel import ticket_panel, tie_ticket_panel
from assistant.ui.toast_script import toast_script

_SHEETS = ("style.css", "logs.css", "kept.css", "rating.css", "library.css", "reports.css", "lessons.css")
STYLES = [Path(__file__).with_name(name) for name in _SHEETS]
HEAD = f"<script>{SCRIPT}{RATING_SCRIPT}{toast_script()}</script>"
_OTHER_THREADS = 16
"""For what is neither asked nor stopped: a page that is opened, a language that is changed."""
_KEPT_PAGES = 300
"""Opened pages whose state is kept, each about 0.3 MB; Gradio would keep 10,000, closed ones among them."""
_SYSTEM_FONTS = ("system-ui", "Segoe UI", "Roboto", "Noto Sans CJK SC", "Microsoft YaHei", "sans-serif")


@dataclass(frozen=True, slots=True)
class _Parts:
    """The components that callbacks change."""

    banner: gr.HTML
    language: gr.Radio
    asking: QuestionPanel
    error: gr.HTML
    current: gr.HTML
    earlier: gr.HTML
    sources: gr.HTML
    tools: gr.HTML
    state: gr.HTML
    talk: gr.State
    asked: gr.State
    opened: gr.State


def theme() -> gr.themes.Base:
    """Gradio's plainest theme with the system's own fonts, so that none is fetched."""
    return gr.themes.Base(font=_SYSTEM_FONTS, font_mono=("ui-monospace", "Consolas", "monospace"))


def build_page(assistant: Assistant, examples: Sequence[str], desk: Desk) -> gr.Blocks:
    """Lay the page out and tie its callbacks.

    Args:
        examples: Questions offered on buttons before the first one is asked.
        desk: Says who is answered; Gradio's own queue, which knows no evidence, holds no one back.
    """
    conversation = Conversation(assistant, desk)
    callbacks = Callbacks(conversation)
    page: gr.Blocks
    # A log that was uploaded stays for an hour, so that it can be read again, and never longer.
    kept = (600, 3600)
    with gr.Blocks(title="Millwright", analytics_enabled=False, fill_width=True, delete_cache=kept) as page:
        parts = _layout(examples)
        with gr.Column(elem_classes="mw-tools"):
            talks = kept_panel("en")
            logs = log_panel("en")
            reports = report_panel("en")
            tickets = ticket_panel("en")
            lessons = lessons_panel("en")
            gaps, library = gap_panel("en"), library_panel("en")
        tie_log_panel(logs, assistant, page, parts.language, parts.asking.box, parts.asking.machine)
        tie_report_panel(reports, assistant, page, parts.language, parts.talk, logs.report)
        tie_lessons_panel(lessons, LessonsCallbacks(LessonsSession(assistant)), page, parts.language)
        tie_ticket_panel(tickets, assistant, page, parts.language)
        running = _tie(page, parts, callbacks)
        beside = OnPage(parts.language, parts.talk, _view_outputs(parts), running)
        session = LibrarySession(assistant)
        changed = tie_library_panel(library, LibraryCallbacks(session), page, parts.language)
        changed += tie_gap_panel(gaps, GapCallbacks(GapSession(assistant)), page, parts.language)
        _follow_index(changed, parts, callbacks)
        tie_kept_panel(talks, KeptCallbacks(KeptTalks(assistant), conversation), page, beside)
    page.state_session_capacity = _KEPT_PAGES
    page.max_threads = desk.places + _OTHER_THREADS
    page.queue(max_size=page.max_threads, default_concurrency_limit=page.max_threads, api_open=False)
    return page


def _layout(examples: Sequence[str]) -> _Parts:
    language: Language = "en"
    with gr.Row(elem_classes="mw-top"):
        banner = _html(render.banner(None, language), "banner")
        switch = gr.Radio(
            list(LANGUAGES),
            value=language,
            label=speaker(language)("language"),
            elem_id="language",
            elem_classes="mw-language",
        )
    with gr.Row(elem_classes="mw-main"):
        with gr.Column(elem_classes="mw-left"):
            asking = question_panel(examples, language)
            error = _html("", "error")
            current = _html(render.welcome(language), "current")
            earlier = _html("", "earlier")
        with gr.Column(elem_classes="mw-right"):
            evidence = _html(sources.evidence((), (), language), "sources")
    tools = _html(render.tools_heading(language), "tools")
    state = _html(render.state(busy=False, begun=False, about=False), "state")
    shown = (banner, switch, asking, error, current, earlier, evidence, tools, state)
    return _Parts(*shown, talk=gr.State(NEW_TALK), asked=gr.State(""), opened=gr.State(False))


def _html(content: str, name: str) -> gr.HTML:
    """A place for HTML of ours, without Gradio's styles for prose."""
    return gr.HTML(content, elem_id=name, apply_default_css=False, js_on_load=None)


def _tie(page: gr.Blocks, parts: _Parts, callbacks: Callbacks) -> list[Any]:
    """Connect what the user does with what is shown; returns the events that answer a question."""
    panel, view, labelled = parts.asking, _view_outputs(parts), _label_outputs(parts)
    given: list[Any] = [panel.box, panel.machine, parts.language, parts.talk, parts.opened]
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    at_once = {**quiet, "queue": False}
    # The views are finished; a thread for each value of each of them would cost more than the search.
    streamed = {**quiet, "postprocess": False}
    running: list[Any] = [
        panel.ask.click(callbacks.ask, given, view, **streamed),
        panel.box.submit(callbacks.ask, given, view, **streamed),
    ]
    for button in panel.example_buttons:
        chosen = button.click(callbacks.take_example, button, panel.box, **at_once)
        running.append(chosen.then(callbacks.ask, given, view, **streamed))
    stopping: list[Any] = [parts.asked, parts.language, parts.talk]
    # First the writing ends, then the page says so: a late word must not overwrite the last one.
    ended = panel.stop.click(None, None, None, cancels=running, **at_once)
    ended.then(callbacks.stop, stopping, view[:-1], **at_once)
    panel.new.click(callbacks.start_anew, parts.language, view, cancels=running, **at_once)
    panel.forget.click(callbacks.forget_about, [parts.language, parts.talk], view, **at_once)
    panel.machine.change(callbacks.machine_chosen, [panel.machine, parts.language], panel.held, **at_once)
    switching: list[Any] = [parts.language, panel.machine, parts.talk]
    parts.language.input(callbacks.switch, switching, [parts.language, *labelled], **at_once)
    parts.language.change(None, parts.language, None, js=SPEAK, **quiet)
    page.load(callbacks.open_page, None, [parts.opened, parts.language, *labelled], **at_once)
    return running


def _follow_index(changed: Sequence[Any], parts: _Parts, callbacks: Callbacks) -> None:
    """Have the head and the picker of machines follow an index that was changed."""
    given: list[Any] = [parts.language, parts.asking.machine]
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "queue": False}
    for event in changed:
        event.then(callbacks.index_changed, given, [parts.banner, parts.asking.machine], **quiet)


def _view_outputs(parts: _Parts) -> list[Any]:
    """The components that `callbacks.changes` fills, in its order; the sources stand last."""
    panel = parts.asking
    texts = [panel.box, parts.error, parts.current, parts.earlier]
    return [*texts, panel.about, parts.talk, parts.asked, parts.state, parts.sources]


def _label_outputs(parts: _Parts) -> list[Any]:
    """The components that `Callbacks.relabel` fills, in its order."""
    panel = parts.asking
    buttons = [panel.ask, panel.stop, panel.new, panel.forget]
    texts = [parts.error, parts.current, parts.earlier, panel.about, parts.sources, parts.tools, panel.held]
    return [parts.banner, panel.box, panel.machine, *buttons, panel.heading, *texts]
