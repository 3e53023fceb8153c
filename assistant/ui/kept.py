"""The kept conversations of one browser: listed, opened, renamed, deleted; no Gradio here."""

from datetime import datetime

from assistant.errors import HistoryError
from assistant.records import Language
from assistant.ui.labels import speaker
from assistant.ui.service import Assistant
from assistant.ui.talk import NEW_TALK, Talk

_LISTED = 100


class KeptTalks:
    """What a panel shows of the history; a browser without a cookie has none."""

    def __init__(self, assistant: Assistant) -> None:
        self._history = assistant.history

    def choices(self, owner: str, language: Language) -> list[tuple[str, str]]:
        """Title and id of each, the one that was continued last first; a first row stands for none."""
        say = speaker(language)
        try:
            kept = self._history.list(owner, _LISTED) if owner else []
        except HistoryError:
            kept = []
        rows = [(f"{entry.title} · {_day(entry.updated)}", entry.id) for entry in kept]
        return [(say("kept_choose") if rows else say("kept_none"), ""), *rows]

    def open(self, owner: str, number: str, language: Language) -> tuple[Talk, str]:
        """A conversation to go on with, and that turns of it were damaged; the latter empty when none is.

        Raises:
            HistoryError: There is none of that id.
        """
        found = self._history.open(owner, number)
        note = speaker(language)("kept_damaged", count=found.damaged) if found.damaged else ""
        return Talk.of(found.turns, found.about, found.id), note

    def rename(self, owner: str, number: str, title: str) -> None:
        """Give a conversation another title; an empty one changes nothing."""
        if number and title.strip():
            self._history.rename(owner, number, title)

    def delete(self, owner: str, number: str, talk: Talk) -> Talk:
        """Remove a conversation; the one on the page begins anew when it was that."""
        self._history.delete(owner, number)
        return NEW_TALK if talk.id == number else talk


def _day(moment: str) -> str:
    return f"{datetime.fromisoformat(moment).astimezone():%Y-%m-%d %H:%M}"
