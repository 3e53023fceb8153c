"""The steps that passages number, verbatim: what to do, what is to be seen then, what to do if it is not."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from assistant.cautions import Beside, section
from assistant.sentences import sentences
from assistant.tables.frames import cells, row_line
from ingest.records import Chunk

NUMBERED = re.compile(r"^\s*(\d{1,2})[.)、．]\s*(\S.*)$")
IF_NOT = re.compile(
    r"(?:otherwise|else|if not|"
    r"if (?:it|they|this|that|the \w+) (?:(?:does|do|is|are|has|have) not|fails?))\b"
    r"|否则|(?:如|若|如果)(?:不|未|没有|无)|不(?:合格|符合|正常|达标)(?:时|的|则)",
    re.IGNORECASE,
)
_STATE = (
    r"(?:not )?(?:then |also |now )*(?:read|show|display|indicate|move|turn|stop|appear|settle|run|fall|rise|"
    r"drop|start|lie|meet|light|go|stay|remain|differ|be (?:below|above|between|under|over|at|less|more|"
    r"within|dry|zero|off|on|out|heard|felt|seen|visible|free|level|green|red|no\b|[≤≥<>±]?\s?\d))"
)
_EXPECTED = re.compile(
    rf"\b(?:must|should|shall|may|has to|have to) {_STATE}"
    r"|(?:应|应当|须|必须)(?:为|在|低于|高于|小于|大于|不(?:大于|小于|高于|低于|超过|动|转|漏)|无|能|显示|达到|亮|停|保持|自由)",
    re.IGNORECASE,
)
# Whoever must not do something is told a rule, and sees nothing.
_RULE = re.compile(r"^\W*(?:nobody|no one|you|never|do not|always|严禁|不得|禁止)\b", re.IGNORECASE)
_COLUMNS = (
    re.compile(r"action|what to do|task|操作|步骤内容|作业内容"),
    re.compile(r"expected|result|target|should|must|标准|预期|要求|合格|应见"),
    re.compile(r"if not|otherwise|deviation|不合格|否则|异常处理|不符"),
)
_COUNTED = re.compile(r"^(?:step|no|nr|#|序号|步骤|步)\W*$", re.IGNORECASE)
_MOST = 15


@dataclass(frozen=True, slots=True)
class Quoted:
    """A piece of a passage, verbatim; of a step, without its number.

    Args:
        expected: What the step says is to be seen when it is done; empty where it says nothing.
        if_not: What it says is to be done if that is not seen.
        said: The whole as it stands, where it was taken apart.
    """

    chunk: Chunk
    text: str
    expected: str = ""
    if_not: str = ""
    said: str = ""


def steps(cited: Iterable[Chunk], beside: Beside) -> list[Quoted]:
    """The numbered steps of the first cited section that has some: from 1 on, as far as they go on."""
    for chunk in cited:
        near = section(chunk, beside)
        for found in (_in_lines(near), _in_rows(near)):
            if len(found) > 1:
                return found[:_MOST]
    return []


def parted(text: str) -> tuple[str, str, str]:
    """What to do, what is to be seen, what to do if it is not.

    A text that says them in another order stays whole: a step is not put in another order.
    """
    begins = [0, len(text), len(text)]
    at = place = 0
    for number, span in enumerate(_sentences(text)):
        place = text.index(span, place)
        kind = _kind(span, at) if number else 0
        if kind < at:
            return text, "", ""
        if kind > at:
            begins[at + 1 : kind + 1] = [place] * (kind - at)
        at = kind
    done, expected, if_not = (
        text[begin:end].strip() for begin, end in zip(begins, [*begins[1:], len(text)], strict=True)
    )
    return done, expected, if_not


def _kind(span: str, at: int) -> int:
    """Of a sentence behind the first: 0 what to do, 1 what is to be seen, 2 what to do if it is not.

    Args:
        at: Of the one before.
    """
    if IF_NOT.match(span):
        return 2
    if _EXPECTED.search(span) and not _RULE.match(span):
        return 1
    return 2 if at == 2 else 0


def _sentences(text: str) -> Iterator[str]:
    """The sentences; what is to be seen may stand behind a colon, too."""
    for span in sentences(text):
        action, colon, rest = span.text.partition(": ")
        if colon and _EXPECTED.search(rest) and not _EXPECTED.search(action) and len(action.split()) > 1:
            yield f"{action}:"
            yield rest
        else:
            yield span.text


def _in_lines(near: Iterable[Chunk]) -> list[Quoted]:
    found: list[Quoted] = []
    for chunk in near:
        for line in chunk.text.splitlines():
            match = NUMBERED.match(line)
            if match and int(match[1]) == len(found) + 1:
                found.append(Quoted(chunk, *parted(match[2].strip()), match[2].strip()))
    return found


def _in_rows(near: Iterable[Chunk]) -> list[Quoted]:
    """The rows of a table that numbers its steps and has a column for what to do."""
    found: list[Quoted] = []
    for chunk in near:
        row = cells(chunk) if "table_row" in chunk.kinds else {}
        number = next((value for name, value in row.items() if _COUNTED.match(name)), "").strip(".) ")
        action, expected, if_not = (
            next((value for name, value in row.items() if column.search(name.casefold())), "")
            for column in _COLUMNS
        )
        if action and number.isdecimal() and int(number) == len(found) + 1:
            found.append(Quoted(chunk, action, expected, if_not, row_line(chunk)))
    return found
