"""What the page needs of the assistant; the application's own class has this shape."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from assistant.gaps.gaps import Gaps
from assistant.history import History
from assistant.kept_requests import KeptRequests
from assistant.lessons.lessons import Lessons
from assistant.library.library import Library
from assistant.logs.lookup import CodeEntry
from assistant.logs.records import LogOptions
from assistant.logs.report import LogReport
from assistant.records import Answer, AnswerEvent, Card, Hit, Language, Turn
from assistant.reports.reports import Reports
from assistant.tickets.tickets import Tickets
from ingest.records import DocumentRow


class Asked(Protocol):
    """Takes questions that wait for an expert; whoever may ask adds to them, and sees none."""

    def declined(self, answer: Answer, source: str = ...) -> None:
        """A question that the documents did not answer."""

    def disliked(self, answer: Answer, reason: str, source: str) -> None:
        """A question whose answer a reader disliked."""

    def not_disliked(self, source: str) -> None:
        """The reader thinks better of the answer."""


class Assistant(Protocol):
    """One index with what answers from it; every method may be called from several threads."""

    def limited_to(self, collections: frozenset[str] | None) -> "Assistant":
        """The same for someone who may read these collections only; None for all."""
        ...

    def stream(
        self,
        question: str,
        *,
        filters: Mapping[str, str] = ...,
        engine: str | None = ...,
        history: Sequence[Turn] = ...,
        about: Card = ...,
    ) -> Iterator[AnswerEvent]:
        """Evidence, words, the finished answer."""
        ...

    @property
    def history(self) -> History:
        """The conversations over the index."""
        ...

    @property
    def requests(self) -> KeptRequests:
        """The requests with an idempotency key; each call names their owner."""
        ...

    @property
    def gaps(self) -> "Asked":
        """Takes what the documents do not answer."""
        ...

    @property
    def answering(self) -> Gaps:
        """The questions that wait and the notes to them, for whoever may answer."""
        ...

    @property
    def library(self) -> Library:
        """The documents, for whoever may change them."""
        ...

    @property
    def reports(self) -> Reports:
        """The fault reports."""
        ...

    @property
    def tickets(self) -> Tickets:
        """The tickets of customers."""
        ...

    @property
    def lessons(self) -> Lessons:
        """What incidents teach."""
        ...

    def search(self, question: str, *, limit: int = ..., filters: Mapping[str, str] = ...) -> list[Hit]:
        """The passages that fit, best first."""
        ...

    def look_up(self, code: str, *, machine: str = ..., language: Language = ...) -> CodeEntry:
        """What the documents say of a code."""
        ...

    def log_options(self) -> LogOptions:
        """How a log is read by the settings."""
        ...

    def analyse_log(
        self, path: Path, options: LogOptions, *, name: str = ..., language: Language = ...
    ) -> LogReport:
        """The bursts of a log, and what the documents say of its codes."""
        ...

    def documents(self) -> list[DocumentRow]:
        """The documents that can be cited."""
        ...

    def original(self, doc: str) -> Path | None:
        """The kept original of a document."""
        ...

    def warm(self) -> None:
        """Load the models before the first question."""

    def health(self) -> dict[str, str]:
        """What is served; `documents` and `passages` are counts."""
        ...
