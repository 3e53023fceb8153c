"""The panel where a question is asked: box, machine, examples, and the buttons."""

from collections.abc import Sequence
from dataclasses import dataclass

import gradio as gr

from assistant.records import Language
from assistant.ui.labels import speaker
from assistant.ui.markup import plain
from ingest.terms import han_characters


@dataclass(frozen=True, slots=True)
class QuestionPanel:
    """The panel's components."""

    box: gr.Textbox
    machine: gr.Dropdown
    held: gr.HTML
    ask: gr.Button
    stop: gr.Button
    new: gr.Button
    about: gr.HTML
    forget: gr.Button
    heading: gr.HTML
    example_buttons: tuple[gr.Button, ...]


def question_panel(examples: Sequence[str], language: Language) -> QuestionPanel:
    """Build the panel where it is called."""
    say = speaker(language)
    with gr.Column(elem_classes="mw-ask"):
        box = gr.Textbox(
            label=say("question"),
            placeholder=say("question_hint"),
            lines=1,
            max_lines=6,
            autofocus=True,
            elem_id="question",
            elem_classes="mw-box",
        )
        with gr.Row(elem_classes="mw-controls"):
            machine = gr.Dropdown(
                choices=machine_choices((), language),
                value="",
                label=say("machine"),
                elem_id="machine",
                elem_classes="mw-machine",
            )
            new = gr.Button(say("new"), elem_id="new", elem_classes="mw-quiet")
            stop = gr.Button(say("stop"), elem_id="stop", elem_classes="mw-stop")
            ask = gr.Button(say("ask"), variant="primary", elem_id="ask", elem_classes="mw-primary")
        held = gr.HTML("", elem_id="held", apply_default_css=False, js_on_load=None)
        with gr.Row(elem_classes="mw-card-row"):
            about = gr.HTML("", elem_id="about", apply_default_css=False)
            forget = gr.Button(say("forget_about"), elem_id="forget", elem_classes="mw-quiet")
    with gr.Column(elem_classes="mw-examples", visible=bool(examples)):
        heading = gr.HTML(examples_heading(language), apply_default_css=False)
        buttons = tuple(
            gr.Button(example, elem_classes=["mw-example", _language_class(example)]) for example in examples
        )
    return QuestionPanel(box, machine, held, ask, stop, new, about, forget, heading, buttons)


def _language_class(example: str) -> str:
    """By this the styles show the examples in the page's language, where there are any."""
    return "mw-chinese" if han_characters(example) else "mw-english"


def machine_choices(machines: Sequence[str], language: Language) -> list[tuple[str, str]]:
    """The picker's rows; the first one stands for every machine."""
    return [(speaker(language)("all_machines"), ""), *((name, name) for name in machines)]


def examples_heading(language: Language) -> str:
    """The word above the example questions."""
    return f'<h2 class="mw-examples-heading">{plain(speaker(language)("examples"))}</h2>'
