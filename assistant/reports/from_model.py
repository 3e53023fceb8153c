"""What a model writes of an event: short fields under a JSON schema, each checked against the event."""

import logging
import secrets
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.answer_measures import carried
from assistant.errors import GenerateError, ReportError
from assistant.prompting import fill, neutral
from assistant.reports.event_text import EventText
from assistant.reports.fields import Change
from assistant.reports.known_only import kept_sentences
from assistant.reports.sources import Sources
from assistant.sentences import sentences
from assistant.writing import object_in, write_whole

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

log = logging.getLogger(__name__)

_MOST_TOKENS = 640
"""More than the longest answer that the forms allow, in Chinese too: half an object is none."""
_EVENT_CHARACTERS, _EVENT_CHARACTERS_CHINESE = 4500, 1500
"""What the model reads of an event: some 1,100 tokens, 20 seconds on two cores."""
_SENTENCE_ENDS = tuple(".!?。！？")
_OWN_WORDS, _REWORDED, _ADVICE = 0.99, 0.6, 0.34
"""Shares of the words of a field that the event must hold: of a name, of a cause, of advice."""

_SHORT, _SENTENCE, _ACTION = 60, 280, 160
"""Characters; the schema ends a text there, in the middle of a word if need be."""
Short = Field(default="", max_length=_SHORT)
Sentence = Field(default="", max_length=_SENTENCE)


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore")


class What(_Answer):
    """What failed and why.

    Choices, such as where the cause lies or that no one was hurt, are left to people and to rules: a small
    model picks one unasked. Nor is it asked for five whys: it says the cause three times.
    """

    component: str = Short
    failure_mode: str = Short
    cause: str = Sentence


class Next(_Answer):
    """What keeps it from coming again."""

    lesson: str = Sentence
    corrective: list[str] = Field(default=[], max_length=2)


@dataclass(frozen=True, slots=True)
class Target:
    """A field of a model's answer and where it goes.

    Args:
        least: Share of its words that the event must hold.
    """

    name: str
    path: str
    least: float


