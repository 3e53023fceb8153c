"""What the report panel shows after each event; no Gradio here."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from assistant.errors import MillwrightError, ReportError
from assistant.logs.report import LogReport
from assistant.records import Language
from assistant.reports.computed import COMPUTED
from assistant.reports.drafting import Drafted, event_of
from assistant.reports.entries import form_of, parts_of, read, typed
from assistant.reports.event_text import EventText, read_event
from assistant.reports.fields import FIXED, is_blank, missing, question, unconfirmed, value_at
from assistant.reports.from_log import changes_from_log
from assistant.reports.labels import label, names
from assistant.reports.parts import Cited
from assistant.reports.records import FaultReport, Kind, Status
from assistant.ui.labels import Say, speaker
from assistant.ui.reading import told
from assistant.ui.render import error_line
from assistant.ui.report_view import report_view, said
from assistant.ui.service import Assistant
from assistant.ui.talk import Talk

log = logging.getLogger(__name__)

# Made by what finds sources and like cases; no one types them.
_NOT_TYPED = (*COMPUTED, *FIXED, "evidence.citations", "history.similar")
_TITLE = 60


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a report is to be drafted.

    Args:
        by: Who drafts it, where there are no users.
        model: A model words what rules leave open.
    """

    kind: Kind = "quick"
    by: str = ""
    model: bool = False

    @property
    def engine(self) -> str | None:
        """Whose: the configured one, or rules alone."""
        return None if self.model else "extractive"


@dataclass(frozen=True, slots=True)
class FieldShown:
    """One field as it is edited.

    Args:
        path: Empty when no field can be edited.
        choices: Words and values; empty where any text may stand.
    """

    path: str = ""
    asked: str = ""
    hint: str = ""
    value: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    is_list: bool = False


@dataclass(frozen=True, slots=True)
class ReportShown:
    """The panel's content.

    Args:
        note: Finished HTML: what was done, or why it was not.
        view: Finished HTML of the report.
        fields: Words and paths of the fields that can be edited, what is missing in front.
        following: The statuses that it may be moved to.
        changed: Something was saved.
    """

    note: str = ""
    report: FaultReport | None = None
    view: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    field: FieldShown = FieldShown()
    following: tuple[Status, ...] = ()
    changed: bool = False


