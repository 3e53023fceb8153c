"""The reports of an index as people use them: drafted, edited, confirmed, moved on; one change at a time."""

import copy
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from assistant.access import audit
from assistant.access.records import ForbiddenError
from assistant.errors import ReportError
from assistant.records import Language
from assistant.reports.computed import with_history
from assistant.reports.drafting import Drafted, Drafter
from assistant.reports.event_text import EventText
from assistant.reports.fields import Change, changed
from assistant.reports.parts import Cited
from assistant.reports.records import FaultReport, Header, Kind, Status
from assistant.reports.shelf import Shelf
from assistant.reports.workflow import NEXT, confirmed, moved

_SIGNED: tuple[Status, ...] = ("approved", "closed")


class Reports:
    """The reports of one index; safe to use from several threads.

    Args:
        index: The folder of the index.
        drafter: What drafts, by the name of an engine; `extractive` for rules alone.
        closed: The documents that whoever asks may not read; a report that quotes one is closed to them.
    """

    def __init__(
        self,
        index: Path,
        drafter: Callable[[str | None], Drafter],
        closed: Callable[[], frozenset[str]] = frozenset,
    ) -> None:
        self._data, self._shelf = index.parent, Shelf(index / "reports")
        self._drafter, self._closed = drafter, closed
        self._changing = threading.Lock()
        self._by, self._approves = "", True

    def used_by(self, name: str, approves: bool) -> "Reports":
        """The same reports in someone's hands; what they do is done in their name.

        Args:
            name: Empty where there are no users: each call then says who.
            approves: They may approve and close.
        """
        used = copy.copy(self)
        used._by, used._approves = name, approves
        return used

    def limited_by(
        self, drafter: Callable[[str | None], Drafter], closed: Callable[[], frozenset[str]]
    ) -> "Reports":
        """The same reports for someone who may not read every document."""
        limited = copy.copy(self)
        limited._drafter, limited._closed = drafter, closed
        return limited

    def listed(self) -> list[FaultReport]:
        """Every report that may be read, the newest first."""
        closed = self._closed() if self._shelf.ids() else frozenset()
        return [report for report in reversed(self._shelf.all()) if _open_to(report, closed)]

    def open(self, report_id: str) -> FaultReport:
        """A report by its id.

        Raises:
            ReportError: There is none that may be read.
        """
        report = self._shelf.load(report_id)
        if not _open_to(report, self._closed()):
            raise ReportError(f"{report_id}: it quotes documents that you may not read")
        return report

    def draft(
        self,
        event: EventText | None,
        kind: Kind,
        language: Language,
        by: str = "",
        cited: Sequence[Cited] = (),
        engine: str | None = None,
    ) -> Drafted:
        """Begin a report, from the text of an event where there is one.

        Raises:
            ReportError: No one's name is given.
        """
        who, now = self._who(by), datetime.now().astimezone()
        header = Header(report_id=self._shelf.new_id(now), created_at=now, updated_at=now, author=who)
        done = Drafted(FaultReport(kind=kind, language=language, header=header))
        if event is not None:
            # A model may write for a minute; others go on meanwhile.
            done = self._drafter(engine).draft(done.report, event, self.listed(), now, cited)
        with self._changing:
            # The number may have been given to another meanwhile.
            named = done.report.header.model_copy(update={"report_id": self._shelf.new_id(now)})
            report = self._kept(done.report.model_copy(update={"header": named}))
        self._record("report new", report.header.report_id)
        return replace(done, report=report)

    def begin(self, changes: Sequence[Change], kind: Kind, language: Language, by: str = "") -> FaultReport:
        """Begin a report with fields that something else than a person tells, such as a log.

        Raises:
            ReportError: No one's name is given.
        """
        who, now = self._who(by), datetime.now().astimezone()
        with self._changing:
            header = Header(report_id=self._shelf.new_id(now), created_at=now, updated_at=now, author=who)
            report = changed(FaultReport(kind=kind, language=language, header=header), changes, now)
            kept = self._kept(with_history(report, self.listed()))
        self._record("report new", kept.header.report_id)
        return kept

    def edit(self, report_id: str, changes: Sequence[tuple[str, object]], by: str = "") -> FaultReport:
        """Enter values in fields.

        Raises:
            ReportError: As `changed`.
        """
        who, now = self._who(by), datetime.now().astimezone()
        with self._changing:
            entered = [Change(path, value, by=who) for path, value in changes]
            report = changed(self.open(report_id), entered, now)
            return self._kept(with_history(report, self.listed()))

    def confirm(self, report_id: str, paths: Sequence[str], by: str = "") -> FaultReport:
        """Stand for fields; for all that wait when none is named.

        Raises:
            ReportError: As `confirmed`.
        """
        with self._changing:
            report = confirmed(self.open(report_id), paths, self._who(by), datetime.now().astimezone())
            return self._kept(report)

    def move(self, report_id: str, status: Status, by: str = "") -> FaultReport:
        """Move a report on.

        Raises:
            ReportError: As `moved`.
            ForbiddenError: They may not approve or close.
        """
        if status in _SIGNED and not self._approves:
            raise ForbiddenError(f"{self._by}: your role does not allow to approve or close reports")
        with self._changing:
            report = self._kept(
                moved(self.open(report_id), status, self._who(by), datetime.now().astimezone())
            )
        self._record(f"report {status}", report_id)
        return report

    def following(self, report: FaultReport) -> tuple[Status, ...]:
        """The statuses that whoever asks may move a report to."""
        return tuple(each for each in NEXT[report.status] if self._approves or each not in _SIGNED)

    def _kept(self, report: FaultReport) -> FaultReport:
        self._shelf.save(report)
        return report

    def _who(self, by: str) -> str:
        who = self._by or " ".join(by.split())
        if not who:
            raise ReportError("say who you are: a report names whoever enters and confirms its fields")
        return who

    def _record(self, what: str, report_id: str) -> None:
        audit.record(self._data, self._by or audit.local_user(), what, [report_id])


def _open_to(report: FaultReport, closed: frozenset[str]) -> bool:
    return not any(cited.doc in closed for cited in report.evidence.citations)