_FIELDS: tuple[tuple[str, type[_Answer], tuple[Target, ...]], ...] = (
    ("report_what", What, (
        Target("component", "equipment.component", _OWN_WORDS),
        Target("failure_mode", "coding.failure_mode", _OWN_WORDS),
        Target("cause", "diagnosis.root_cause", _REWORDED),
    )),
    ("report_next", Next, (
        Target("lesson", "prevention.lesson", _ADVICE),
        Target("corrective", "prevention.corrective", _ADVICE),
    )),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Drafted:
    """What the model filled in.

    Args:
        dropped: What it wrote and the sources do not carry.
        note: Why it filled in nothing, or less; empty when all went well.
        version: The prompts' names and hashes.
    """

    changes: tuple[Change, ...]
    dropped: tuple[str, ...] = ()
    note: str = ""
    version: str = ""


def changes_from_model(
    model: "BaseChatModel", event: EventText, sources: Sources, taken: Sequence[str], timeout_s: float
) -> Drafted:
    """Ask for what is still blank, a few fields at a time; the event is read once.

    Args:
        taken: Fields that are filled already; the model does not overwrite them.
        timeout_s: For each request.
    """
    chinese = event.language == "zh"
    most = _EVENT_CHARACTERS_CHINESE if chinese else _EVENT_CHARACTERS
    nonce, text = secrets.token_hex(4), neutral(event.text[:most])
    done = Drafted(())
    for name, form, fields in _FIELDS:
        wanted = [field for field in fields if field.path not in taken]
        if not wanted:
            continue
        prompt = fill(f"{name}.zh" if chinese else name, nonce=nonce, event=text)
        try:
            answer = _asked(model, prompt, form, timeout_s)
        except (GenerateError, TimeoutError) as error:
            log.warning("a part of a report was not drafted: %r", error)
            return replace(done, note=str(error) or f"the model was not finished after {timeout_s:g} s")
        except ReportError as error:
            log.warning("a part of a report was not drafted: %r", error)
            done = replace(done, note=str(error))
            continue
        done = _with(done, answer, wanted, event, sources)
        done = replace(done, version=", ".join(filter(None, (done.version, prompt.version))))
    return done


def _with(
    done: Drafted, answer: _Answer, wanted: Sequence[Target], event: EventText, sources: Sources
) -> Drafted:
    """What is drafted, with the fields of one more answer."""
    changes, dropped = list(done.changes), list(done.dropped)
    for field in wanted:
        # A small model writes its lesson once more as what is to be done.
        said = {change.value for change in changes if isinstance(change.value, str)}
        value, lost = _checked(getattr(answer, field.name), field, event, said)
        dropped += lost
        if value:
            changes.append(_change(field, value, event, sources))
    return replace(done, changes=tuple(changes), dropped=tuple(dropped))


def schema_of(form: type[BaseModel]) -> dict[str, Any]:
    """The JSON schema of an answer, in the part of the language that every engine knows."""
    properties: dict[str, Any] = {}
    for name, told in form.model_json_schema()["properties"].items():
        kept = {key: told[key] for key in ("type", "maxLength", "maxItems") if key in told}
        if kept.get("type") == "array":
            kept["items"] = {"type": "string", "maxLength": _ACTION}
        properties[name] = kept
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _asked(model: "BaseChatModel", prompt: Any, form: type[_Answer], timeout_s: float) -> _Answer:
    written = write_whole(model, prompt, timeout_s, _MOST_TOKENS, schema_of(form))
    try:
        return form.model_validate(_short(object_in(written), form))
    except (ValueError, ValidationError) as error:
        reason = str(error).splitlines()[0]
        raise ReportError(f"the model wrote no JSON that fits the form ({reason})") from error


def _short(content: Any, form: type[_Answer]) -> Any:
    """An answer of a server that does not know the schema, cut to its lengths."""
    if not isinstance(content, dict):
        raise ValueError("it is no object")
    known = schema_of(form)["properties"]
    cut: dict[str, Any] = {}
    for name, told in known.items():
        value = content.get(name, [] if told["type"] == "array" else "")
        if told["type"] == "array":
            cut[name] = (
                [str(entry)[:_ACTION] for entry in value][: told["maxItems"]]
                if isinstance(value, list)
                else []
            )
        else:
            cut[name] = str(value)[: told["maxLength"]]
    return cut


def _checked(value: Any, field: Target, event: EventText, said: Collection[str]) -> tuple[Any, list[str]]:
    """A value without what the event does not carry, what was cut off, and what was said before."""
    most = _SHORT if field.least == _OWN_WORDS else _SENTENCE if isinstance(value, str) else _ACTION
    entries = [_whole(str(entry), most) for entry in ([value] if isinstance(value, str) else value)]
    kept: list[str] = []
    dropped: list[str] = []
    for entry in entries:
        text, lost = kept_sentences(entry, [event.text], field.least)
        dropped += lost
        if text and text not in kept and text not in said:
            kept.append(text)
    if isinstance(value, str):
        return (kept[0] if kept else ""), dropped
    return kept, dropped


def _whole(text: str, most: int) -> str:
    """A text without the sentence that was cut off at its greatest length."""
    if len(text) < most - 1 or text.rstrip()[-1:] in _SENTENCE_ENDS:
        return text
    return " ".join(span.text for span in sentences(" ".join(text.split()))[:-1])


def _change(field: Target, value: Any, event: EventText, sources: Sources) -> Change:
    texts = [value] if isinstance(value, str) else value
    numbers = list(dict.fromkeys(_nearest(texts, event, sources)))
    if field.path == "prevention.corrective":
        value = [{"action": text} for text in texts]
    return Change(field.path, value, "model", source=event.name, citations=tuple(numbers))


def _nearest(texts: Sequence[str], event: EventText, sources: Sources) -> Iterator[int]:
    """The sentence of the event that carries most of each text."""
    for text in texts:
        best = max(event.sentences, key=lambda said: carried(text, [said.text]), default=None)
        if best is not None and carried(text, [best.text]) > 0.2:
            yield sources.event(event, best)
