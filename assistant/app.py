"""The composition root: the only place that picks classes; cli, api and ui take what it builds."""

import copy
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from assistant import models
from assistant.access import audit
from assistant.agent import Agent
from assistant.answer import Writer
from assistant.card import NOTHING
from assistant.config import Settings
from assistant.engines import Engines, names
from assistant.errors import GenerateError, IndexMissingError, MillwrightError, ModelError, QuestionError
from assistant.gaps.gap_file import GapFile
from assistant.gaps.gaps import Gaps
from assistant.gaps.notes import Notes
from assistant.history import History
from assistant.kept_requests import KeptRequests
from assistant.lessons.lessons import Lessons, Means, Memory, Read
from assistant.library.library import Library, LibraryLimits
from assistant.library.records import Outcome, Stated
from assistant.logs.lookup import CodeEntry, look_up
from assistant.logs.records import LogOptions
from assistant.logs.report import LogReport, explained
from assistant.opened import Collections, Opened, OpenIndex
from assistant.records import Answer, AnswerEvent, Card, Done, Hit, Language, Turn
from assistant.reports.drafting import Drafter
from assistant.reports.reports import Reports
from assistant.tickets.drafting import Drafter as ReplyDrafter
from assistant.tickets.tickets import Tickets
from assistant.tickets.webhook import webhook_of
from assistant.tool_check import ToolCheck
from ingest import originals, store
from ingest.chunk import ChunkOptions
from ingest.embed import Embedder, SentenceEmbedder
from ingest.pipeline import IngestOptions, ingest, rebuild
from ingest.plan import Report
from ingest.records import DocumentKind, DocumentRow, IngestReport

log = logging.getLogger(__name__)

_NO_FILTERS: Mapping[str, str] = {}


