"""What the incidents of an index teach: found once for each generation, corrected by people."""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.answer import Writer
from assistant.config import LessonSettings
from assistant.errors import GenerateError, LessonError
from assistant.lessons.classify import classified
from assistant.lessons.clusters import clusters
from assistant.lessons.codes import Codes, built_in, read_codes
from assistant.lessons.collect import Collected, Said, Shelf, collected
from assistant.lessons.corrections import Corrected, Correction, Corrections
from assistant.lessons.counts import paretos, trend
from assistant.lessons.from_model import language_of, proposed
from assistant.lessons.hidden import patterns
from assistant.lessons.precursors import precursors
from assistant.lessons.proposals import Key, Proposal, Proposals, with_proposals
from assistant.lessons.records import AXES, UNKNOWN, Axis, Coded, Findings
from assistant.reports.from_documents import Documents
from ingest.embed import Embedder

log = logging.getLogger(__name__)

_KEPT = 8
PROPOSED = "proposed"
"""Instead of a code: the one that a model proposes."""
Record = Callable[[str, str, str], None]
"""Writes into the audit log who corrected which incident or document."""


@dataclass(frozen=True, slots=True)
class Read:
    """What lessons are read from.

    Args:
        number: Of the generation; what was found in one stays true for it.
        readable: The collections that may be read; None for all.
    """

    shelf: Shelf
    documents: Documents
    number: int
    readable: frozenset[str] | None


