"""A follow-up that rules do not resolve, said in full by the model; kept only when it adds nothing."""

import logging
import secrets
from collections.abc import Generator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING

from assistant.errors import MillwrightError
from assistant.names import half_width, names
from assistant.prompting import fill, neutral
from assistant.quantities import measures
from assistant.records import Turn, Waiting
from assistant.writing import write
from ingest.terms import is_chinese

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

log = logging.getLogger(__name__)

_TURNS = 3
_ANSWER_CHARACTERS = 240
MOST_TOKENS = 60
_LONGEST = 240
_LABELS = ("follow-up:", "question:", "追问：", "追问:", "问题：", "问题:")


def restate(
    model: "BaseChatModel",
    question: str,
    history: Sequence[Turn],
    machines: Sequence[str],
    timeout_s: float,
) -> Generator[Waiting, None, str]:
    """The follow-up as a whole question; empty when the model gives none that can be trusted.

    Meanwhile it says how long it waits, so that whoever reads may go away.

    Args:
        machines: The machines that documents are about.
        timeout_s: The model is stopped after this.
    """
    chinese = is_chinese(question)
    prompt = fill(
        "follow_up.zh" if chinese else "follow_up",
        nonce=secrets.token_hex(4),
        conversation=neutral("\n".join(_line(turn, chinese) for turn in history[-_TURNS:])),
        question=neutral(question),
    )
    try:
        written = ""
        with closing(write(model, prompt, (), timeout_s, MOST_TOKENS)) as pieces:
            for piece in pieces:
                if isinstance(piece, Waiting):
                    yield piece
                elif isinstance(piece, str):
                    written += piece
    except (MillwrightError, TimeoutError) as error:
        log.info("a follow-up was not restated: %r", error)
        return ""
    said = _one_line(written)
    return said if is_faithful(said, question, history, machines) else ""


def is_faithful(said: str, question: str, history: Sequence[Turn], machines: Sequence[str]) -> bool:
    """Whether a restated follow-up is a question that adds no number, code or machine of its own.

    It must also hold those of the follow-up itself: a question about something else is no better.
    """
    if not said.endswith(("?", "？")) or len(said) > _LONGEST:
        return False
    before = [text for turn in history for text in (turn.question, turn.answer.resolved, turn.answer.text)]
    ours, known = _marks(said, machines), _marks("\n".join([question, *before]), machines)
    return ours <= known and _marks(question, machines) <= ours


def _marks(text: str, machines: Sequence[str]) -> set[str]:
    """What a text names and measures, each in one spelling."""
    plain = half_width(text)
    quantities = {
        f"{entry.exact or entry.value} {'/'.join(entry.units)}"
        for entry in measures(plain).quantities
        # "The other one" counts nothing.
        if not (entry.spelled and entry.bare)
    }
    return {name.key for name in names(plain, machines)} | quantities


def _line(turn: Turn, chinese: bool) -> str:
    question, answer = turn.answer.resolved or turn.question, turn.answer.text[:_ANSWER_CHARACTERS]
    return f"问：{question}\n答：{answer}" if chinese else f"Question: {question}\nAnswer: {answer}"


def _one_line(written: str) -> str:
    """The question, without a label that the model put before it."""
    lines = [line.strip() for line in written.strip().splitlines() if line.strip()]
    first = lines[0] if lines else ""
    for label in _LABELS:
        if first.lower().startswith(label):
            first = first[len(label) :].strip()
    return first.strip("\"“”'")
