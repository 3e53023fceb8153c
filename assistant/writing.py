"""Words from a generator: LangChain's messages stop here."""

import json
import re
import time
from collections.abc import Generator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any

from assistant.errors import GenerateError
from assistant.prompting import Prompt
from assistant.records import TokenCounts, Waiting

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_REPEATED_WORDS = 8
_REPEATS = 3
_WORD = re.compile(r"[㐀-鿿]|\w+|[^\w\s]")


def write(
    model: "BaseChatModel",
    prompt: Prompt,
    history: Sequence[tuple[str, str]],
    timeout_s: float,
    max_tokens: int | None = None,
    schema: dict[str, Any] | None = None,
) -> Generator[str | Waiting | TokenCounts]:
    """Stream an answer: pieces of text, how long it still waits between them, last the tokens of both.

    Closing the iterator stops the engine. A generator that repeats itself is stopped.

    Args:
        history: Earlier questions and answers, oldest first.
        max_tokens: Length of the text, where it is not that of an answer.
        schema: A JSON schema; an engine that knows it writes only what fits.

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
    limits: dict[str, Any] = {"max_tokens": max_tokens} if max_tokens else {}
    if schema:
        wanted = {"name": "answer", "schema": schema, "strict": True}
        limits["response_format"] = {"type": "json_schema", "json_schema": wanted}
    stream: Any = model.stream(messages, **limits)
    with closing(stream):
        for piece in stream:
            usage = _usage(piece) or usage
            if time.monotonic() > deadline:
                raise TimeoutError
            content = str(piece.text)
            text += content
            yield content or Waiting(piece.response_metadata.get("queue_place", 0))
            # Under a schema the length is bounded, and half an object is none.
            if schema is None and repeats(text):
                break
    if not text.strip():
        raise GenerateError("the model wrote nothing")
    yield usage


def write_whole(
    model: "BaseChatModel", prompt: Prompt, timeout_s: float, max_tokens: int, schema: dict[str, Any]
) -> str:
    """What a model writes under a JSON schema, when it is finished; raises as `write` does."""
    with closing(write(model, prompt, (), timeout_s, max_tokens, schema)) as pieces:
        return "".join(piece for piece in pieces if isinstance(piece, str))


def object_in(text: str) -> Any:
    """The JSON object in a text, words around it or not; a ValueError where there is none."""
    return json.loads(text[text.find("{") : text.rfind("}") + 1])


def repeats(text: str) -> bool:
    """Whether a text ends in a run of eight words (or Chinese characters) that it has said three times."""
    words = _WORD.findall(text)
    tail = words[-_REPEATED_WORDS:]
    if len(tail) < _REPEATED_WORDS:
        return False
    said, at = 0, len(words) - _REPEATED_WORDS
    while at >= 0:
        found = words[at : at + _REPEATED_WORDS] == tail
        said += found
        # Runs that overlap are one.
        at -= _REPEATED_WORDS if found else 1
    return said >= _REPEATS


def _usage(piece: Any) -> TokenCounts | None:
    usage = getattr(piece, "usage_metadata", None)
    return TokenCounts(usage["input_tokens"], usage["output_tokens"]) if usage else None
