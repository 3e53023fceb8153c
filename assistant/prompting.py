"""Prompts are files in `prompts/`; this fills them and fences what comes from documents."""

import hashlib
import hmac
import re
import secrets
import string
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources

from assistant.records import Language

# Of this process only and in no file: neither who writes documents nor who reads the disk can know it.
_SECRET = secrets.token_bytes(32)
_PARTS = re.compile(r"^---\n", re.MULTILINE)
# Tokens that the chat templates of the usual models treat as structure.
_CONTROL = re.compile(
    r"<\|[^|<>]{1,40}\|>|</?s>|\[/?INST\]|<</?SYS>>|<(?:start|end)_of_turn>|"
    r"<\s*/?\s*(?:passages|conversation|event)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Prompt:
    """A filled prompt; `version` names the file and the hash of its text."""

    system: str
    user: str
    version: str


def fill(name: str, **values: str) -> Prompt:
    """Fill a prompt file.

    Raises:
        ValueError: A name of the file got no value, or a value has no name in the file.
    """
    text = load(name)
    wanted = set(string.Template(text).get_identifiers())
    if wanted != set(values):
        missing, unused = sorted(wanted - set(values)), sorted(set(values) - wanted)
        raise ValueError(f"prompts/{name}.md: missing {missing}, unused {unused}")
    # Split before filling: a document that holds a line of dashes must not move the border.
    system, user = (string.Template(part).substitute(values) for part in _PARTS.split(text, maxsplit=1))
    return Prompt(system.strip(), user.strip(), f"{name}@{hashlib.sha256(text.encode()).hexdigest()[:8]}")


def load(name: str) -> str:
    """The text of a prompt file."""
    return resources.files("prompts").joinpath(f"{name}.md").read_text(encoding="utf-8")


def answer_prompt(question: str, passages: Sequence[tuple[str, str]], language: Language) -> Prompt:
    """The prompt of an answer.

    Args:
        passages: Heading and text of each passage, best first.
    """
    shown = "\n\n".join(neutral(f"({heading})\n{text}" if heading else text) for heading, text in passages)
    name = "answer.zh" if language == "zh" else "answer"
    return fill(name, nonce=_fence(shown), passages=shown, question=neutral(question))


def more_prompt(question: str, language: Language) -> Prompt:
    """The prompt of another question on passages that were read before, to be put behind them."""
    return fill("answer_more.zh" if language == "zh" else "answer_more", question=neutral(question))


def _fence(shown: str) -> str:
    """The name of the fence around these passages: eight hexadecimal digits that none of them holds.

    It is no nonce per request, because llama.cpp reads again from the first token that differs: the same
    passages must begin alike for a second question. A hash of the passages under a key that no one knows
    serves as well. A document cannot name its own fence, since each attempt changes the passages and so the
    name; a name that an answer gave away fences those same passages and nothing else.
    """
    name = shown
    while name in shown:
        name = hmac.new(_SECRET, name.encode(), hashlib.sha256).hexdigest()[:8]
    return name


def neutral(text: str) -> str:
    """Take the meaning from a chat template's control tokens and from fences, keeping them readable."""
    return _CONTROL.sub(lambda match: match.group().replace("<", "‹").replace("[", "⟦"), text)
