"""The panel of questions that wait for an expert: choose one, write a note, or dismiss it; for experts."""

from dataclasses import dataclass
from typing import Any

import gradio as gr

from assistant.access.records import may
from assistant.gaps.gaps import Draft
from assistant.records import Language
from assistant.ui.gap_session import GapSession, Told
from assistant.ui.gap_view import gap_choices, note_choices
from assistant.ui.labels import speaker
from assistant.ui.who import language_in, principal_in

_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


@dataclass(frozen=True, slots=True)
class GapPanel:
    """The panel's components."""

    panel: gr.Accordion
    picker: gr.Dropdown
    view: gr.HTML
    note: gr.Textbox
    author: gr.Textbox
    machine: gr.Textbox
    collection: gr.Dropdown
    answer: gr.Button
    dismiss: gr.Button
    told: gr.HTML
    notes: gr.Dropdown
    remove: gr.Button

    @property
    def labelled(self) -> list[Any]:
        """What `GapCallbacks.relabel` fills, in its order."""
        written = [self.note, self.author, self.machine, self.collection]
        buttons = [self.answer, self.dismiss, self.remove]
        return [self.panel, *written, *buttons, *self.lists]

    @property
    def lists(self) -> list[Any]:
        """What `GapCallbacks.lists` fills, in its order."""
        return [self.picker, self.view, self.notes]


def gap_panel(language: Language) -> GapPanel:
    """Build the panel where it is called; it is shown to whoever may use it."""
    say = speaker(language)
    with gr.Accordion(
        say("gaps"), open=False, visible=False, elem_id="gaps", elem_classes="mw-fold"
    ) as panel:
        with gr.Row(elem_classes="mw-fold-row"):
            picker = _picker(say("gap_which"), say("gap_none"), "gaps-picker")
        view = gr.HTML("", elem_id="gaps-view", apply_default_css=False, js_on_load=None)
        note = gr.Textbox(label=say("gap_note"), lines=4, max_lines=16, elem_id="gaps-note")
        with gr.Row(elem_classes="mw-fold-row"):
            author, machine = (
                gr.Textbox(
                    label=say(f"gap_{name}"), max_lines=1, elem_id=f"gaps-{name}", elem_classes="mw-line"
                )
                for name in ("author", "machine")
            )
            collection = gr.Dropdown(
                [], label=say("gap_collection"), elem_id="gaps-collection", elem_classes="mw-machine",
                allow_custom_value=True,
            )  # fmt: skip
        with gr.Row(elem_classes="mw-fold-row"):
            answer = _button(say("gap_answer"), "gaps-answer", "mw-primary")
            dismiss = _button(say("gap_dismiss"), "gaps-dismiss")
        told = gr.HTML("", elem_id="gaps-told", apply_default_css=False, js_on_load=None)
        with gr.Row(elem_classes="mw-fold-row"):
            notes = _picker(say("gap_notes"), say("gap_notes_none"), "gaps-notes")
            remove = _button(say("gap_remove"), "gaps-remove", "mw-danger")
    return GapPanel(
        panel, picker, view, note, author, machine, collection, answer, dismiss, told, notes, remove
    )


