"""Earlier incidents like this one, with what fixed them: from this site's reports, and from its documents."""

import re
from collections.abc import Mapping, Sequence

from assistant.reports import event_words as words
from assistant.reports.fields import Change
from assistant.reports.from_documents import Documents, fits, found_for
from assistant.reports.parts import SimilarCase
from assistant.reports.records import FaultReport
from assistant.reports.sources import Sources
from assistant.sentences import sentences
from ingest.records import Chunk
from ingest.terms import content_words, look_alike

_MOST, _MOST_FIXES, _PASSAGES = 3, 3, 12
_MIN_SHARED = 0.3
"""Least share of this symptom's words in that of an earlier report of another machine."""
_WHAT = 300
_FIX_CELL = re.compile(r"remed|resol|action|措施|处理|对策|解决", re.IGNORECASE)
_WHAT_CELL = re.compile(r"what happened|request|symptom|problem|descr|经过|现象|问题|描述", re.IGNORECASE)
_ID_CELL = re.compile(r"report|ticket|incident|编号|单号", re.IGNORECASE)


def with_similar(
    report: FaultReport, others: Sequence[FaultReport], documents: Documents | None, sources: Sources
) -> list[Change]:
    """The changes that name similar cases; none when there are none.

    Args:
        others: The reports of the site; only those that a person moved on from the draft count.
    """
    cases = [*_reports(report, others), *(_documents(report, documents, sources) if documents else [])]
    if not cases:
        return []
    numbers = tuple(dict.fromkeys(number for case in cases for number in case.citations))
    values = [case.model_dump(mode="json") for case in cases]
    return [Change("history.similar", values, "document", source=", ".join(c.case for c in cases)[:400],
                   citations=numbers)]  # fmt: skip


def _reports(report: FaultReport, others: Sequence[FaultReport]) -> list[SimilarCase]:
    """Reviewed reports of the same machine or class, or with the same alarm, that say what was done."""
    scored = [
        (score, other)
        for other in others
        if other.header.report_id != report.header.report_id
        and other.status != "draft"
        and (score := _likeness(report, other)) > 0
    ]
    best = sorted(scored, key=lambda pair: (-pair[0], pair[1].header.report_id))[:_MOST]
    return [
        SimilarCase(
            case=other.header.report_id,
            machine=other.equipment.asset_id,
            what=other.event.symptom[:_WHAT],
            reason=other.diagnosis.root_cause[:_WHAT],
            fixed=_fixes_of(other),
        )
        for _, other in best
    ]


def _fixes_of(report: FaultReport) -> list[str]:
    steps = report.repair.steps or [action.action for action in report.prevention.corrective]
    return [step[:_WHAT] for step in steps[:_MOST_FIXES]]


def _likeness(report: FaultReport, other: FaultReport) -> float:
    """0 for unlike; the same machine counts most, then alarm and mode, then class and words."""
    ours, theirs = report.equipment, other.equipment
    same_asset = bool(ours.asset_id) and look_alike(ours.asset_id) == look_alike(theirs.asset_id)
    same_class = bool(ours.asset_class) and ours.asset_class.casefold() == theirs.asset_class.casefold()
    mode = report.coding.failure_mode.casefold()
    same_mode = bool(mode) and mode == other.coding.failure_mode.casefold()
    codes = {look_alike(alarm.code) for alarm in report.event.alarm_codes}
    same_alarm = bool(codes & {look_alike(alarm.code) for alarm in other.event.alarm_codes})
    asked = content_words(report.event.symptom)
    held = frozenset(content_words(other.event.symptom))
    shared = sum(word in held for word in asked) / len(asked) if asked else 0.0
    related = same_asset or same_class
    if not (related and (same_mode or same_alarm or shared > 0.1)) and not (
        shared >= _MIN_SHARED or (same_alarm and related)
    ):
        return 0.0
    return 3 * same_asset + 2 * same_alarm + 2 * same_mode + same_class + 2 * shared


