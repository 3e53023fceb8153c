"""What a text says of harm, of a stop and of its length; by the words of the fault report."""

import hashlib
import re

from assistant.lessons.records import Safety
from assistant.reports import event_words as words
from assistant.sentences import sentences

_STOPPED = re.compile(
    r"\b(?:tripped|tripping|stopped|shut ?down|stood still|standstill|seized|emergency stop|line down)\b"
    r"|\b(?:halted|stalled)\b|停机|跳机|跳闸|急停|停线|停产|卡死|抱死|停了|停转",
    re.IGNORECASE,
)
_NOT_STOPPED = re.compile(
    r"\b(?:while|when|with|after) (?:it |the \w+ )?(?:was |were )?(?:stopped|shut ?down)\b"
    r"|停机(?:后|时|状态|检修)",
    re.IGNORECASE,
)
_MINUTES = re.compile(
    r"(?:downtime|stood still|was down|stopped|停机|停产|停线)\D{0,24}?(\d+(?:\.\d+)?)\s*"
    r"(min(?:utes?)?\b|h(?:ours?)?\b|分钟?|小时)",
    re.IGNORECASE,
)


def safety_said(text: str) -> Safety:
    """The worst that a text says happened to people; empty where it says nothing.

    "Nobody was injured" speaks of an injury as well: of one sentence the first that fits holds.
    """
    found = {words.matches(span.text, words.SAFETY)[:1][0] for span in sentences(text)
             if words.matches(span.text, words.SAFETY)}  # fmt: skip
    order: tuple[Safety, ...] = ("injury", "near_miss", "none")
    return next((kind for kind in order if kind in found), "")


def stop_said(text: str) -> bool:
    """Whether a text says that the machine or production stood still."""
    said = [span.text for span in sentences(text)]
    return any(
        words.PRODUCTION["stopped"].search(one) or (_STOPPED.search(one) and not _NOT_STOPPED.search(one))
        for one in said
    )


def minutes_said(text: str) -> float | None:
    """How long it stood still, in minutes; None where that is not told."""
    match = _MINUTES.search(text)
    if match is None:
        return None
    return float(match[1]) * (60 if match[2].lower().startswith(("h", "小")) else 1)


def same_id(*parts: str) -> str:
    """An id that stays the same as long as the document says the same."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:12]
