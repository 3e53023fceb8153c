"""What the panel of waiting questions shows after each event; no Gradio here."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from assistant.access.records import OPEN_COLLECTION
from assistant.errors import GapError, MillwrightError
from assistant.gaps.gaps import Draft, Gaps
from assistant.gaps.records import Gap, Note
from assistant.records import Language
from assistant.ui.gap_view import gap_view, told_view
from assistant.ui.labels import speaker
from assistant.ui.render import error_line
from assistant.ui.service import Assistant

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Told:
    """How something ended.

    Args:
        html: Finished.
        done: It was done, so what was written for it is not needed any more.
    """

    html: str
    done: bool = False


class GapSession:
    """Turns what an expert does into what is shown; anyone else is told that they may not."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    def waiting(self) -> list[Gap]:
        """The questions that wait; none for whoever may not answer."""
        try:
            return self._assistant.answering.open()
        except MillwrightError:
            return []

    def notes(self) -> list[Note]:
        """The notes there are; none for whoever may not answer."""
        try:
            return self._assistant.answering.notes()
        except MillwrightError:
            return []

    def gap(self, number: str) -> Gap | None:
        """A question that waits; None when it does not any more."""
        return next((gap for gap in self.waiting() if gap.id == number), None)

    def shown(self, number: str, language: Language) -> str:
        """A question with what is known of it; empty when it does not wait."""
        gap = self.gap(number)
        return gap_view(gap, language) if gap else ""

    def collections(self) -> list[str]:
        """Those that documents are in, as far as whoever asks may read them."""
        try:
            found = {row.metadata.collection for row in self._assistant.documents()}
        except MillwrightError:
            found = set()
        return sorted(found | {OPEN_COLLECTION})

    def answer(self, number: str, draft: Draft, language: Language) -> Told:
        """Publish a note; it is in the index when this returns."""
        say = speaker(language)
        return _told(
            lambda: say("gap_answered", title=self._gaps(number, language).answer(number, draft).title),
            language,
        )

    def dismiss(self, number: str, language: Language) -> Told:
        """A question waits no more."""

        def dismissed() -> str:
            self._gaps(number, language).dismiss(number)
            return speaker(language)("gap_dismissed")

        return _told(dismissed, language)

    def remove(self, number: str, language: Language) -> Told:
        """A note is no document any more."""

        def removed() -> str:
            self._gaps(number, language).remove(number)
            return speaker(language)("gap_removed")

        return _told(removed, language)

    def _gaps(self, number: str, language: Language) -> Gaps:
        """The questions, if one is chosen: an empty id would begin every id."""
        gaps = self._assistant.answering
        if not number:
            raise GapError(speaker(language)("gap_pick_first"))
        return gaps


def _told(work: Callable[[], str], language: Language) -> Told:
    try:
        return Told(told_view(work()), done=True)
    except MillwrightError as error:
        return Told(error_line(str(error), language))
    except Exception:  # the page must say something, whatever broke; the log says what
        log.exception("a question that waits could not be answered")
        return Told(error_line(speaker(language)("gap_unexpected")))
