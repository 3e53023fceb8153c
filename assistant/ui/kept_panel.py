"""The panel of kept conversations: choose one, open, rename or delete it."""

from dataclasses import dataclass, replace
from typing import Any

import gradio as gr

from assistant.errors import MillwrightError
from assistant.records import Language
from assistant.ui import render
from assistant.ui.callbacks import changes, owner_in
from assistant.ui.conversation import Conversation
from assistant.ui.kept import KeptTalks
from assistant.ui.labels import speaker
from assistant.ui.script import TO_THE_ERROR, TO_THE_TOP
from assistant.ui.talk import Talk
from assistant.ui.who import language_in

_AT_ONCE: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "queue": False}
# Nothing is deleted by a slip of the finger; a refusal sends no id.
_CONFIRMED = (
    "(id, language, talk) => [id && window.confirm(language === 'zh' ? '删除该对话？无法恢复。' : "
    "'Delete this conversation? It cannot be brought back.') ? id : '', language, talk]"
)


@dataclass(frozen=True, slots=True)
class KeptPanel:
    """The panel's components."""

    panel: gr.Accordion
    picker: gr.Dropdown
    open: gr.Button
    delete: gr.Button
    title: gr.Textbox
    rename: gr.Button

    @property
    def labelled(self) -> list[Any]:
        """What `KeptCallbacks.relabel` fills, in its order."""
        return [self.panel, self.picker, self.open, self.delete, self.title, self.rename]


def kept_panel(language: Language) -> KeptPanel:
    """Build the panel where it is called, closed."""
    say = speaker(language)
    with gr.Accordion(say("kept"), open=False, elem_id="kept", elem_classes="mw-fold") as panel:
        with gr.Row(elem_classes="mw-fold-row"):
            picker = gr.Dropdown(
                [(say("kept_none"), "")],
                value="",
                label=say("kept_which"),
                elem_id="kept-picker",
                elem_classes="mw-machine",
            )
            opening = gr.Button(say("kept_open"), elem_id="kept-open")
            delete = gr.Button(say("kept_delete"), elem_id="kept-delete", elem_classes="mw-danger")
        with gr.Row(elem_classes="mw-fold-row"):
            title = gr.Textbox(
                label=say("kept_title"), max_lines=1, elem_id="kept-title", elem_classes="mw-line"
            )
            rename = gr.Button(say("kept_rename"), elem_id="kept-rename")
    return KeptPanel(panel, picker, opening, delete, title, rename)


class KeptCallbacks:
    """The callbacks; methods, because Gradio looks at their signatures."""

    def __init__(self, kept: KeptTalks, conversation: Conversation) -> None:
        self._kept, self._conversation = kept, conversation

    def refresh(self, language: Language, request: gr.Request) -> Any:
        """The list as it is now."""
        return gr.Dropdown(choices=self._kept.choices(owner_in(request), language), value="")

    def open_page(self, request: gr.Request) -> list[Any]:
        """The panel as the page is opened."""
        return self.relabel(language_in(request), request)

    def relabel(self, language: Language, request: gr.Request) -> list[Any]:
        """Every word of the panel in the chosen language."""
        say = speaker(language)
        choices = self._kept.choices(owner_in(request), language)
        return [
            gr.Accordion(label=say("kept")),
            gr.Dropdown(label=say("kept_which"), choices=choices, value=""),
            gr.Button(say("kept_open")),
            gr.Button(say("kept_delete")),
            gr.Textbox(label=say("kept_title")),
            gr.Button(say("kept_rename")),
        ]

    def open(self, number: str | None, language: Language, talk: Talk, request: gr.Request) -> list[Any]:
        """A kept conversation instead of the one on the page."""
        owner, error = owner_in(request), ""
        try:
            if number:
                talk, error = self._kept.open(owner, number, language)
        except MillwrightError as problem:
            error = str(problem)
        return self._view(talk, language, owner, error)

    def rename(
        self, number: str | None, title: str | None, language: Language, request: gr.Request
    ) -> list[Any]:
        """The list with the new title, an empty field, and what went wrong."""
        error = ""
        try:
            self._kept.rename(owner_in(request), number or "", title or "")
        except MillwrightError as problem:
            error = str(problem)
        choices = self._kept.choices(owner_in(request), language)
        renamed = gr.Dropdown(choices=choices, value=number or "")
        return [renamed, "", render.error_line(error, language)]

    def delete(self, number: str | None, language: Language, talk: Talk, request: gr.Request) -> list[Any]:
        """The page and the list without the conversation."""
        owner, error = owner_in(request), ""
        try:
            if number:
                talk = self._kept.delete(owner, number, talk)
        except MillwrightError as problem:
            error = str(problem)
        return [self.refresh(language, request), *self._view(talk, language, owner, error)]

    def _view(self, talk: Talk, language: Language, owner: str, error: str) -> list[Any]:
        shown = self._conversation.shown(talk, language, owner)
        return changes(replace(shown, error=render.error_line(error, language)))


@dataclass(frozen=True, slots=True)
class OnPage:
    """What stands on the page beside the panel.

    Args:
        talk: The conversation.
        view: What `callbacks.changes` fills, in its order; its second entry is the error line.
        answered: Events after which the list may have one more.
    """

    language: gr.Radio
    talk: gr.State
    view: list[Any]
    answered: list[Any]


def tie_kept_panel(panel: KeptPanel, callbacks: KeptCallbacks, page: gr.Blocks, beside: OnPage) -> None:
    """Connect the panel."""
    language, talk, view, answered = beside.language, beside.talk, beside.view, beside.answered
    page.load(callbacks.open_page, None, panel.labelled, **_AT_ONCE)
    language.input(callbacks.relabel, language, panel.labelled, **_AT_ONCE)
    for answering in answered:
        answering.then(callbacks.refresh, language, panel.picker, **_AT_ONCE)
    chosen = [panel.picker, language, talk]
    opened = panel.open.click(callbacks.open, chosen, view, **_AT_ONCE)
    opened.then(None, js=TO_THE_TOP, **_AT_ONCE)
    panel.delete.click(callbacks.delete, chosen, [panel.picker, *view], js=_CONFIRMED, **_AT_ONCE)
    naming = [panel.picker, panel.title, language]
    named = [panel.picker, panel.title, view[1]]
    for renaming in (panel.rename.click, panel.title.submit):
        renaming(callbacks.rename, naming, named, **_AT_ONCE).then(None, js=TO_THE_ERROR, **_AT_ONCE)
