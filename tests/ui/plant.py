"""A small assistant with fixed answers, over two real files: a PDF manual and a Markdown procedure."""

import copy
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from assistant.card import NOTHING
from assistant.config import HistorySettings, LessonSettings
from assistant.errors import IndexMissingError, QuestionError
from assistant.gaps.gap_file import GapFile
from assistant.gaps.gaps import Gaps
from assistant.gaps.notes import Notes
from assistant.history import History
from assistant.kept_requests import KeptRequests
from assistant.lessons.lessons import Lessons, Means, Memory
from assistant.library.library import Library, LibraryLimits
from assistant.library.records import Outcome
from assistant.logs.analyse import analyse
from assistant.logs.lookup import CodeEntry, look_up
from assistant.logs.records import LogOptions
from assistant.logs.report import LogReport, explained
from assistant.records import (
    Answer,
    AnswerEvent,
    Card,
    Citation,
    Done,
    Evidence,
    Hit,
    Language,
    Timings,
    Turn,
    Waiting,
    Withheld,
    Words,
)
from assistant.reports.drafting import Drafter
from assistant.reports.reports import Reports
from assistant.tickets.drafting import Drafter as ReplyDrafter
from assistant.tickets.tickets import Tickets
from ingest.plan import Report
from ingest.records import Box, Chunk, DocumentRow, FileOutcome, IngestReport, Metadata, Place
from ingest.store import Checked
from tests.fakes import WordEmbedder
from tests.ui.incidents import read_of

MANUAL = "manuals/P-101 泵 manual.pdf"
PROCEDURE = "sops/start-up.md"
TITLE = "P-101 Centrifugal Pump Manual"
HEAD_LINE = "The minimum suction head of P-101 is 2.4 m at 60 °C."
WARNING_LINE = "WARNING: Close and lock the suction valve before opening the casing."
STEP = "Open the suction valve fully, then vent the casing until no air escapes."
LINES = (
    "3.2 Suction conditions",
    WARNING_LINE,
    HEAD_LINE,
    "Below that head the pump cavitates: the sound is that of gravel in the casing.",
    "Check the strainer when the head falls by more than 0.3 m in a week.",
)
_TOP_POINTS, _STEP_POINTS = 120.0, 22.0


def write_manual(path: Path) -> None:
    """A manual of three A4 pages; the lines stand on page 2."""
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfgen import canvas

    drawing = canvas.Canvas(str(path), pagesize=A4)
    for page in (1, 2, 3):
        drawing.setFont("Helvetica-Bold", 16)
        drawing.drawString(72, A4[1] - 72, f"P-101 Centrifugal Pump · page {page}")
        drawing.setFont("Helvetica", 11)
        if page == 2:
            for number, line in enumerate(LINES):
                drawing.drawString(72, A4[1] - _TOP_POINTS - 11 - number * _STEP_POINTS, line)
        drawing.showPage()
    drawing.save()


def manual_boxes() -> tuple[Box, ...]:
    """Where the lines stand on page 2."""
    tops = [_TOP_POINTS + number * _STEP_POINTS for number in range(len(LINES))]
    return tuple(Box(2, 72.0, top, 480.0, top + 14.0) for top in tops)


def manual_hit() -> Hit:
    """The passage of the manual."""
    place = Place(MANUAL, TITLE, "3 Installation > 3.2 Suction conditions", 2, 2, "2", manual_boxes())
    metadata = Metadata(title=TITLE, revision="C", language="en", machine="P-101")
    return Hit(
        Chunk("m-1", "\n".join(LINES), place, 4, metadata, ("heading", "warning", "paragraph")), 1.0, 1
    )


def procedure_hit() -> Hit:
    """The passage of the procedure, which has no pages."""
    place = Place(PROCEDURE, "Start-up of the pump", "Start-up > Priming")
    metadata = Metadata(kind="sop", title="Start-up of the pump", machine="P-101")
    text = f"Priming\n{STEP}\nWait one minute."
    return Hit(Chunk("p-1", text, place, 1, metadata, ("heading", "list_item")), 0.7, 2)


def _no_index(engine: str | None) -> ReplyDrafter:
    raise IndexMissingError("there is no index to draft from")


