"""What the passages of an answer hold for a reply, verbatim: numbered steps, parts, tools, when to stop."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from assistant.cautions import Beside
from assistant.sentences import sentences
from ingest.records import Chunk

_STEP = re.compile(r"^\s*(\d{1,2})[.)、．]\s*(\S.*)$")
_TOOLS = re.compile(
    r"^\W{0,3}(?:tools?|(?:spare )?parts?|materials?|needed|(?:所需)?(?:工具|备件|材料))\s*[:：]\s*\S",
    re.IGNORECASE,
)
_HALT = "stop|switch off|shut down|do not (?:start|run|operate|continue)|take out of service|send in"
_WHEN = "if|when(?:ever)?|as soon as|once|above|below"
_STOP = re.compile(
    rf"\b(?:{_HALT})\b[^.]*\b(?:{_WHEN})\b|\b(?:{_WHEN})\b[^.]*\b(?:{_HALT})\b"
    r"|(?:如果?|若|一旦|当|时|超过|低于|高于)[^。]*(?:停机|停止|停泵|断电|关闭|不得|严禁|送修)"
    r"|(?:停机|停止|立即停|断电)[^。]*(?:如果?|若|一旦|超过|低于|高于)",
    re.IGNORECASE,
)
_MOST_STEPS, _MOST = 15, 4


@dataclass(frozen=True, slots=True)
class Quoted:
    """A piece of a passage, verbatim; of a step, without its number."""

    chunk: Chunk
    text: str


def steps(cited: Iterable[Chunk], beside: Beside) -> list[Quoted]:
    """The numbered steps of the first cited section that has some: from 1 on, as far as they go on."""
    for chunk in cited:
        found: list[Quoted] = []
        for near in _section(chunk, beside):
            for line in near.text.splitlines():
                match = _STEP.match(line)
                if match and int(match[1]) == len(found) + 1:
                    found.append(Quoted(near, match[2].strip()))
        if len(found) > 1:
            return found[:_MOST_STEPS]
    return []


def parts(cited: Iterable[Chunk], beside: Beside) -> list[Quoted]:
    """The lines that name parts and tools."""
    return _lines(cited, beside, _TOOLS)


def stops(cited: Iterable[Chunk], beside: Beside) -> list[Quoted]:
    """The sentences that say when to stop, or not to start."""
    return _lines(cited, beside, _STOP)


def _lines(cited: Iterable[Chunk], beside: Beside, pattern: re.Pattern[str]) -> list[Quoted]:
    found: dict[str, Quoted] = {}
    for chunk in cited:
        near = [chunk] if "table_row" in chunk.kinds else _section(chunk, beside)
        for quoted in _matching(near, pattern):
            found.setdefault(quoted.text, quoted)
    return list(found.values())[:_MOST]


def _matching(chunks: Sequence[Chunk], pattern: re.Pattern[str]) -> Iterator[Quoted]:
    for chunk in chunks:
        if "table_row" in chunk.kinds:
            continue
        for span in sentences(chunk.text):
            if pattern.search(span.text) and len(span.text) > 12:
                text = match[2].strip() if (match := _STEP.match(span.text)) else span.text
                yield Quoted(chunk, text)


def _section(chunk: Chunk, beside: Beside) -> list[Chunk]:
    """A passage with those of its section around it, in reading order."""
    near = beside(chunk) or [chunk]
    return [
        other
        for other in near
        if other.place.doc == chunk.place.doc and other.place.section == chunk.place.section
    ]
