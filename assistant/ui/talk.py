"""A conversation as the page keeps it between two events."""

from dataclasses import dataclass

from assistant.card import NOTHING
from assistant.records import Answer, Card, Turn

_KEPT_TURNS = 20

Turns = tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class Talk:
    """What was asked and answered, oldest first, and what it is about; a new one is empty."""

    turns: Turns = ()
    about: Card = NOTHING

    def with_answer(self, question: str, answer: Answer) -> "Talk":
        """The conversation with one turn more; of a long one the page keeps the last turns."""
        return Talk((*self.turns, Turn(question, answer))[-_KEPT_TURNS:], answer.about)


NEW_TALK = Talk()
