"""Incidents that are rows of a table, one a row."""

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from assistant.lessons.columns import Columns, Role, columns_of
from assistant.lessons.records import Incident, Kind, Reason, Safety, Source
from assistant.lessons.said import minutes_said, safety_said, same_id, stop_said
from assistant.records import Citation
from assistant.tables.frames import Table, row_line, tables_of
from ingest.records import Chunk, DocumentRow

if TYPE_CHECKING:
    import pandas

_PLANNED = re.compile(
    r"\s*(?:true|yes|y|1|是|pm|preventive|planned|routine|inspection|预防性?|计划性?|点检)\s*", re.I
)
_NEAR_MISS = re.compile(r"near[- ]?miss|未遂|险肇", re.I)
_NO = re.compile(r"\s*(?:none|no|0|nil|n/a|-|–|无|否|没有)?\s*", re.I)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def incidents_in_rows(
    row: DocumentRow, chunks: list[Chunk], kind: Kind | None, reason: Reason
) -> tuple[Source, list[Incident]] | None:
    """The incidents of a document's tables; None where no table tells of any.

    Args:
        chunks: Its passages that are rows of tables.
        kind: What its incidents are; None where only the columns can tell.
    """
    found: list[Incident] = []
    told: list[str] = []
    kinds: list[Kind] = []
    for table in tables_of(chunks, 1):
        columns = columns_of(map(str, table.frame), map(str, table.dates), kind is not None)
        if columns is None:
            continue
        its_kind: Kind = kind or ("work_order" if columns.are_orders else "incident")
        rows = list(_rows(table, columns, its_kind))
        if rows:
            found += rows
            told.append(columns.told)
            kinds.append(its_kind)
    if not found:
        return None
    title = row.metadata.title or row.doc
    return Source(row.doc, title, kinds[0], reason, "; ".join(dict.fromkeys(told)), len(found)), found


def _rows(table: Table, columns: Columns, kind: Kind) -> Iterator[Incident]:
    moments = table.dates[columns.date] if columns.date else None
    cells = table.frame.to_dict("records")
    for place, (chunk, row) in enumerate(zip(table.chunks, cells, strict=True)):
        of: Mapping[Role, str] = {role: str(row[name]).strip() for role, name in columns.of.items()}
        if not of["what"]:
            continue
        date = _date(moments.iloc[place] if moments is not None else None) or chunk.metadata.date
        yield _incident(chunk, of, kind, date, columns.in_hours)


def _incident(chunk: Chunk, of: Mapping[Role, str], kind: Kind, date: str, in_hours: bool) -> Incident:
    line = row_line(chunk)
    everything = "\n".join(of.values())
    match = _NUMBER.search(of.get("minutes", ""))
    minutes = float(match[0]) * (60 if in_hours else 1) if match else minutes_said(everything)
    return Incident(
        id=same_id(chunk.place.doc, line),
        kind=kind,
        number=of.get("number", ""),
        machine=of.get("machine", "") or chunk.metadata.machine,
        date=date,
        text=of["what"],
        cause=of.get("cause", ""),
        fix=of.get("fix", ""),
        safety=_safety(of.get("safety", "")) or safety_said(everything),
        stopped=bool(minutes) or stop_said(everything),
        minutes=minutes,
        planned=any(_PLANNED.fullmatch(of.get(role, "")) is not None for role in ("planned", "category")),
        evidence=Citation(1, chunk.chunk_id, chunk.place, line),
        collection=chunk.metadata.collection,
    )


def _safety(cell: str) -> Safety:
    if _NEAR_MISS.search(cell):
        return "near_miss"
    said = safety_said(cell)
    if said or not cell:
        return said
    if _NO.fullmatch(cell):
        return "none"
    return "injury" if re.search(r"injur|burn|cut|伤", cell, re.I) else ""


def _date(moment: "pandas.Timestamp | None") -> str:
    """A moment in ISO 8601, to the minute where it has a time of day."""
    import pandas

    if moment is None or pandas.isna(moment):
        return ""
    whole = moment.hour == moment.minute == 0
    return str(moment.strftime("%Y-%m-%d" if whole else "%Y-%m-%dT%H:%M"))
