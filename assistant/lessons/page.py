"""What incidents teach as HTML: for the panel, and as one file with everything inline."""

import base64
from collections.abc import Callable, Iterable, Sequence
from html import escape
from itertools import islice

from assistant.lessons.codes import Codes
from assistant.lessons.labels import basis_told, speaker, value_told
from assistant.lessons.plots import pareto, trend
from assistant.lessons.records import AXES, Axis, Coded, Findings, Incident, Pattern
from assistant.lessons.shown import counted, pattern_told, precursors_told, reason_told, short
from assistant.places import where
from assistant.records import Citation, Language
from ingest.clean import visible

Link = Callable[[Citation], str]
"""Where a quote stands, as HTML."""
_PLOTS = ("mode", "machine", "cause")
_MOST_CLUSTERS, _MOST_PAIRS, _MOST_MEMBERS, _MOST_PATTERNS = 30, 50, 20, 40
_SHORT_CELL = 16
_STYLE = """
body { font: 15px/1.5 system-ui, "Noto Sans", "Noto Sans CJK SC", "Microsoft YaHei", "WenQuanYi Micro Hei",
  sans-serif; color: #17212b; background: #fff; margin: 0 auto; max-width: 60rem; padding: 16px;
  overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; margin-top: 2rem; } h3 { font-size: 1rem; }
table { border-collapse: collapse; width: 100%; font-size: 0.875rem; }
th, td { border-bottom: 1px solid #ccd4dc; padding: 4px 10px 4px 0; text-align: left; vertical-align: top;
  overflow-wrap: normal; }
td:last-child { overflow-wrap: anywhere; min-width: 8rem; } .mw-les-date { white-space: nowrap; }
img { max-width: 100%; height: auto; }
blockquote { border-left: 3px solid #e0a100; margin: 4px 0; padding-left: 12px; }
.mw-les-hidden { border: 2px solid #9b1c1c; border-radius: 6px; padding: 8px 14px; margin: 12px 0; }
.mw-les-scroll { overflow-x: auto; } .mw-les-small { color: #4b5966; font-size: 0.875rem; }
@page { size: A4 landscape; }
@media print { .mw-les-hidden, tr { break-inside: avoid; } table { font-size: 0.7rem; } }
"""


def page(found: Findings, codes: Codes, rules: tuple[float, int], language: Language, most: int = 500) -> str:
    """One HTML file: no script, nothing fetched; sources are named, since nothing can be opened there.

    Args:
        rules: Least likeness of a cluster, and how many reports share a pattern.
        most: So many records are listed.
    """
    say = speaker(language)

    def named(citation: Citation) -> str:
        return f'<span class="mw-les-small">{plain(where(citation.place, language))}</span>'

    content = body(found, codes, rules, language, named, most)
    policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{plain(say('title'))}</title><style>{_STYLE}</style></head><body>"
        f"<h1>{plain(say('title'))}</h1>{content}"
        f'<p class="mw-les-small">{plain(say("made"))}</p></body></html>'
    )


def body(
    found: Findings, codes: Codes, rules: tuple[float, int], language: Language, link: Link, most: int
) -> str:
    """Everything that was found, the hazards that no one wrote down first."""
    say = speaker(language)
    if not found.coded:
        return f"<p>{plain(say('nothing'))}</p>"
    like, least = rules
    shown = _Shown(found, codes, language, link)
    parts = [
        f"<p>{plain(counted(found, say))}</p>",
        f"<p>{plain(say('proposed', count=found.proposed))}</p>" if found.proposed else "",
        shown.hidden(least),
        _pictures(found, codes, language),
        f"<p>{plain(say('undated', count=found.trend.undated))}</p>" if found.trend.undated else "",
        shown.clusters(like),
        shown.precursors(),
        shown.mentioned(),
        shown.sources(),
        shown.records(most),
    ]
    return "".join(parts)


def plain(text: str) -> str:
    """Text as text: nothing in it is markup any more."""
    return escape(visible(text), quote=True)


