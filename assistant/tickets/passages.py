"""What the passages of an answer hold for a reply, verbatim: parts, tools, when to stop."""

import re
from collections.abc import Iterable, Iterator, Sequence

from assistant.cautions import Beside, section
from assistant.sentences import sentences
from assistant.tickets.steps import NUMBERED, Quoted
from ingest.records import Chunk

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
_MOST = 4


def parts(cited: Iterable[Chunk], beside: Beside) -> list[Quoted]:
    """The lines that name parts and tools."""
    return _lines(cited, beside, _TOOLS)


def stops(cited: Iterable[Chunk], beside: Beside) -> list[Quoted]:
    """The sentences that say when to stop, or not to start."""
    return _lines(cited, beside, _STOP)


def _lines(cited: Iterable[Chunk], beside: Beside, pattern: re.Pattern[str]) -> list[Quoted]:
    found: dict[str, Quoted] = {}
    for chunk in cited:
        near = [chunk] if "table_row" in chunk.kinds else section(chunk, beside)
        for quoted in _matching(near, pattern):
            found.setdefault(quoted.text, quoted)
    return list(found.values())[:_MOST]


def _matching(chunks: Sequence[Chunk], pattern: re.Pattern[str]) -> Iterator[Quoted]:
    for chunk in chunks:
        if "table_row" in chunk.kinds:
            continue
        for span in sentences(chunk.text):
            if pattern.search(span.text) and len(span.text) > 12:
                text = match[2].strip() if (match := NUMBERED.match(span.text)) else span.text
                yield Quoted(chunk, text)