def _documents(report: FaultReport, documents: Documents, sources: Sources) -> list[SimilarCase]:
    """Incident reports and solved tickets of the index, and whatever has an event and a remedy like one."""
    question = report.event.symptom
    if not question:
        return []
    cases: list[SimilarCase] = []
    seen: set[str] = set()
    asset = report.equipment.asset_id
    for filters in ({"kind": "incident"}, {"kind": "ticket"}, {}):
        found = found_for(question, documents, _PASSAGES, filters)
        for hit in found.hits if found else ():
            chunk = hit.chunk
            key = f"{chunk.place.doc}#{chunk.place.label if 'table_row' in chunk.kinds else ''}"
            if found is None or key in seen or not fits(found, chunk) or not _is_case(chunk):
                continue
            seen.add(key)
            case = _case(chunk, asset, documents, sources)
            if case is not None:
                cases.append(case)
            if len(cases) >= _MOST:
                return cases
    return cases


def _is_case(chunk: Chunk) -> bool:
    if chunk.metadata.kind in ("incident", "ticket"):
        return True
    heading = chunk.place.section.rsplit(" > ", 1)[-1].casefold()
    return bool(words.HEADINGS["event"].fullmatch(heading))


def _case(chunk: Chunk, asset: str, documents: Documents, sources: Sources) -> SimilarCase | None:
    if "table_row" in chunk.kinds:
        return row_case(chunk, sources)
    fixes = _sections(chunk, documents)
    if not fixes:
        return None
    what = next((span.text for span in sentences(_body(chunk))), "")[:_WHAT]
    numbers = [sources.passage(chunk, what)] if what else []
    numbers += [sources.passage(held, text) for held, text in fixes]
    return SimilarCase(
        case=(chunk.place.title or chunk.place.doc)[:200],
        machine=chunk.metadata.machine,
        what=what,
        fixed=[text for _, text in fixes],
        citations=numbers,
    )


def row_case(chunk: Chunk, sources: Sources) -> SimilarCase | None:
    """A case that is one row of a table: its cells say what happened and what was done."""
    named = cells_of(chunk)
    fixes = [value for name, value in named.items() if _FIX_CELL.search(name)]
    if not fixes:
        return None
    what = next((value for name, value in named.items() if _WHAT_CELL.search(name)), "")
    cause = next((value for name, value in named.items() if re.search("cause|diagnos|原因|诊断", name)), "")
    number = next((value for name, value in named.items() if _ID_CELL.search(name)), chunk.place.title)
    machine = next((value for name, value in named.items() if re.search("machine|asset|设备", name)), "")
    quotes = [text for text in (what, cause, *fixes) if text]
    return SimilarCase(
        case=number[:200],
        machine=machine[:200],
        what=what[:_WHAT],
        reason=cause[:_WHAT],
        fixed=[text[:_WHAT] for text in fixes[:_MOST_FIXES]],
        citations=[sources.passage(chunk, text) for text in quotes],
    )


def cells_of(chunk: Chunk) -> dict[str, str]:
    """The cells of a row of a table that hold something, by the name of their column."""
    cells = [part.partition(": ") for line in chunk.text.splitlines() for part in line.split(" | ")]
    return {name.strip(): value.strip() for name, colon, value in cells if colon and value.strip()}


def _sections(chunk: Chunk, documents: Documents) -> list[tuple[Chunk, str]]:
    """What the same document says was done, or is to be done, under the headings for it."""
    filters: Mapping[str, str] = {"doc": chunk.place.doc}
    found = found_for(
        "remedy repair corrective action recommendation 措施 处理 建议", documents, _PASSAGES, filters
    )
    chosen: list[tuple[Chunk, str]] = []
    for wanted in ("done", "todo"):
        for hit in sorted(found.hits if found else (), key=lambda hit: hit.chunk.ordinal):
            heading = hit.chunk.place.section.rsplit(" > ", 1)[-1].casefold()
            if words.HEADINGS[wanted].fullmatch(heading):
                chosen += [
                    (hit.chunk, span.text) for span in sentences(_body(hit.chunk)) if len(span.text) > 8
                ]
    return chosen[:_MOST_FIXES]


def _body(chunk: Chunk) -> str:
    """The text of a passage without the headings that open it."""
    headings = {part.strip() for part in [*chunk.place.section.split(" > "), chunk.place.title]}
    lines = chunk.text.splitlines()
    while lines and lines[0].strip() in headings:
        lines.pop(0)
    return "\n".join(lines)
