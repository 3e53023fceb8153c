"""What the panel of lessons shows after each event; no Gradio here."""

import logging
from collections.abc import Callable
from html import escape

from assistant.errors import LessonError, MillwrightError
from assistant.lessons.collect import Said
from assistant.lessons.labels import speaker, value_told
from assistant.lessons.lessons import Lessons
from assistant.lessons.page import body
from assistant.lessons.records import AXES, UNKNOWN, Axis, Coded
from assistant.lessons.shown import short
from assistant.places import where
from assistant.records import Citation, Language
from assistant.ui.gap_session import Told
from assistant.ui.gap_view import told_view
from assistant.ui.links import view_link
from assistant.ui.markup import plain
from assistant.ui.render import error_line
from assistant.ui.service import Assistant

log = logging.getLogger(__name__)

Choices = list[tuple[str, str]]
_MOST = 100
"""Records that are listed; the saved page lists more."""
_LISTED = 500


class LessonsSession:
    """Turns what a reader or an expert does into what is shown."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    def shown(self, language: Language) -> str:
        """Everything that the incidents teach."""
        say = speaker(language)

        def link(citation: Citation) -> str:
            address = plain(view_link(citation, language))
            # Between folders a long name may go on in the next line.
            named = plain(where(citation.place, language)).replace("/", "/<wbr>")
            return f'<a class="mw-open" href="{address}" target="_blank">{named}</a>'

        def made() -> str:
            lessons = self._assistant.lessons
            settings = lessons.settings
            rules = (settings.like, settings.shared_by)
            content = body(lessons.found(), lessons.codes(), rules, language, link, _MOST)
            save = (
                f'<a class="mw-les-save" href="/lessons.html?language={language}">{escape(say("save"))}</a>'
            )
            small = f'<p class="mw-les-small">{escape(say("made"))}</p>'
            return f'<section class="mw-lessons">{content}{small}{save}</section>'

        return _tried(made, language).html

    def may_correct(self) -> tuple[bool, bool]:
        """Whether whoever asks may correct, and whether they must say who they are."""
        try:
            lessons = self._assistant.lessons
        except MillwrightError:
            return False, False
        return lessons.may_correct, not lessons.named

    def incidents(self) -> Choices:
        """The incidents that can be corrected; none for whoever may see none."""
        try:
            failures = self._assistant.lessons.found().failures[:_LISTED]
        except MillwrightError:
            return []
        return [
            (f"{one.date[:10]} {one.machine} {one.name}: {short(one.text, 60)}", one.id)
            for one in (entry.incident for entry in failures)
        ]

    def documents(self) -> Choices:
        """The documents that a person may say something of."""
        try:
            return [(row.doc, row.doc) for row in self._assistant.documents()]
        except MillwrightError:
            return []

    def proposed(self, incident: str, axis: Axis) -> str:
        """What a model proposes for an incident; empty where it proposes nothing."""
        try:
            entry = self._assistant.lessons.found().by_id.get(incident)
        except MillwrightError:
            return ""
        return entry.verdicts[axis].proposed if entry else ""

    def codes(self, axis: Axis, language: Language, proposed: str = "") -> Choices:
        """The codes of an axis, by their names; what a model proposes says so."""
        known: Choices = [(speaker(language)(UNKNOWN), UNKNOWN)]
        try:
            return [
                *known,
                *(
                    (_named(code.names[language], code.code == proposed, language), code.code)
                    for code in self._assistant.lessons.codes()[axis]
                ),
            ]
        except MillwrightError:
            return known

    def correct(self, incident: str, axis: str, code: str, by: str, language: Language) -> Told:
        """Keep a code for an incident."""

        def done() -> str:
            chosen = _axis(axis)
            entry = self._lessons.correct(_given(incident, "choose", language), chosen, code, by)
            return self._coded("corrected", entry, chosen, language)

        return _tried(done, language)

    def take_back(self, incident: str, axis: str, language: Language) -> Told:
        """Forget what was said of an incident."""

        def done() -> str:
            chosen = _axis(axis)
            entry = self._lessons.take_back(_given(incident, "choose", language), chosen)
            return self._coded("taken_back", entry, chosen, language)

        return _tried(done, language)

    def say(self, doc: str, said: str, by: str, language: Language) -> Told:
        """Keep what a document holds."""

        def done() -> str:
            chosen = _given(doc, "choose_document", language)
            holds: dict[str, Said] = {"incident": "incident", "work_order": "work_order", "none": "none"}
            if said in holds:
                self._lessons.say(chosen, holds[said], by)
            else:
                self._lessons.unsay(chosen)
            return told_view(speaker(language)("said", doc=chosen))

        return _tried(done, language)

    @property
    def _lessons(self) -> Lessons:
        return self._assistant.lessons

    def _coded(self, label: str, entry: Coded, axis: Axis, language: Language) -> str:
        say = speaker(language)
        code = value_told(axis, entry.code(axis), self._lessons.codes(), language)
        return told_view(say(label, name=entry.incident.name, axis=say(axis), code=code))


def _named(name: str, proposed: bool, language: Language) -> str:
    return speaker(language)("proposed_code", name=name) if proposed else name


def _axis(name: str) -> Axis:
    axis = next((axis for axis in AXES if axis == name), None)
    if axis is None:
        raise LessonError(f"{name!r}: choose one of {', '.join(AXES)}")
    return axis


def _given(value: str, label: str, language: Language) -> str:
    if not value:
        raise LessonError(speaker(language)(label))
    return value


def _tried(work: Callable[[], str], language: Language) -> Told:
    try:
        return Told(work(), done=True)
    except MillwrightError as error:
        return Told(error_line(str(error), language))
    except Exception:  # the page must say something, whatever broke; the log says what
        log.exception("lessons could not be shown")
        return Told(error_line(speaker(language)("unexpected")))
