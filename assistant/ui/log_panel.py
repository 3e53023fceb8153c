"""The panel where a log is uploaded, shown, and its reading corrected."""

from dataclasses import dataclass
from typing import Any

import gradio as gr

from assistant.logs.labels import speaker
from assistant.logs.records import LOG_FORMATS
from assistant.logs.report import LogReport
from assistant.logs.said import column
from assistant.records import Language
from assistant.ui.log_session import Corrections, LogSession, LogShown
from assistant.ui.script import TO_THE_QUESTION
from assistant.ui.service import Assistant
from assistant.ui.who import language_in

_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


@dataclass(frozen=True, slots=True)
class LogPanel:
    """The panel's components."""

    panel: gr.Accordion
    file: gr.File
    view: gr.HTML
    ask: gr.Button
    correcting: gr.Accordion
    format: gr.Dropdown
    time: gr.Dropdown
    code: gr.Dropdown
    machine: gr.Dropdown
    day: gr.Dropdown
    gap: gr.Number
    across: gr.Checkbox
    again: gr.Button
    report: gr.State

    @property
    def said(self) -> list[Any]:
        """What `_corrections` reads, in its order."""
        return [self.format, self.time, self.code, self.machine, self.day, self.gap, self.across]

    @property
    def shown(self) -> list[Any]:
        """What `_changes` fills, in its order."""
        columns = [self.time, self.code, self.machine]
        return [self.view, self.report, self.ask, self.correcting, *columns, self.gap]

    @property
    def labelled(self) -> list[Any]:
        """What `LogCallbacks.relabel` fills, in its order."""
        fields = [self.file, *self.said, self.again]
        return [self.panel, self.correcting, *fields, self.view, self.ask]


def log_panel(language: Language) -> LogPanel:
    """Build the panel where it is called, closed."""
    say = speaker(language)
    with gr.Accordion(
        say("panel"), open=False, elem_id="log-panel", elem_classes=["mw-fold", "mw-log-panel"]
    ) as panel:
        file = gr.File(
            label=say("upload"), type="filepath", height=140, elem_id="log-file", elem_classes="mw-drop"
        )
        with gr.Accordion(
            say("correct"), open=False, visible=False, elem_id="log-correct", elem_classes="mw-inner"
        ) as correcting:  # fmt: skip
            with gr.Row(elem_classes="mw-fold-row"):
                form = gr.Dropdown(
                    _formats(language), value="", label=say("format"), elem_id="log-format",
                    elem_classes="mw-machine",
                )  # fmt: skip
                time, code, machine = (_column(language, part) for part in ("time", "code", "machine"))
            with gr.Row(elem_classes="mw-fold-row"):
                day = gr.Dropdown(
                    _days(language), value="", label=say("day_order"), elem_classes="mw-machine"
                )
                gap = gr.Number(
                    value=None, label=say("gap"), minimum=0, elem_id="log-gap", elem_classes="mw-line"
                )
                across = gr.Checkbox(label=say("across"), elem_id="log-across")
            again = gr.Button(say("read_again"), elem_id="log-again")
        view = gr.HTML("", elem_id="log-view", apply_default_css=False, js_on_load=None)
        ask = gr.Button("", visible=False, elem_id="log-ask")
    return LogPanel(
        panel, file, view, ask, correcting, form, time, code, machine, day, gap, across, again, gr.State(None)
    )


def tie_log_panel(
    panel: LogPanel,
    assistant: Assistant,
    page: gr.Blocks,
    language: gr.Radio,
    question: gr.Textbox,
    machine: gr.Dropdown,
) -> None:
    """Connect the panel.

    Args:
        question: Takes the suggested question.
        machine: Takes the machine that it is about.
    """
    callbacks = LogCallbacks(LogSession(assistant))
    at_once = {**_QUIET, "queue": False}
    given = [panel.file, language, *panel.said]
    waiting = {**_QUIET, "show_progress": "minimal", "show_progress_on": panel.view, "concurrency_limit": 1}
    panel.file.upload(callbacks.uploaded, [panel.file, language], panel.shown, **waiting)
    panel.file.clear(callbacks.cleared, None, panel.shown, **_QUIET)
    panel.again.click(callbacks.again, given, panel.shown, **waiting)
    asked = panel.ask.click(callbacks.suggestion, panel.report, [question, machine], **_QUIET)
    asked.then(None, js=TO_THE_QUESTION, **_QUIET)
    page.load(callbacks.open_page, None, panel.labelled, **at_once)
    language.input(callbacks.relabel, [language, panel.report], panel.labelled, **at_once)


