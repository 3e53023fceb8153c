"""A conversation as the page keeps it between two events."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.card import NOTHING
from assistant.history import Spot
from assistant.kept_answer import as_shown
from assistant.records import Answer, Card, Turn

_KEPT_TURNS = 20

Turns = tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class Talk:
    """What was asked and answered, oldest first, and what it is about; a new one is empty.

    Args:
        id: Under which it is kept; empty while it is not.
    """

    turns: Turns = ()
    about: Card = NOTHING
    id: str = ""

    @classmethod
    def of(cls, turns: Sequence[Turn], about: Card, number: str) -> "Talk":
        """A conversation that was kept; of a long one the page shows the last turns."""
        return cls(tuple(turns[-_KEPT_TURNS:]), about, number)

    def with_answer(self, question: str, answer: Answer) -> "Talk":
        """The conversation with one turn more."""
        return Talk.of((*self.turns, Turn(question, as_shown(answer))), answer.about, self.id)

    @property
    def source(self) -> str:
        """What the last answer is called where its question waits; empty while it is not kept."""
        return source_of(Spot(self.id, self.turns[-1].number)) if self.id else ""

    def kept(self, spot: Spot) -> "Talk":
        """The conversation when its last turn was kept."""
        last = replace(self.turns[-1], number=spot.turn)
        return replace(self, turns=(*self.turns[:-1], last), id=spot.conversation)


def source_of(spot: Spot) -> str:
    """What a kept answer is called where its question waits for an expert."""
    return f"{spot.conversation}:{spot.turn}"


NEW_TALK = Talk()
