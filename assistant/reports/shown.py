"""A field's value in words, for every export: the same text in the terminal, in Markdown, Word and PDF."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel

from assistant.places import label_told, page_told
from assistant.records import Language
from assistant.reports.fields import ASKED, filled, missing, question, value_at
from assistant.reports.labels import label
from assistant.reports.parts import AlarmCode, Check, Cited, Condition, Hypothesis, Moment
from assistant.reports.records import SECTIONS, FaultReport

# Fields whose value is one of a list; a text of a person is never translated.
_CHOICES = frozenset((
    "event.operating_state", "coding.failure_cause", "impact.safety", "impact.production",
    "diagnosis.root_cause_status", "repair.activity",
))  # fmt: skip
_NO_NAME = frozenset("code text event time action step cause name test trade part_no case what".split())
"""What an entry is about; it comes first and needs no name."""
_ELSEWHERE = ("header.report_id", "evidence.citations", "history.mtbf_n", "history.mttr_n")
"""The number of the report is its title."""
_WITH_SAMPLE = {"history.mtbf_h": "mtbf_n", "history.mttr_h": "mttr_n"}
_GLANCE = (
    "equipment.asset_id", "event.detected_at", "impact.downtime_min", "impact.safety",
    "equipment.asset_name", "event.returned_to_service", "impact.production", "header.work_order_no",
)  # fmt: skip
_DISCIPLINES = {
    "header": "D1", "equipment": "D2", "event": "D2", "coding": "D2", "impact": "D2", "containment": "D3",
    "diagnosis": "D4", "repair": "D5–D6", "prevention": "D7", "signed": "D8",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """A filled field: its name in the form's language, and its value as lines of text."""

    path: str
    name: str
    texts: list[str]


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a field comes from, in few words.

    Args:
        waiting: No person has confirmed it.
    """

    origin: str
    state: str = ""
    waiting: bool = False

    @property
    def line(self) -> str:
        """Both on one line."""
        return " · ".join(filter(None, (self.origin, self.state)))


def told(value: Any, language: Language) -> list[str]:
    """A value as lines: one, or one for each entry of a list."""
    if isinstance(value, list):
        return [line for entry in value for line in told(entry, language)]
    if isinstance(value, BaseModel):
        return [_entry(value, language)]
    if isinstance(value, bool):
        return [label("words", "yes" if value else "no", language)]
    if isinstance(value, datetime):
        return [_moment(value)]
    if isinstance(value, date):
        return [value.isoformat()]
    return [f"{value:g}" if isinstance(value, float) else " ".join(str(value).split())]


def _moment(value: datetime) -> str:
    """A time as fine as it was written; those with an offset are ours, not a controller's: to the minute."""
    finer = "milliseconds" if value.microsecond else "seconds" if value.second else "minutes"
    return value.isoformat(sep=" ", timespec="minutes" if value.tzinfo else finer)


def _entry(value: BaseModel, language: Language) -> str:
    """An entry of a list on one line, its sources in brackets behind it."""
    hidden = {"citations"}
    sources = "".join(f"[{number}]" for number in getattr(value, "citations", ()))
    first = ""
    if isinstance(value, AlarmCode):
        # "times: 1" says nothing.
        hidden |= {"code", "text"} | ({"count"} if value.count == 1 else set())
        first = " ".join(filter(None, (value.code, value.text)))
    if isinstance(value, Condition):
        hidden |= {"name", "value", "unit"}
        measured = " ".join([*(told(value.value, language) if value.value is not None else []), value.unit])
        first = ": ".join(filter(None, (value.name, measured.strip())))
    if isinstance(value, Check) and value.measured:
        hidden |= {"unit"}
        value = value.model_copy(update={"measured": f"{value.measured} {value.unit}".strip()})
    if isinstance(value, Moment):
        hidden |= {"time", "event"}
        first = f"{_moment(value.time)} – {told(value.event, language)[0]}"
    if isinstance(value, Hypothesis) and value.evidence.startswith("["):
        hidden, sources = hidden | {"evidence"}, value.evidence
    pairs = [(name, entry) for name, entry in value if name not in hidden and entry not in (None, "", [])]
    told_parts = [*filter(None, [first]), *(_pair(name, entry, language) for name, entry in pairs)]
    # A sentence that is followed by another part keeps its words and loses its full stop.
    parts = [*(text.rstrip("。.") for text in told_parts[:-1]), *told_parts[-1:]]
    words = ("，" if language == "zh" else ", ").join(parts)
    return f"{words} {sources}".strip()


