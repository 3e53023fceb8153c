"""The panel of fault reports: draft one, fill in what is missing, confirm, sign, and save as a file."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import gradio as gr

from assistant.access.records import may
from assistant.logs.report import LogReport
from assistant.records import Language
from assistant.reports.records import Status
from assistant.ui.labels import Say, speaker
from assistant.ui.markup import plain
from assistant.ui.report_session import FieldShown, ReportSession, ReportShown, Wanted
from assistant.ui.service import Assistant
from assistant.ui.talk import Talk
from assistant.ui.who import language_in, principal_in

_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
_STATUSES: tuple[Status, ...] = ("in_review", "draft", "approved", "closed")
_KINDS = ("quick", "full", "8D")
_HEADINGS = ("rep_new", "rep_existing", "rep_edit", "rep_sign")


@dataclass(frozen=True, slots=True)
class ReportPanel:
    """The panel's components.

    Args:
        open: What is shown while a report is open and may be changed.
        moves: One button a status, in the order of `_STATUSES`.
    """

    panel: gr.Accordion
    headings: tuple[gr.HTML, ...]
    by: gr.Textbox
    text: gr.Textbox
    kind: gr.Dropdown
    model: gr.Checkbox
    draft: gr.Button
    talk: gr.Button
    log: gr.Button
    picker: gr.Dropdown
    note: gr.HTML
    view: gr.HTML
    editing: gr.Column
    field: gr.Dropdown
    value: gr.Textbox
    choice: gr.Dropdown
    save: gr.Button
    confirm: gr.Button
    signing: gr.Column
    confirm_all: gr.Button
    moves: tuple[gr.Button, ...]

    @property
    def edited(self) -> list[Any]:
        """What `_field_changes` fills, in its order."""
        return [self.value, self.choice]

    @property
    def shown(self) -> list[Any]:
        """What `_changes` fills, in its order."""
        buttons = [self.confirm_all, *self.moves]
        report = [self.picker, self.note, self.view, self.editing, self.field]
        return [*report, *self.edited, self.signing, *buttons]

    @property
    def labelled(self) -> list[Any]:
        """What `ReportCallbacks.relabel` fills, in its order."""
        fields = [self.by, self.text, self.kind, self.model, self.draft, self.talk, self.log]
        return [self.panel, *self.headings, *fields, self.save, self.confirm, *self.shown]


def report_panel(language: Language) -> ReportPanel:
    """Build the panel where it is called; it is shown to whoever may use it."""
    say = speaker(language)
    with gr.Accordion(
        say("rep_panel"), open=False, visible=False, elem_id="reports", elem_classes="mw-fold"
    ) as panel:
        new = _html(_titled(say("rep_new")))
        by = _line(say("rep_by"), "by", visible=False)
        text = gr.Textbox(
            label=say("rep_text"), placeholder=say("rep_text_hint"), lines=4, max_lines=12,
            elem_id="report-text", elem_classes="mw-line",
        )  # fmt: skip
        with gr.Row(elem_classes="mw-fold-row"):
            kind = _dropdown(say("rep_kind"), "kind", _kinds(say), "quick")
        model = gr.Checkbox(label=say("rep_model"), elem_id="report-model")
        with gr.Row(elem_classes="mw-fold-row mw-rep-buttons"):
            draft = _button(say("rep_draft"), "draft", "mw-primary")
            talk = _button(say("rep_from_talk"), "talk")
            from_log = _button(say("rep_from_log"), "log")
        existing = _html(_titled(say("rep_existing")))
        with gr.Row(elem_classes="mw-fold-row"):
            picker = _dropdown(say("rep_which"), "picker", [(say("rep_none"), "")], "")
        note, view = _html("", "note"), _html("", "view")
        with gr.Column(visible=False, elem_id="report-editing") as editing:
            edit = _html(_titled(say("rep_edit")))
            with gr.Row(elem_classes="mw-fold-row"):
                field = _dropdown(say("rep_field"), "field", [], None)
            value = gr.Textbox(
                label=say("rep_value"), lines=1, max_lines=12, elem_id="report-value", elem_classes="mw-line"
            )
            with gr.Row(elem_classes="mw-fold-row"):
                choice = _dropdown(say("rep_value"), "choice", [], None, visible=False)
            with gr.Row(elem_classes="mw-fold-row mw-rep-buttons"):
                save = _button(say("rep_save"), "save", "mw-primary")
                confirm = _button(say("rep_confirm"), "confirm")
        with gr.Column(visible=False, elem_id="report-signing") as signing:
            sign = _html(_titled(say("rep_sign")))
            with gr.Row(elem_classes="mw-fold-row mw-rep-buttons"):
                confirm_all = _button(say("rep_confirm_all"), "confirm-all")
                moves = tuple(
                    _button(say(f"rep_to_{status}"), f"to-{status}", visible=False) for status in _STATUSES
                )
    return ReportPanel(
        panel, (new, existing, edit, sign), by, text, kind, model, draft, talk, from_log, picker, note, view,
        editing, field, value, choice, save, confirm, signing, confirm_all, moves,
    )  # fmt: skip


class ReportCallbacks:
    """The callbacks; methods, because Gradio looks at their signatures."""

    def __init__(self, session: ReportSession) -> None:
        self._session = session

    def open_page(self, request: gr.Request) -> list[Any]:
        """The panel as the page is opened: there for whoever may use it."""
        return self.relabel(language_in(request), "", request)

    def relabel(self, language: Language, report_id: str | None, request: gr.Request) -> list[Any]:
        """Every word of the panel in the chosen language."""
        say, principal = speaker(language), principal_in(request)
        shown = self._session.open(report_id or "", language)
        return [
            gr.Accordion(label=say("rep_panel"), visible=may(principal, "reports")),
            *(_titled(say(name)) for name in _HEADINGS),
            gr.Textbox(label=say("rep_by"), visible=principal.local),
            gr.Textbox(label=say("rep_text"), placeholder=say("rep_text_hint")),
            gr.Dropdown(label=say("rep_kind"), choices=_kinds(say)),
            gr.Checkbox(label=say("rep_model")),
            gr.Button(say("rep_draft")),
            gr.Button(say("rep_from_talk")),
            gr.Button(say("rep_from_log")),
            gr.Button(say("rep_save")),
            gr.Button(say("rep_confirm")),
            *self._changes(shown, language),
        ]

    def open(self, report_id: str | None, language: Language) -> list[Any]:
        """A report that was chosen."""
        return self._changes(self._session.open(report_id or "", language), language)

    def from_text(
        self, language: Language, by: str | None, kind: str, model: bool, text: str | None
    ) -> list[Any]:
        """A report drafted from the text; the text stays when nothing came of it."""
        shown = self._session.from_text(text or "", _wanted(by, kind, model), language)
        return [*self._changes(shown, language), "" if shown.changed else gr.skip()]

    def from_talk(self, language: Language, by: str | None, kind: str, model: bool, talk: Talk) -> list[Any]:
        """A report drafted from the conversation."""
        return self._changes(self._session.from_talk(talk, _wanted(by, kind, model), language), language)

    def from_log(
        self, language: Language, by: str | None, kind: str, model: bool, found: LogReport | None
    ) -> list[Any]:
        """A report begun with the log on the page."""
        return self._changes(self._session.from_log(found, _wanted(by, kind, model), language), language)

    def choose(self, path: str | None, report_id: str | None, language: Language) -> list[Any]:
        """Another field to be edited."""
        return _field_changes(self._session.open(report_id or "", language, path or "").field, language)

    def save(
        self, report_id: str | None, by: str | None, language: Language, path: str | None, *given: Any
    ) -> list[Any]:
        """Enter what was typed or chosen."""
        typed, chosen = given
        value = chosen if self._session.chosen_from(path or "") else typed
        shown = self._session.save(report_id or "", path or "", str(value or ""), by or "", language)
        return self._changes(shown, language)

    def confirm(
        self, report_id: str | None, by: str | None, language: Language, path: str | None
    ) -> list[Any]:
        """Stand for the chosen field."""
        return self._changes(self._session.confirm(report_id or "", path or "", by or "", language), language)

    def confirm_all(self, report_id: str | None, by: str | None, language: Language) -> list[Any]:
        """Stand for all that waits."""
        return self._changes(self._session.confirm(report_id or "", "", by or "", language), language)

    def move(self, status: Status, report_id: str | None, by: str | None, language: Language) -> list[Any]:
        """Move the report on."""
        return self._changes(self._session.move(report_id or "", status, by or "", language), language)

    def _changes(self, shown: ReportShown, language: Language) -> list[Any]:
        """What is shown as values of the components."""
        say, report = speaker(language), shown.report
        editable = bool(shown.fields)
        return [
            gr.Dropdown(
                label=say("rep_which"),
                choices=self._session.choices(language),
                value=report.header.report_id if report else "",
            ),
            shown.note,
            shown.view,
            gr.Column(visible=editable),
            gr.Dropdown(label=say("rep_field"), choices=list(shown.fields), value=shown.field.path or None),
            *_field_changes(shown.field, language),
            gr.Column(visible=report is not None and bool(editable or shown.following)),
            gr.Button(say("rep_confirm_all"), visible=editable),
            *(gr.Button(say(f"rep_to_{status}"), visible=status in shown.following) for status in _STATUSES),
        ]


def tie_report_panel(
    panel: ReportPanel, assistant: Assistant, page: gr.Blocks, language: gr.Radio, *seen: gr.State
) -> None:
    """Connect the panel.

    Args:
        seen: The conversation on the page, and what was found in the log on it.
    """
    talk, found = seen
    callbacks = ReportCallbacks(ReportSession(assistant))
    at_once = {**_QUIET, "queue": False}
    page.load(callbacks.open_page, None, panel.labelled, **at_once)
    language.input(callbacks.relabel, [language, panel.picker], panel.labelled, **at_once)
    waiting = {**_QUIET, "show_progress": "minimal", "show_progress_on": panel.note}
    wanted = [language, panel.by, panel.kind, panel.model]
    panel.draft.click(callbacks.from_text, [*wanted, panel.text], [*panel.shown, panel.text], **waiting)
    panel.talk.click(callbacks.from_talk, [*wanted, talk], panel.shown, **waiting)
    panel.log.click(callbacks.from_log, [*wanted, found], panel.shown, **waiting)
    panel.picker.input(callbacks.open, [panel.picker, language], panel.shown, **at_once)
    panel.field.input(callbacks.choose, [panel.field, panel.picker, language], panel.edited, **at_once)
    who = [panel.picker, panel.by, language]
    panel.save.click(callbacks.save, [*who, panel.field, *panel.edited], panel.shown, **at_once)
    panel.confirm.click(callbacks.confirm, [*who, panel.field], panel.shown, **at_once)
    panel.confirm_all.click(callbacks.confirm_all, who, panel.shown, **at_once)
    for status, button in zip(_STATUSES, panel.moves, strict=True):
        button.click(partial(callbacks.move, status), who, panel.shown, **at_once)


def _field_changes(field: FieldShown, language: Language) -> list[Any]:
    """The box or the list in which the field is entered; its label is the question."""
    words = field.asked or speaker(language)("rep_value")
    chosen = bool(field.choices)
    return [
        gr.Textbox(
            label=words,
            info=field.hint or None,
            value="" if chosen else field.value,
            lines=4 if field.is_list else 1,
            visible=not chosen,
        ),
        gr.Dropdown(
            label=words, choices=list(field.choices), value=field.value if chosen and field.value else None,
            visible=chosen,
        ),
    ]  # fmt: skip


def _wanted(by: str | None, kind: str, model: bool) -> Wanted:
    form = next((known for known in ("quick", "full", "8D") if known == kind), "quick")
    return Wanted(form, by or "", bool(model))  # type: ignore[arg-type]


def _kinds(say: Say) -> list[tuple[str, str]]:
    return [(say(f"rep_kind_{kind}"), kind) for kind in _KINDS]


def _titled(text: str) -> str:
    return f'<h3 class="mw-rep-heading">{plain(text)}</h3>'


def _html(content: str, name: str = "") -> gr.HTML:
    return gr.HTML(
        content, elem_id=f"report-{name}" if name else None, apply_default_css=False, js_on_load=None
    )


def _line(label: str, name: str, visible: bool = True) -> gr.Textbox:
    return gr.Textbox(
        label=label, max_lines=1, elem_id=f"report-{name}", elem_classes="mw-line", visible=visible
    )


def _dropdown(
    label: str, name: str, choices: list[tuple[str, str]], value: str | None, visible: bool = True
) -> gr.Dropdown:
    return gr.Dropdown(
        choices,
        value=value,
        label=label,
        elem_id=f"report-{name}",
        elem_classes="mw-machine",
        visible=visible,
    )


def _button(label: str, name: str, *classes: str, visible: bool = True) -> gr.Button:
    return gr.Button(
        label, elem_id=f"report-{name}", elem_classes=["mw-rep-button", *classes], visible=visible
    )
