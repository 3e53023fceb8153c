"""The parts of a fault report, as ISO 14224, 8D and the usual work-order forms have them.

What is not known is blank: None, an empty text or an empty list, never a guess.
"""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, WithJsonSchema

Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]


When = Annotated[
    datetime,
    # Not the format `date-time`, which needs an offset: a log or a text may not know it.
    WithJsonSchema({"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"}, mode="serialization"),
]
"""ISO 8601, with an offset where it is known."""


class FormPart(BaseModel):
    """A part of the form; what is not one of its fields is refused."""

    model_config = ConfigDict(extra="forbid", validate_default=True)


class Equipment(FormPart):
    """What failed."""

    site: Name = ""
    area: Name = ""
    line: Name = ""
    asset_id: Name = ""
    asset_name: Name = ""
    asset_class: Name = ""
    manufacturer: Name = ""
    model: Name = ""
    serial_no: Name = ""
    subunit: Name = ""
    component: Name = ""
    part_no: Name = ""
    running_hours: float | None = Field(default=None, ge=0)
    criticality: Literal["A", "B", "C"] | None = None


class AlarmCode(FormPart):
    """An alarm of the event."""

    code: Name
    text: Text = ""
    first_seen: When | None = None
    count: int | None = Field(default=None, ge=1)


class Condition(FormPart):
    """A condition at the time, such as an oil temperature."""

    name: Name
    value: float | None = None
    unit: Name = ""
    normal_range: Name = ""


class Moment(FormPart):
    """Something that happened."""

    time: When
    event: Text
    who: Name = ""


class Event(FormPart):
    """What happened and how it was noticed; times are on the plant's clock unless they state an offset."""

    detected_at: When | None = None
    failed_at: When | None = None
    work_start: When | None = None
    returned_to_service: When | None = None
    reported_by: Name = ""
    detection_method: Name = ""
    operating_state: Literal["start-up", "running", "idle", "shutdown", "testing"] | None = None
    alarm_codes: list[AlarmCode] = []
    symptom: Text = ""
    conditions: list[Condition] = []
    timeline: list[Moment] = []


Cause = Literal[
    "design", "fabrication_installation", "operation", "maintenance", "management", "other", "unknown"
]


class Coding(FormPart):
    """The failure in codes."""

    failure_mode: Name = ""
    failure_mechanism: Name = ""
    failure_cause: Cause | None = None


class Impact(FormPart):
    """What it did."""

    safety: Literal["none", "near_miss", "injury"] | None = None
    safety_note: Text = ""
    environment: Text = ""
    production: Literal["none", "degraded", "stopped"] | None = None
    downtime_min: float | None = Field(default=None, ge=0)
    """Computed from the times of the event, never entered."""
    quality_loss: Text = ""
    cost: float | None = Field(default=None, ge=0)
    currency: Name = ""


class ContainmentAction(FormPart):
    """What was done at once."""

    action: Text
    owner: Name = ""
    time: When | None = None
    verified: bool | None = None


class Isolation(FormPart):
    """Lockout and tagout."""

    required: bool | None = None
    applied_by: Name = ""
    removed_by: Name = ""
    time: When | None = None


class Containment(FormPart):
    """How it was made safe."""

    actions: list[ContainmentAction] = []
    isolation_loto: Isolation = Isolation()
    permits: list[Name] = []


class Check(FormPart):
    """A check; `citations` are numbers of the report's evidence."""

    step: Text
    expected: Text = ""
    measured: Text = ""
    unit: Name = ""
    result: Literal["pass", "fail", "skipped"] | None = None
    citations: list[int] = []


class Hypothesis(FormPart):
    """A possible cause."""

    cause: Text
    likelihood: Name = ""
    evidence: Text = ""
    ruled_out_by: Text = ""


class Diagnosis(FormPart):
    """How the cause was found."""

    checks: list[Check] = []
    hypotheses: list[Hypothesis] = []
    five_whys: list[Text] = Field(default=[], max_length=5)
    root_cause: Text = ""
    root_cause_status: Literal["confirmed", "probable", "unknown"] | None = None


Activity = Literal[
    "replace", "repair", "adjust", "modify", "service", "check", "test", "inspect", "overhaul", "other"
]


class Part(FormPart):
    """A part that was used."""

    part_no: Name
    name: Name = ""
    qty: float | None = Field(default=None, gt=0)


class Labour(FormPart):
    """Work done."""

    trade: Name
    hours: float = Field(ge=0)


class TestAfter(FormPart):
    """A test after the repair."""

    test: Text
    limit: Name = ""
    value: Name = ""
    passed: bool | None = Field(default=None, alias="pass")
    model_config = ConfigDict(extra="forbid", validate_default=True, populate_by_name=True)


class Repair(FormPart):
    """What was done."""

    activity: Activity | None = None
    steps: list[Text] = []
    parts: list[Part] = []
    labour: list[Labour] = []
    tests_after: list[TestAfter] = []


class Action(FormPart):
    """Something to be done so that it does not come again."""

    action: Text
    owner: Name = ""
    due: date | None = None
    status: Name = ""


class Prevention(FormPart):
    """How it is kept from coming again."""

    corrective: list[Action] = []
    preventive: list[Action] = []
    documents_to_update: list[Name] = []
    similar_assets: list[Name] = []
    effectiveness_check: Text = ""
    lesson: Text = ""


class SimilarCase(FormPart):
    """An earlier incident like this one, and what fixed it; `citations` are numbers of the evidence."""

    case: Name
    machine: Name = ""
    what: Text = ""
    reason: Text = ""
    fixed: list[Text] = []
    citations: list[int] = []


class History(FormPart):
    """Whether it happened before; means are computed, each with its sample size."""

    recurrence: bool | None = None
    previous_reports: list[Name] = []
    mtbf_h: float | None = Field(default=None, ge=0)
    mttr_h: float | None = Field(default=None, ge=0)
    mtbf_n: int | None = Field(default=None, ge=0)
    mttr_n: int | None = Field(default=None, ge=0)
    similar: list[SimilarCase] = []


class Cited(FormPart):
    """A passage that the report rests on, verbatim."""

    n: int = Field(ge=1)
    doc: Name
    title: Name = ""
    revision: Name = ""
    page: int | None = None
    label: Name = ""
    section: Text = ""
    quote: str


class Evidence(FormPart):
    """What the report rests on."""

    citations: list[Cited] = []
    photos: list[Name] = []
    log_excerpt: list[Text] = []
