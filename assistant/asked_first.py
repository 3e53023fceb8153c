"""Passages that give what kind of thing is asked for come forward: a torque, an interval, a way to do it."""

import re
from collections.abc import Callable, Collection, Mapping

from assistant.asked_measure import asked_kinds, giving
from assistant.ranking import RankWeights
from assistant.steps import asks_how
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


def asked_first(
    question: str,
    scores: Mapping[int, float],
    chunks: Mapping[int, Chunk],
    coded: Collection[int],
    weights: RankWeights,
) -> dict[int, float]:
    """The scores, those of these chunks that give what is asked for raised, those of rows lowered.

    A list of alarms names the part in every second row, and tells of none how it is changed.

    Args:
        coded: The chunks that hold a code of the question: their rows are what is asked for.
    """
    gives, way = giver(question), asks_how(question)
    fitted = dict(scores)
    for number, chunk in chunks.items():
        if gives is not None and gives(chunk.text):
            fitted[number] *= 1 + weights.value
        if way and "table_row" in chunk.kinds and number not in coded:
            fitted[number] *= weights.row
    return fitted