def _pair(name: str, value: Any, language: Language) -> str:
    comma = "；" if language == "zh" else "; "
    lines = [label("values", value, language)] if name == "result" else told(value, language)
    text = comma.join([*(line.rstrip("。.") for line in lines[:-1]), *lines[-1:]])
    return text if name in _NO_NAME else f"{label('entries', name, language)}{_colon(language)}{text}"


def _lines(report: FaultReport, path: str, value: Any) -> list[str]:
    if path in _CHOICES or (path, value) == ("event.detection_method", "alarm"):
        return [label("values", value, report.language)]
    if path in _WITH_SAMPLE:
        sample = label("words", "sample", report.language, n=getattr(report.history, _WITH_SAMPLE[path]))
        return [f"{told(value, report.language)[0]} ({sample})"]
    return told(value, report.language)


def rows(report: FaultReport, section: str) -> Iterator[Row]:
    """The filled fields of a part; sources stand apart."""
    for path, value in filled(report):
        if path.startswith(f"{section}.") and path not in _ELSEWHERE:
            yield Row(path, label("fields", path, report.language), _lines(report, path, value))


def glance(report: FaultReport) -> list[Row]:
    """What whoever opens the report looks for first; a blank field has a dash."""
    found = []
    for path in _GLANCE:
        value = value_at(report, path)
        texts = ["—"] if value in (None, "") else _lines(report, path, value)
        found.append(Row(path, label("fields", path, report.language), texts))
    return found


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


def mark(report: FaultReport, path: str) -> Mark:
    """The same for a narrow column: the numbers of the sources instead of their names."""
    known, language = report.provenance.get(path), report.language
    if known is None or known.origin == "user":
        return Mark("")
    sources = "".join(f"[{number}]" for number in known.citations)
    words = " ".join(filter(None, (label("words", known.origin, language), sources)))
    if known.origin == "computed":
        return Mark(words)
    if known.confirmed_by:
        return Mark(words, f"✓ {known.confirmed_by}")
    return Mark(words, label("words", "waiting", language), waiting=True)


def sections(report: FaultReport) -> list[str]:
    """The parts of which something is known, in the order of the form."""
    return [section for section in ("header", *SECTIONS) if any(True for _ in rows(report, section))]


def heading(report: FaultReport, section: str) -> str:
    """What stands above a part, or above the signatures; an 8D report names its disciplines."""
    words = label("words" if section == "signed" else "sections", section, report.language)
    discipline = _DISCIPLINES.get(section, "") if report.kind == "8D" else ""
    return f"{discipline} {words}".strip()


def place(cited: Cited, language: Language = "en") -> str:
    """Where a source stands, on one line."""
    number = cited.label or str(cited.page or "")
    page = page_told(number, language) if cited.page else label_told(cited.label, language)
    # The place in a sheet names the sheet: "Alarms!64".
    section = "" if cited.label.startswith(f"{cited.section}!") else cited.section
    comma, told = ("，", "版本 {}") if language == "zh" else (", ", "rev. {}")
    revision = told.format(cited.revision) if cited.revision else ""
    return comma.join(part for part in (cited.title or cited.doc, revision, section, page) if part)


def open_questions(report: FaultReport) -> list[tuple[str, str]]:
    """What the form still asks for: path and question."""
    return [(path, question(path, report.language)) for path in missing(report)]


def asked_of(report: FaultReport) -> int:
    """How many fields the form asks for."""
    return len(ASKED[report.kind])


def status_line(report: FaultReport) -> str:
    """Status and form in words."""
    status = label("words", report.status, report.language)
    return " · ".join(
        (f"{label('words', 'status', report.language)}{_colon(report.language)}{status}", form(report))
    )


def form(report: FaultReport) -> str:
    """Which form it is, in words."""
    language = report.language
    return f"{label('words', 'kind', language)}{_colon(language)}{label('words', report.kind, language)}"


def _colon(language: Language) -> str:
    return "：" if language == "zh" else ": "


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


def to_sign(report: FaultReport) -> list[tuple[str, str, str]]:
    """The lines of the form for names: what for, the name and the day as far as they are known."""
    days = {step.status: step.at.date().isoformat() for step in report.history_of_status}
    who = {step.status: step.by for step in report.history_of_status}
    header = report.header
    lines = [
        ("prepared", header.author, days.get("in_review", "")),
        ("reviewed", header.reviewer, ""),
        ("released", header.approver, days.get("approved", "")),
    ]
    if report.status == "closed":
        lines.append(("ended", who.get("closed", ""), days.get("closed", "")))
    return [(label("words", name, report.language), by, day) for name, by, day in lines]