@dataclass
class FixedAnswers:
    """Answers every question about the suction head; `text` may be set to anything a model could write."""

    folder: Path
    text: str = f"{HEAD_LINE} [1] Vent the casing first. [2]"
    unsupported: tuple[str, ...] = ()
    pause_s: float = 0.0
    ahead: tuple[int, ...] = ()
    questions: list[tuple[str, Mapping[str, str], int]] = field(default_factory=list)
    about: list[Card] = field(default_factory=list)
    kept: History | None = None
    repeats: KeptRequests | None = None
    closed: int = 0
    readable: frozenset[str] | None = None
    published: list[Path] = field(default_factory=list)

    def reset(self) -> None:
        """Back to the answer that stands in the manual."""
        self.text, self.unsupported, self.pause_s = f"{HEAD_LINE} [1] Vent the casing first. [2]", (), 0.0
        self.ahead = ()
        self.questions.clear()
        self.about.clear()
        self.closed = 0

    def limited_to(self, collections: frozenset[str] | None) -> "FixedAnswers":
        """The same plant without the documents of other collections."""
        limited = copy.copy(self)
        limited.readable = collections
        return limited

    def _may_read(self, hit: Hit) -> bool:
        return self.readable is None or hit.chunk.metadata.collection in self.readable

    def stream(
        self,
        question: str,
        *,
        filters: Mapping[str, str] | None = None,
        engine: str | None = None,
        history: Sequence[Turn] = (),
        about: Card = NOTHING,
    ) -> Iterator[AnswerEvent]:
        """Evidence, words, the finished answer; `boom` breaks, `too long` is refused, `T-800` is unknown."""
        self.questions.append((question, filters or {}, len(history)))
        self.about.append(about)
        if question == "boom":
            raise RuntimeError("a fault that no one foresaw")
        if question == "too long":
            raise QuestionError("the question has 9,000 characters, at most 4,000 are read")
        return self._events(question)

    def _events(self, question: str) -> Iterator[AnswerEvent]:
        try:
            hits = tuple(hit for hit in (manual_hit(), procedure_hit()) if self._may_read(hit))
            if "T-800" in question or len(hits) < 2:
                yield Evidence((), (), hits, "en", 12.0)
                yield Done(
                    Answer(
                        question, "Not in your documents: none of them holds T-800.", "declined", hits=hits
                    )
                )
                return
            cited = (
                Citation(1, "m-1", hits[0].chunk.place, HEAD_LINE),
                Citation(2, "p-1", hits[1].chunk.place, STEP),
            )
            warning = (Citation(3, "m-1", hits[0].chunk.place, WARNING_LINE),)
            yield Evidence(cited, warning, hits, "en", 40.0)
            yield from map(Waiting, self.ahead)
            for word in self.text.split(" "):
                time.sleep(self.pause_s)
                yield Words(word + " ")
            yield Done(
                Answer(
                    question,
                    self.text,
                    "partly" if self.unsupported else "supported",
                    citations=(*cited, *warning),
                    evidence=cited,
                    warnings=warning,
                    unsupported=self.unsupported,
                    withheld=tuple(
                        Withheld(sentence, "number", f"the number in {sentence} is not cited", cited[1])
                        for sentence in self.unsupported
                    ),
                    hits=hits,
                    timings=Timings(40.0, 900.0, 2300.0),
                    engine="llama.cpp",
                    about=Card(machine="P-101", doc=MANUAL),
                )
            )
        finally:
            self.closed += 1

    @property
    def history(self) -> History:
        """In the folder, as the application keeps it."""
        if self.kept is None:
            self.kept = History(self.folder / "plant.conversations.sqlite", HistorySettings())
        return self.kept

    @property
    def requests(self) -> KeptRequests:
        """In the folder."""
        if self.repeats is None:
            self.repeats = KeptRequests(self.folder / "plant.requests.sqlite")
        return self.repeats

    @property
    def gaps(self) -> Gaps:
        """In the folder; what is written there is not read into an index."""
        notes = Notes(self.folder / "plant.notes")
        return Gaps(GapFile(self.folder / "plant.gaps.sqlite", 1000), notes, self._published)

    @property
    def answering(self) -> Gaps:
        """The same, for whoever answers."""
        return self.gaps

    def _published(self, notes: Path, by: str) -> IngestReport:
        self.published.append(notes)
        return IngestReport("plant", 2, (), 1)

    @property
    def library(self) -> Library:
        """In the folder; what is put there is said to be read."""
        return Library(self, self.folder / "plant.documents", LibraryLimits())

    @property
    def reports(self) -> Reports:
        """In the folder; drafted by rules alone."""
        return Reports(self.folder / "plant", lambda _: Drafter(machines=("P-101",)))

    @property
    def lessons(self) -> Lessons:
        """In the folder; of the fixed incidents, which anyone may read who may read anything."""
        means = Means(lambda: read_of(self.readable), WordEmbedder, Memory())
        return Lessons(self.folder / "plant.lessons.sqlite", LessonSettings(like=0.7), means)

    @property
    def tickets(self) -> Tickets:
        """In the folder; there is no index to draft from."""
        return Tickets(
            self.folder / "plant", _no_index, lambda file, _stated, _by: [Outcome(file.name, "ok")]
        )

    def read_folder(self, folder: Path, report: Report, by: str) -> IngestReport:
        """Every file is a document of one page, read from a picture; a blank one is refused."""
        self.published.append(folder)
        names = [path.name for path in sorted(folder.iterdir()) if path.suffix == ".pdf"]
        read = ("page 1: read from a picture (OCR)",)
        ended = (
            FileOutcome(name, "no_text", "page 1: no text was found in the picture")
            if "blank" in name
            else FileOutcome(name, "ok", "", 1, 1, read)
            for name in names
        )
        return IngestReport("plant", 2, tuple(ended), 1)

    def rebuild(self, report: Report = lambda _: None, by: str = "") -> IngestReport:
        """Nothing to do."""
        return IngestReport("plant", 3, (), 1)

    def check(self) -> Sequence[Checked]:
        """Whole."""
        return [Checked(2, True, "")]

    def search(self, question: str, *, limit: int = 8, filters: Mapping[str, str] | None = None) -> list[Hit]:
        """The passages of the document asked for."""
        wanted = (filters or {}).get("doc")
        return [hit for hit in (manual_hit(), procedure_hit()) if wanted in (None, hit.chunk.place.doc)][
            :limit
        ]

    def look_up(self, code: str, *, machine: str = "", language: Language = "en") -> CodeEntry:
        """E012 is known."""
        return look_up([(code, machine)], _Codes(), language)[0]

    def log_options(self) -> LogOptions:
        """The defaults."""
        return LogOptions()

    def analyse_log(
        self, path: Path, options: LogOptions, *, name: str = "", language: Language = "en"
    ) -> LogReport:
        """The real analysis; one code stands in the manual."""
        return explained(analyse(path, options, name), _Codes(), 100, language)

    def documents(self) -> list[DocumentRow]:
        """The two documents."""
        return [
            row
            for hit, row in (
                (manual_hit(), DocumentRow(MANUAL, "pdf", "a" * 64, manual_hit().chunk.metadata, 3, 1)),
                (
                    procedure_hit(),
                    DocumentRow(PROCEDURE, "markdown", "b" * 64, procedure_hit().chunk.metadata, 0, 1),
                ),
            )
            if self._may_read(hit)
        ]

    def original(self, doc: str) -> Path | None:
        """The manual; the procedure's text is in the index."""
        return self.folder / "manual.pdf" if doc == MANUAL else None

    def warm(self) -> None:
        pass

    def health(self) -> dict[str, str]:
        """What is served."""
        return {"index": "plant", "documents": "2", "passages": "214", "notice": ""}


class _Codes:
    """E012 is what the manual's warning is about."""

    def holders(self, code: str, filters: Mapping[str, str]) -> list[Chunk]:
        chunk = manual_hit().chunk
        row = replace(chunk, text=f"Code: E012 | Meaning: {HEAD_LINE}", kinds=("table_row",))
        return [row] if code == "E012" and filters["kind"] == "manual" else []