class Millwright:
    """One index and the models that read and answer from it; safe to use from several threads.

    Args:
        folder: The index.
    """

    def __init__(self, settings: Settings, folder: Path) -> None:
        self.settings, self.folder = settings, folder
        self._index = OpenIndex(settings, folder, lambda: self.embedder)
        self._readable: Collections = None
        self._tool_check = ToolCheck()
        self._engines = Engines(settings.generate)
        self._lesson_memory = Memory()
        beside = folder.with_name(f"{folder.name}.conversations.sqlite")
        self.history = History(beside, settings.history)
        self.requests = KeptRequests(folder.with_name(f"{folder.name}.requests.sqlite"))
        asked = GapFile(folder.with_name(f"{folder.name}.gaps.sqlite"), settings.gaps.keep)
        self.gaps = Gaps(asked, Notes(self._notes_folder), self._publish, self._note)
        """The conversations over this index; their file stands beside its folder."""
        given = settings.library
        limits = LibraryLimits(given.max_files, given.max_upload_mb << 20)
        self.library = Library(self, self._documents_folder, limits)
        self.reports = Reports(folder, self.report_drafter)
        hook = webhook_of(settings.tickets)
        self.tickets = Tickets(folder, self.ticket_drafter, self._keep_ticket, webhook=hook)

    @property
    def answering(self) -> Gaps:
        """The questions that wait, for whoever answers them."""
        return self.gaps

    def limited_to(self, collections: Collections) -> "Millwright":
        """The same assistant for someone who may read these collections only; models and index are shared.

        Whoever may not read all of them gets this: a search touches nothing else, and neither do the
        documents, originals, logs and counts that it knows of.
        """
        limited = copy.copy(self)
        limited._readable = collections
        limited.reports = self.reports.limited_by(limited.report_drafter, lambda: self._closed_to(limited))
        limited.tickets = self.tickets.limited_by(limited.ticket_drafter, lambda: self._closed_to(limited))
        return limited

    def _closed_to(self, limited: "Millwright") -> frozenset[str]:
        """The documents that someone may not read."""
        try:
            return frozenset(row.doc for row in self.documents()) - {row.doc for row in limited.documents()}
        except IndexMissingError:
            return frozenset()

    @cached_property
    def embedder(self) -> Embedder:
        """The configured embedder; its model is loaded when it first embeds something."""
        return SentenceEmbedder(
            models.embedder_folder(self.settings.embed.model), self.settings.embed.threads
        )

    def ingest(
        self,
        roots: Sequence[Path],
        kind: DocumentKind | None = None,
        anew: bool = False,
        report: Report = lambda _: None,
        by: str = "",
    ) -> IngestReport:
        """Bring the index up to date with files or folders.

        Args:
            by: Who does it, for the audit log; the system's user if empty.
        """
        # Whoever begins the index anew keeps what came through the page: notes and documents.
        kept = [path for path in (self._notes_folder, self._documents_folder) if anew and path.is_dir()]
        done = ingest([*roots, *kept], self.folder, self.embedder, self._ingest_options(kind, anew), report)
        return self._recorded("ingest", done, by)

    def rebuild(self, report: Report = lambda _: None, by: str = "") -> IngestReport:
        """Make the index again from the originals it keeps."""
        done = rebuild(self.folder, self.embedder, self._ingest_options(None, False), report)
        return self._recorded("rebuild", done, by)

    def read_folder(self, folder: Path, report: Report = lambda _: None, by: str = "") -> IngestReport:
        """Bring the index up to date with a folder of our own, which may have become empty."""
        options = replace(self._ingest_options(None, False), may_be_empty=True)
        return self._recorded("ingest", ingest([folder], self.folder, self.embedder, options, report), by)

    def check(self) -> Sequence[store.Checked]:
        """Hash every file of every generation of the index.

        Raises:
            IndexMissingError: There is no index.
        """
        return store.check(self.folder)

    def _recorded(self, what: str, done: IngestReport, by: str) -> IngestReport:
        """What a run did, in the audit log: the generation with its counts, and every document that went."""
        who, data = by or audit.local_user(), self.folder.parent
        counts = f"{len(done.files) - len(done.failed)} read, {len(done.failed)} refused"
        audit.record(data, who, what, [done.index, str(done.generation)], counts)
        if done.removed:
            audit.record(data, who, "delete", done.removed)
        return done

    def _ingest_options(self, kind: DocumentKind | None, anew: bool) -> IngestOptions:
        chosen = self.settings.ingest
        return IngestOptions(
            kind=kind,
            rebuild=anew,
            workers=chosen.workers,
            flat_below=chosen.flat_below,
            chunks=ChunkOptions(chosen.target_tokens, chosen.max_tokens),
        )

    def search(self, question: str, *, limit: int = 8, filters: Mapping[str, str] = _NO_FILTERS) -> list[Hit]:
        """The passages that fit a question, best first."""
        opened = self._open()
        checked = opened.answerer.checked(question)
        return list(opened.retriever.find(checked, limit, filters).hits)

    def stream(
        self,
        question: str,
        *,
        filters: Mapping[str, str] = _NO_FILTERS,
        engine: str | None = None,
        history: Sequence[Turn] = (),
        about: Card = NOTHING,
    ) -> Iterator[AnswerEvent]:
        """Answer a question piece by piece: evidence, words, the verified answer.

        Args:
            history: The turns of the conversation before it, oldest first.
            about: What the conversation is about: that of the last answer, unless the user cleared it.
        """
        opened = self._open()
        agent = Agent(self.settings.agent, self._tool_check, opened.retriever, opened.generation.around)
        return opened.answerer.stream(question, filters, self.writer(engine), history, about, agent.gather)

    def ask(
        self,
        question: str,
        *,
        filters: Mapping[str, str] = _NO_FILTERS,
        engine: str | None = None,
        history: Sequence[Turn] = (),
        about: Card = NOTHING,
    ) -> Answer:
        """Answer a question; the finished answer only."""
        for event in self.stream(question, filters=filters, engine=engine, history=history, about=about):
            if isinstance(event, Done):
                return event.answer
        raise GenerateError("the answer was not finished")

    def log_options(self) -> LogOptions:
        """How a log is read by the settings; what a user says of one replaces it."""
        chosen = self.settings.logs
        return LogOptions(
            gap_s=chosen.gap_s,
            chatter_count=chosen.chatter_count,
            chatter_window_s=chosen.chatter_window_s,
            most_alarms=chosen.most_alarms,
        )

    def analyse_log(
        self, path: Path, options: LogOptions, *, name: str = "", language: Language = "en"
    ) -> LogReport:
        """Find the bursts and first-out alarms of a log, and what the documents say of its codes.

        Args:
            options: Begin with `log_options()`.
            name: What to call the file; its own name if empty.

        Raises:
            LogError: It is no log that can be read.
        """
        from assistant.logs.analyse import analyse

        retriever, note, machines = None, "", list(options.known_machines)
        try:
            opened = self._open()
        except (IndexMissingError, ModelError) as error:
            note = str(error)
        else:
            retriever = opened.retriever
            machines += opened.generation.values_of("machine")
        analysis = analyse(path, replace(options, known_machines=tuple(machines)), name)
        return explained(analysis, retriever, self.settings.logs.looked_up, language, note)

    def look_up(self, code: str, *, machine: str = "", language: Language = "en") -> CodeEntry:
        """What the documents say of a code: meaning, cause, check and remedy, each with its place.

        Raises:
            QuestionError: No code is given.
        """
        if not code.strip():
            raise QuestionError("no code is given; write it as it is displayed, such as E021")
        return look_up([(code.strip(), machine)], self._open().retriever, language)[0]

    def report_drafter(self, engine: str | None = None) -> Drafter:
        """What drafts fault reports from this index; without an index, from what is told alone."""
        try:
            opened = self._open()
        except (IndexMissingError, ModelError) as error:
            return Drafter(writer=self.writer(engine), note=str(error))
        machines = tuple(opened.generation.values_of("machine"))
        return Drafter(opened.retriever, machines, self.writer(engine))

    def ticket_drafter(self, engine: str | None = None) -> ReplyDrafter:
        """What drafts replies to tickets: public documents for the customer, all that may be read inside.

        Raises:
            IndexMissingError: There are no documents.
        """
        chosen, opened = self.settings.tickets, self._open()
        named = frozenset(chosen.public_collections)
        readable = named if self._readable is None else named & self._readable
        public = self._index.current(readable, frozenset(chosen.public_kinds))
        return ReplyDrafter(
            public.answerer,
            opened.answerer,
            frozenset(row.doc for row in public.generation.documents()),
            self.embedder,
            self.writer(engine),
            chosen.signature,
        )

    @property
    def lessons(self) -> Lessons:
        """What the incidents teach that may be read."""
        beside = self.folder.with_name(f"{self.folder.name}.lessons.sqlite")
        means = Means(self._read_for_lessons, lambda: self.embedder, self._lesson_memory, self._note)
        return Lessons(beside, self.settings.lessons, means)

    def _read_for_lessons(self) -> Read:
        opened = self._open()
        number = opened.generation.manifest.generation
        return Read(opened.generation, opened.retriever, number, self._readable)

    def documents(self) -> list[DocumentRow]:
        """The documents that can be cited, by name."""
        return self._open().generation.documents()

    def original(self, doc: str) -> Path | None:
        """The kept original of a document; None when there is no such document."""
        row = next((row for row in self.documents() if row.doc == doc), None)
        return originals.find(self.folder, row.sha256) if row else None

    def health(self) -> dict[str, str]:
        """What is served, for people and probes."""
        opened = self._open()
        manifest, (documents, passages) = opened.generation.manifest, opened.generation.size
        return {
            "index": self.folder.name,
            "generation": str(manifest.generation),
            "documents": str(documents),
            "passages": str(passages),
            "embedder": manifest.embedder,
            "engine": self.settings.generate.engine,
            "notice": opened.notice,
        }

    def warm(self) -> None:
        """Load the models now instead of with the first question; what is missing is told by that one."""
        try:
            self.search("warm-up", limit=1)
            tables = self._open().answerer.tables
            if tables is not None:
                tables.warm()
            writer = self.writer()
            load = getattr(writer.model, "warm", None) if writer else None
            if load is not None:
                load()
        except MillwrightError as error:
            log.info("not warmed up: %s", error)

    def writer(self, engine: str | None = None) -> Writer | None:
        """The generator of an engine; None for `extractive`, which needs none.

        Raises:
            GenerateError: There is no such engine.
            ModelError: Its model has not been fetched.
        """
        return self._engines.writer(engine)

    @staticmethod
    def engines() -> list[str]:
        """The engines that can be named."""
        return names()

    @property
    def _notes_folder(self) -> Path:
        return self.folder.with_name(f"{self.folder.name}.notes")

    @property
    def _documents_folder(self) -> Path:
        return self.folder.with_name(f"{self.folder.name}.documents")

    def _keep_ticket(self, file: Path, stated: Stated, by: str) -> Sequence[Outcome]:
        return self.library.used_by(by).add([file], stated)

    def _publish(self, notes: Path, by: str) -> IngestReport:
        return self.read_folder(notes, by=by)

    def _note(self, by: str, what: str, number: str) -> None:
        audit.record(self.folder.parent, by or audit.local_user(), what, [number])

    def _open(self) -> Opened:
        return self._index.current(self._readable)


def build(settings: Settings, data: Path, index: str) -> Millwright:
    """Put an assistant together.

    Args:
        data: Folder of the indexes.
        index: Name of one of them; it need not exist yet.
    """
    return Millwright(settings, data / index)
