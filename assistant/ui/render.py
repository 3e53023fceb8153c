"""A conversation as HTML: pure functions from records, with nothing of the input left as markup."""

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from assistant.access.records import LOCAL_ADMIN, Principal
from assistant.records import SUPPORT_SIGNS, Answer, Card, Evidence, Language, Support, Turn, Withheld
from assistant.ui import sources
from assistant.ui.labels import Say, speaker
from assistant.ui.markup import plain, prose, quotation
from assistant.ui.rating import NO_MARKS, Marks, rating_row
from assistant.ui.reading import told
from ingest.records import Chunk


def banner(health: Mapping[str, str] | None, language: Language, who: Principal = LOCAL_ADMIN) -> str:
    """The head of the page: what this is, what it knows, and who is logged in.

    Args:
        health: None until it is known; then nothing is said of it, or of who is logged in.
    """
    say = speaker(language)
    if health is None:
        return _head(say, "")
    counted = health.get("documents", "0") != "0"
    summary = say("summary", **_counts(health)) if counted else say("summary_none")
    known = f'<p class="mw-summary">{plain(summary)}</p>{_account(who, language)}'
    return _head(say, f'<div class="mw-known">{known}</div>')


def _head(say: Say, known: str) -> str:
    return (
        f'<div class="mw-banner"><svg class="mw-logo" viewBox="0 0 32 32" aria-hidden="true">'
        f'<path d="M4 26V8l6 7 6-7 6 7 6-7v18h-5V17l-7 8-7-8v9z"/></svg><div class="mw-name">'
        f"<h1>{plain(say('title'))}</h1><p>{plain(say('claim'))}</p></div>{known}</div>"
    )


def _account(who: Principal, language: Language) -> str:
    say = speaker(language)
    if who.local:
        return f'<p class="mw-account">{plain(say("no_users"))}</p>'
    name = f"{who.name} · {say('role_' + who.role)}"
    return (
        f'<form class="mw-account" method="post" action="/logout"><span>{plain(name)}</span>'
        f'<button type="submit">{plain(say("log_out"))}</button></form>'
    )


def state(busy: bool, begun: bool, about: bool) -> str:
    """What the conversation is in, as classes by which the styles show and hide what belongs to it.

    Gradio would build each component anew to hide it, every time that a word is written.
    """
    names = {"mw-is-busy": busy, "mw-is-begun": begun, "mw-is-about": about}
    return f'<i class="{" ".join(name for name, holds in names.items() if holds)}"></i>'


def welcome(language: Language) -> str:
    """What stands where the answer will be, before the first question."""
    return f'<div class="mw-welcome"><p>{plain(speaker(language)("welcome"))}</p></div>'


def tools_heading(language: Language) -> str:
    """The words above the panels that fold."""
    return f'<h2 class="mw-tools-heading">{plain(speaker(language)("tools"))}</h2>'


def about(card: Card, language: Language) -> str:
    """What a conversation is about, in one line; empty when that is not known."""
    say = speaker(language)
    # Of a document, the file's own name: its folders are the index's business.
    document = PurePosixPath(card.doc).name
    facts = (("machine", card.machine), ("alarm", card.code), ("document", document), ("site", card.site))
    known = "".join(
        f"<span>{plain(say(name))} <b>{plain(value)}</b></span>" for name, value in facts if value
    )
    return f'<p class="mw-about">{plain(say("about"))}{known}</p>' if known else ""


def error_line(message: str, language: Language = "en") -> str:
    """What went wrong and what to do, in one line; in the page's language where it is known by heart."""
    line = told(" ".join(message.split()), language)
    return f'<p class="mw-error" role="alert">{plain(line)}</p>' if line else ""


def pending(question: str, language: Language) -> str:
    """A question that is being looked up."""
    return _exchange(question, _state(speaker(language)("searching")))


def writing(question: str, evidence: Evidence, words: str, ahead: int, language: Language) -> str:
    """An answer as it is being written; it says that nothing has checked it yet.

    Args:
        ahead: Questions that the model answers before this one.
    """
    say = speaker(language)
    read = say("queued", ahead=ahead) if ahead else say("reading")
    state = _state(say("writing") if words else read)
    body = f'<div class="mw-text mw-unchecked">{prose(words, {})}</div>' if words else ""
    return _exchange(question, sources.warnings(evidence.warnings, evidence.hits, language) + state + body)


def stopped(question: str, language: Language) -> str:
    """A question whose answer the user did not wait for."""
    return _exchange(question, f'<p class="mw-note">{plain(speaker(language)("stopped"))}</p>')


