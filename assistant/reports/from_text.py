"""What an event's text says, field by field, by rules: verbatim, each with the sentence it stands in."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from assistant.names import distinct, half_width, names
from assistant.quantities import measures
from assistant.reports import event_words as words
from assistant.reports.event_text import EventText, Said, opening
from assistant.reports.fields import Change
from assistant.reports.sources import Sources
from assistant.reports.times_said import field_of, moment_of, moments, only_date
from ingest.terms import identifiers

_SYMPTOM, _ENTRY, _NAME = 500, 1000, 190
"""Characters of a symptom, of an entry of a list, and of a name."""
_MOST = {"diagnosis.hypotheses": 4, "diagnosis.checks": 6, "repair.steps": 10, "prevention.corrective": 6,
         "containment.actions": 4, "event.timeline": 20, "event.conditions": 10}  # fmt: skip
_MOMENTS = ("event.detected_at", "event.failed_at", "event.work_start", "event.returned_to_service")
Machines = tuple[str, ...]
"""The machines that documents are about."""
_PART = re.compile(
    r"\b(?:(?i:part (?:no\.?|number)|spare part)|P/N|PN)\s*[:#]?\s*([A-Z0-9][A-Za-z0-9./-]{2,})|"
    r"(?:备件号|零件号|料号)\s*[:：]?\s*([A-Z0-9][A-Za-z0-9./-]{2,})"
)
_CONDITION = re.compile(
    rf"((?:[A-Za-z]+ ){{0,2}}(?:{words.QUANTITY_NAMES})|[一-鿿]{{0,8}}(?:{words.QUANTITY_NAMES}))"
    r"\s*(?:was|is|of|at|=|:|：|reached|read|showed|rose to|fell to|dropped to|only|"
    r"为|是|达到?|升到|降到|只有)?\s*(?=[-+]?\d)",
    re.IGNORECASE,
)
_ARTICLE = re.compile(
    r"^(?:(?:the|a|an|its|and|with|of|at|when|if|to|that|but)\s+)+|^(?:但|而|且|其|当|则|使)", re.IGNORECASE
)


def changes_from_text(event: EventText, sources: Sources, machines: Machines = ()) -> list[Change]:
    """The fields that the text of an event fills; what it does not say stays blank.

    A cause that is told is a possible cause: which one it was, a person says.
    """
    rules: Iterable[Callable[[EventText, Sources, Machines], list[Change]]] = (
        _labelled, _asset, _times, _alarms, _symptom, _choices, _conditions, _lists, _parts,
    )  # fmt: skip
    found: dict[str, Change] = {}
    for rule in rules:
        for change in rule(event, sources, machines):
            found.setdefault(change.path, change)
    return list(found.values())


def _change(event: EventText, sources: Sources, path: str, value: object, said: Sequence[Said]) -> Change:
    numbers = dict.fromkeys(sources.event(event, entry) for entry in said)
    return Change(path, value, "document", source=event.name, citations=tuple(numbers))


def _labelled(event: EventText, sources: Sources, machines: Machines) -> list[Change]:
    day = only_date(event.sentences)
    changes: list[Change] = []
    for path, value, said in event.labelled:
        if path in _MOMENTS:
            moment = moment_of(value, day)
            if moment is not None:
                changes.append(_change(event, sources, path, moment.isoformat(), [said]))
        elif path == "repair.part":
            numbers = [{"part_no": number} for number in identifiers(value) if number in value.upper()]
            if numbers:
                changes.append(_change(event, sources, "repair.parts", numbers, [said]))
        elif path == "equipment.asset_id":
            changes += _asset_of(event, sources, value, said, machines)
        elif path == "equipment.criticality":
            if value.upper() in ("A", "B", "C"):
                changes.append(_change(event, sources, path, value.upper(), [said]))
        elif len(value) <= _NAME:
            changes.append(_change(event, sources, path, value, [said]))
    return changes


def _asset_of(event: EventText, sources: Sources, value: str, said: Said, machines: Machines) -> list[Change]:
    named = distinct(names(half_width(value), machines))
    if len(named) != 1:
        return [_change(event, sources, "equipment.asset_id", value, [said])] if len(value) <= _NAME else []
    rest = f"{value[: named[0].start]} {value[named[0].end :]}".strip(" ,;()（），-")
    asset = _change(event, sources, "equipment.asset_id", value[named[0].start : named[0].end], [said])
    plain_rest = rest if rest and len(rest) <= _NAME and not any(sign.isdigit() for sign in rest) else ""
    return (
        [asset, _change(event, sources, "equipment.asset_name", plain_rest, [said])]
        if plain_rest
        else [asset]
    )


def _asset(event: EventText, sources: Sources, machines: Machines) -> list[Change]:
    """The machine, where the text names one only."""
    found = distinct(names(half_width(event.text), machines), "machine")
    if len(found) != 1:
        return []
    said = [entry for entry in event.sentences if found[0].text in half_width(entry.text)]
    return [_change(event, sources, "equipment.asset_id", found[0].text, said[:1])] if said else []


def _times(event: EventText, sources: Sources, machines: Machines) -> list[Change]:
    """Each moment in the field that its clause speaks of; those with a sentence in the timeline."""
    day = only_date(event.sentences)
    fields: dict[str, list[tuple[datetime, Said]]] = {}
    timeline: list[tuple[datetime, Said]] = []
    for said in event.sentences:
        if said.section == "label":
            continue
        for moment, clause in moments(said, day):
            timeline.append((moment, said))
            path = field_of(clause)
            if path:
                fields.setdefault(path, []).append((moment, said))
    labelled = {path for path, _, _ in event.labelled}
    ordered = _in_order({path: found[0] for path, found in fields.items() if path not in labelled})
    changes = [
        _change(event, sources, path, moment.isoformat(), [said]) for path, (moment, said) in ordered.items()
    ]
    timeline = timeline[: _MOST["event.timeline"]]
    if timeline:
        entries = [{"time": moment.isoformat(), "event": said.text[:_ENTRY]} for moment, said in timeline]
        changes.append(_change(event, sources, "event.timeline", entries, [said for _, said in timeline]))
    return changes


def _in_order(found: dict[str, tuple[datetime, Said]]) -> dict[str, tuple[datetime, Said]]:
    """Without those that contradict: an end before the beginning was read wrongly."""
    first = min((found[path][0] for path in _MOMENTS[:2] if path in found), default=None)
    last = found.get("event.returned_to_service")
    kept = dict(found)
    if {"event.detected_at", "event.failed_at"} <= set(kept) and kept["event.failed_at"][0] > kept[
        "event.detected_at"
    ][0]:
        del kept["event.failed_at"]
    for path in _MOMENTS[2:]:
        if path in kept and ((first and kept[path][0] < first) or (last and kept[path][0] > last[0])):
            del kept[path]
    return kept


def _alarms(event: EventText, sources: Sources, machines: Machines) -> list[Change]:
    """The alarm codes: what a word for an alarm stands beside."""
    text = half_width(event.text)
    found = []
    for name in distinct(names(text, machines), "code"):
        around = text[max(0, name.start - 16) : name.start] + " " + text[name.end : name.end + 10]
        if re.search(rf"\b(?:{_CODE_WORDS})\b|{_CODE_WORDS_ZH}", around, re.IGNORECASE):
            found.append(name)
    said = [next((e for e in event.sentences if name.text in half_width(e.text)), None) for name in found]
    if not found or None in said:
        return []
    codes = [{"code": name.text} for name in found[:20]]
    used = [entry for entry in said[:20] if entry is not None]
    return [
        _change(event, sources, "event.alarm_codes", codes, used),
        _change(event, sources, "event.detection_method", "alarm", used[:1]),
    ]


_CODE_WORDS = (
    "alarms?|codes?|errors?|faults?|warnings?|messages?|tripped with|stopped with|"
    "appeared|came up|displayed|shown"
)
_CODE_WORDS_ZH = "报警|警报|告警|故障码|错误|代码|提示|出现|复位"


def _symptom(event: EventText, sources: Sources, machines: Machines) -> list[Change]:
    """How the event begins, in the reporter's words."""
    under = [said for said in event.sentences if said.section == "event"]
    under = under or [said for said in event.sentences if not said.section]
    seen = [said for said in under if not words.TODO.search(said.text)] or under
    if not seen:
        return []
    # What was done stands in its own field; the first sentence is kept whatever it says.
    seen = [said for at, said in enumerate(seen) if at == 0 or not _is_done(said)]
    chosen = opening(tuple(seen), _SYMPTOM)[:3]
    told = chosen[0].text
    for said in chosen[1:]:
        # Chinese sentences stand side by side; an English one must not be glued to the next.
        told += said.text if told[-1] in "。！？；" else f" {said.text}"
    return [_change(event, sources, "event.symptom", told[:3900], chosen)]


