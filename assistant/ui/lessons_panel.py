"""The panel of what incidents teach: looked at by all, corrected by experts."""

from dataclasses import dataclass
from typing import Any

import gradio as gr

from assistant.access.records import may
from assistant.lessons.labels import speaker
from assistant.lessons.records import AXES, Axis
from assistant.records import Language
from assistant.ui.gap_session import Told
from assistant.ui.lessons_session import LessonsSession
from assistant.ui.who import language_in, principal_in

_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
_HOLDS = ("incident", "work_order", "none")


@dataclass(frozen=True, slots=True)
class LessonsPanel:
    """The panel's components."""

    panel: gr.Accordion
    look: gr.Button
    view: gr.HTML
    correcting: gr.Accordion
    incident: gr.Dropdown
    axis: gr.Dropdown
    code: gr.Dropdown
    by: gr.Textbox
    correct: gr.Button
    take_back: gr.Button
    document: gr.Dropdown
    holds: gr.Dropdown
    say: gr.Button
    told: gr.HTML

    @property
    def labelled(self) -> list[Any]:
        """What `LessonsCallbacks.relabel` fills, in its order."""
        choosing = [self.incident, self.axis, self.code, self.by, self.document, self.holds]
        return [self.panel, self.look, self.correcting, *choosing, self.correct, self.take_back, self.say]


def lessons_panel(language: Language) -> LessonsPanel:
    """Build the panel where it is called, closed."""
    say = speaker(language)
    with gr.Accordion(
        say("panel"), open=False, visible=False, elem_id="lessons", elem_classes="mw-fold"
    ) as panel:
        look = _button(say("look"), "lessons-look", "mw-primary")
        view = gr.HTML("", elem_id="lessons-view", apply_default_css=False, js_on_load=None)
        with gr.Accordion(
            say("correcting"), open=False, visible=False, elem_id="lessons-correct", elem_classes="mw-inner"
        ) as correcting:
            with gr.Row(elem_classes="mw-fold-row"):
                incident = _picker(say("which"), "lessons-incident")
                axis = _picker(say("axis"), "lessons-axis")
                code = _picker(say("code"), "lessons-code")
                by = gr.Textbox(label=say("by"), max_lines=1, elem_id="lessons-by", elem_classes="mw-line")
            with gr.Row(elem_classes="mw-fold-row"):
                correct = _button(say("correct"), "lessons-do", "mw-primary")
                take_back = _button(say("take_back"), "lessons-back")
            with gr.Row(elem_classes="mw-fold-row"):
                document = _picker(say("which_document"), "lessons-document")
                holds = _picker(say("what_it_holds"), "lessons-holds")
            said = _button(say("say"), "lessons-say")
            told = gr.HTML("", elem_id="lessons-told", apply_default_css=False, js_on_load=None)
    return LessonsPanel(
        panel,
        look,
        view,
        correcting,
        incident,
        axis,
        code,
        by,
        correct,
        take_back,
        document,
        holds,
        said,
        told,
    )