class ReportSession:
    """Turns what someone does with reports into what is shown."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    def choices(self, language: Language) -> list[tuple[str, str]]:
        """The reports that may be read, the newest first; a first row stands for none."""
        say = speaker(language)
        try:
            reports = self._assistant.reports.listed()
        except MillwrightError as error:
            log.warning("the reports were not listed: %s", error)
            reports = []
        listed = [(_title(report, language), report.header.report_id) for report in reports]
        return [(say("rep_choose") if listed else say("rep_none"), ""), *listed]

    def open(self, report_id: str, language: Language, path: str = "") -> ReportShown:
        """A report, with a field to be edited: the one named, else the first that is missing."""

        def opened() -> ReportShown:
            return self._shown(self._assistant.reports.open(report_id), language, path=path)

        return self._done(opened, language) if report_id else ReportShown()

    def from_text(self, text: str, wanted: Wanted, language: Language) -> ReportShown:
        """Draft from a text; the report is in the text's language."""

        def drafted() -> ReportShown:
            if not text.strip():
                raise ReportError(speaker(language)("rep_no_text"))
            event = read_event(text, speaker(language)("rep_text"))
            done = self._draft(event, wanted, ())
            return self._drafted(done, language)

        return self._done(drafted, language)

    def from_talk(self, talk: Talk, wanted: Wanted, language: Language) -> ReportShown:
        """Draft from the conversation on the page."""

        def drafted() -> ReportShown:
            if not talk.turns:
                raise ReportError(speaker(language)("rep_no_talk"))
            event, cited = event_of(talk.turns, f"conversation {talk.id}".strip())
            done = self._draft(event, wanted, cited)
            return self._drafted(done, language)

        return self._done(drafted, language)

    def from_log(self, found: LogReport | None, wanted: Wanted, language: Language) -> ReportShown:
        """Begin a report with the burst of the log on the page that has most different alarms."""

        def begun() -> ReportShown:
            if found is None or not len(found.analysis.bursts):
                raise ReportError(speaker(language)("rep_no_log"))
            changes = changes_from_log(found)
            report = self._assistant.reports.begin(changes, wanted.kind, language, wanted.by)
            return self._drafted(Drafted(report), language)

        return self._done(begun, language)

    def save(self, report_id: str, path: str, value: str, by: str, language: Language) -> ReportShown:
        """Enter a value; then the next missing field is asked for."""

        def saved() -> ReportShown:
            reports, say = self._assistant.reports, speaker(language)
            self._demand(report_id, path, language)
            own = reports.open(report_id).language
            report = reports.edit(report_id, [(path, read(path, value, own))], by)
            note = say("rep_saved", field=label("fields", path, language))
            return replace(self._shown(report, language, note), changed=True)

        return self._done(saved, language, report_id, path)

    def confirm(self, report_id: str, path: str, by: str, language: Language) -> ReportShown:
        """Stand for a field, or for all that wait when none is named."""

        def stood_for() -> ReportShown:
            self._demand(report_id, path or "all", language)
            report = self._assistant.reports.confirm(report_id, [path] if path else [], by)
            say = speaker(language)
            note = (
                say("rep_confirmed", field=label("fields", path, language))
                if path
                else say("rep_all_confirmed")
            )
            return replace(self._shown(report, language, note), changed=True)

        return self._done(stood_for, language, report_id, path)

    def move(self, report_id: str, status: Status, by: str, language: Language) -> ReportShown:
        """Move a report on."""

        def went() -> ReportShown:
            self._demand(report_id, "all", language)
            report = self._assistant.reports.move(report_id, status, by)
            note = speaker(language)("rep_moved", status=label("words", status, language))
            return replace(self._shown(report, language, note), changed=True)

        return self._done(went, language, report_id)

    @staticmethod
    def chosen_from(path: str) -> bool:
        """Whether the field has fixed choices."""
        return bool(path) and bool(form_of(path).choices)

    @staticmethod
    def field(report: FaultReport | None, path: str, language: Language) -> FieldShown:
        """A field to be edited."""
        if report is None or not path:
            return FieldShown()
        form, say = form_of(path), speaker(language)
        hint = say("rep_lines") if form.is_list else ""
        if form.entry is not None:
            hint = say("rep_parts", parts="; ".join(parts_of(form.entry, report.language)))
        choices = tuple((_choice(value, say, language), value) for value in form.choices)
        asked = question(path, language)
        return FieldShown(path, asked, hint, typed(report, path), choices, form.is_list)

    def _draft(self, event: EventText, wanted: Wanted, cited: Sequence[Cited]) -> Drafted:
        reports = self._assistant.reports
        return reports.draft(event, wanted.kind, event.language, wanted.by, cited, wanted.engine)

    def _drafted(self, done: Drafted, language: Language) -> ReportShown:
        say, report = speaker(language), done.report
        note = say("rep_drafted", missing=len(missing(report)), waiting=len(unconfirmed(report)))
        notes = [told(entry, language) for entry in done.notes]
        left_out = [say("rep_left_out", sentence=sentence) for sentence in done.dropped]
        shown = self._shown(report, language, " ".join([note, *notes, *left_out]))
        return replace(shown, changed=True)

    def _shown(self, report: FaultReport, language: Language, note: str = "", path: str = "") -> ReportShown:
        fields = _fields(report, language)
        chosen = path or (fields[0][1] if fields else "")
        return ReportShown(
            said(note),
            report,
            report_view(report, self._documents(), language),
            fields,
            self.field(report, chosen, language),
            self._assistant.reports.following(report),
        )

    def _documents(self) -> frozenset[str]:
        try:
            return frozenset(row.doc for row in self._assistant.documents())
        except MillwrightError:
            return frozenset()

    def _demand(self, report_id: str, path: str, language: Language) -> None:
        if not report_id or not path:
            raise ReportError(speaker(language)("rep_pick"))

    def _done(
        self, work: Callable[[], ReportShown], language: Language, report_id: str = "", path: str = ""
    ) -> ReportShown:
        """What came of it; after an error the report stands as it is, with the reason above it."""
        try:
            return work()
        except MillwrightError as error:
            note = error_line(str(error), language)
        except Exception:  # the page must say something, whatever broke; the log says what
            log.exception("a report could not be worked on")
            note = error_line(speaker(language)("rep_unexpected"))
        shown = self.open(report_id, language, path) if report_id else ReportShown()
        return replace(shown, note=note)


def _title(report: FaultReport, language: Language) -> str:
    words = (
        report.header.report_id,
        label("words", report.status, language),
        report.equipment.asset_id,
        report.event.symptom[:_TITLE],
    )
    return " · ".join(filter(None, words))


def _fields(report: FaultReport, language: Language) -> tuple[tuple[str, str], ...]:
    """What can be edited: what is missing, then what waits to be confirmed, then the rest by the form."""
    if report.status in ("approved", "closed"):
        return ()
    say = speaker(language)
    blank, waiting = missing(report), unconfirmed(report)
    rest = [path for path in names("fields") if path not in _NOT_TYPED]
    ordered = [*blank, *(path for path in waiting if path in rest)]
    marks = {path: say("rep_waiting_mark") for path in waiting} | {
        path: say("rep_missing_mark") for path in blank
    }
    return tuple(
        (_field_title(report, path, marks.get(path, ""), language), path)
        for path in [*ordered, *(path for path in rest if path not in ordered)]
    )


def _field_title(report: FaultReport, path: str, mark: str, language: Language) -> str:
    section = label("sections", path.split(".", maxsplit=1)[0], language)
    blank = "" if mark or not is_blank(value_at(report, path)) else speaker(language)("rep_blank")
    note = mark or blank
    colon = "：" if language == "zh" else ": "
    return f"{section}{colon}{label('fields', path, language)}" + (f" – {note}" if note else "")


def _choice(value: str, say: Say, language: Language) -> str:
    if value in ("true", "false"):
        return say(f"rep_{value}")
    return label("values", value, language) if value in names("values") else value
