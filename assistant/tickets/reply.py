"""The reply to a ticket: what the customer gets, and what stays inside."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, ConfigDict, StringConstraints

from assistant.records import Language
from assistant.reports.parts import Cited, FormPart, Name, Text

Intent = Literal["fault", "how_to", "parts", "complaint", "information"]
Severity = Literal["critical", "high", "medium", "low"]
Sentiment = Literal["angry", "worried", "neutral", "pleased"]
Confidence = Literal["high", "medium", "low"]


TEXT_CHARACTERS = 20_000
Body = Annotated[str, StringConstraints(strip_whitespace=True, max_length=TEXT_CHARACTERS)]


class Record(FormPart):
    """A part of a ticket or of a reply; a new state is a new record."""

    model_config = ConfigDict(frozen=True)


class Line(Record):
    """A sentence of a document, verbatim; `source` is the number of a source of its part, 0 for none."""

    text: Text
    source: int = 0


class Step(Line):
    """A numbered step of a document, verbatim; what it does not say stays empty.

    Attributes:
        expected: What is to be seen when it is done.
        if_not: What to do if that is not seen.
    """

    expected: Text = ""
    if_not: Text = ""


class CustomerPart(Record):
    """What the customer reads; every sentence of a document is quoted as it stands, with its place.

    Attributes:
        machine: The one that is assumed; empty when the ticket names none.
        confidence: In the causes; None where there are none.
        wording: A model's words, each sentence carried by a source; empty where none wrote.
        questions: What is missing, at most three.
        sources: Public documents only.
    """

    issue: Text = ""
    machine: Name = ""
    model: Name = ""
    safety: tuple[Line, ...] = ()
    causes: tuple[Line, ...] = ()
    confidence: Confidence | None = None
    wording: Body = ""
    found: tuple[Line, ...] = ()
    steps: tuple[Step, ...] = ()
    parts: tuple[Line, ...] = ()
    stop: tuple[Line, ...] = ()
    questions: tuple[Text, ...] = ()
    sources: tuple[Cited, ...] = ()

    @property
    def answers(self) -> bool:
        """Whether the public documents say anything to it."""
        return bool(self.causes or self.wording or self.found or self.steps)


class SimilarTicket(Record):
    """A solved ticket like this one.

    Attributes:
        age_days: Since it was solved; None when that is not known.
        source: The number of an internal source; 0 for a ticket of the inbox.
    """

    ticket: Name
    machine: Name = ""
    what: Text = ""
    resolution: Text = ""
    age_days: int | None = None
    source: int = 0


class InternalPart(Record):
    """What is never sent.

    Attributes:
        because: The words of the ticket that decided intent, severity and sentiment; empty for the usual.
        found: What internal documents say.
        evidence_score: How likely the documents answer it, 0 to 1.
        unsupported: Sentences of a model that were left out, as nothing carries them.
        tags: What it can be sorted by: its machine and its codes, as far as documents know them.
        escalate: Why someone else should look at it, one reason a line; empty for no.
        orders: Sentences of the ticket that ask for something to be done with the ticket; nothing was.
        article: Why it may be worth a knowledge article; empty for no.
    """

    intent: Intent = "information"
    severity: Severity = "low"
    sentiment: Sentiment = "neutral"
    because: tuple[Name, Name, Name] = ("", "", "")
    found: tuple[Line, ...] = ()
    similar: tuple[SimilarTicket, ...] = ()
    evidence_score: float = 0.0
    tags: tuple[Name, ...] = ()
    unsupported: tuple[Text, ...] = ()
    escalate: tuple[Text, ...] = ()
    orders: tuple[Text, ...] = ()
    article: Text = ""
    sources: tuple[Cited, ...] = ()


class Reply(Record):
    """A drafted reply.

    Attributes:
        draft: The customer's part as it was drafted, in the language of the ticket.
        text: The same as it stands now.
        edited_by: Empty while `text` is the draft.
    """

    customer: CustomerPart
    internal: InternalPart
    language: Language
    draft: Body
    text: Body
    engine: Name
    drafted_at: AwareDatetime
    drafted_by: Name
    edited_by: Name = ""
    approved_by: Name = ""
    approved_at: AwareDatetime | None = None
