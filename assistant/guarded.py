"""The assistant as whoever asks may see it; the web application and its page are given nothing else."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from assistant.access.records import Action, Principal, demand, may
from assistant.access.throttle import Pace
from assistant.card import NOTHING
from assistant.errors import BusyError
from assistant.gaps.gaps import Gaps
from assistant.history import History
from assistant.kept_requests import KeptRequests
from assistant.lessons.lessons import Lessons
from assistant.library.library import Library
from assistant.logs.lookup import CodeEntry
from assistant.logs.records import LogOptions
from assistant.logs.report import LogReport
from assistant.records import AnswerEvent, Card, Hit, Language, Turn
from assistant.reports.reports import Reports
from assistant.tickets.tickets import Tickets
from assistant.ui.service import Asked, Assistant
from ingest.records import DocumentRow

_NO_FILTERS: Mapping[str, str] = {}


class Guarded:
    """Each method asks who it is for, and goes on with what they may do and read.

    Args:
        who: Whoever asks now; raises ForbiddenError when that is not known.
        questions: How many questions a minute one user may ask.
    """

    def __init__(self, assistant: Assistant, who: Callable[[], Principal], questions: Pace) -> None:
        self._assistant, self._who, self._questions = assistant, who, questions

    def limited_to(self, collections: frozenset[str] | None) -> Assistant:
        """Less than they may read, never more."""
        readable = self._who().collections
        if readable is None or collections is None:
            return self._assistant.limited_to(collections if readable is None else readable)
        return self._assistant.limited_to(readable & collections)

    def stream(
        self,
        question: str,
        *,
        filters: Mapping[str, str] = _NO_FILTERS,
        engine: str | None = None,
        history: Sequence[Turn] = (),
        about: Card = NOTHING,
    ) -> Iterator[AnswerEvent]:
        """Evidence, words, the finished answer."""
        seen, principal = self._seen("ask"), self._who()
        if not principal.local and not self._questions.take(principal.id):
            raise BusyError(
                "you have asked as many questions as one user may in a minute "
                "(access.questions_per_minute); wait a little"
            )
        return seen.stream(question, filters=filters, engine=engine, history=history, about=about)

    @property
    def history(self) -> History:
        """The conversations; each call names their owner."""
        return self._assistant.history

    @property
    def requests(self) -> KeptRequests:
        """The requests with an idempotency key; each call names their owner."""
        return self._assistant.requests

    @property
    def gaps(self) -> Asked:
        """Takes what the documents do not answer."""
        principal = self._who()
        demand(principal, "ask")
        return self._assistant.answering.seen_by("", principal.collections)

    @property
    def answering(self) -> Gaps:
        """The questions that wait, for whoever may answer them; none to documents that they may not read."""
        principal = self._who()
        demand(principal, "gaps")
        name = "" if principal.local else principal.name
        return self._assistant.answering.seen_by(name, principal.collections)

    @property
    def library(self) -> Library:
        """The documents, for whoever may change them; what they do stands in the audit log by their name."""
        principal = self._who()
        demand(principal, "library")
        return self._assistant.library.used_by("" if principal.local else principal.name)

    @property
    def reports(self) -> Reports:
        """The fault reports; each is drafted from what they may read, and signed in their name."""
        principal = self._who()
        seen = self._seen("reports").reports
        return seen.used_by("" if principal.local else principal.name, may(principal, "approve"))

    @property
    def tickets(self) -> Tickets:
        """The tickets, for whoever answers them: drafted from what they may read, done in their name."""
        principal = self._who()
        seen = self._seen("tickets").tickets
        return seen.used_by("" if principal.local else principal.name, may(principal, "approve"))

    @property
    def lessons(self) -> Lessons:
        """What incidents teach, of the documents that they may read; corrected in their name."""
        principal = self._who()
        seen = self._seen("lessons").lessons
        return seen.used_by("" if principal.local else principal.name, may(principal, "approve"))

    def search(self, question: str, *, limit: int = 8, filters: Mapping[str, str] = _NO_FILTERS) -> list[Hit]:
        """The passages that fit, best first."""
        return self._seen("read").search(question, limit=limit, filters=filters)

    def look_up(self, code: str, *, machine: str = "", language: Language = "en") -> CodeEntry:
        """What the documents say of a code."""
        return self._seen("read").look_up(code, machine=machine, language=language)

    def log_options(self) -> LogOptions:
        """How a log is read by the settings."""
        return self._seen("logs").log_options()

    def analyse_log(
        self, path: Path, options: LogOptions, *, name: str = "", language: Language = "en"
    ) -> LogReport:
        """The bursts of a log, and what the documents say of its codes."""
        return self._seen("logs").analyse_log(path, options, name=name, language=language)

    def documents(self) -> list[DocumentRow]:
        """The documents that can be cited."""
        return self._seen("read").documents()

    def original(self, doc: str) -> Path | None:
        """The kept original of a document."""
        return self._seen("read").original(doc)

    def warm(self) -> None:
        """Load the models."""
        self._assistant.warm()

    def health(self) -> dict[str, str]:
        """What is served."""
        return self._seen("read").health()

    def _seen(self, action: Action) -> Assistant:
        principal = self._who()
        demand(principal, action)
        if principal.collections is None:
            return self._assistant
        return self._assistant.limited_to(principal.collections)
