"""What a ticket asks: its sentences without the courtesies, its questions, its machine and codes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.names import distinct, half_width, names
from assistant.sentences import sentences
from assistant.tickets.records import Given
from ingest.terms import content_words, look_alike

_MOST_ASKS, _ASK_CHARACTERS, _OWN_WORDS = 3, 900, 2
_COURTESY = re.compile(
    r"^\W*(?:dear\b|hi\b|hello\b|good (?:morning|afternoon|day|evening)\b|thank(?:s| you)\b|many thanks\b|"
    r"please (?:help|advise|reply)\W*$|您好|你好|尊敬的|谢谢|多谢|感谢|请(?:尽快)?(?:回复|帮忙|协助)\W*$)",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"^\W*(?:(?:with )?(?:(?:best|kind|warm) )?regards|sincerely|yours|cheers|greetings|此致|敬礼|顺祝|祝好)",
    re.IGNORECASE,
)
_ORDER = re.compile(
    r"\b(?:close|reopen|escalate|resolve|merge|delete|approve)\s+(?:me|it|this|the|my)\b(?:\s+\w+)?\s*"
    r"(?:ticket|case|issue|reply|as\b)"
    r"|\bclose (?:me|this)\b|\b(?:set|change|raise|lower)\b[^.]{0,30}\b(?:priority|status|severity)\b"
    r"|\b(?:ignore|disregard|forget)\b[^.]{0,40}\b(?:instructions?|rules?|prompt|above|previous)\b"
    r"|\b(?:system prompt|you are now|act as)\b"
    r"|(?:关闭|关掉|删除|批准|升级)(?:本|此|这个|该)?(?:工单|单子|请求|回复)|(?:优先级|状态|严重度)(?:改|设|调|降|升)"
    r"|(?:改|设|调)(?:为|成)?(?:优先级|P\d)|(?:忽略|无视)[^。]{0,20}(?:指令|规则|提示|以上)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked.

    Args:
        questions: As they are searched, each complete in itself; at least one, at most three.
        plain: The ticket's sentences without courtesies and orders.
        orders: Sentences that ask for something to be done with the ticket itself: they are not asked.
        machine: As the documents name it, else as the ticket does; empty when it names none, or several.
        codes: Each once, in the order of the text.
    """

    questions: tuple[str, ...]
    plain: tuple[str, ...]
    orders: tuple[str, ...]
    machine: str = ""
    codes: tuple[str, ...] = ()


def asked(given: Given, machines: Sequence[str]) -> Asked:
    """What a ticket asks.

    Args:
        machines: The machines that documents are about.
    """
    plain, orders = _said(given)
    named = names(half_width(" \n".join([given.machine, *plain])), [*machines, given.machine])
    known = {_key(machine): machine for machine in machines}
    # "SP03" is the machine SP-03 and no code.
    found = [name for name in distinct(named) if name.kind == "machine" or name.key in known]
    stated = given.machine or (found[0].text if len({name.key for name in found}) == 1 else "")
    codes = tuple(name.text for name in distinct(named, "code") if name.key not in known)
    machine = known.get(_key(stated), stated)
    asks = _questions(plain) or (given.text[:_ASK_CHARACTERS],)
    if machine in machines:
        # The search is drawn to its documents anyway; by its name it would find every list that holds it.
        asks = tuple(_without(ask, machine) for ask in asks)
    return Asked(asks, plain, orders, machine, codes)


def _key(machine: str) -> str:
    """The same for every way in which a machine may be typed."""
    written = half_width(machine)
    return look_alike(written) or written.casefold()


def _said(given: Given) -> tuple[tuple[str, ...], tuple[str, ...]]:
    subject = [] if given.subject in given.text else [given.subject]
    plain: list[str] = []
    orders: list[str] = []
    for span in (span for text in [*subject, given.text] for span in sentences(text)):
        if _CLOSING.match(span.text) and plain:
            break
        if _ORDER.search(span.text):
            orders.append(span.text)
        elif not _COURTESY.match(span.text):
            plain.append(span.text)
    return tuple(plain), tuple(orders)


def _questions(plain: Sequence[str]) -> tuple[str, ...]:
    """One question, unless the ticket puts several: then each with what stands before it.

    A question of hardly a word ("Which steps?") goes with the one before.
    """
    marks = [at for at, text in enumerate(plain) if text.rstrip().endswith(("?", "？"))]
    marks = [at for at in marks if at == marks[0] or len(content_words(plain[at])) >= _OWN_WORDS]
    # Each ends with its question mark; what follows the last one goes with it.
    ends = [*(at + 1 for at in marks[: min(len(marks), _MOST_ASKS) - 1]), len(plain)]
    begins = [0, *ends[:-1]]
    asks = (" ".join(plain[begin:end]) for begin, end in zip(begins, ends, strict=True))
    return tuple(ask[:_ASK_CHARACTERS] for ask in asks if ask.strip())


def _without(ask: str, machine: str) -> str:
    pattern = rf"(?:\b(?:on|of|at|our|the)\s+)*(?<![A-Za-z0-9]){re.escape(machine)}(?![A-Za-z0-9])\W{{0,2}}"
    shorter = " ".join(re.sub(pattern, " ", half_width(ask), flags=re.IGNORECASE).split())
    return shorter if content_words(shorter) else ask
