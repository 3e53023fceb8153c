"""A ticket as HTML: what was asked, the internal part, the sources, what was done; pure functions."""

from collections.abc import Collection, Sequence

from assistant.records import Language
from assistant.tickets.as_text import internal_lines
from assistant.tickets.records import Event, Ticket
from assistant.tickets.reply import Reply
from assistant.ui.labels import Say, speaker
from assistant.ui.markup import plain
from assistant.ui.report_view import source_entry


def ticket_view(
    ticket: Ticket, events: Sequence[Event], documents: Collection[str], language: Language
) -> str:
    """A ticket; the reply itself stands in a field beside it, where it is edited.

    Args:
        documents: Those that can be opened.
    """
    say = speaker(language)
    parts = [_head(ticket, say), _asked(ticket, say)]
    if ticket.reply is not None:
        parts += [_internal(ticket.reply, say, language), _sources(ticket.reply, documents, say, language)]
    parts.append(_done(events, say))
    return f'<article class="mw-report mw-ticket">{"".join(parts)}</article>'


def _head(ticket: Ticket, say: Say) -> str:
    given = ticket.given
    colour = "approved" if ticket.status in ("approved", "solved", "published") else "draft"
    state = f'<span class="mw-rep-status mw-rep-{colour}">{plain(say(f"tic_{ticket.status}"))}</span>'
    told = (given.external_id, given.machine, given.priority, given.customer)
    title = plain(given.subject or ticket.ticket_id)
    about = f'<span class="mw-muted">{plain(" · ".join(filter(None, told)))}</span>'
    return f'<header class="mw-rep-head"><h3>{title}</h3>{state}{about}</header>'


def _asked(ticket: Ticket, say: Say) -> str:
    lines = "".join(f"<p>{plain(line)}</p>" for line in ticket.given.text.splitlines() if line.strip())
    return f'<h4>{plain(say("tic_text"))}</h4><div lang="{ticket.language}">{lines}</div>'


def _internal(reply: Reply, say: Say, language: Language) -> str:
    shown = reply.internal.model_copy(update={"sources": ()})
    lines = "".join(f"<li>{plain(line)}</li>" for line in internal_lines(shown, language))
    return f"<h4>{plain(say('tic_internal'))}</h4><ul>{lines}</ul>"


def _sources(reply: Reply, documents: Collection[str], say: Say, language: Language) -> str:
    parts = ((say("tic_reply"), reply.customer.sources), (say("tic_internal"), reply.internal.sources))
    rows = [
        f"<p>{plain(name)}</p>"
        f'<ul class="mw-rep-sources">{"".join(source_entry(c, documents, language) for c in cited)}</ul>'
        for name, cited in parts
        if cited
    ]
    return f"<h4>{plain(say('tic_sources'))}</h4>{''.join(rows)}" if rows else ""


def _done(events: Sequence[Event], say: Say) -> str:
    rows = "".join(f"<li>{plain(_event(event, say))}</li>" for event in events)
    return f"<h4>{plain(say('tic_done'))}</h4><ul>{rows}</ul>" if rows else ""


def _event(event: Event, say: Say) -> str:
    changed = "" if event.distance is None else say("tic_changed", share=f"{event.distance:.0%}")
    what = say(f"tic_{event.what.replace(' ', '_')}")
    told = (f"{event.at:%Y-%m-%d %H:%M}", what, event.by, event.detail, changed)
    return " · ".join(filter(None, told))
