"""The way of a report from draft to closed: who confirms its fields, and who moves it on."""

from collections.abc import Sequence
from datetime import datetime

from assistant.errors import ReportError
from assistant.reports.fields import REQUIRED, filled, is_blank, unconfirmed, value_at
from assistant.reports.records import FaultReport, Status, Step

NEXT: dict[Status, tuple[Status, ...]] = {
    "draft": ("in_review",),
    "in_review": ("draft", "approved"),
    "approved": ("closed",),
    "closed": (),
}


def confirmed(report: FaultReport, paths: Sequence[str], by: str, now: datetime) -> FaultReport:
    """The report with fields that a person stands for from now on.

    Args:
        paths: The fields; empty for all that wait for it.

    Raises:
        ReportError: No name, a blank field, or a report that is not changed any more.
    """
    _check(report, by)
    chosen = list(paths) or unconfirmed(report)
    provenance = dict(report.provenance)
    for path in chosen:
        if is_blank(value_at(report, path)) or path not in provenance:
            raise ReportError(f"{path}: it is blank; there is nothing to confirm")
        provenance[path] = provenance[path].model_copy(update={"confirmed_by": by, "confirmed_at": now})
    header = report.header.model_copy(update={"updated_at": now})
    return report.model_copy(update={"provenance": provenance, "header": header})


def moved(report: FaultReport, status: Status, by: str, now: datetime) -> FaultReport:
    """The report in its next status, with who moved it and when.

    Raises:
        ReportError: The step does not follow, or the report is not ready for it.
    """
    if not by.strip():
        raise ReportError("say who: --by NAME")
    if status not in NEXT[report.status]:
        following = " or ".join(NEXT[report.status]) or "nothing"
        raise ReportError(
            f"{report.header.report_id}: from {report.status} follows {following}, not {status}"
        )
    if status == "approved":
        _ready(report)
    named = {"in_review": "author", "approved": "approver"}.get(status, "")
    update: dict[str, object] = {"updated_at": now}
    if named and not (named == "author" and report.header.author):
        update[named] = by
    return report.model_copy(
        update={
            "status": status,
            "header": report.header.model_copy(update=update),
            "history_of_status": [*report.history_of_status, Step(status=status, by=by, at=now)],
        }
    )


def _ready(report: FaultReport) -> None:
    blank = [path for path in REQUIRED if is_blank(value_at(report, path))]
    if blank:
        raise ReportError(f"{report.header.report_id}: not approved while {', '.join(blank)} is blank")
    waiting = unconfirmed(report)
    if waiting:
        raise ReportError(
            f"{report.header.report_id}: not approved while no person has confirmed {', '.join(waiting)}"
        )
    if not any(True for _ in filled(report)):
        raise ReportError(f"{report.header.report_id}: it is empty")


def _check(report: FaultReport, by: str) -> None:
    if not by.strip():
        raise ReportError("say who: --by NAME")
    if report.status in ("approved", "closed"):
        raise ReportError(f"{report.header.report_id}: it is {report.status} and is not changed any more")
