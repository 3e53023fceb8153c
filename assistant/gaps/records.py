"""A question that was not answered well, those alike, and the note that answers them."""

from dataclasses import dataclass
from typing import Literal, get_args

from assistant.access.records import OPEN_COLLECTION
from assistant.records import Language

AskKind = Literal["declined", "disliked"]
ASK_KINDS: tuple[AskKind, ...] = get_args(AskKind)


@dataclass(frozen=True, slots=True)
class Ask:
    """One time that a question was declined, or its answer disliked.

    Args:
        reason: Why it was disliked, in the reader's words.
        machine: What the conversation was about; empty when that is not known.
        at: ISO 8601, UTC.
        collection: Which documents were asked; whoever may read them may read the note.
    """

    question: str
    kind: AskKind
    language: Language
    reason: str = ""
    machine: str = ""
    at: str = ""
    collection: str = OPEN_COLLECTION


@dataclass(frozen=True, slots=True)
class Gap:
    """Questions to one collection that are alike, oldest first; there is at least one."""

    id: str
    asks: tuple[Ask, ...]

    @property
    def question(self) -> str:
        """What it is called by: the question that was asked first."""
        return self.asks[0].question

    @property
    def collection(self) -> str:
        """Which documents were asked."""
        return self.asks[0].collection

    @property
    def last(self) -> str:
        """When it was last asked."""
        return max(ask.at for ask in self.asks)

    @property
    def machine(self) -> str:
        """The machine that was spoken of last, if any was."""
        return next((ask.machine for ask in reversed(self.asks) if ask.machine), "")

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why its answers were disliked, the last one first, each once."""
        return tuple(dict.fromkeys(ask.reason for ask in reversed(self.asks) if ask.reason))

    def count(self, kind: AskKind) -> int:
        """So many times it was declined, or disliked."""
        return sum(ask.kind == kind for ask in self.asks)


@dataclass(frozen=True, slots=True)
class Note:
    """What an expert wrote to a question; a document of the index.

    Args:
        id: That of the gap it answers.
        day: ISO 8601, as the note is dated.
        at: When it was written; ISO 8601, UTC.
        collection: To which it belongs; decides who may read it.
    """

    id: str
    question: str
    text: str
    author: str
    day: str
    language: Language
    machine: str = ""
    at: str = ""
    collection: str = OPEN_COLLECTION

    @property
    def title(self) -> str:
        """How it is cited."""
        if self.language == "zh":
            return f"{self.author} 的备注，{self.day}"
        return f"Note of {self.author}, {self.day}"
