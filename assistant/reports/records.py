"""The fault report: its parts, where each field comes from, and who moved it on."""

from typing import Literal

from pydantic import AwareDatetime, Field

from assistant.records import Language
from assistant.reports.parts import (
    Coding,
    Containment,
    Diagnosis,
    Equipment,
    Event,
    Evidence,
    FormPart,
    History,
    Impact,
    Name,
    Prevention,
    Repair,
    Text,
)

Kind = Literal["quick", "full", "8D"]
Status = Literal["draft", "in_review", "approved", "closed"]
Origin = Literal["user", "document", "log", "computed", "model"]


class Header(FormPart):
    """What identifies the report."""

    report_id: Name
    work_order_no: Name = ""
    ticket_id: Name = ""
    created_at: AwareDatetime
    updated_at: AwareDatetime
    author: Name = ""
    reviewer: Name = ""
    approver: Name = ""


class Provenance(FormPart):
    """Where a field comes from, and who stands for it.

    Attributes:
        citations: Numbers of the report's evidence.
        confirmed_by: Empty until a person has confirmed what did not come from one.
    """

    origin: Origin
    source: Text = ""
    citations: list[int] = Field(default_factory=list)
    confirmed_by: Name = ""
    confirmed_at: AwareDatetime | None = None


class Step(FormPart):
    """A change of status."""

    status: Status
    by: Name
    at: AwareDatetime


class FaultReport(FormPart):
    """A fault report.

    Attributes:
        provenance: By path of the field, `event.symptom`; a field that is blank has none.
        history_of_status: Who moved the report on, oldest first.
        model_version: The model and the prompt that drafted fields; empty when none did.
    """

    kind: Kind = "quick"
    status: Status = "draft"
    language: Language = "en"
    header: Header
    equipment: Equipment = Equipment()
    event: Event = Event()
    coding: Coding = Coding()
    impact: Impact = Impact()
    containment: Containment = Containment()
    diagnosis: Diagnosis = Diagnosis()
    repair: Repair = Repair()
    prevention: Prevention = Prevention()
    history: History = History()
    evidence: Evidence = Evidence()
    provenance: dict[str, Provenance] = Field(default_factory=dict)
    history_of_status: list[Step] = Field(default_factory=list)
    model_version: Name = ""


SECTIONS = (
    "equipment",
    "event",
    "coding",
    "impact",
    "containment",
    "diagnosis",
    "repair",
    "prevention",
    "history",
    "evidence",
)
"""The parts whose fields can be edited, in the order of the form."""
