"""What incidents teach as lines for a terminal."""

from collections.abc import Iterator

from assistant.lessons.codes import Codes
from assistant.lessons.labels import basis_told, speaker, value_told
from assistant.lessons.records import AXES, Coded, Findings, Pattern, Source
from assistant.places import where
from assistant.records import Language
from assistant.spoken import Say

_MOST_COUNTS, _MOST_CLUSTERS, _MOST_PATTERNS, _MOST_MEMBERS, _SHORT = 12, 15, 20, 5, 100
_PARETOS = ("mode", "machine", "cause")


def counted(found: Findings, say: Say) -> str:
    """How many incidents there are, and what is left out, where anything is."""
    left_out = {
        "planned": len(found.coded) - len(found.failures),
        "repeated": found.repeated,
        "others": found.others,
    }
    told = say("counted", failures=len(found.failures), sources=len(found.sources))
    return told + "".join(say(f"counted_{name}", count=count) for name, count in left_out.items() if count)


def reason_told(source: Source, say: Say) -> str:
    """Why a document is taken to hold incidents."""
    return say(f"reason_{source.reason}", told=source.told)


def precursors_told(found: Findings, say: Say) -> str:
    """The rule by which near misses are counted, with the counts."""
    before = found.precursors
    pairs, days = len(before.pairs), before.within_days
    return say("precursors_rule", severe=before.severe, pairs=pairs, days=days, near=before.near_misses)


def pattern_told(pattern: Pattern, codes: Codes, language: Language) -> str:
    """A hazard or mode with its component."""
    code = value_told(pattern.axis, pattern.code, codes, language)
    return speaker(language)(
        "pattern", code=code, component=value_told("component", pattern.component, codes, language)
    )


def short(text: str, most: int = _SHORT) -> str:
    """The beginning of a text, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def lines(found: Findings, codes: Codes, like: float, least: int, language: Language) -> Iterator[str]:
    """Everything in short.

    Args:
        like: The threshold of clusters.
        least: So many reports share a pattern.
    """
    say = speaker(language)
    if not found.coded:
        yield say("nothing")
        return
    yield counted(found, say)
    if found.proposed:
        yield say("proposed", count=found.proposed)
    for source in found.sources:
        yield f"  {source.doc}: {source.records:,} {say(source.kind)} ({reason_told(source, say)})"
    for name in _PARETOS:
        yield f"\n{say('pareto', name=say(name))}"
        for count in found.paretos[name][:_MOST_COUNTS]:
            told = value_told(name, count.value, codes, language)
            yield f"  {count.count:6,}  {100 * count.share:5.1f} %  {told}"
    yield from _trend(found, codes, language)
    yield f"\n{say('clusters')}. {say('clusters_rule', like=like)}"
    for cluster in found.clusters[:_MOST_CLUSTERS]:
        first = found.by_id[cluster.members[0]].incident
        yield f"  {len(cluster.members):6,}  {' · '.join(cluster.words)}: {short(first.text)} [{first.name}]"
    yield f"\n{say('precursors')}. {precursors_told(found, say)}"
    for pair in found.precursors.pairs[:_MOST_CLUSTERS]:
        before, after = (found.by_id[one].incident for one in (pair.before, pair.after))
        told = f"{before.date[:10]} {before.name} → {after.date[:10]} {after.name}"
        yield f"  {told}: {pair.days}, {say(pair.shared)}"
    yield from _patterns(found, codes, least, language)


def _trend(found: Findings, codes: Codes, language: Language) -> Iterator[str]:
    say, trend = speaker(language), found.trend
    yield f"\n{say('trend')}: {say(f'per_{trend.unit}')}"
    for mode, counts in trend.counts.items():
        told = value_told("mode", mode, codes, language)
        yield f"  {told}: " + " ".join(f"{p}:{n}" for p, n in zip(trend.periods, counts, strict=True) if n)
    if trend.undated:
        yield f"  {say('undated', count=trend.undated)}"


def _patterns(found: Findings, codes: Codes, least: int, language: Language) -> Iterator[str]:
    say = speaker(language)
    hidden = [pattern for pattern in found.patterns if pattern.hidden]
    yield f"\n{say('hidden')}. {say('hidden_rule', least=least, axis=say('hazard'))}"
    if not hidden:
        yield f"  {say('hidden_none', least=least)}"
    for pattern in hidden[:_MOST_PATTERNS]:
        yield f"  {pattern_told(pattern, codes, language)}: {say('members', count=len(pattern.members))}"
        for one in pattern.members[:_MOST_MEMBERS]:
            incident = found.by_id[one].incident
            yield f"    – {short(incident.evidence.quote)} [{where(incident.evidence.place, language)}]"
        yield f"    {say('searched', asked=' / '.join(pattern.asked), looked_at=pattern.looked_at)}"
    mentioned = [pattern for pattern in found.patterns if not pattern.hidden]
    if mentioned:
        yield f"\n{say('mentioned')}"
    for pattern in mentioned[:_MOST_PATTERNS]:
        cited = pattern.mentions[0]
        told = f"{pattern_told(pattern, codes, language)} ({len(pattern.members)})"
        yield f"  {told}: {short(cited.quote)} [{where(cited.place, language)}]"


def record_lines(entry: Coded, codes: Codes, language: Language) -> Iterator[str]:
    """One incident with its codes and what each is based on."""
    incident = entry.incident
    head = f"{incident.id}  {incident.date or '–'}  {incident.machine or '–'}"
    yield f"{head}  {incident.name}: {short(incident.text)}"
    say = speaker(language)
    for axis in AXES:
        verdict = entry.verdicts[axis]
        told = value_told(axis, verdict.code, codes, language)
        yield f"    {say(axis)}: {told} ({verdict.code}; {basis_told(axis, verdict, codes, language)})"
    yield f"    {where(incident.evidence.place, language)}"
