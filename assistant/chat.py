"""A conversation in the terminal: question after question, kept, and what it is about."""

import getpass
import sys
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from assistant.card import NOTHING
from assistant.errors import HistoryError
from assistant.history import Kept
from assistant.records import Card, Turn
from assistant.terminal import print_answer
from ingest.errors import MillwrightError

if TYPE_CHECKING:
    from assistant.app import Millwright

FORGET = "/forget"
_PROMPT = f"Question (empty line to end, {FORGET} to speak of something else): "
_LISTED = 50


def owner() -> str:
    """Whose conversations those of this terminal are."""
    return f"terminal:{getpass.getuser()}"


def print_list(application: "Millwright") -> int:
    """The conversations that can be continued, the last one first."""
    for entry in application.history.list(owner(), _LISTED):
        updated = datetime.fromisoformat(entry.updated).astimezone()
        print(f"{entry.id}  {updated:%Y-%m-%d %H:%M}  {entry.turns:3} turns  {entry.title}")
    return 0


class Talk:
    """One conversation of this terminal; each answer is kept as it comes.

    Args:
        continued: The id of one to go on with, or its first characters; empty for the last one, None for
            a new one.
    """

    def __init__(self, application: "Millwright", continued: str | None) -> None:
        self._history = application.history
        self._id = ""
        self.turns: list[Turn] = []
        self.about = NOTHING
        if continued is not None:
            self._continue(_meant(self._history.list(owner(), _LISTED), continued))

    def _continue(self, entry: Kept) -> None:
        found = self._history.open(owner(), entry.id)
        self._id, self.turns, self.about = found.id, list(found.turns), found.about
        print(f"Going on with {entry.id}: {found.title}", file=sys.stderr)
        if found.damaged:
            print(f"{found.damaged} of its turns were damaged and are left out.", file=sys.stderr)
        for turn in self.turns[-1:]:
            print(f"Asked last: {turn.question}\n{turn.answer.text}", file=sys.stderr)

    def add(self, turn: Turn) -> None:
        """One more turn; that it could not be kept is told, and the conversation goes on."""
        self.turns.append(turn)
        self.about = turn.answer.about
        try:
            self._id = self._history.add(owner(), self._id, turn).conversation
        except HistoryError as error:
            print(f"millwright: {error}", file=sys.stderr)

    def forget_about(self) -> None:
        """The conversation is about nothing in particular."""
        self.about = NOTHING
        if self._id:
            self._history.say_about(owner(), self._id, NOTHING)


def _meant(kept: list[Kept], begins: str) -> Kept:
    found = [entry for entry in kept if entry.id.startswith(begins)]
    if not found:
        known = "`millwright chat --list` shows those there are" if kept else "none was kept yet"
        raise HistoryError(f"there is no conversation {begins!r}; {known}")
    if begins and len(found) > 1:
        raise HistoryError(f"{begins!r} begins the ids of {len(found)} conversations; give more of it")
    return found[0]


def converse(
    application: "Millwright", filters: Mapping[str, str], engine: str | None, continued: str | None = None
) -> int:
    """Ask for questions until the input ends."""
    talk = Talk(application, continued)
    if application.history.notice:
        print(f"millwright: {application.history.notice}", file=sys.stderr)
    prompt = _PROMPT if sys.stdin.isatty() else ""
    while True:
        try:
            question = input(prompt).strip()
        except EOFError:
            return 0
        if not question:
            return 0
        if question == FORGET:
            talk.forget_about()
            print("The conversation is about nothing in particular now.")
            continue
        try:
            events = application.stream(
                question, filters=filters, engine=engine, history=talk.turns, about=talk.about
            )
            answer = print_answer(events)
        except MillwrightError as error:
            print(f"millwright: {error}", file=sys.stderr)
            continue
        if answer is not None:
            talk.add(Turn(question, answer))
            if line := about_line(talk.about):
                print(line, file=sys.stderr)


def about_line(card: Card) -> str:
    """What a conversation is about, and how to change that; empty while it is not known."""
    facts = (("machine", card.machine), ("alarm", card.code), ("document", card.doc), ("site", card.site))
    known = ", ".join(f"{name} {value}" for name, value in facts if value)
    return f"(about {known}; {FORGET} to clear)" if known else ""
