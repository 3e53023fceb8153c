"""Words from a generator: LangChain's messages stop here."""

import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any

from assistant.errors import GenerateError
from assistant.prompting import Prompt
from assistant.records import TokenCounts

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_REPEATED_CHARACTERS = 24
_REPEATS = 3


def write(
    model: "BaseChatModel", prompt: Prompt, history: Sequence[tuple[str, str]], timeout_s: float
) -> Iterator[str | TokenCounts]:
    """Stream an answer: pieces of text, and last the tokens read and written.

    Closing the iterator stops the engine. A generator that repeats itself is stopped.

    Args:
        history: Earlier questions and answers, oldest first.

    Raises:
        GenerateError: The engine failed.
        TimeoutError: It was not finished in time.
    """
    from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage

    messages: list[BaseMessage] = [SystemMessage(prompt.system)]
    for question, answer in history:
        messages += [HumanMessage(question), AIMessage(answer)]
    messages.append(HumanMessage(prompt.user))
    deadline = time.monotonic() + timeout_s
    text, usage = "", TokenCounts()
    stream: Any = model.stream(messages)
    with closing(stream):
        for piece in stream:
            usage = _usage(piece) or usage
            if time.monotonic() > deadline:
                raise TimeoutError
            content = str(piece.text)
            if content:
                text += content
                yield content
            if repeats(text):
                break
    if not text.strip():
        raise GenerateError("the model wrote nothing")
    yield usage


def repeats(text: str) -> bool:
    """Whether a text has begun to say the same thing over and over."""
    tail = text[-_REPEATED_CHARACTERS:]
    return len(tail) == _REPEATED_CHARACTERS and text[-12 * _REPEATED_CHARACTERS :].count(tail) >= _REPEATS


def _usage(piece: Any) -> TokenCounts | None:
    usage = getattr(piece, "usage_metadata", None)
    return TokenCounts(usage["input_tokens"], usage["output_tokens"]) if usage else None
