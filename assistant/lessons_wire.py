"""What incidents teach as JSON."""

from dataclasses import asdict
from typing import Any

from assistant.lessons.records import AXES, Coded, Findings
from assistant.wire import citation_json


def findings_json(found: Findings) -> dict[str, Any]:
    """Everything but the records; `record_json` gives each of those."""
    before = found.precursors
    return {
        "failures": len(found.failures),
        "planned": len(found.coded) - len(found.failures),
        "repeated": found.repeated,
        "other_documents": found.others,
        "sources": [asdict(source) for source in found.sources],
        "paretos": {name: [asdict(count) for count in counts] for name, counts in found.paretos.items()},
        "trend": asdict(found.trend),
        "clusters": [
            {"words": list(entry.words), "members": list(entry.members)} for entry in found.clusters
        ],
        "precursors": {
            "pairs": [asdict(pair) for pair in before.pairs],
            "near_misses": before.near_misses,
            "severe": before.severe,
            "within_days": before.within_days,
        },
        "patterns": [
            {
                "hidden": pattern.hidden,
                "axis": pattern.axis,
                "code": pattern.code,
                "component": pattern.component,
                "members": list(pattern.members),
                "asked": list(pattern.asked),
                "passages_read": pattern.looked_at,
                "mentions": [citation_json(citation) for citation in pattern.mentions],
            }
            for pattern in found.patterns
        ],
    }


def record_json(entry: Coded) -> dict[str, Any]:
    """One incident with its codes and what each is based on."""
    incident = entry.incident
    return {
        "id": incident.id,
        "kind": incident.kind,
        "number": incident.number,
        "machine": incident.machine,
        "date": incident.date,
        "text": incident.text,
        "cause_told": incident.cause,
        "fix": incident.fix,
        "safety": incident.safety,
        "stopped": incident.stopped,
        "minutes": incident.minutes,
        "planned": incident.planned,
        "codes": {axis: asdict(entry.verdicts[axis]) for axis in AXES},
        "evidence": citation_json(incident.evidence),
    }
