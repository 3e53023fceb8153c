"""A question that waits for an expert, as HTML; pure functions."""

from collections.abc import Sequence

from assistant.gaps.records import Gap, Note
from assistant.records import Language
from assistant.ui.labels import speaker
from assistant.ui.markup import plain

_MOST_WORDINGS, _SHORT = 10, 90


def gap_view(gap: Gap, language: Language) -> str:
    """What is known of it: how often it was asked, in which words, and what readers disliked."""
    say = speaker(language)
    counts = {kind: gap.count(kind) for kind in ("declined", "disliked")}
    facts = [say("gap_times", count=len(gap.asks), day=gap.last[:10], **counts)]
    facts.append(say("gap_where", collection=gap.collection))
    others = [ask.question for ask in gap.asks if ask.question != gap.question]
    parts = [f'<p class="mw-small">{plain(" · ".join(facts))}</p>']
    parts += _list(say("gap_wordings"), list(dict.fromkeys(others))[:_MOST_WORDINGS])
    parts += _list(say("gap_reasons"), gap.reasons[:_MOST_WORDINGS])
    return (
        f'<div class="mw-lib-run"><h3 class="mw-asked-once">{plain(gap.question)}</h3>{"".join(parts)}</div>'
    )


def _list(heading: str, entries: Sequence[str]) -> list[str]:
    if not entries:
        return []
    rows = "".join(f"<li>{plain(entry)}</li>" for entry in entries)
    return [f'<p><b>{plain(heading)}</b></p><ul class="mw-gap-list">{rows}</ul>']


def told_view(text: str) -> str:
    """One line on what was done."""
    return f'<div class="mw-lib-run" role="status"><p>{plain(text)}</p></div>'


def gap_choices(gaps: Sequence[Gap], language: Language) -> list[tuple[str, str]]:
    """The picker's rows; the first one stands for none."""
    say = speaker(language)
    first = say("gap_choose", count=len(gaps)) if gaps else say("gap_none")
    return [(first, ""), *((f"{_short(gap.question)} · {len(gap.asks)}×", gap.id) for gap in gaps)]


def note_choices(notes: Sequence[Note], language: Language) -> list[tuple[str, str]]:
    """The same for notes."""
    say = speaker(language)
    first = say("gap_notes_choose" if notes else "gap_notes_none")
    return [(first, ""), *((f"{note.title}: {_short(note.question)}", note.id) for note in notes)]


def _short(question: str) -> str:
    return question if len(question) <= _SHORT else f"{question[:_SHORT]}…"
