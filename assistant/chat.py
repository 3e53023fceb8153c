"""A conversation in the terminal: question after question, and what it is about."""

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

from assistant.card import NOTHING
from assistant.records import Card, Turn
from assistant.terminal import print_answer
from ingest.errors import MillwrightError

if TYPE_CHECKING:
    from assistant.app import Millwright

FORGET = "/forget"
_PROMPT = f"Question (empty line to end, {FORGET} to speak of something else): "


def converse(application: "Millwright", filters: Mapping[str, str], engine: str | None) -> int:
    """Ask for questions until the input ends."""
    turns: list[Turn] = []
    about = NOTHING
    prompt = _PROMPT if sys.stdin.isatty() else ""
    while True:
        try:
            question = input(prompt).strip()
        except EOFError:
            return 0
        if not question:
            return 0
        if question == FORGET:
            about = NOTHING
            print("The conversation is about nothing in particular now.")
            continue
        try:
            events = application.stream(question, filters=filters, engine=engine, history=turns, about=about)
            answer = print_answer(events)
        except MillwrightError as error:
            print(f"millwright: {error}", file=sys.stderr)
            continue
        if answer is not None:
            turns.append(Turn(question, answer))
            about = answer.about
            if line := about_line(about):
                print(line, file=sys.stderr)


def about_line(card: Card) -> str:
    """What a conversation is about, and how to change that; empty while it is not known."""
    facts = (("machine", card.machine), ("alarm", card.code), ("document", card.doc), ("site", card.site))
    known = ", ".join(f"{name} {value}" for name, value in facts if value)
    return f"(about {known}; {FORGET} to clear)" if known else ""
