"""An optional second opinion on an answer: a model compares it with the reference. Off unless asked for."""

import re
from typing import TYPE_CHECKING

from assistant.answer_eval import Judge
from assistant.evaluate import Case
from assistant.prompting import fill, neutral
from assistant.records import Answer
from assistant.writing import write

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_WORD = re.compile(r"[a-z]+|[㐀-鿿]+", re.IGNORECASE)
_MOST_TOKENS = 8


def judge(model: "BaseChatModel", timeout_s: float) -> Judge:
    """Whether a model finds that an answer says what the first reference says; None when it does not decide.

    What it returns raises GenerateError when the engine fails and TimeoutError when it is too slow.
    """

    def opinion(case: Case, answer: Answer) -> bool | None:
        prompt = fill(
            "judge",
            question=neutral(case.question),
            reference=neutral(case.answers[0]),
            answer=neutral(answer.text),
        )
        pieces = write(model, prompt, (), timeout_s, _MOST_TOKENS)
        return verdict("".join(piece for piece in pieces if isinstance(piece, str)))

    return opinion


def verdict(said: str) -> bool | None:
    """The first word of a judgement: True for yes, False for no, None for anything else."""
    first = _WORD.search(said)
    return {"yes": True, "no": False}.get(first.group().casefold() if first else "")
