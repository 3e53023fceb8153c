"""An analysed log as the JSON that scripts rely on; extend it, never rename."""

from dataclasses import asdict
from itertools import islice
from typing import Any

from assistant.logs.lookup import CodeEntry
from assistant.logs.records import Burst, CodeCount, LogAnalysis
from assistant.logs.report import LogReport
from assistant.wire import citation_json


def log_json(report: LogReport, most_bursts: int | None = None) -> dict[str, Any]:
    """A log: {"file", "format", "lines", "machines", "bursts", "counts", "timeline", "codes", "unknown", …}.

    Args:
        most_bursts: Only so many bursts, by start; `burst_count` is that of all.
    """
    analysis = report.analysis
    return {
        "file": analysis.name,
        "format": _format_json(analysis),
        "lines": {**asdict(analysis.lines), "first_unread": [asdict(u) for u in analysis.lines.first_unread]},
        "start": analysis.start,
        "end": analysis.end,
        "machines": [{"machine": name, "alarms": count} for name, count in analysis.machines],
        "gap_s": analysis.options.gap_s,
        "burst_count": len(analysis.bursts),
        "bursts": [_burst_json(burst) for burst in islice(analysis.bursts, most_bursts)],
        "first_outs": [
            {"machine": machine, "code": code, "bursts": count}
            for machine, code, count in analysis.first_outs
        ],
        "counts": [_count_json(count) for count in analysis.counts],
        "chattering": [count.code for count in analysis.counts if count.chatters],
        "timeline": {"bin_s": analysis.bin_s, "bins": [asdict(entry) for entry in analysis.timeline]},
        "codes": [_code_json(entry) for entry in report.codes],
        "unknown": report.unknown,
        "not_looked_up": report.left,
        "suggested": asdict(report.suggestion),
        "note": report.note,
    }


def _format_json(analysis: LogAnalysis) -> dict[str, Any]:
    layout = analysis.layout
    return {
        "format": layout.format,
        "encoding": layout.encoding,
        "delimiter": layout.delimiter,
        "names": list(layout.names),
        "columns": asdict(layout.columns),
        "time_format": layout.time_format,
        "zone": layout.zone,
        "notes": list(layout.notes),
    }


def _burst_json(burst: Burst) -> dict[str, Any]:
    return {
        "number": burst.number,
        "first_out": asdict(burst.first),
        "end": burst.end,
        "seconds": round(burst.seconds, 3),
        "alarms": burst.alarms,
        "codes": [{"code": code, "count": count} for code, count in burst.codes],
        "machines": list(burst.machines),
        "tied": burst.tied,
    }


def _count_json(count: CodeCount) -> dict[str, Any]:
    return {**asdict(count), "machines": list(count.machines), "share": round(count.share, 4)}


def _code_json(entry: CodeEntry) -> dict[str, Any]:
    return {
        "code": entry.code,
        "machine": entry.machine,
        "status": entry.status,
        "quotes": [
            {"part": quoted.part, "name": quoted.name, **citation_json(quoted.citation)}
            for quoted in entry.quotes
        ],
    }