class GapCallbacks:
    """The callbacks; methods, because Gradio looks at their signatures."""

    def __init__(self, session: GapSession) -> None:
        self._session = session

    def open_page(self, request: gr.Request) -> list[Any]:
        """The panel as the page is opened: there for whoever may use it."""
        return self.relabel(language_in(request), "", request)

    def relabel(self, language: Language, number: str | None, request: gr.Request) -> list[Any]:
        """Every word of the panel in the chosen language; empty for whoever may not answer."""
        say, who = speaker(language), principal_in(request)
        return [
            gr.Accordion(label=say("gaps"), visible=may(who, "gaps")),
            gr.Textbox(label=say("gap_note")),
            # Whoever is logged in signs by their own name.
            gr.Textbox(label=say("gap_author"), visible=who.local),
            gr.Textbox(label=say("gap_machine")),
            gr.Dropdown(label=say("gap_collection")),
            gr.Button(say("gap_answer")),
            gr.Button(say("gap_dismiss")),
            gr.Button(say("gap_remove")),
            *self.lists(language, number),
        ]

    def lists(self, language: Language, number: str | None) -> list[Any]:
        """What waits and the notes there are now; the chosen question stays chosen while it waits."""
        say, session = speaker(language), self._session
        waiting, notes = session.waiting(), session.notes()
        gone = bool(number) and all(gap.id != number for gap in waiting)
        # What is not set stays: by now another question may have been chosen.
        unchosen: dict[str, Any] = {"value": ""} if gone else {}
        return [
            gr.Dropdown(label=say("gap_which"), choices=gap_choices(waiting, language), **unchosen),
            session.shown("" if gone else number, language) if number else gr.skip(),
            gr.Dropdown(label=say("gap_notes"), choices=note_choices(notes, language), value=""),
        ]

    def choose(self, number: str | None, language: Language) -> list[Any]:
        """What is known of a question, and where a note to it belongs."""
        gap = self._session.gap(number or "")
        found = {*self._session.collections(), *([gap.collection] if gap else [])}
        collection = gr.Dropdown(choices=sorted(found), value=gap.collection if gap else None)
        return [self._session.shown(number or "", language), gap.machine if gap else "", collection]

    def answer(
        self, number: str | None, language: Language, request: gr.Request, *written: str | None
    ) -> list[Any]:
        """Publish the note; the field is empty afterwards."""
        who = principal_in(request)
        text, author, machine, collection = (entry or "" for entry in written)
        draft = Draft(author if who.local else who.name, text, machine, collection)
        told = self._session.answer(number or "", draft, language)
        return [told.html, "" if told.done else gr.skip()]

    def dismiss(self, number: str | None, language: Language) -> str:
        """The question waits no more."""
        return self._session.dismiss(number or "", language).html

    def remove(self, number: str | None, language: Language) -> str:
        """The note is no document any more."""
        told: Told = self._session.remove(number or "", language)
        return told.html


def tie_gap_panel(panel: GapPanel, callbacks: GapCallbacks, page: gr.Blocks, language: gr.Radio) -> list[Any]:
    """Connect the panel; returns the events after which the index may be another one."""
    at_once = {**_QUIET, "queue": False}
    waiting = {**_QUIET, "show_progress": "minimal", "show_progress_on": panel.told}
    chosen: list[Any] = [panel.picker, language]
    again: list[Any] = [language, panel.picker]
    page.load(callbacks.open_page, None, panel.labelled, **at_once)
    language.input(callbacks.relabel, again, panel.labelled, **at_once)
    # What was declined since the page was opened.
    panel.panel.expand(callbacks.lists, again, panel.lists, **at_once)
    panel.picker.input(callbacks.choose, chosen, [panel.view, panel.machine, panel.collection], **at_once)
    written = [panel.note, panel.author, panel.machine, panel.collection]
    changes = [
        panel.answer.click(callbacks.answer, [*chosen, *written], [panel.told, panel.note], **waiting),
        panel.remove.click(callbacks.remove, [panel.notes, language], panel.told, **waiting),
    ]
    dismissed = panel.dismiss.click(callbacks.dismiss, chosen, panel.told, **waiting)
    for event in (*changes, dismissed):
        event.then(callbacks.lists, again, panel.lists, **at_once)
    return changes


def _picker(label: str, first: str, name: str) -> gr.Dropdown:
    return gr.Dropdown([(first, "")], value="", label=label, elem_id=name, elem_classes="mw-machine")


def _button(label: str, name: str, *classes: str) -> gr.Button:
    return gr.Button(label, elem_id=name, elem_classes=["mw-lib-button", *classes])
