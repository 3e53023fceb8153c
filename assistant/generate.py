"""Generators behind LangChain's BaseChatModel, one row each."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel


@dataclass(frozen=True, slots=True)
class GenerateOptions:
    """What an engine needs to start.

    Args:
        model: Name of the model, for people.
        model_path: Its file.
        context_tokens: Prompt and answer together.
        max_tokens: Length of an answer.
        threads: 0 for one a physical core.
        temperature: 0 for the likeliest word each time.
        wait_s: How long a question waits for the one before it.
        at_once: Questions answered at the same time.
        waiting: Questions that may wait for them; one more is told that the engine is busy.
        base_url: Where an OpenAI-compatible server answers, up to and with its version: http://host:8000/v1.
        key_variable: Environment variable that holds its key; without one, none is sent.
        timeout_s: How long a server may be silent.
        retries: How often a request is sent again that a server was too busy for.
    """

    model: str
    model_path: Path
    context_tokens: int = 4096
    max_tokens: int = 220
    threads: int = 0
    temperature: float = 0.0
    wait_s: float = 120.0
    at_once: int = 1
    waiting: int = 16
    base_url: str = ""
    key_variable: str = ""
    timeout_s: float = 120.0
    retries: int = 2


def _llama_cpp(options: GenerateOptions) -> "BaseChatModel":
    from assistant.engine_llama_cpp import LlamaCpp

    return LlamaCpp(options=options)


def _transformers(options: GenerateOptions) -> "BaseChatModel":
    from assistant.engine_transformers import Transformers

    return Transformers(options=options)


def _openai(options: GenerateOptions) -> "BaseChatModel":
    from assistant.engine_openai import OpenAICompatible

    return OpenAICompatible(options=options)


# The engine `extractive` has no row: it quotes and needs no model.
GENERATORS: dict[str, Callable[[GenerateOptions], "BaseChatModel"]] = {
    "llama.cpp": _llama_cpp,
    "transformers": _transformers,
    "openai": _openai,
}