def _choices(event: EventText, sources: Sources, machines: Machines) -> list[Change]:
    """Fields with fixed choices, where the text speaks of exactly one."""
    changes = []
    tables = {"event.operating_state": words.STATES, "impact.production": words.PRODUCTION}
    for path, known in tables.items():
        hits = [(name, said) for said in event.sentences for name in words.matches(said.text, known)]
        if len({name for name, _ in hits}) == 1:
            changes.append(_change(event, sources, path, hits[0][0], [hits[0][1]]))
    for said in event.sentences:
        # "No one was injured" speaks of an injury as well; the first that fits holds.
        safe = words.matches(said.text, words.SAFETY)
        if safe:
            changes.append(_change(event, sources, "impact.safety", safe[0], [said]))
            break
    done = [said for said in event.sentences if _is_done(said)]
    kinds = [(name, said) for said in done for name in words.matches(said.text, words.ACTIVITIES)[:1]]
    if len({name for name, _ in kinds}) == 1:
        changes.append(_change(event, sources, "repair.activity", kinds[0][0], [kinds[0][1]]))
    return changes


def _conditions(event: EventText, sources: Sources, machines: Machines) -> list[Change]:
    """Measured values with a name and a unit."""
    entries: list[dict[str, object]] = []
    used: list[Said] = []
    for said in event.sentences:
        for match in _CONDITION.finditer(said.text):
            held = measures(said.text[match.end() : match.end() + 24]).quantities
            first = held[0] if held and held[0].start <= 1 and not held[0].exact else None
            written = re.match(r"[-+]?\d+(?:[.,]\d+)?", first.shown) if first else None
            unit = first.shown[written.end() :].strip() if first and written else ""
            if first and written and unit and "/" not in written[0]:
                value = float(written[0].replace(",", "."))
                entries.append({"name": _ARTICLE.sub("", match[1]).strip(), "value": value, "unit": unit})
                used.append(said)
    entries, used = entries[: _MOST["event.conditions"]], used[: _MOST["event.conditions"]]
    return [_change(event, sources, "event.conditions", entries, used)] if entries else []


