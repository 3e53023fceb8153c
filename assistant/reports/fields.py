"""The fields of a report by path: read, changed with their origin, and what the form still asks for."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from assistant.errors import ReportError
from assistant.records import Language
from assistant.reports.computed import COMPUTED, recomputed
from assistant.reports.labels import label, names
from assistant.reports.records import FaultReport, Kind, Origin, Provenance

FIXED = ("header.report_id", "header.created_at", "header.updated_at", "header.approver")

# What each form asks for; the others ask for what the shorter one asks for as well.
_QUICK = (
    "equipment.asset_id", "event.detected_at", "event.symptom", "event.detection_method",
    "event.operating_state", "impact.safety", "impact.production", "repair.activity",
)  # fmt: skip
_FULL = (
    "header.author", "equipment.asset_class", "equipment.component", "event.failed_at", "event.work_start",
    "event.returned_to_service", "event.reported_by", "coding.failure_mode", "coding.failure_cause",
    "containment.isolation_loto.required", "diagnosis.checks", "diagnosis.root_cause",
    "diagnosis.root_cause_status", "repair.steps", "repair.parts", "repair.tests_after",
    "prevention.corrective",
)  # fmt: skip
_8D = (
    "containment.actions", "diagnosis.five_whys", "prevention.preventive", "prevention.effectiveness_check",
)  # fmt: skip
ASKED: dict[Kind, tuple[str, ...]] = {"quick": _QUICK, "full": _QUICK + _FULL, "8D": _QUICK + _FULL + _8D}
REQUIRED = ("equipment.asset_id", "event.detected_at", "event.symptom")
"""Without these no report is approved, whatever its form."""


@dataclass(frozen=True, slots=True)
class Change:
    """A new value of a field.

    Args:
        value: Of the field's type, or text that reads as it; None or an empty text makes it blank.
        add: The value is one more entry of a list.
        by: Who enters it; empty when no person does.
    """

    path: str
    value: Any
    origin: Origin = "user"
    by: str = ""
    source: str = ""
    citations: tuple[int, ...] = ()
    add: bool = False


def value_at(report: FaultReport, path: str) -> Any:
    """What stands in a field.

    Raises:
        ReportError: There is no such field.
    """
    if path not in names("fields"):
        near = [name for name in names("fields") if name.rsplit(".", 1)[-1] == path.rsplit(".", 1)[-1]]
        if near:
            raise ReportError(f"{path!r}: no such field; did you mean {near[0]}?")
        raise ReportError(f"{path!r}: no such field; `millwright report show --fields` lists them")
    value: Any = report
    for name in path.split("."):
        value = getattr(value, name)
    return value


def is_blank(value: Any) -> bool:
    """Whether a field holds nothing; a zero or a no is something."""
    return value is None or value in ("", [])


def filled(report: FaultReport) -> Iterator[tuple[str, Any]]:
    """The fields that hold something, in the order of the form."""
    for path in names("fields"):
        value = value_at(report, path)
        if not is_blank(value):
            yield path, value


def changed(report: FaultReport, changes: Sequence[Change], now: datetime) -> FaultReport:
    """The report with other values, each with its origin; what is computed is computed again.

    Raises:
        ReportError: A field that does not exist or is not to be edited, a value of the wrong type, or a
            report that is approved or closed.
    """
    if report.status in ("approved", "closed"):
        raise ReportError(f"{report.header.report_id}: it is {report.status} and is not changed any more")
    content = report.model_dump(mode="json", by_alias=True)
    for change in changes:
        _change(report, content, change, now)
    content["header"]["updated_at"] = now.isoformat()
    return recomputed(_validated(content))


def _change(report: FaultReport, content: dict[str, Any], change: Change, now: datetime) -> None:
    before = value_at(report, change.path)
    if change.path in FIXED or (change.path in COMPUTED and change.origin != "computed"):
        raise ReportError(f"{change.path}: it is computed or fixed and cannot be entered")
    *parents, name = change.path.split(".")
    holder = content
    for parent in parents:
        holder = holder[parent]
    value = _read(change.value, isinstance(before, list))
    if change.add:
        if not isinstance(before, list):
            raise ReportError(f"{change.path}: it holds one value; set it instead of adding to it")
        value = [*holder[name], *(value if isinstance(value, list) else [value])]
    if is_blank(value):
        holder[name] = [] if isinstance(before, list) else "" if isinstance(before, str) else None
        content["provenance"].pop(change.path, None)
        return
    holder[name] = value
    by_person = change.origin == "user"
    content["provenance"][change.path] = Provenance(
        origin=change.origin,
        source=change.source,
        citations=list(change.citations),
        confirmed_by=change.by if by_person else "",
        confirmed_at=now if by_person and change.by else None,
    ).model_dump(mode="json")


def _read(value: Any, is_list: bool) -> Any:
    """Text from the command line as what it says; JSON for what is more than one text."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    if text[:1] in ("{", "["):
        try:
            return json.loads(text)
        except ValueError as error:
            if is_list:
                raise ReportError(f"{text[:60]!r}: not readable as JSON ({error})") from error
    return text


def _validated(content: dict[str, Any]) -> FaultReport:
    try:
        return FaultReport.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ReportError(f"{where} = {str(first.get('input'))[:60]!r}: {first['msg']}") from error


def missing(report: FaultReport) -> list[str]:
    """The fields that the form asks for and that are blank."""
    return [path for path in ASKED[report.kind] if is_blank(value_at(report, path))]


def unconfirmed(report: FaultReport) -> list[str]:
    """The fields that no person has entered or confirmed and no code has computed."""
    return [
        path
        for path, _ in filled(report)
        if (known := report.provenance.get(path))
        and known.origin in ("model", "document", "log")
        and not known.confirmed_by
    ]


def question(path: str, language: Language) -> str:
    """What to ask a person for a field."""
    try:
        return label("questions", path, language)
    except KeyError:
        return label("fields", path, language)
