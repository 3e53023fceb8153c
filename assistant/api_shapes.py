"""The shape of each answer of the API, for its OpenAPI description; what builds them is `assistant.wire`."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.records import Fault, Language, Support
from ingest.errors import Reason
from ingest.records import DocumentKind


class Shape(BaseModel):
    """An object with these members and no others."""

    model_config = ConfigDict(extra="forbid")


class Page(Shape):
    """A part of a list.

    Attributes:
        next_offset: The `offset` of the next part; null when this is the last one.
    """

    total: int = Field(ge=0)
    offset: int = Field(ge=0)
    next_offset: int | None


class Fault422(Shape):
    """A value that was refused, and where it stands."""

    at: list[str]
    fault: str


class Problem(BaseModel):
    """What went wrong, as RFC 9457 describes it; some have further members."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int = Field(ge=400, le=599)
    detail: str
    errors: list[Fault422] | None = None


class Citation(Shape):
    """A verbatim quote, and where it stands; `marker` is its number in the answer."""

    marker: int
    doc: str
    title: str
    section: str
    page: int | None
    label: str
    quote: str
    chunk_id: str


class Withheld(Shape):
    """A sentence that was left out of an answer, why, and what the nearest passage says."""

    sentence: str
    fault: Fault
    reason: str
    evidence: Citation | None


class Passage(Shape):
    """A passage that was found; scores are comparable within one search."""

    rank: int
    score: float
    chunk_id: str
    doc: str
    title: str
    section: str
    page: int | None
    label: str
    ocr: bool
    text: str


class FoundPassage(Passage):
    """A passage, and the filtered fields that its document does not state."""

    unknown: list[str]


class Retrieved(Shape):
    """Milliseconds."""

    retrieve: float


class Found(Shape):
    """A search; passages have no total, since every passage fits a question more or less."""

    question: str
    hits: list[FoundPassage]
    ms: Retrieved
    offset: int
    next_offset: int | None


class Document(Shape):
    """A document of the index; `superseded` ones are kept, but not searched."""

    doc: str
    type: str
    kind: DocumentKind
    title: str
    revision: str
    date: str
    language: str
    machine: str
    site: str
    collection: str
    superseded: bool
    pages: int
    passages: int


class Documents(Page):
    """The documents that can be cited, by name."""

    documents: list[Document]


class Uploaded(Shape):
    """How an upload ended; one that is refused is told as a problem with the same members."""

    name: str
    outcome: Literal["ok", "taken", "same", "unnamed"] | Reason
    detail: str
    pages: int
    passages: int
    warnings: list[str]


class Deleted(Shape):
    """The names of what is not there any more."""

    deleted: list[str]


class Milliseconds(Shape):
    """From the question's arrival."""

    retrieve: float
    first_token: float
    total: float


class Tokens(Shape):
    """Read and written by the model; 0 without one."""

    prompt: int
    answer: int


class Answered(Shape):
    """An answer with its evidence; numbers like [1] in it refer to `citations`."""

    question: str
    resolved: str
    answer: str
    support: Support
    citations: list[Citation]
    evidence: list[Citation]
    warnings: list[Citation]
    unsupported: list[str]
    withheld: list[Withheld]
    hits: list[Passage]
    ms: Milliseconds
    tokens: Tokens
    language: Language
    engine: str
    note: str
    prompt: str
    counted: str
    written: str


class Model(Shape):
    """A name that can be asked for."""

    id: str
    object: Literal["model"]
    created: int
    owned_by: str


class Models(Shape):
    """The names that can be asked for."""

    object: Literal["list"]
    data: list[Model]


class Completed(Shape):
    """An answer as OpenAI's API gives it; `citations`, `support` and `unsupported` are extensions."""

    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    choices: list[dict[str, Any]]
    usage: dict[str, int]
    citations: list[Citation]
    support: Support
    unsupported: list[Withheld]
