"""A procedure is quoted whole and in its order: half of one, or step 9 before step 1, can hurt."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.cautions import Beside
from assistant.evidence import Quote, without_caption
from assistant.excerpt import width
from assistant.records import Hit
from assistant.steps import asks_how, says_only_steps, step_number
from ingest.clean import is_signal_word, warning_signal
from ingest.records import Chunk

_WHOLE = 2400
"""A procedure up to this width, in letters, is quoted whole; a longer one in its order only."""

_TABLE = re.compile(r"\b(?:the|this|following) table\b|\btable below\b|下表|表中", re.I)
_MOST_ROWS = 12
"""A table of more rows is not quoted with the step that points to it."""

Line = tuple[Chunk, int, str]
"""A line of a passage and where it begins there."""


@dataclass(frozen=True, slots=True)
class Ordered:
    """Quotes as they are read; `whole` where they are a procedure without a gap."""

    quotes: list[Quote]
    whole: bool = False


def in_order(best: Sequence[Quote], beside: Beside, question: str) -> Ordered:
    """The quotes, steps of one section in their order, and without a gap where a way is asked for.

    Beside a whole procedure stand other quotes of its document only.

    Args:
        best: Best first; what is no step stays where it is.
    """
    whole = _procedures(best, beside(best[0].hit.chunk)) if best and asks_how(question) else []
    whole += _tables(whole, beside(whole[-1].hit.chunk)) if whole else []
    ids = {quote.hit.chunk.chunk_id for quote in whole}
    left = [quote for quote in best if quote.hit.chunk.chunk_id not in ids]
    if whole:
        left = [quote for quote in left if quote.hit.chunk.place.doc == best[0].hit.chunk.place.doc]
    ranked = list(dict.fromkeys(map(_together, left)))
    left.sort(key=lambda quote: (ranked.index(_together(quote)), *_at(quote)))
    # What is done first is read first, whichever of the document's procedures fits best.
    return Ordered([*sorted(whole, key=_at), *left], bool(whole))


def _at(quote: Quote) -> tuple[int, int]:
    return quote.hit.chunk.ordinal, quote.start


def _together(quote: Quote) -> tuple[str, str]:
    """What is read in one piece: the steps of a section; any other quote alone."""
    steps = any(step_number(line) is not None for line in quote.text.splitlines())
    place = quote.hit.chunk.place
    return (place.doc, place.section) if steps else (quote.hit.chunk.chunk_id, str(quote.start))


def _procedures(best: Sequence[Quote], near: Sequence[Chunk]) -> list[Quote]:
    """The procedure of the best quote, then those of others of its document, while there is room."""
    doc = best[0].hit.chunk.place.doc
    found = _procedure(best[0], near) or _announced(best[0], near)
    for quote in best[1:] if found else []:
        known = {entry.hit.chunk.chunk_id for entry in found}
        if quote.hit.chunk.place.doc == doc and quote.hit.chunk.chunk_id not in known:
            more = _procedure(quote, near)
            fits = sum(width(entry.text) for entry in (*found, *more)) <= _WHOLE
            found = [*found, *more] if fits else found
    return found


def _procedure(best: Quote, near: Sequence[Chunk]) -> list[Quote]:
    """The run of steps that a quote is part of, a quote a passage; empty where it is none or too long."""
    runs = _runs(_section(near, best.hit.chunk.place.section))
    return _quoted(next((run for run in runs if any(_within(line, best) for line in run)), []), best)


def _tables(steps: Sequence[Quote], near: Sequence[Chunk]) -> list[Quote]:
    """The rows to which a step points ("as in the table below"), of its own section."""
    pointing = {quote.hit.chunk.place.section: quote for quote in steps if _TABLE.search(quote.text)}
    rows = [
        (chunk, pointing[chunk.place.section])
        for chunk in near
        if "table_row" in chunk.kinds and chunk.place.section in pointing
    ]
    shown: list[Quote] = []
    for chunk, quote in rows if len(rows) <= _MOST_ROWS else ():
        text = without_caption(chunk.text, shown)
        hit = Hit(chunk, quote.hit.score, quote.hit.rank)
        shown.append(Quote(hit, text, quote.score, len(chunk.text) - len(text)))
    return shown


def _announced(best: Quote, near: Sequence[Chunk]) -> list[Quote]:
    """The steps that a procedure's own document gives under "Procedure", where its beginning was found."""
    here = best.hit.chunk
    headings = {chunk.place.section for chunk in near if says_only_steps(chunk)}
    if "table_row" in here.kinds or len(headings) != 1:
        return []
    heading = headings.pop()
    if here.metadata.kind != "sop" and not heading.startswith(f"{here.place.section} > "):
        return []
    runs = _runs(_section(near, heading))
    return _quoted(runs[0], best) if len(runs) == 1 else []


def _section(near: Sequence[Chunk], section: str) -> list[Line]:
    return [
        (chunk, start, line)
        for chunk in near
        if chunk.place.section == section and "table_row" not in chunk.kinds
        for start, line in _lines(chunk.text)
    ]


def _quoted(run: Sequence[Line], best: Quote) -> list[Quote]:
    """A run of steps, a quote a passage; nothing where it is no procedure or too long."""
    if len(run) < 2 or sum(width(text) for _, _, text in run) > _WHOLE:
        return []
    bounds: dict[str, tuple[Chunk, int, int]] = {}
    for chunk, start, line in run:
        first = bounds[chunk.chunk_id][1] if chunk.chunk_id in bounds else start
        bounds[chunk.chunk_id] = (chunk, first, start + len(line))
    return [
        Quote(Hit(chunk, best.hit.score, best.hit.rank), chunk.text[start:end], best.score, start)
        for chunk, start, end in bounds.values()
    ]


def _runs(lines: Sequence[Line]) -> list[list[Line]]:
    """Lines from a first step to the last that follows it, with what stands between and what warns.

    The heading of the section opens the first, where nothing but warnings stands between.
    """
    runs: list[list[Line]] = []
    before: list[Line] = []
    last = 0
    for line in lines:
        number = step_number(line[2])
        if number is not None:
            if not runs or number != last + 1:
                runs.append(_opening(before))
            last = number
        if runs:
            runs[-1].append(line)
        else:
            before.append(line)
    for run in runs:
        while step_number(run[-1][2]) is None and not warning_signal(run[-1][2]):
            run.pop()
    return runs


def _opening(before: list[Line]) -> list[Line]:
    """The heading and the warnings right before a first step; nothing where other words stand there."""
    if not before:
        return []
    (chunk, _, heading), *between = before
    named = chunk.place.section.rsplit(" > ", 1)[-1].startswith(heading)
    plain = all(warning_signal(text) or is_signal_word(text) for _, _, text in between)
    opening, before[:] = list(before), []
    return opening if named and plain else []


def _within(line: Line, quote: Quote) -> bool:
    chunk, start, text = line
    here = chunk.chunk_id == quote.hit.chunk.chunk_id
    return here and start < quote.start + len(quote.text) and start + len(text) > quote.start


def _lines(text: str) -> list[tuple[int, str]]:
    found, at = [], 0
    for line in text.splitlines(keepends=True):
        if line.strip():
            found.append((at, line.rstrip()))
        at += len(line)
    return found
