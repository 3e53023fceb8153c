"""Below each kept answer: whether it helps and why not, and the way to save the conversation; HTML only."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from assistant.history import Rating
from assistant.ui.labels import Say
from assistant.ui.markup import plain

_THUMB = (
    '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M7 10v11H3V10h4zm2 11V10l4.5-8c1.7.2 2.5 1.3 2.2 '
    '2.9L15 9h5.3c1.2 0 2 1 1.7 2.2l-2 8C19.7 20.3 19 21 18 21H9z"/></svg>'
)


@dataclass(frozen=True, slots=True)
class Marks:
    """What readers said of the answers of a conversation.

    Args:
        talk: The id under which it is kept; empty while it is not.
        ratings: By the number of the turn.
    """

    talk: str = ""
    ratings: Mapping[int, Rating] = field(default_factory=dict)


NO_MARKS = Marks()


def rating_row(marks: Marks, turn: int, say: Say) -> str:
    """Two thumbs, and a field for the reason; empty for an answer that is not kept.

    The few lines of `rating_script` send what is chosen.
    """
    if not marks.talk or not turn:
        return ""
    rating = marks.ratings.get(turn)
    liked, disliked = (rating is not None and rating.liked is value for value in (True, False))
    said = "" if rating is None else say("rated_up" if rating.liked else "rated_down")
    reason = rating.reason if rating else ""
    told = " ".join(
        f'data-{name}="{plain(say(label))}"'
        for name, label in (("up", "rated_up"), ("down", "rated_down"), ("failed", "rate_failed"))
    )
    field_id = f"why-{marks.talk}-{turn}"
    return (
        f'<div class="mw-rate" data-talk="{plain(marks.talk)}" data-turn="{turn}" {told}>'
        f'<div class="mw-rate-row" role="group" aria-label="{plain(say("rate"))}">'
        f"<span>{plain(say('rate'))}</span>"
        f"{_thumb('up', liked, say)}{_thumb('down', disliked, say)}"
        f'<span class="mw-rate-said" role="status">{plain(said)}</span></div>'
        f'<form class="mw-rate-why"{"" if disliked and not reason else " hidden"}>'
        f'<label for="{plain(field_id)}">{plain(say("rate_why"))}</label>'
        f'<textarea id="{plain(field_id)}" rows="2" maxlength="2000">{plain(reason)}</textarea>'
        f'<button type="submit">{plain(say("rate_send"))}</button></form></div>'
    )


def saving_row(talk: str, language: str, say: Say) -> str:
    """The links by which a conversation is saved; empty while it is not kept."""
    if not talk:
        return ""
    links = "".join(
        f'<a class="mw-save" href="/conversations/{plain(talk)}.{ending}?lang={language}" download>{name}</a>'
        for ending, name in (("md", "Markdown"), ("docx", "Word"))
    )
    return f'<p class="mw-saves"><span>{plain(say("save"))}</span>{links}</p>'


def _thumb(way: str, pressed: bool, say: Say) -> str:
    return (
        f'<button type="button" class="mw-thumb mw-thumb-{way}" data-way="{way}" '
        f'aria-pressed="{"true" if pressed else "false"}">{_THUMB}{plain(say(f"rate_{way}"))}</button>'
    )
