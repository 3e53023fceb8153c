"""A field's value in words, for every export: the same text in the terminal, in Markdown and in Word."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel

from assistant.records import Language
from assistant.reports.fields import ASKED, filled, missing, question
from assistant.reports.labels import label
from assistant.reports.records import SECTIONS, FaultReport

# Fields whose value is one of a list; a text of a person is never translated.
_CHOICES = frozenset((
    "event.operating_state", "coding.failure_cause", "impact.safety", "impact.production",
    "diagnosis.root_cause_status", "repair.activity",
))  # fmt: skip
_NO_NAME = frozenset("code text event time action step cause name test trade part_no case what".split())
"""What an entry is about; it comes first and needs no name."""
_ELSEWHERE = ("evidence.citations", "history.mtbf_n", "history.mttr_n")
_WITH_SAMPLE = {"history.mtbf_h": "mtbf_n", "history.mttr_h": "mttr_n"}


def told(value: Any, language: Language) -> list[str]:
    """A value as lines: one, or one for each entry of a list."""
    if isinstance(value, list):
        return [line for entry in value for line in told(entry, language)]
    if isinstance(value, BaseModel):
        pairs = [(name, entry) for name, entry in value if entry not in (None, "", [])]
        return [", ".join(_pair(name, entry, language) for name, entry in pairs)]
    if isinstance(value, bool):
        return [label("words", "yes" if value else "no", language)]
    if isinstance(value, datetime):
        # To the second where there is an offset: those are ours, not a controller's.
        finer = value.microsecond and value.tzinfo is None
        return [value.isoformat(sep=" ", timespec="milliseconds" if finer else "seconds")]
    if isinstance(value, date):
        return [value.isoformat()]
    return [f"{value:g}" if isinstance(value, float) else " ".join(str(value).split())]


def _pair(name: str, value: Any, language: Language) -> str:
    text = label("values", value, language) if name == "result" else "; ".join(told(value, language))
    return text if name in _NO_NAME else f"{label('entries', name, language)}: {text}"


def _lines(report: FaultReport, path: str, value: Any) -> list[str]:
    if path in _CHOICES:
        return [label("values", value, report.language)]
    if path in _WITH_SAMPLE:
        sample = label("words", "sample", report.language, n=getattr(report.history, _WITH_SAMPLE[path]))
        return [f"{told(value, report.language)[0]} ({sample})"]
    return told(value, report.language)


def rows(report: FaultReport, section: str) -> Iterator[tuple[str, list[str], str]]:
    """The filled fields of a part: label, lines of text, and where they come from; sources stand apart."""
    language = report.language
    for path, value in filled(report):
        if path.startswith(f"{section}.") and path not in _ELSEWHERE:
            yield label("fields", path, language), _lines(report, path, value), origin(report, path)


def origin(report: FaultReport, path: str) -> str:
    """Where a field comes from and who stands for it; empty where a person entered it."""
    known, language = report.provenance.get(path), report.language
    if known is None or known.origin == "user":
        return ""
    told_origin = label("words", known.origin, language)
    if known.source:
        told_origin += f" ({known.source})"
    if known.origin == "computed":
        return told_origin
    state = (
        label("words", "confirmed", language, by=known.confirmed_by)
        if known.confirmed_by
        else label("words", "unconfirmed", language)
    )
    return f"{told_origin}, {state}"


def sections(report: FaultReport) -> list[str]:
    """The parts of which something is known, in the order of the form."""
    return [section for section in ("header", *SECTIONS) if any(True for _ in rows(report, section))]


def open_questions(report: FaultReport) -> list[tuple[str, str]]:
    """What the form still asks for: path and question."""
    return [(path, question(path, report.language)) for path in missing(report)]


def asked_of(report: FaultReport) -> int:
    """How many fields the form asks for."""
    return len(ASKED[report.kind])


def status_line(report: FaultReport) -> str:
    """Status and form in words."""
    language = report.language
    words = [f"{label('words', 'status', language)}: {label('words', report.status, language)}"]
    words.append(f"{label('words', 'kind', language)}: {label('words', report.kind, language)}")
    return " · ".join(words)


def signatures(report: FaultReport) -> list[str]:
    """Who moved the report on, and when."""
    return [
        label(
            "words",
            "by",
            report.language,
            status=label("words", step.status, report.language),
            by=step.by,
            at=step.at.isoformat(sep=" ", timespec="minutes"),
        )
        for step in report.history_of_status
    ]