class Memory:
    """What was found, by what it was found in; safe to use from several threads."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.found: dict[object, Findings] = {}


@dataclass(frozen=True, slots=True)
class Means:
    """What lessons are found with.

    Args:
        read: Opens the index.
        embedder: Gives its embedder when it is needed.
        memory: Shared by all who ask.
        record: Keeps what was corrected.
    """

    read: Callable[[], Read]
    embedder: Callable[[], Embedder]
    memory: Memory
    record: Record = lambda *_: None


@dataclass(frozen=True, slots=True)
class Asked:
    """How far a model came.

    Args:
        asked: So many different texts it was asked about.
        found: For so many of them it proposes a code.
        left: So many it was not asked about for want of time.
        failed: So many it did not answer.
    """

    asked: int
    found: int
    left: int
    failed: int


class Lessons:
    """The lessons of one index, as whoever asks may see them.

    Args:
        path: The file of corrections; need not exist yet.
    """

    def __init__(self, path: Path, settings: LessonSettings, means: Means) -> None:
        self._path, self._settings, self._means = path, settings, means
        self._corrections = Corrections(path)
        self._proposals = Proposals(path.with_name(f"{path.stem}.proposed.sqlite"))
        self._by, self._may_correct = "", True

    def used_by(self, by: str, may_correct: bool) -> "Lessons":
        """The same for someone; whoever is logged in corrects in their own name."""
        used = Lessons(self._path, self._settings, self._means)
        used._by, used._may_correct = by, may_correct
        return used

    @property
    def settings(self) -> LessonSettings:
        """The thresholds by which lessons are found."""
        return self._settings

    @property
    def may_correct(self) -> bool:
        """Whether whoever asks may correct."""
        return self._may_correct

    @property
    def named(self) -> bool:
        """Whether whoever asks is known by name."""
        return bool(self._by)

    def codes(self) -> Codes:
        """The codes by which incidents are sorted.

        Raises:
            LessonError: The site's own list cannot be read.
        """
        return read_codes(Path(self._settings.codes)) if self._settings.codes else built_in()

    def found(self) -> Findings:
        """What the incidents teach.

        Raises:
            IndexMissingError: There is no index.
            LessonError: The site's own list of codes cannot be read.
        """
        read, memory = self._means.read(), self._means.memory
        corrections = [entry for entry in self._corrections.all() if _readable(entry, read.readable)]
        said = self._corrections.said()
        codes, proposals = self.codes(), self._proposals.all()
        told = (tuple(corrections), tuple(sorted(said.items())), tuple(proposals.items()))
        key = (read.number, read.readable, told, _mark(codes))
        with memory.lock:
            known = memory.found.get(key)
            if known is None:
                if len(memory.found) >= _KEPT:
                    memory.found.clear()
                known = memory.found[key] = self._analysed(
                    read, codes, Corrected(corrections), said, proposals
                )
        return known

    def correct(self, incident: str, axis: Axis, code: str, by: str = "") -> Coded:
        """Keep a code for an incident, and for those that tell nearly the same; returns the incident with it.

        Args:
            code: `PROPOSED` for the one that a model proposes.

        Raises:
            LessonError: There is no such incident, code or proposal, no name, or they may not.
        """
        self._check()
        entry = self._one(incident)
        if code == PROPOSED:
            code = entry.verdicts[axis].proposed
            if not code:
                raise LessonError(f"no model proposes a code of {axis} for {incident!r}")
        known = [UNKNOWN, *(known.code for known in self.codes()[axis])]
        if code not in known:
            raise LessonError(f"{code!r} is no code of {axis}; the known ones are {', '.join(known)}")
        self._corrections.correct(entry.incident, axis, code, self._by or by)
        self._noted("lessons correct", f"{entry.incident.id} {axis} {code}")
        return self._one(entry.incident.id)

    def propose(
        self, writer: Writer, named: str, axes: Sequence[Axis], seconds: float, anew: bool = False
    ) -> Asked:
        """Let a model propose codes where neither rules nor vectors nor a person tell; each is kept at once.

        Args:
            named: What the model is called where its proposals are shown.
            seconds: No new question is put after that; the next call goes on.
            anew: Ask again what was asked before.

        Raises:
            LessonError: They may not.
        """
        self._check()
        deadline, codes = time.monotonic() + seconds, self.codes()
        asked = found = left = failed = 0
        for axis, alike in self._open_questions(axes, anew):
            if time.monotonic() > deadline:
                left += 1
                continue
            asked += 1
            try:
                code = proposed(writer, axis, codes[axis], alike[0].incident)
            except (GenerateError, TimeoutError) as error:
                log.warning("no code was proposed: %r", error)
                failed += 1
                continue
            found += code != UNKNOWN
            self._proposals.keep([one.incident.id for one in alike], axis, Proposal(code, named))
        self._noted("lessons propose", f"{named} {found} of {asked}")
        return Asked(asked, found, left, failed)

    def _open_questions(self, axes: Sequence[Axis], anew: bool) -> Iterator[tuple[Axis, list[Coded]]]:
        """The incidents of which a code is unknown, by axis and language; the same text is asked once."""
        known = {} if anew else self._proposals.all()
        failures = self.found().failures
        for axis in axes:
            alike: dict[tuple[str, str], list[Coded]] = {}
            for entry in failures:
                verdict = entry.verdicts[axis]
                if (
                    verdict.code == UNKNOWN
                    and verdict.basis != "person"
                    and (entry.incident.id, axis) not in known
                ):
                    told = (language_of(entry.incident), entry.incident.told)
                    alike.setdefault(told, []).append(entry)
            yield from ((axis, alike[told]) for told in sorted(alike))

    def take_back(self, incident: str, axis: Axis) -> Coded:
        """Forget what was said of an incident on an axis."""
        self._check()
        entry = self._one(incident)
        self._corrections.take_back(entry.incident.id, axis)
        self._noted("lessons take back", f"{entry.incident.id} {axis}")
        return self._one(entry.incident.id)

    def say(self, doc: str, said: Said, by: str = "") -> Findings:
        """Keep what a document holds: incidents, work orders, or none.

        Raises:
            LessonError: There is no such document, no name, or they may not.
        """
        self._check()
        if all(row.doc != doc for row in self._means.read().shelf.documents()):
            raise LessonError(f"there is no document {doc!r}")
        self._corrections.say(doc, said, self._by or by)
        self._noted("lessons document", f"{doc} {said}")
        return self.found()

    def unsay(self, doc: str) -> Findings:
        """Let the document itself tell again what it holds."""
        self._check()
        self._corrections.unsay(doc)
        self._noted("lessons document", f"{doc} -")
        return self.found()

    def _noted(self, what: str, which: str) -> None:
        self._means.record(self._by, what, which)

    def _one(self, incident: str) -> Coded:
        entry = self.found().by_id.get(incident)
        if entry is None:
            raise LessonError(f"there is no incident {incident!r}; `millwright lessons records` lists them")
        return entry

    def _check(self) -> None:
        if not self._may_correct:
            raise LessonError("your role does not allow to correct incidents: experts and admins may")

    def _analysed(
        self,
        read: Read,
        codes: Codes,
        corrected: Corrected,
        said: dict[str, Said],
        proposals: Mapping[Key, Proposal],
    ) -> Findings:
        gathered: Collected = collected(read.shelf, said)
        coded, rows = classified(gathered.incidents, codes, self._means.embedder(), corrected)
        coded = [with_proposals(entry, _of(proposals, codes)) for entry in coded]
        coded.sort(key=lambda entry: (entry.incident.date, entry.incident.id), reverse=True)
        failures = [entry for entry in coded if not entry.incident.planned]
        docs = [source.doc for source in gathered.sources]
        settings = self._settings
        return Findings(
            sources=gathered.sources,
            coded=tuple(coded),
            repeated=gathered.repeated,
            others=gathered.others,
            paretos=paretos(failures),
            trend=trend(failures),
            clusters=clusters(failures, rows, settings.like),
            precursors=precursors(failures, settings.before_days),
            patterns=patterns(failures, codes, read.documents, docs, settings.shared_by),
        )


def _readable(entry: Correction, readable: frozenset[str] | None) -> bool:
    return readable is None or entry.collection in readable


def _of(proposals: Mapping[Key, Proposal], codes: Codes) -> dict[Key, Proposal]:
    """Those whose code is still in the list."""
    known = {(axis, code.code) for axis in AXES for code in codes[axis]}
    return {key: found for key, found in proposals.items() if (key[1], found.code) in known}


def _mark(codes: Codes) -> tuple[object, ...]:
    return tuple((code.code, code.names["en"], code.like, tuple(p.text for p in code.phrases))
                 for axis in AXES for code in codes[axis])  # fmt: skip