class _Shown:
    """The sections of one page."""

    def __init__(self, found: Findings, codes: Codes, language: Language, link: Link) -> None:
        self._found, self._codes, self._language, self._link = found, codes, language, link
        self._say = speaker(language)

    def hidden(self, least: int) -> str:
        """What several reports share and nobody wrote into a procedure."""
        say = self._say
        patterns = [pattern for pattern in self._found.patterns if pattern.hidden]
        rule = say("hidden_rule", least=least, axis=say("hazard"))
        none = "" if patterns else f"<p>{plain(say('hidden_none', least=least))}</p>"
        return (
            f'<h2>{plain(say("hidden"))}</h2><p class="mw-les-small">{plain(rule)}</p>{none}'
            f"{''.join(map(self._pattern, patterns[:_MOST_PATTERNS]))}"
        )

    def _pattern(self, pattern: Pattern) -> str:
        say = self._say
        searched = say("searched", asked=" / ".join(pattern.asked), looked_at=pattern.looked_at)
        colon = "：" if self._language == "zh" else ": "
        told = f"{pattern_told(pattern, self._codes, self._language)}{colon}"
        told += say("members", count=len(pattern.members))
        return (
            f'<section class="mw-les-hidden"><h3>{plain(told)}</h3>{self._members(pattern.members)}'
            f'<p class="mw-les-small">{plain(searched)}</p></section>'
        )

    def mentioned(self) -> str:
        """What several reports share and a procedure mentions, with the passage."""
        patterns = [pattern for pattern in self._found.patterns if not pattern.hidden]
        if not patterns:
            return ""
        items = "".join(
            f"<li><b>{plain(pattern_told(pattern, self._codes, self._language))}</b> ({len(pattern.members)})"
            f"<blockquote>{plain(short(cited.quote, 300))}</blockquote>{self._link(cited)}</li>"
            for pattern in patterns[:_MOST_PATTERNS]
            for cited in pattern.mentions[:1]
        )
        return f"<h2>{plain(self._say('mentioned'))}</h2><ul>{items}</ul>"

    def clusters(self, like: float) -> str:
        """Groups of like incidents, each with its members."""
        say = self._say
        groups = "".join(
            f"<details><summary><b>{plain(' · '.join(cluster.words))}</b> "
            f"<span>{plain(say('members', count=len(cluster.members)))}</span></summary>"
            f"{self._members(cluster.members)}</details>"
            for cluster in self._found.clusters[:_MOST_CLUSTERS]
        )
        groups = groups or f"<p>{plain(say('clusters_none'))}</p>"
        rule = plain(say("clusters_rule", like=like))
        return f'<h2>{plain(say("clusters"))}</h2><p class="mw-les-small">{rule}</p>{groups}'

    def _members(self, ids: Sequence[str]) -> str:
        rows = (self._member(self._found.by_id[one].incident) for one in ids[:_MOST_MEMBERS])
        return f"<ul>{''.join(rows)}</ul>"

    def _member(self, incident: Incident) -> str:
        named = " · ".join(part for part in (incident.date[:10], incident.machine, incident.name) if part)
        quote = plain(short(incident.text, 300))
        return (
            f"<li><b>{plain(named)}</b><blockquote>{quote}</blockquote>{self._link(incident.evidence)}</li>"
        )

    def precursors(self) -> str:
        """Near misses before injuries and stops."""
        say, found = self._say, self._found
        rows = []
        for pair in found.precursors.pairs[:_MOST_PAIRS]:
            before, after = (found.by_id[one].incident for one in (pair.before, pair.after))
            told = (f"{one.date[:10]} {one.machine} {one.name}: {short(one.text)}" for one in (before, after))
            rows.append((*told, str(pair.days), say(pair.shared)))
        header = [say(name) for name in ("before", "after", "days", "shared")]
        table = _table(header, ([plain(cell) for cell in row] for row in rows)) if rows else ""
        return f"<h2>{plain(say('precursors'))}</h2><p>{plain(precursors_told(found, say))}</p>{table}"

    def sources(self) -> str:
        """The documents, and why each is taken."""
        say = self._say
        header = [say(name) for name in ("document", "holds", "why", "records")]
        rows = (
            [plain(cell) for cell in (one.doc, say(one.kind), reason_told(one, say), f"{one.records:,}")]
            for one in self._found.sources
        )
        return f"<h2>{plain(say('sources'))}</h2>{_table(header, rows)}"

    def records(self, most: int) -> str:
        """Every incident with its codes, each with what it is based on."""
        say, failures = self._say, self._found.failures
        header = [say(name) for name in ("date", "machine", "number", "text", *AXES, "evidence")]
        table = _table(header, (self._record(entry) for entry in islice(failures, most)))
        left = say("shown", shown=most, count=len(failures)) if len(failures) > most else ""
        return f"<h2>{plain(say('all_records'))}</h2><p>{plain(left)}</p>{table}"

    def _record(self, entry: Coded) -> list[str]:
        incident = entry.incident
        whole = (
            f'<span class="mw-les-date">{plain(one)}</span>' for one in (incident.date[:10], incident.machine)
        )
        told = (plain(incident.name), plain(short(incident.text, 160)))
        codes = (self._code(axis, entry) for axis in AXES)
        return [*whole, *told, *codes, self._link(incident.evidence)]

    def _code(self, axis: Axis, entry: Coded) -> str:
        told = value_told(axis, entry.code(axis), self._codes, self._language)
        if entry.verdicts[axis].basis == "none":
            return plain(told)
        basis = short(basis_told(axis, entry.verdicts[axis], self._codes, self._language))
        return f'{plain(told)}<br><span class="mw-les-small">{plain(basis)}</span>'


def _picture(content: bytes, told: str) -> str:
    inline = base64.b64encode(content).decode()
    picture = f'<img class="mw-log-plot" src="data:image/png;base64,{inline}" alt="{plain(told)}">'
    return f'<div class="mw-plot" tabindex="0">{picture}</div>'


def _pictures(found: Findings, codes: Codes, language: Language) -> str:
    say = speaker(language)
    shown = [_picture(pareto(found, name, codes, language), say("pareto", name=say(name))) for name in _PLOTS]
    shown += [_picture(trend(found, codes, language), say("trend"))] if found.trend.periods else []
    return f'<div class="mw-les-plots">{"".join(shown)}</div>'


def _cell(content: str) -> str:
    """A date or code is not torn apart, and a sentence has room."""
    kind = "mw-les-short" if len(content) <= _SHORT_CELL else "mw-les-long"
    return f'<td class="{kind}">{content}</td>'


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; the cells of the rows are HTML already."""
    names = "".join(f'<th scope="col">{plain(name)}</th>' for name in header)
    content = "".join("<tr>" + "".join(map(_cell, row)) + "</tr>" for row in rows)
    table = f"<table><thead><tr>{names}</tr></thead><tbody>{content}</tbody></table>"
    return f'<div class="mw-les-scroll" tabindex="0">{table}</div>'
