"""Which code a model would give an incident: one of the list, or unknown; it counts for nothing by itself."""

import secrets
from typing import Any

from assistant.answer import Writer
from assistant.errors import GenerateError
from assistant.lessons.codes import Code
from assistant.lessons.labels import speaker
from assistant.lessons.records import UNKNOWN, Axis, Incident
from assistant.prompting import fill, neutral
from assistant.records import Language
from assistant.writing import object_in, write_whole
from ingest.terms import is_chinese

_MOST, _MOST_CHINESE = 1500, 600
"""Characters of an incident that are read: some 400 tokens."""
_MOST_TOKENS = 60
"""More than the longest name of a code takes: half an object is none."""


def proposed(writer: Writer, axis: Axis, codes: tuple[Code, ...], incident: Incident) -> str:
    """The code that the model chooses, or `unknown`.

    It chooses among names in the language of the incident: a small model does not know what `FTS` stands for.
    The options stand first, so that the next incident of the same axis and language is read after them.

    Raises:
        GenerateError: The engine failed, or wrote something else.
        TimeoutError: It was not finished in time.
    """
    language = language_of(incident)
    say = speaker(language)
    by_name = {say(UNKNOWN): UNKNOWN, **{code.names[language]: code.code for code in codes}}
    prompt = fill(
        "lesson_code.zh" if language == "zh" else "lesson_code",
        asked=say(f"ask_{axis}"),
        options="\n".join(_option(code, language) for code in codes),
        nonce=secrets.token_hex(4),
        record=neutral(incident.told[: _MOST_CHINESE if language == "zh" else _MOST]),
    )
    schema = _schema(list(by_name))
    written = write_whole(writer.model, prompt, writer.timeout_s, _MOST_TOKENS, schema)
    try:
        return by_name[object_in(written)["choice"]]
    except (ValueError, KeyError, TypeError) as error:
        raise GenerateError(f"the model chose none of the codes of {axis}: {written[:80]!r}") from error


def language_of(incident: Incident) -> Language:
    """The language that an incident is told in."""
    return "zh" if is_chinese(incident.told) else "en"


def _option(code: Code, language: Language) -> str:
    """A code by its name, with a typical case where the list has one in the language."""
    like = next((text for text in code.like if is_chinese(text) == (language == "zh")), "")
    return f"- {code.names[language]}" + (f": {like}" if like else "")


def _schema(names: list[str]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {"choice": {"type": "string", "enum": names}},
        "required": ["choice"],
        "additionalProperties": False,
    }
