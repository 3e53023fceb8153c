"""The panel of tickets: an inbox, a drafted reply that a person edits and approves, what stays inside."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from assistant.access.records import may
from assistant.records import Language
from assistant.tickets.records import Ticket
from assistant.tickets.tickets import Tickets
from assistant.ui.labels import speaker
from assistant.ui.markup import plain
from assistant.ui.service import Assistant
from assistant.ui.ticket_session import TicketSession, TicketShown
from assistant.ui.who import language_in, principal_in

_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
_HEADINGS = ("tic_import", "tic_inbox", "tic_solving")


@dataclass(frozen=True, slots=True)
class TicketPanel:
    """The panel's components.

    Args:
        drafting: What is shown while a reply may be drafted.
        deciding: While a draft waits for a person.
        solving: While the ticket is not solved.
        publishing: While it is, for whoever may review.
    """

    panel: gr.Accordion
    headings: tuple[gr.HTML, ...]
    by: gr.Textbox
    file: gr.File
    picker: gr.Dropdown
    note: gr.HTML
    view: gr.HTML
    drafting: gr.Column
    model: gr.Checkbox
    draft: gr.Button
    text: gr.Textbox
    deciding: gr.Column
    save: gr.Button
    approve: gr.Button
    reason: gr.Textbox
    reject: gr.Button
    solving: gr.Column
    resolution: gr.Textbox
    solve: gr.Button
    publish: gr.Button

    @property
    def shown(self) -> list[Any]:
        """What `_changes` fills, in its order."""
        return [self.picker, self.note, self.view, self.drafting, self.text, self.deciding, self.solving,
                self.publish]  # fmt: skip

    @property
    def labelled(self) -> list[Any]:
        """What `TicketCallbacks.relabel` fills, in its order."""
        words = [
            self.by,
            self.file,
            self.model,
            self.draft,
            self.save,
            self.approve,
            self.reason,
            self.reject,
        ]
        return [self.panel, *self.headings, *words, self.resolution, self.solve, *self.shown]


def ticket_panel(language: Language) -> TicketPanel:
    """Build the panel where it is called; it is shown to whoever may use it."""
    say = speaker(language)
    with gr.Accordion(
        say("tic_panel"), open=False, visible=False, elem_id="tickets", elem_classes="mw-fold"
    ) as panel:
        taking = _html(_titled(say("tic_import")))
        by = _box(say("tic_by"), "by", visible=False)
        file = gr.File(
            label=say("tic_file"), file_types=[".csv", ".jsonl", ".eml"], height=110, elem_id="ticket-file",
            elem_classes="mw-drop",
        )  # fmt: skip
        inbox = _html(_titled(say("tic_inbox")))
        with gr.Row(elem_classes="mw-fold-row"):
            picker = gr.Dropdown(
                [(say("tic_none"), "")], value="", label=say("tic_which"), elem_id="ticket-picker",
                elem_classes="mw-machine",
            )  # fmt: skip
        note, view = _html("", "note"), _html("", "view")
        with gr.Column(visible=False, elem_id="ticket-drafting") as drafting:
            model = gr.Checkbox(label=say("tic_model"), elem_id="ticket-model")
            with gr.Row(elem_classes="mw-fold-row mw-rep-buttons"):
                draft = _button(say("tic_draft"), "draft", "mw-primary")
        text = _box(say("tic_reply"), "text", lines=12, visible=False)
        with gr.Column(visible=False, elem_id="ticket-deciding") as deciding:
            with gr.Row(elem_classes="mw-fold-row mw-rep-buttons"):
                save = _button(say("tic_save"), "save")
                approve = _button(say("tic_approve"), "approve", "mw-primary")
            reason = _box(say("tic_reason"), "reason")
            with gr.Row(elem_classes="mw-fold-row mw-rep-buttons"):
                reject = _button(say("tic_reject"), "reject")
        with gr.Column(visible=False, elem_id="ticket-solving") as solving:
            solved = _html(_titled(say("tic_solving")))
            resolution = _box(say("tic_resolution"), "resolution", lines=2)
            with gr.Row(elem_classes="mw-fold-row mw-rep-buttons"):
                solve = _button(say("tic_solve"), "solve")
        publish = _button(say("tic_publish"), "publish", visible=False)
    return TicketPanel(
        panel, (taking, inbox, solved), by, file, picker, note, view, drafting, model, draft, text, deciding,
        save, approve, reason, reject, solving, resolution, solve, publish,
    )  # fmt: skip


class TicketCallbacks:
    """The callbacks; methods, because Gradio looks at their signatures."""

    def __init__(self, session: TicketSession) -> None:
        self._session = session

    def open_page(self, request: gr.Request) -> list[Any]:
        """The panel as the page is opened: there for whoever may use it."""
        return self.relabel(language_in(request), "", request)

    def relabel(self, language: Language, ticket_id: str | None, request: gr.Request) -> list[Any]:
        """Every word of the panel in the chosen language."""
        say, principal = speaker(language), principal_in(request)
        allowed = may(principal, "tickets")
        shown = self._session.open(ticket_id or "", language) if allowed else TicketShown()
        return [
            gr.Accordion(label=say("tic_panel"), visible=allowed),
            *(_titled(say(name)) for name in _HEADINGS),
            gr.Textbox(label=say("tic_by"), visible=principal.local),
            gr.File(label=say("tic_file")),
            gr.Checkbox(label=say("tic_model")),
            gr.Button(say("tic_draft")),
            gr.Button(say("tic_save")),
            gr.Button(say("tic_approve")),
            gr.Textbox(label=say("tic_reason")),
            gr.Button(say("tic_reject")),
            gr.Textbox(label=say("tic_resolution")),
            gr.Button(say("tic_solve")),
            *self._changes(shown, language),
        ]

    def open(self, ticket_id: str | None, language: Language) -> list[Any]:
        """A ticket that was chosen."""
        return self._changes(self._session.open(ticket_id or "", language), language)

    def take_in(
        self, path: str | None, by: str | None, ticket_id: str | None, language: Language
    ) -> list[Any]:
        """A file that was uploaded; the field is free for the next one."""
        if not path:
            return [*(gr.skip() for _ in range(9))]
        shown = self._session.take_in(Path(path), by or "", ticket_id or "", language)
        return [*self._changes(shown, language), None]

    def draft(self, ticket_id: str | None, by: str | None, language: Language, model: bool) -> list[Any]:
        """Draft a reply."""
        engine = None if model else "extractive"
        return self._changed(
            lambda tickets: tickets.reply(ticket_id or "", by or "", engine), ticket_id, language
        )

    def save(self, ticket_id: str | None, by: str | None, language: Language, text: str | None) -> list[Any]:
        """Keep what was written."""
        return self._changed(
            lambda tickets: tickets.edit(ticket_id or "", text or "", by or ""), ticket_id, language
        )

    def approve(
        self, ticket_id: str | None, by: str | None, language: Language, text: str | None
    ) -> list[Any]:
        """Stand for the reply as it stands in the field."""

        def approved(tickets: Tickets) -> Ticket:
            reply = tickets.open(ticket_id or "").reply
            if reply is not None and (text or "").strip() != reply.text:
                tickets.edit(ticket_id or "", text or "", by or "")
            return tickets.approve(ticket_id or "", by or "")

        return self._changed(approved, ticket_id, language)

    def reject(
        self, ticket_id: str | None, by: str | None, language: Language, reason: str | None
    ) -> list[Any]:
        """Send the draft back."""
        return self._changed(
            lambda tickets: tickets.reject(ticket_id or "", reason or "", by or ""), ticket_id, language
        )

    def solve(
        self, ticket_id: str | None, by: str | None, language: Language, resolution: str | None
    ) -> list[Any]:
        """Say what solved it."""
        return self._changed(
            lambda tickets: tickets.solve(ticket_id or "", resolution or "", by=by or ""), ticket_id, language
        )

    def publish(self, ticket_id: str | None, by: str | None, language: Language) -> list[Any]:
        """Make it a document."""
        return self._changed(lambda tickets: tickets.publish(ticket_id or "", by or ""), ticket_id, language)

    def _changed(
        self, change: Callable[[Tickets], Ticket], ticket_id: str | None, language: Language
    ) -> list[Any]:
        return self._changes(self._session.change(change, ticket_id or "", language), language)

    def _changes(self, shown: TicketShown, language: Language) -> list[Any]:
        """What is shown as values of the components."""
        say, ticket = speaker(language), shown.ticket
        status = ticket.status if ticket else ""
        reply = ticket.reply if ticket else None
        return [
            gr.Dropdown(
                label=say("tic_which"),
                choices=self._session.choices(language),
                value=ticket.ticket_id if ticket else "",
            ),
            shown.note,
            shown.view,
            gr.Column(visible=status in ("open", "drafted", "rejected")),
            gr.Textbox(
                label=say("tic_reply"),
                value=reply.text if reply else "",
                visible=reply is not None,
                interactive=status == "drafted",
            ),
            gr.Column(visible=status == "drafted" and reply is not None),
            gr.Column(visible=status in ("open", "drafted", "approved", "rejected")),
            gr.Button(say("tic_publish"), visible=status == "solved" and shown.may_review),
        ]


def tie_ticket_panel(panel: TicketPanel, assistant: Assistant, page: gr.Blocks, language: gr.Radio) -> None:
    """Connect the panel."""
    callbacks = TicketCallbacks(TicketSession(assistant))
    at_once = {**_QUIET, "queue": False}
    waiting = {**_QUIET, "show_progress": "minimal", "show_progress_on": panel.note}
    page.load(callbacks.open_page, None, panel.labelled, **at_once)
    language.input(callbacks.relabel, [language, panel.picker], panel.labelled, **at_once)
    panel.panel.expand(callbacks.open, [panel.picker, language], panel.shown, **at_once)
    panel.picker.input(callbacks.open, [panel.picker, language], panel.shown, **at_once)
    who: list[Any] = [panel.picker, panel.by, language]
    taken: list[Any] = [panel.file, panel.by, panel.picker, language]
    panel.file.upload(callbacks.take_in, taken, [*panel.shown, panel.file], **waiting)
    panel.draft.click(callbacks.draft, [*who, panel.model], panel.shown, **waiting)
    panel.save.click(callbacks.save, [*who, panel.text], panel.shown, **at_once)
    panel.approve.click(callbacks.approve, [*who, panel.text], panel.shown, **at_once)
    panel.reject.click(callbacks.reject, [*who, panel.reason], panel.shown, **at_once)
    panel.solve.click(callbacks.solve, [*who, panel.resolution], panel.shown, **at_once)
    panel.publish.click(callbacks.publish, who, panel.shown, **waiting)


def _titled(text: str) -> str:
    return f'<h3 class="mw-rep-heading">{plain(text)}</h3>'


def _html(content: str, name: str = "") -> gr.HTML:
    return gr.HTML(
        content, elem_id=f"ticket-{name}" if name else None, apply_default_css=False, js_on_load=None
    )


def _box(label: str, name: str, lines: int = 1, visible: bool = True) -> gr.Textbox:
    return gr.Textbox(
        label=label, lines=lines, max_lines=30 if lines > 1 else 1, elem_id=f"ticket-{name}",
        elem_classes="mw-line", visible=visible,
    )  # fmt: skip


def _button(label: str, name: str, *classes: str, visible: bool = True) -> gr.Button:
    return gr.Button(
        label, elem_id=f"ticket-{name}", elem_classes=["mw-rep-button", *classes], visible=visible
    )
