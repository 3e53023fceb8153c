"""Passages that give the kind of value a question asks for (a torque, an interval) come forward."""

import re
from collections.abc import Callable, Mapping

from assistant.asked_measure import asked_kinds, giving
from assistant.ranking import RankWeights
from ingest.records import Chunk

_HOW_OFTEN = re.compile(
    r"\bhow often\b|\binterval\b|多久[^。？]{0,8}次|多长时间[^。？]{0,8}次|间隔|周期",
    re.I,
)
_INTERVAL = re.compile(
    r"\b(?:every|each|per)\s+(?:\w+\s+)?(?:\d|day|week|month|year|shift|hour|second|two|three|four|six)|"
    r"\b(?:daily|weekly|monthly|quarterly|yearly|annually|once an?|twice an?)\b|"
    r"每(?:隔)?\s*(?:\d|[一二两三四五六七八九十半]|天|日|周|月|年|班|季|次)",
    re.I,
)


def giver(question: str) -> Callable[[str], bool] | None:
    """Whether a text gives the kind of value that a question asks for; None where it asks for none."""
    kinds, often = asked_kinds(question), bool(_HOW_OFTEN.search(question))
    if not kinds and not often:
        return None
    return lambda text: bool(giving(text, kinds)) or (often and bool(_INTERVAL.search(text)))


def valued(
    question: str, scores: Mapping[int, float], chunks: Mapping[int, Chunk], weights: RankWeights
) -> dict[int, float]:
    """The scores, those of these chunks that give what is asked for raised by a share."""
    gives = giver(question)
    if gives is None:
        return dict(scores)
    share = 1 + weights.value
    return {
        number: score * (share if number in chunks and gives(chunks[number].text) else 1)
        for number, score in scores.items()
    }
