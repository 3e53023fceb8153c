"""Incidents that are documents of their own: what stands under "What happened", "Cause" and "Remedy"."""

import re
from collections.abc import Iterable
from dataclasses import replace

from assistant.lessons.records import Incident, Kind, Reason, Safety, Source
from assistant.lessons.said import minutes_said, safety_said, same_id, stop_said
from assistant.names import distinct, half_width, names
from assistant.records import Citation
from assistant.reports.event_text import MOST_CHARACTERS, EventText, Said, opening, read_event
from assistant.reports.event_words import HEADINGS
from assistant.reports.times_said import moment_of
from assistant.sentences import sentences
from assistant.tables.frames import cells
from ingest.records import Chunk, DocumentRow

_LONGEST = 60
"""Passages; what is longer is no report of one incident."""
_TITLE = re.compile(
    r"incident|accident|near[- ]miss|lessons? learned|failure report|事故|事件报告|险肇|故障报告", re.I
)
_WHAT, _CAUSE = 1500, 600
"""Characters of what happened and of the cause by which an incident is classified."""
_MOMENTS = ("event.failed_at", "event.detected_at")
_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:-|/|年)(\d{1,2})(?:(?:-|/|月)(\d{1,2}))?")
_LONG_DATE = re.compile(
    r"\b(?:(\d{1,2}) )?(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
    r"(?: (\d{1,2}),)? ((?:19|20)\d\d)\b"
)
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def incident_of(
    row: DocumentRow, chunks: list[Chunk], kind: Kind | None, reason: Reason, machines: tuple[str, ...]
) -> tuple[Source, list[Incident]] | None:
    """The incident that a document tells of; None where it tells of something else.

    Args:
        chunks: All of its passages.
        kind: What it is; None where only its headings can tell.
    """
    text = written(chunks)
    if not text.strip() or (kind is None and len(chunks) > _LONGEST):
        return None
    event = read_event(text[:MOST_CHARACTERS], row.doc)
    told = headings(chunks)
    if kind is None and not _tells(row, told):
        return None
    body = [said for said in event.sentences if said.section == "event"]
    body = (
        body or [said for said in event.sentences if said.section in ("", "checks")] or list(event.sentences)
    )
    quoted = _quote(chunks, body)
    if quoted is None:
        return None
    made = _incident(row, event, body, quoted, machines)
    title = row.metadata.title or row.doc
    source = Source(row.doc, title, kind or "incident", reason, ", ".join(told), 1)
    return source, [made if kind is None else _of_kind(made, kind)]


def _of_kind(incident: Incident, kind: Kind) -> Incident:
    return replace(incident, kind=kind)


def written(chunks: Iterable[Chunk]) -> str:
    """A document's passages as the text of an event: headings marked, a row of two cells as a label."""
    lines: list[str] = []
    for chunk in chunks:
        parts = chunk.place.section.split(" > ")
        lines.append(f"# {parts[-1]}")
        headed = {part.strip() for part in (*parts, chunk.place.title)}
        for line in chunk.text.splitlines():
            if line.strip() in headed:
                continue
            pair = list(cells(chunk).values()) if "table_row" in chunk.kinds and " | " in line else []
            lines.append(f"{pair[0]}: {pair[1]}" if len(pair) == 2 else line)
    return "\n".join(lines)


def headings(chunks: Iterable[Chunk]) -> list[str]:
    """The headings that speak of an incident: what happened, its cause, what was done; each once."""
    last = dict.fromkeys(chunk.place.section.rsplit(" > ", 1)[-1].strip() for chunk in chunks)
    return [name for name in last if _part(name)]


def _part(heading: str) -> str:
    plain = heading.casefold().strip(" :：")
    return next((part for part, pattern in HEADINGS.items() if pattern.fullmatch(plain)), "")


def _tells(row: DocumentRow, told: list[str]) -> bool:
    """One event, with what came of it; a manual's table of troubles has many, a procedure none."""
    parts = [_part(name) for name in told]
    with_title = _TITLE.search(f"{row.metadata.title} {row.doc}") is not None
    return parts.count("event") == 1 and (with_title or len(set(parts)) >= 2)


def _incident(
    row: DocumentRow, event: EventText, body: list[Said], quoted: Citation, machines: tuple[str, ...]
) -> Incident:
    harm = " ".join(value for _, value, _ in event.labelled)
    shown: Safety = safety_said(f"{event.text}\n{harm}") or _labelled_harm(event)
    minutes = minutes_said(event.text)
    return Incident(
        id=same_id(row.doc, event.text),
        kind="incident",
        number="",
        machine=row.metadata.machine or _machine(event, body, machines),
        date=_date(row, event),
        text=_joined(body, _WHAT),
        cause=_joined([said for said in event.sentences if said.section == "cause"], _CAUSE),
        fix=_joined([said for said in event.sentences if said.section == "done"], _CAUSE),
        safety=shown,
        stopped=bool(minutes) or stop_said(event.text),
        minutes=minutes,
        planned=False,
        evidence=quoted,
        collection=row.metadata.collection,
    )


_HARM = re.compile(r"^(?:injur\w*|harm|人员伤害|伤害|伤亡)\s*[:：]\s*(.+)$", re.IGNORECASE | re.MULTILINE)
_NOBODY = re.compile(r"none|no|nobody|无|没有", re.IGNORECASE)


def _labelled_harm(event: EventText) -> Safety:
    match = _HARM.search(event.text)
    if match is None:
        return ""
    return "none" if _NOBODY.match(match[1].strip()) else "injury"


def _machine(event: EventText, body: Iterable[Said], machines: tuple[str, ...]) -> str:
    """The machine by its label, else where what happened names one only; empty where neither tells."""
    labelled = next((value for path, value, _ in event.labelled if path == "equipment.asset_id"), "")
    for text in filter(None, (labelled, "\n".join(said.text for said in body)[:_WHAT])):
        found = distinct(names(half_width(text), machines), "machine")
        if len(found) == 1:
            return found[0].text
    return labelled[:60]


def _date(row: DocumentRow, event: EventText) -> str:
    for path, value, _ in event.labelled:
        moment = moment_of(value) if path in _MOMENTS else None
        if moment is not None:
            return moment.isoformat()[:16]
    if row.metadata.date:
        return row.metadata.date
    match = _DATE.search(event.text)
    if match and 1 <= int(match[2]) <= 12:
        return "-".join([match[1], *(f"{int(part):02}" for part in match.groups()[1:] if part)])
    long = _LONG_DATE.search(event.text)
    if long is None:
        return ""
    day = long[3] or long[1]
    month = f"{long[4]}-{_MONTHS.index(long[2]) + 1:02}"
    return f"{month}-{int(day):02}" if day else month


def _joined(said: Iterable[Said], most: int) -> str:
    known = tuple(said)
    return "\n".join(one.text for one in opening(known, most)) if known else ""


def _quote(chunks: Iterable[Chunk], body: list[Said]) -> Citation | None:
    """The first sentences of what happened, verbatim in their passage."""
    for said in body:
        for chunk in chunks:
            spans = sentences(chunk.text)
            at = next((place for place, span in enumerate(spans) if span.text == said.text), None)
            if at is not None:
                last = spans[min(at + 1, len(spans) - 1)]
                quote = chunk.text[spans[at].start : last.start + len(last.text)]
                return Citation(1, chunk.chunk_id, chunk.place, quote)
    return None
