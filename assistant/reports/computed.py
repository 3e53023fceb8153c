"""What code computes of a report: downtime, and from earlier reports MTTR and MTBF with their sample size."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import fmean

from assistant.errors import ReportError
from assistant.reports.parts import Event, History
from assistant.reports.records import FaultReport, Provenance
from ingest.terms import look_alike

COMPUTED = (
    "impact.downtime_min",
    "history.recurrence",
    "history.previous_reports",
    "history.mtbf_h",
    "history.mttr_h",
    "history.mtbf_n",
    "history.mttr_n",
)
_ORDER = ("failed_at", "detected_at", "work_start", "returned_to_service")


def recomputed(report: FaultReport) -> FaultReport:
    """The report with its downtime.

    Raises:
        ReportError: Two times contradict each other.
    """
    event = report.event
    _check(event)
    start, end = event.failed_at or event.detected_at, event.returned_to_service
    minutes = round(_between(start, end).total_seconds() / 60, 1) if start and end else None
    provenance = {path: known for path, known in report.provenance.items() if path != "impact.downtime_min"}
    if minutes is not None:
        since = "failed_at" if event.failed_at else "detected_at"
        provenance["impact.downtime_min"] = Provenance(
            origin="computed", source=f"returned_to_service - {since}"
        )
    impact = report.impact.model_copy(update={"downtime_min": minutes})
    return report.model_copy(update={"impact": impact, "provenance": provenance})


def _check(event: Event) -> None:
    """Whatever of the times is known must stand in order; detection may follow the start of work."""
    known = [(name, time) for name in _ORDER if (time := getattr(event, name)) is not None]
    for name, time in known:
        for later, other in known:
            ordered = _ORDER.index(name) < _ORDER.index(later) and {name, later} != {
                "detected_at",
                "work_start",
            }
            if ordered and _between(time, other) < timedelta():
                raise ReportError(f"event.{later} ({other}) is before event.{name} ({time})")


def _between(start: datetime, end: datetime) -> timedelta:
    if (start.tzinfo is None) != (end.tzinfo is None):
        raise ReportError(f"of the times {start} and {end} one states its offset and the other does not")
    return end - start


def with_history(report: FaultReport, others: Sequence[FaultReport]) -> FaultReport:
    """The report with what earlier ones of the same asset tell; blank where there are none.

    MTTR is the mean time from the start of work (else from the failure) to service, this report's
    included; MTBF the mean time from service to the next failure. Each stands with its sample size.
    """
    failures = sorted(
        (entry for entry in [report, *_earlier(report, others)] if _failed(entry)),
        key=lambda entry: str(_failed(entry)),
    )
    repairs = [hours for entry in failures if (hours := _repair_h(entry.event)) is not None]
    runs = [
        hours for first, then in pairwise(failures) if (hours := _run_h(first.event, then.event)) is not None
    ]
    earlier = [entry for entry in failures if entry is not report]
    modes = {entry.coding.failure_mode.casefold() for entry in earlier if entry.coding.failure_mode}
    own = report.coding.failure_mode.casefold()
    history = History(
        similar=report.history.similar,
        recurrence=own in modes if own and modes else None,
        previous_reports=[entry.header.report_id for entry in earlier],
        mtbf_h=round(fmean(runs), 1) if runs else None,
        mttr_h=round(fmean(repairs), 2) if repairs else None,
        mtbf_n=len(runs) if runs else None,
        mttr_n=len(repairs) if repairs else None,
    )
    provenance = {path: known for path, known in report.provenance.items() if path not in COMPUTED}
    if report.provenance.get("impact.downtime_min"):
        provenance["impact.downtime_min"] = report.provenance["impact.downtime_min"]
    for name, value in history:
        if f"history.{name}" in COMPUTED and value is not None and value != []:
            provenance[f"history.{name}"] = Provenance(
                origin="computed", source=f"{len(earlier)} earlier reports"
            )
    return report.model_copy(update={"history": history, "provenance": provenance})


def _earlier(report: FaultReport, others: Sequence[FaultReport]) -> list[FaultReport]:
    """Reports of the same asset whose failure came before this one."""
    asset, failed = look_alike(report.equipment.asset_id), _failed(report)
    if not asset or failed is None:
        return []
    return [
        entry
        for entry in others
        if entry.header.report_id != report.header.report_id
        and look_alike(entry.equipment.asset_id) == asset
        and (before := _failed(entry)) is not None
        and (before.tzinfo is None) == (failed.tzinfo is None)
        and before < failed
    ]


def _failed(report: FaultReport) -> datetime | None:
    return report.event.failed_at or report.event.detected_at


def _repair_h(event: Event) -> float | None:
    start, end = event.work_start or event.failed_at or event.detected_at, event.returned_to_service
    return _between(start, end).total_seconds() / 3600 if start and end else None


def _run_h(first: Event, then: Event) -> float | None:
    end = then.failed_at or then.detected_at
    if first.returned_to_service is None or end is None:
        return None
    hours = _between(first.returned_to_service, end).total_seconds() / 3600
    return hours if hours >= 0 else None
