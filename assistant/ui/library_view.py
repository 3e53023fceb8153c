"""The library as HTML: how far it is, how each file ended, what the index holds; pure functions."""

from collections.abc import Sequence

from assistant.library.before import Before
from assistant.library.records import Listed, Outcome
from assistant.records import Language
from assistant.ui.job import Step
from assistant.ui.labels import Say, speaker
from assistant.ui.markup import plain
from assistant.ui.reading import told
from ingest.plan import Progress
from ingest.store import Checked

_MOST_ROWS, _MOST_WARNINGS = 300, 20


def progress_view(step: Step, language: Language) -> str:
    """What is being done now, and where each file is."""
    say = speaker(language)
    pulse = '<span class="mw-pulse" aria-hidden="true"></span>'
    head = f'<p class="mw-state" role="status">{pulse}{plain(_told(step.progress, say))}</p>'
    share = step.progress.share if step.progress else 0.0
    bar = f'<progress max="1" value="{share:.2f}" aria-label="{plain(say("lib_read"))}"></progress>'
    rows = "".join(
        f"<li><b>{plain(name)}</b> <span>{plain(say(f'lib_stage_{stage}'))}</span></li>"
        for name, stage in step.files
    )
    return f'<div class="mw-lib-run">{head}{bar}<ul class="mw-lib-files">{rows}</ul></div>'


def _told(progress: Progress | None, say: Say) -> str:
    if progress is None:
        return say("lib_start")
    stage = say(f"lib_{progress.stage}")
    if not progress.total:
        return stage
    told = say("lib_progress", stage=stage, done=progress.done, total=progress.total)
    left = say("lib_left", seconds=f"{progress.left_s:,.0f}") if progress.left_s else ""
    return " · ".join(filter(None, (told, left)))


def outcomes_view(outcomes: Sequence[Outcome], language: Language) -> str:
    """How each file ended, with its reason in words; those that were refused stand first."""
    say = speaker(language)
    ordered = sorted(outcomes, key=lambda outcome: outcome.ending == "ok")
    refused = sum(outcome.ending != "ok" for outcome in outcomes)
    head = say("lib_done", ok=len(outcomes) - refused, refused=refused)
    rows = "".join(_ended(outcome, language) for outcome in ordered)
    body = f'<p>{plain(head)}</p><ul class="mw-lib-files">{rows}</ul>'
    return f'<div class="mw-lib-run" role="status">{body}</div>'


def _ended(outcome: Outcome, language: Language) -> str:
    say = speaker(language)
    good = outcome.ending == "ok"
    ending = "ok_flat" if good and not outcome.pages else outcome.ending
    how = say(f"lib_end_{ending}", pages=outcome.pages, passages=outcome.chunks)
    notes = [told(note, language) for note in (outcome.detail, *outcome.warnings[:_MOST_WARNINGS])]
    small = "".join(f'<span class="mw-small">{plain(note)}</span>' for note in notes if note)
    kind, sign = ("mw-good", "✓") if good else ("mw-bad", "✕")
    told_by = f'<span class="{kind}"><i aria-hidden="true">{sign}</i> {plain(how)}</span>'
    return f"<li><b>{plain(outcome.name)}</b> {told_by}{small}</li>"


def deleted_view(names: Sequence[str], language: Language) -> str:
    """What is not there any more."""
    said = speaker(language)("lib_deleted", name=", ".join(names))
    return f'<div class="mw-lib-run" role="status"><p>{plain(said)}</p></div>'


def checks_view(checks: Sequence[Checked], language: Language) -> str:
    """Whether each generation is as it was written."""
    say = speaker(language)

    def whole(entry: Checked) -> str:
        if entry.damage:
            return say("lib_damaged", number=entry.number, damage=told(entry.damage, language))
        return say("lib_current" if entry.current else "lib_whole", number=entry.number)

    rows = "".join(
        f'<li class="{"mw-bad" if entry.damage else "mw-good"}">{plain(whole(entry))}</li>'
        for entry in checks
    )
    return f'<div class="mw-lib-run" role="status"><ul class="mw-lib-files">{rows}</ul></div>'


def undone_text(undone: Before, language: Language) -> str:
    """That a change was cut off, which one, and how the library is now."""
    say = speaker(language)
    names = ", ".join(undone.names)
    return say("lib_undone", at=undone.at, what=say(f"lib_undone_{undone.what}", names=names))


def undone_view(undone: Before, language: Language) -> str:
    """The same, above the documents."""
    return f'<p class="mw-lib-undone" role="status">{plain(undone_text(undone, language))}</p>'


def documents_view(listed: Sequence[Listed], language: Language) -> str:
    """What the index holds; what was added on the page stands first."""
    say = speaker(language)
    if not listed:
        return f'<p class="mw-muted">{plain(say("lib_none_all"))}</p>'
    ordered = sorted(listed, key=lambda entry: not entry.own)
    names = ("document", "kind", "machine", "revision", "collection", "pages", "passages", "from")
    head = "".join(f'<th scope="col">{plain(say(_HEADS.get(name, f"lib_{name}")))}</th>' for name in names)
    rows = "".join(_document(entry, say) for entry in ordered[:_MOST_ROWS])
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    notes = [say("lib_others")] if any(not entry.own for entry in listed) else []
    if len(listed) > _MOST_ROWS:
        notes.append(say("lib_only_first", shown=_MOST_ROWS, all=f"{len(listed):,}"))
    small = "".join(f'<p class="mw-small">{plain(note)}</p>' for note in notes)
    label = plain(say("lib_documents"))
    return f'<div class="mw-lib-table" tabindex="0" role="region" aria-label="{label}">{table}</div>{small}'


_HEADS = {"machine": "machine", "collection": "lib_in_collection"}


def _document(entry: Listed, say: Say) -> str:
    row, known = entry.row, entry.row.metadata
    revision = f"{known.revision} ({say('superseded')})" if known.superseded else known.revision
    cells = [
        say(f"lib_{known.kind}"),
        known.machine,
        revision.strip(),
        known.collection,
        f"{row.pages:,}" if row.pages else "",
        f"{row.chunks:,}",
        say("lib_here") if entry.own else row.root,
    ]
    shown = "".join(f"<td>{plain(cell)}</td>" for cell in cells)
    title = f'<span class="mw-small">{plain(known.title)}</span>' if known.title else ""
    return f'<tr><th scope="row">{plain(row.doc)}{title}</th>{shown}</tr>'
