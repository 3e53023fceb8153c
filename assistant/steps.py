"""Signs of a procedure: a question that asks for a way, a line that is a step, a heading that says little."""

import re

from ingest.records import Chunk

_HOW = re.compile(
    r"\bhow (?:do|does|to|can|could|should|must|is|are)\b|\b(?:steps?|procedure|instructions?|sequence)\b|"
    r"步骤|流程|方法|怎么|怎样|如何|顺序|规程",
    re.I,
)
_STEP = re.compile(r"\s*(?:step\s+|第)?\(?(\d{1,2})(?:[.)、）:：](?!\d)|\s?步(?!骤))\s*\S", re.I)
_ONLY_STEPS = re.compile(
    r"[\d.\s]*(?:(?:operating |work(?:ing)? )?(?:procedure|steps|method|instructions?|sequence)|"
    r"(?:操作|作业|工作|更换|拆装)?(?:步骤|流程|方法|顺序|程序))\s*",
    re.I,
)


def asks_how(question: str) -> bool:
    """Whether a question asks for a way to do something."""
    return bool(_HOW.search(question))


def step_number(line: str) -> int | None:
    """The number that opens a step; None for any other line."""
    found = _STEP.match(line)
    return int(found[1]) if found else None


def heading_above(chunk: Chunk) -> str:
    """The heading that says what a passage is about; "Procedure" says it with the one above, or the title."""
    *above, last = chunk.place.section.split(" > ")
    if not says_only_steps(chunk):
        return last
    return f"{above[-1] if above else chunk.place.title} {last}"


def says_only_steps(chunk: Chunk) -> bool:
    """Whether the heading of a passage says no more than that steps follow."""
    return bool(_ONLY_STEPS.fullmatch(chunk.place.section.rsplit(" > ", 1)[-1]))
