"""A draft of a report from what is known of an event: its text first, then the documents, then the model."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from assistant.answer import Writer
from assistant.errors import ReportError
from assistant.records import Turn
from assistant.reports.computed import with_history
from assistant.reports.event_text import EventText, Said
from assistant.reports.fields import Change, changed, filled
from assistant.reports.from_documents import Documents, changes_from_documents
from assistant.reports.from_model import changes_from_model
from assistant.reports.from_text import changes_from_text
from assistant.reports.labels import label
from assistant.reports.parts import Cited
from assistant.reports.records import FaultReport
from assistant.reports.similar import with_similar
from assistant.reports.sources import Sources

_CITED = "evidence.citations"
_TIMES = ("event.failed_at", "event.work_start", "event.returned_to_service")


@dataclass(frozen=True, slots=True)
class Drafted:
    """A draft.

    Args:
        dropped: What the model wrote and nothing carries; it stands nowhere in the report.
        notes: What could not be done, one line each.
    """

    report: FaultReport
    dropped: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Drafter:
    """Drafts reports.

    Args:
        documents: None where there is no index.
        machines: The machines that documents are about.
        writer: None fills in by rules only.
        note: Why there are no documents.
    """

    documents: Documents | None = None
    machines: tuple[str, ...] = ()
    writer: Writer | None = None
    note: str = ""

    def draft(
        self,
        report: FaultReport,
        event: EventText,
        others: Sequence[FaultReport],
        now: datetime,
        cited: Sequence[Cited] = (),
    ) -> Drafted:
        """Fill in what is blank; what a person or a log has entered stays.

        Args:
            others: The reports of the site.
            cited: What a conversation cited, to be sources of the report.
        """
        kind = "question" if event.spoken else "line"
        named = label("words", kind, report.language, n="{n}")
        sources = Sources([*report.evidence.citations, *cited], named)
        taken = {path for path, _ in filled(report)}
        changes = _merged(changes_from_text(event, sources, self.machines), taken)
        report = _applied(report, changes, sources, now)
        notes = [self.note] if self.note else []
        dropped: tuple[str, ...] = ()
        if self.documents is not None:
            report = _looked_up(report, self.documents, sources, now)
        if self.writer is not None:
            written = changes_from_model(
                self.writer.model, event, sources, [path for path, _ in filled(report)], self.writer.timeout_s
            )
            dropped, notes = written.dropped, [*notes, *([written.note] if written.note else [])]
            report = _applied(report, list(written.changes), sources, now)
            if written.changes:
                version = f"{self.writer.engine}: {written.version}"[:200]
                report = report.model_copy(update={"model_version": version})
        report = self.with_similar(report, others, now)
        return Drafted(with_history(report, others), dropped, tuple(notes))

    def with_similar(self, report: FaultReport, others: Sequence[FaultReport], now: datetime) -> FaultReport:
        """The report with the earlier incidents that are like it, as they are known now."""
        sources = Sources(report.evidence.citations, label("words", "line", report.language, n="{n}"))
        changes = with_similar(report, others, self.documents, sources)
        return _applied(report, changes, sources, now) if changes else report


def event_of(turns: Sequence[Turn], name: str) -> tuple[EventText, list[Cited]]:
    """A conversation as an event: its questions are what was said, its answers' citations are sources.

    Raises:
        ReportError: It holds no question.
    """
    said = tuple(Said(turn.question, number) for number, turn in enumerate(turns, start=1))
    if not said:
        raise ReportError(f"{name}: it holds no question yet")
    sources = Sources()
    for turn in turns:
        for citation in (*turn.answer.warnings, *turn.answer.citations):
            sources.citation(citation)
    text = "\n".join(entry.text for entry in said)
    return EventText(name, text, said, (), spoken=True), sources.cited


def _looked_up(report: FaultReport, documents: Documents, sources: Sources, now: datetime) -> FaultReport:
    found = changes_from_documents(
        [alarm.code for alarm in report.event.alarm_codes],
        report.equipment.asset_id,
        report.event.symptom,
        documents,
        sources,
        report.language,
    )
    return _applied(report, [_added(report, change) for change in found], sources, now)


def _merged(changes: Sequence[Change], taken: set[str]) -> list[Change]:
    """What of the changes is for fields that are blank."""
    return [change for change in changes if change.path not in taken]


def _added(report: FaultReport, change: Change) -> Change:
    """A list from the documents behind what the text of the event has in that field already."""
    section, name = change.path.split(".")
    before: list[Any] = getattr(getattr(report, section), name)
    known = report.provenance.get(change.path)
    if not before or known is None:
        return change
    kept = [entry.model_dump(mode="json", by_alias=True) for entry in before]
    source = "; ".join(part for part in (known.source, change.source) if part)[:400]
    citations = tuple(dict.fromkeys([*known.citations, *change.citations]))
    return replace(change, value=[*kept, *change.value], source=source, citations=citations)


def _applied(report: FaultReport, changes: Sequence[Change], sources: Sources, now: datetime) -> FaultReport:
    """The report with the changes and its sources; times that contradict each other stay blank."""
    cited = [entry.model_dump(mode="json") for entry in sources.cited]
    numbers = tuple(entry["n"] for entry in cited)
    evidence = [Change(_CITED, cited, "document", source="", citations=numbers)] if cited else []
    try:
        return changed(report, [*changes, *evidence], now)
    except ReportError:
        kept = [change for change in changes if change.path not in _TIMES]
        if len(kept) == len(changes):
            raise
        return changed(report, [*kept, *evidence], now)