def answered(turn: Turn, language: Language, health: Mapping[str, str], marks: Marks = NO_MARKS) -> str:
    """A finished answer with its support, warnings, struck-out sentences, small print and thumbs."""
    answer, say = turn.answer, speaker(language)
    found = sources.chunks_by_id(answer.hits)
    links = {marker: sources.link(entry, language, found) for marker, entry in answer.numbered.items()}
    resolved = say("understood", question=answer.resolved) if answer.resolved else ""
    notes = [resolved, told(answer.note, language)]
    understood, note = (f'<p class="mw-note">{plain(text)}</p>' if text else "" for text in notes)
    return _exchange(
        turn.question,
        understood
        + sources.warnings(answer.warnings, answer.hits, language)
        + _badge(answer.support, say)
        + _text(answer, links, say)
        + _struck(answer, language, found)
        + note
        + f'<p class="mw-small">{plain(_small_print(answer, say, health))}</p>'
        + rating_row(marks, turn.number, say),
    )


def _text(answer: Answer, links: Mapping[int, str], say: Say) -> str:
    """What was written, and below it the documents' own words where they say more."""
    if not answer.written:
        return f'<div class="mw-text">{prose(answer.text, links)}</div>'
    quoted = answer.text.removeprefix(answer.written).strip()
    below = (
        f'<p class="mw-quoted-label">{plain(say("own_words"))}</p>'
        f'<div class="mw-quoted">{prose(quoted, links)}</div>'
        if quoted
        else ""
    )
    return f'<div class="mw-text">{prose(answer.written, links)}{below}</div>'


def earlier(
    turns: Sequence[Turn], language: Language, health: Mapping[str, str], marks: Marks = NO_MARKS
) -> str:
    """The turns before the current one, newest first."""
    if not turns:
        return ""
    heading = f"<h2>{plain(speaker(language)('earlier'))}</h2>"
    rows = "".join(answered(turn, language, health, marks) for turn in reversed(turns))
    return f'<section class="mw-earlier">{heading}{rows}</section>'


def cited(answer: Answer, language: Language) -> str:
    """The sources of a finished answer, without the warnings that stand above it already."""
    pinned = {entry.marker for entry in answer.warnings}
    shown = [entry for entry in answer.citations if entry.marker not in pinned]
    return sources.evidence(shown, answer.hits, language)


def _exchange(question: str, body: str) -> str:
    asked = f'<h3 class="mw-asked">{plain(question)}</h3>'
    return f'<article class="mw-answer">{asked}<div class="mw-body">{body}</div></article>'


def _state(text: str) -> str:
    pulse = '<span class="mw-pulse" aria-hidden="true"></span>'
    return f'<p class="mw-state" role="status">{pulse}{plain(text)}</p>'


def _badge(support: Support, say: Say) -> str:
    sign = f'<span aria-hidden="true">{SUPPORT_SIGNS[support]}</span>'
    return f'<p class="mw-support mw-{support}">{sign}{plain(say(support))}</p>'


def _struck(answer: Answer, language: Language, found: Mapping[str, Chunk]) -> str:
    """What was left out, each sentence with why and with what the nearest passage says instead."""
    if not answer.left_out:
        return ""
    rows = "".join(
        f"<li><del>{plain(sentence)}</del>{_why(entry, language, found)}</li>"
        for sentence, entry in answer.left_out.items()
    )
    heading = plain(speaker(language)("struck"))
    return f'<div class="mw-struck"><p class="mw-struck-name">{heading}</p><ul>{rows}</ul></div>'


def _why(entry: Withheld | None, language: Language, found: Mapping[str, Chunk]) -> str:
    if entry is None:
        return ""
    reason = f'<p class="mw-why">{plain(entry.reason)}</p>'
    if entry.evidence is None:
        return reason
    address, place = sources.link(entry.evidence, language, found), entry.evidence.place
    where = f'<a href="{plain(address)}" target="_blank">{plain(place.title or place.doc)}</a>'
    return f"{reason}<blockquote>{quotation(entry.evidence.quote)} <cite>{where}</cite></blockquote>"


def _small_print(answer: Answer, say: Say, health: Mapping[str, str]) -> str:
    pieces = [
        say("evidence_in", seconds=_seconds(answer.timings.retrieve)),
        say("answer_in", seconds=_seconds(answer.timings.total)),
        say("searched", **_counts(health)),
        answer.engine,
    ]
    return " · ".join(piece for piece in pieces if piece)


def _counts(health: Mapping[str, str]) -> dict[str, str]:
    return {name: health.get(name, "0") for name in ("documents", "passages")}


def _seconds(ms: float) -> str:
    return f"{ms / 1000:.1f}" if ms >= 100 else "< 0.1"