class LessonsCallbacks:
    """The callbacks; methods, because Gradio looks at their signatures."""

    def __init__(self, session: LessonsSession) -> None:
        self._session = session

    def open_page(self, request: gr.Request) -> list[Any]:
        """The panel as the page is opened: there for whoever may use it."""
        return self.relabel(language_in(request), "mode", request)

    def relabel(self, language: Language, axis: str | None, request: gr.Request) -> list[Any]:
        """Every word of the panel in the chosen language; what is chosen stays so."""
        say, (correcting, nameless) = speaker(language), self._session.may_correct()
        axes = [(say(name), name) for name in AXES]
        holds = [(say("by_itself"), ""), *((say(name), name) for name in _HOLDS)]
        return [
            gr.Accordion(label=say("panel"), visible=may(principal_in(request), "lessons")),
            gr.Button(say("look")),
            gr.Accordion(label=say("correcting"), visible=correcting),
            gr.Dropdown(label=say("which")),
            gr.Dropdown(label=say("axis"), choices=axes, value=axis or "mode"),
            gr.Dropdown(label=say("code"), choices=self._session.codes(_axis(axis), language)),
            # Whoever is logged in signs by their own name.
            gr.Textbox(label=say("by"), visible=nameless),
            gr.Dropdown(label=say("which_document")),
            gr.Dropdown(label=say("what_it_holds"), choices=holds),
            gr.Button(say("correct")),
            gr.Button(say("take_back")),
            gr.Button(say("say")),
        ]

    def look(self, language: Language) -> list[Any]:
        """What the incidents teach, and what can be corrected."""
        shown = self._session.shown(language)
        return [
            shown,
            gr.Dropdown(choices=[("", ""), *self._session.incidents()]),
            gr.Dropdown(choices=[("", ""), *self._session.documents()]),
        ]

    def again(self, language: Language, shown: str | None) -> Any:
        """What is shown, in the chosen language; nothing where nothing is."""
        return self._session.shown(language) if shown else ""

    def codes(self, incident: str | None, axis: str | None, language: Language) -> Any:
        """The codes of the chosen axis; what a model proposes for the incident is chosen already."""
        proposed = self._session.proposed(incident or "", _axis(axis))
        return gr.Dropdown(
            choices=self._session.codes(_axis(axis), language, proposed), value=proposed or None
        )

    def correct(
        self, incident: str | None, axis: str | None, code: str | None, by: str | None, language: Language
    ) -> list[Any]:
        """Keep a code."""
        told = self._session.correct(incident or "", axis or "", code or "", by or "", language)
        return self._changed(told, language)

    def take_back(self, incident: str | None, axis: str | None, language: Language) -> list[Any]:
        """Forget what was said."""
        return self._changed(self._session.take_back(incident or "", axis or "", language), language)

    def say(self, doc: str | None, holds: str | None, by: str | None, language: Language) -> list[Any]:
        """Keep what a document holds."""
        return self._changed(self._session.say(doc or "", holds or "", by or "", language), language)

    def _changed(self, told: Told, language: Language) -> list[Any]:
        """What was done, and what the incidents teach since."""
        return [told.html, self._session.shown(language) if told.done else gr.skip()]


def tie_lessons_panel(
    panel: LessonsPanel, callbacks: LessonsCallbacks, page: gr.Blocks, language: gr.Radio
) -> None:
    """Connect the panel."""
    at_once = {**_QUIET, "queue": False}
    waiting = {**_QUIET, "show_progress": "minimal", "show_progress_on": panel.view, "concurrency_limit": 2}
    found = [panel.view, panel.incident, panel.document]
    page.load(callbacks.open_page, None, panel.labelled, **at_once)
    language.input(callbacks.relabel, [language, panel.axis], panel.labelled, **at_once).then(
        callbacks.again, [language, panel.view], panel.view, **waiting
    )
    panel.look.click(callbacks.look, language, found, **waiting)
    chosen = [panel.incident, panel.axis]
    for picker in chosen:
        picker.input(callbacks.codes, [*chosen, language], panel.code, **at_once)
    changed = [panel.told, panel.view]
    correcting = [*chosen, panel.code, panel.by, language]
    saying = [panel.document, panel.holds, panel.by, language]
    panel.correct.click(callbacks.correct, correcting, changed, **waiting)
    panel.take_back.click(callbacks.take_back, [*chosen, language], changed, **waiting)
    panel.say.click(callbacks.say, saying, changed, **waiting)


def _axis(name: str | None) -> Axis:
    return next((axis for axis in AXES if axis == name), AXES[0])


def _picker(label: str, name: str) -> gr.Dropdown:
    return gr.Dropdown([("", "")], value="", label=label, elem_id=name, elem_classes="mw-machine")


def _button(label: str, name: str, *classes: str) -> gr.Button:
    return gr.Button(label, elem_id=name, elem_classes=["mw-lib-button", *classes])
