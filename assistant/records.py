"""The records that flow through an answer: question -> list[Hit] -> Citation -> Answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from ingest.records import Chunk, Place

Support = Literal["supported", "partly", "unsupported", "declined"]
SUPPORTS: tuple[Support, ...] = get_args(Support)
SUPPORT_SIGNS: dict[Support, str] = {"supported": "✓", "partly": "◐", "unsupported": "✕", "declined": "–"}
"""What stands beside the word, for whoever does not see its colour."""

Language = Literal["en", "zh"]


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk found for one question; `score` is only comparable within one search."""

    chunk: Chunk
    score: float
    rank: int
    """1-based."""

    def unknown(self, filters: Mapping[str, str]) -> list[str]:
        """The fields that were filtered by and that its document does not state."""
        metadata = self.chunk.metadata
        return [field for field in filters if field != "doc" and not getattr(metadata, field)]


@dataclass(frozen=True, slots=True)
class Brought:
    """A passage that a model had looked up; `worth`, 0 to 1, compares it with the best one of its step."""

    chunk: Chunk
    worth: float


@dataclass(frozen=True, slots=True)
class Citation:
    """A verbatim quote and where it stands; made by code from a hit, never by a model.

    Args:
        marker: 1-based number shown as [1] in the answer; several citations may not share one.
        quote: Verbatim from the chunk's text.
    """

    marker: int
    chunk_id: str
    place: Place
    quote: str


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds from the question's arrival."""

    retrieve: float = 0.0
    first_token: float = 0.0
    """To the first word of the written answer; equals `retrieve` when none was generated."""
    total: float = 0.0


@dataclass(frozen=True, slots=True)
class TokenCounts:
    """Tokens that the generator read and wrote; both 0 when none was used."""

    prompt: int = 0
    answer: int = 0


Fault = Literal["number", "code", "polarity", "opposite", "words"]
"""Why a sentence is withheld: a number or code that the passage lacks, a yes for a no, an opposite word in
its place, or words that no passage says."""


@dataclass(frozen=True, slots=True)
class Withheld:
    """A sentence of the model that the documents do not carry; shown struck out, never as fact.

    Args:
        sentence: As it was written.
        fault: What is wrong with it.
        reason: The same in words, in the language of the question.
        evidence: What the nearest passage says; its marker is 0 unless it is cited anyway.
    """

    sentence: str
    fault: Fault
    reason: str
    evidence: Citation | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """What a conversation is about; an empty string means unknown.

    Args:
        machine: As its documents name it.
        doc: The document that is being read.
        code: The alarm code.
    """

    machine: str = ""
    doc: str = ""
    code: str = ""
    site: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the model has read and written in a conversation; a question on the same passages goes on from it.

    Args:
        passages: The texts that were put before it.
        said: Prompts and answers, oldest first, word for word, since only then they need not be read again.
        generation: Of the index that they come from.
    """

    passages: tuple[str, ...]
    said: tuple[tuple[str, str], ...]
    generation: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What is shown to the user, with the evidence it stands on.

    Args:
        text: The answer; citation markers like [1] refer to `citations`.
        support: `declined` when the documents do not hold an answer.
        evidence: The best sentences verbatim, each with its citation; shown before the text.
        warnings: Verbatim warnings that belong to what is cited; shown above the text.
        unsupported: Sentences of the text that no passage carries.
        withheld: The same sentences with the reason and the evidence of each.
        note: One line on how the answer came about, e.g. that the model was not available.
        prompt: Which prompt file and version wrote it; empty when none did.
        resolved: A follow-up as it was understood; empty when the question stood alone.
        reading: What the model has read for it; None when none has.
        about: What the conversation is about after this answer.
        counted: The lines that open the text of an answer counted over a whole table; code counted them, and
            their numbers stand in no document.
        written: What a model wrote of the text; the quotes that say more follow it. Empty for quotes alone.
    """

    question: str
    text: str
    support: Support
    citations: tuple[Citation, ...] = ()
    evidence: tuple[Citation, ...] = ()
    warnings: tuple[Citation, ...] = ()
    unsupported: tuple[str, ...] = ()
    hits: tuple[Hit, ...] = ()
    timings: Timings = field(default_factory=Timings)
    tokens: TokenCounts = field(default_factory=TokenCounts)
    language: Language = "en"
    engine: str = ""
    note: str = ""
    prompt: str = ""
    withheld: tuple[Withheld, ...] = ()
    resolved: str = ""
    reading: Reading | None = None
    about: Card = field(default_factory=Card)
    counted: str = ""
    written: str = ""

    @property
    def numbered(self) -> dict[int, Citation]:
        """Everything that has a number in the answer, by it."""
        return {entry.marker: entry for entry in (*self.evidence, *self.warnings, *self.citations)}

    @property
    def left_out(self) -> dict[str, Withheld | None]:
        """The sentences that are not shown as fact, in order, with what is known of why."""
        explained = {entry.sentence: entry for entry in self.withheld}
        return {sentence: explained.get(sentence) for sentence in (*self.unsupported, *explained)}


@dataclass(frozen=True, slots=True)
class Turn:
    """One question of a conversation and the answer it got.

    Args:
        number: Its place in the kept conversation, counted from 1; 0 while it is not kept.
    """

    question: str
    answer: Answer
    number: int = 0


# A streamed answer is a sequence of these: one Evidence, then Words with Waiting between, last one Done.
@dataclass(frozen=True, slots=True)
class Evidence:
    """What was found, before any word is written.

    Args:
        last: No word will be: the finished answer follows at once.
    """

    citations: tuple[Citation, ...]
    warnings: tuple[Citation, ...]
    hits: tuple[Hit, ...]
    language: Language
    ms: float
    last: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """Nothing new yet; comes several times a second, so that whoever reads may go away.

    Args:
        ahead: Questions that are answered before this one; 0 when the model reads or writes.
    """

    ahead: int


@dataclass(frozen=True, slots=True)
class Words:
    """The next piece of the written answer, as the generator produces it and before it is verified."""

    text: str


@dataclass(frozen=True, slots=True)
class Done:
    """The finished, verified answer; replaces everything streamed before it."""

    answer: Answer


AnswerEvent = Evidence | Waiting | Words | Done