def _lists(event: EventText, sources: Sources, machines: Machines) -> list[Change]:
    """Causes, checks, what was done, what is to be done: whole sentences."""
    kinds: dict[str, list[Said]] = {}
    for said in event.sentences:
        path = _kind(said)
        if path:
            kinds.setdefault(path, []).append(said)
    changes = []
    for path, found in kinds.items():
        chosen = found[: _MOST[path]]
        entries = [_entry(path, said.text[:_ENTRY], sources.event(event, said)) for said in chosen]
        changes.append(_change(event, sources, path, entries, chosen))
    return changes


def _kind(said: Said) -> str:
    text = said.text
    if said.section == "label":
        return ""
    if said.section == "todo" or words.TODO.search(text):
        return "prevention.corrective"
    if said.section == "cause" or (words.CAUSE.search(text) and not words.NOTICED_BY.search(text)):
        return "diagnosis.hypotheses"
    if said.section == "done" or words.DONE.search(text):
        return "repair.steps"
    if said.section == "checks" or words.CHECKED.search(text):
        return "diagnosis.checks"
    return "containment.actions" if words.AT_ONCE.search(text) else ""


def _is_done(said: Said) -> bool:
    return _kind(said) == "repair.steps"


def _entry(path: str, text: str, number: int) -> object:
    if path == "diagnosis.hypotheses":
        return {"cause": text, "evidence": f"[{number}]"}
    if path == "diagnosis.checks":
        return {"step": text, "citations": [number]}
    return text if path == "repair.steps" else {"action": text}


def _parts(event: EventText, sources: Sources, machines: Machines) -> list[Change]:
    """Part numbers that are called so."""
    found: dict[str, Said] = {}
    for match in _PART.finditer(event.text):
        part = (match[1] or match[2]).rstrip(".-/")
        said = next((entry for entry in event.sentences if part in entry.text), None)
        if said is not None:
            found.setdefault(part, said)
    if not found:
        return []
    return [
        _change(event, sources, "repair.parts", [{"part_no": part} for part in found], list(found.values()))
    ]
