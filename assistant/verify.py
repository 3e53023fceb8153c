"""Whether a written sentence is carried by a passage: its words, its quantities, its codes, its yes or no."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.polarity import Conflict, affirms, answers, conflict, is_bare_answer, speaks_of
from assistant.quantities import unknown_codes, unknown_quantities
from assistant.records import Fault
from assistant.sentences import held, sentences
from ingest.terms import query_words

MIN_WORDS_CARRIED = 0.8
"""Least share of a sentence's content words that one passage must hold."""

MIN_WORDS_FOCUSED = 0.5
"""Least share of them that one sentence of it must hold."""

# A manual does not speak of what the assistant has done; a model that obeys one does.
_SPEAKS = re.compile(
    r"\bI (?:have|had|am|was|will|shall|would|can|cannot|could|do|did|obey|must|agree)\b|"
    r"\bI['’](?:ve|m|ll|d)\b|"
    r"我(?:已|会|将|是|能|可以|没|不|同意|们已)"
)
# The number of a step is the writer's, not the passage's.
_STEP = re.compile(r"^\s*(?:\d{1,2}[.)]\s|\d{1,2}[、）])")
_MIN_WORDS_TURNED = 0.4
"""Below this share a passage is about something else, whatever it affirms or denies."""


@dataclass(frozen=True, slots=True)
class Check:
    """How well a passage carries a sentence.

    Args:
        carried: Share of the sentence's content words that the passage holds.
        numbers: Its quantities that the passage lacks, as they are written.
        codes: Its alarm codes, part numbers and designations that the passage lacks.
        conflict: What it says the other way round than the passage.
        focused: The same share for the one sentence of the passage that holds most: words gathered from
            several ("wet the rings" and "mineral oil") may say what none of them says.
    """

    carried: float
    numbers: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    conflict: Conflict | None = None
    focused: float = 1.0

    @property
    def missing(self) -> tuple[str, ...]:
        """Its numbers and codes that the passage lacks."""
        return self.numbers + self.codes

    @property
    def fault(self) -> Fault | None:
        """Why it may not be shown as the passage's; None when it may."""
        if self.numbers:
            return "number"
        if self.codes:
            return "code"
        if self.conflict and self.carried >= _MIN_WORDS_TURNED:
            return "opposite" if self.conflict.said else "polarity"
        if self.conflict or self.carried < MIN_WORDS_CARRIED or self.focused < MIN_WORDS_FOCUSED:
            return "words"
        return None

    @property
    def supported(self) -> bool:
        """Whether the sentence may be shown as the passage's."""
        return self.fault is None


def check(sentence: str, passage: str, about: str = "", question: str = "") -> Check:
    """Compare a sentence with one passage.

    Args:
        about: What is said of the passage beside it: title, machine, heading.
        question: What was asked; a yes or no is understood by it.
    """
    if is_bare_answer(sentence):
        said = answers(sentence, passage, question) if question else None
        turned = Conflict() if said is False else None
        return Check(float(said is not None), conflict=turned)
    if _SPEAKS.search(sentence) and not _SPEAKS.search(passage):
        return Check(0.0)
    if question and affirms(sentence) and not speaks_of(question, passage):
        return Check(0.0)
    source = f"{about}\n{passage}"
    content = query_words(_STEP.sub("", sentence))
    return Check(
        _share(content, held(source)),
        tuple(dict.fromkeys(unknown_quantities(sentence, source))),
        tuple(unknown_codes(sentence, source)),
        conflict(sentence, passage, question),
        max((_share(content, held(span.text)) for span in sentences(source)), default=0.0),
    )


def _share(content: Sequence[str], known: frozenset[str]) -> float:
    return sum(term in known for term in content) / len(content) if content else 0.0