class LogCallbacks:
    """The callbacks; methods, because Gradio looks at their signatures."""

    def __init__(self, session: LogSession) -> None:
        self._session = session

    def open_page(self, request: gr.Request) -> list[Any]:
        """The panel in the browser's language."""
        return self.relabel(language_in(request), None)

    def uploaded(self, path: str | None, language: Language) -> list[Any]:
        """A new log is read by itself; what was said of the last one does not hold for it."""
        return _changes(self._session.analyse(path, Corrections(), language), language, anew=True)

    def again(self, path: str | None, language: Language, *said: Any) -> list[Any]:
        """The same log with what the user says of it."""
        return _changes(self._session.analyse(path, _corrections(*said), language), language, anew=False)

    def cleared(self) -> list[Any]:
        """No log any more."""
        return _changes(LogShown(""), "en", anew=True)

    def suggestion(self, report: LogReport | None) -> list[Any]:
        """The suggested question and its machine, for the question box."""
        if report is None:
            return [gr.skip(), gr.skip()]
        return [report.suggestion.question, report.suggestion.machine]

    def relabel(self, language: Language, report: LogReport | None) -> list[Any]:
        """Every word of the panel in the chosen language."""
        say = speaker(language)
        shown = self._session.shown(report, language) if report else None
        columns = [gr.Dropdown(label=say(f"{part}_column")) for part in ("time", "code", "machine")]
        return [
            gr.Accordion(label=say("panel")),
            gr.Accordion(label=say("correct")),
            gr.File(label=say("upload")),
            gr.Dropdown(label=say("format"), choices=_formats(language)),
            *columns,
            gr.Dropdown(label=say("day_order"), choices=_days(language)),
            gr.Number(label=say("gap")),
            gr.Checkbox(label=say("across")),
            gr.Button(say("read_again")),
            shown.html if shown else gr.skip(),
            gr.Button(say("ask_this", question=report.suggestion.question)) if report else gr.skip(),
        ]


def _changes(shown: LogShown, language: Language, anew: bool) -> list[Any]:
    """What is shown as values of the components.

    Args:
        anew: The choices of columns are those of another log.
    """
    say, report = speaker(language), shown.report
    question = say("ask_this", question=report.suggestion.question) if report else ""
    choices = [(say("by_itself"), ""), *((column(name, language), name) for name in shown.names)]
    choice: Any = gr.Dropdown(choices=choices, value="") if anew else gr.skip()
    # After an error the corrections must be within reach.
    correcting = gr.Accordion(visible=bool(shown.html), open=bool(shown.html) and report is None)
    ask = gr.Button(question, visible=report is not None)
    # As it was read: an empty field would be shown as 0, and read again by that.
    gap: Any = report.analysis.options.gap_s if report else gr.skip()
    return [shown.html, report, ask, correcting, choice, choice, choice, gap]


def _corrections(
    log_format: str, time: str | None, code: str | None, machine: str | None, day: str | None, *rest: Any
) -> Corrections:
    gap, across = rest
    return Corrections(
        format=next((known for known in LOG_FORMATS if known == log_format), None),
        time_column=time or "",
        code_column=code or "",
        machine_column=machine or "",
        day_first={"day": True, "month": False}.get(day or ""),
        gap_s=gap,
        across_machines=bool(across),
    )


def _formats(language: Language) -> list[tuple[str, str]]:
    say = speaker(language)
    return [(say("by_itself"), ""), *((say(name), name) for name in LOG_FORMATS)]


def _days(language: Language) -> list[tuple[str, str]]:
    say = speaker(language)
    return [(say("from_column"), ""), (say("day_first"), "day"), (say("month_first"), "month")]


def _column(language: Language, part: str) -> gr.Dropdown:
    say = speaker(language)
    # A name that is not in the list can be typed: DATE+TIME joins two columns.
    return gr.Dropdown(
        [(say("by_itself"), "")],
        value="",
        label=say(f"{part}_column"),
        allow_custom_value=True,
        elem_id=f"log-{part}",
        elem_classes="mw-machine",
    )
