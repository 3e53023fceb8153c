"""How a question leans on what came before it, as the rules of each language report it."""

from dataclasses import dataclass
from typing import Literal

from assistant.names import NameKind

Form = Literal["names", "condition", "asking", "phrase", "clause"]
"""What a question consists of: names alone, a condition, a bare question word, words without a verb, or all
that a question needs."""

Pointer = Literal["other", "first", "second", "pronoun", "thing", "situation"]


@dataclass(frozen=True, slots=True)
class Opening:
    """A question without the words that only tie it to the one before.

    Args:
        led: Whether such words stood there: "and", "what about", 那, 呢.
        rest: What is asked, without its question mark.
        questioned: Whether a question mark ended it.
    """

    led: bool
    rest: str
    questioned: bool


@dataclass(frozen=True, slots=True)
class Pointing:
    """What refers to something outside the question, and where it stands in it.

    Args:
        noun: The noun that goes with it ("this alarm"); empty for a pronoun alone.
        of: What that noun stands for.
        possessive: "its", 它的.
    """

    kind: Pointer
    start: int
    end: int
    noun: str = ""
    of: NameKind | None = None
    possessive: bool = False
