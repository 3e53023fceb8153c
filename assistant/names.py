"""What a text names: its machines and its codes, where they stand, and which of the two each is."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.units import unit_at
from ingest.terms import identifier_spans, look_alike

NameKind = Literal["machine", "code"]

# One character for one, so that places in the text stay what they are.
_HALF_WIDTH: dict[int, int | str] = {
    **{ord("！") + at: ord("!") + at for at in range(94) if chr(ord("!") + at).isalnum()},
    **dict.fromkeys(map(ord, "‐‑‒–—−－"), "-"),
    ord("\u3000"): " ",
}
MACHINE_NOUNS = (
    "pump|machine|press|conveyor|motor|robot|unit|spindle|compressor|line|fan|drive|device|equipment|model"
)
CODE_NOUNS = "alarms?|codes?|errors?|faults?|warnings?|messages?|events?"
MACHINE_NOUNS_CHINESE = "设备|机器人|机器|机组|水泵|油泵|泵|电机|输送机|压缩机|主轴|机床|型号|机型|机"
CODE_NOUNS_CHINESE = "报警|警报|告警|故障|错误|代码|代号|警告|提示"
_MACHINE_BEFORE = re.compile(rf"(?:\b(?:{MACHINE_NOUNS})|{MACHINE_NOUNS_CHINESE})\s*$", re.IGNORECASE)
_CODE_BEFORE = re.compile(rf"(?:\b(?:{CODE_NOUNS})|{CODE_NOUNS_CHINESE})\s*$", re.IGNORECASE)
# "FM-5 A505 报警", "the pump's E021 alarm"; a known machine ("P-101 报警") was found before this is asked.
_CODE_AFTER = re.compile(rf"\s*(?:(?:{CODE_NOUNS})\b|{CODE_NOUNS_CHINESE})", re.IGNORECASE)
_PREFIX = re.compile(r"[A-Z]+[-_./ ]?(?=\d)")


@dataclass(frozen=True, slots=True)
class Name:
    """A machine or a code where it stands in a text.

    Args:
        text: As it is written.
        start: Its first character.
        end: The one after its last.
    """

    text: str
    kind: NameKind
    start: int
    end: int

    @property
    def key(self) -> str:
        """The same for every way in which this name may be typed."""
        return look_alike(self.text) or self.text.casefold()


def half_width(text: str) -> str:
    """Full-width letters, digits and dashes in their usual form; every character keeps its place."""
    return text.translate(_HALF_WIDTH)


def names(text: str, machines: Sequence[str] = ()) -> list[Name]:
    """The machines and codes of a text, in reading order, each time they are named.

    Args:
        text: As `half_width` gives it.
        machines: The machines that documents are about. What is not among them is a machine where its
            letters are theirs (`P-102` beside `P-101`) or a word such as "pump" stands before it; any other
            identifier is a code.
    """
    found = _known(text, machines)
    prefixes = {prefix for machine in machines if (prefix := _prefix(machine))}
    for start, end in identifier_spans(text):
        if any(start < name.end and name.start < end for name in found):
            continue
        written = text[start:end]
        if not (written.isdigit() and _is_quantity(text, end)):
            found.append(Name(written, _kind(text[:start], written, text[end:], prefixes), start, end))
    return sorted(found, key=lambda name: name.start)


def distinct(found: Sequence[Name], kind: NameKind | None = None) -> list[Name]:
    """Each name once, where it stands first; those of one kind only when it is given."""
    first: dict[str, Name] = {}
    for name in found:
        if kind in (None, name.kind):
            first.setdefault(name.key, name)
    return list(first.values())


def _known(text: str, machines: Sequence[str]) -> list[Name]:
    """Where known machines stand; of two that overlap, the longer one."""
    found: list[Name] = []
    for machine in sorted(filter(None, machines), key=len, reverse=True):
        pattern = rf"(?<![A-Za-z0-9]){re.escape(half_width(machine))}(?![A-Za-z0-9])"
        for match in re.finditer(pattern, text, re.IGNORECASE):
            if not any(match.start() < name.end and name.start < match.end() for name in found):
                found.append(Name(match.group(), "machine", *match.span()))
    return found


def _kind(before: str, written: str, after: str, prefixes: set[str]) -> NameKind:
    if _CODE_BEFORE.search(before):
        return "code"
    if _prefix(written) in prefixes:
        return "machine"
    return "machine" if _MACHINE_BEFORE.search(before) and not _CODE_AFTER.match(after) else "code"


def _prefix(written: str) -> str:
    match = _PREFIX.match(written.upper())
    return match.group() if match else ""


def _is_quantity(text: str, end: int) -> bool:
    """Whether a unit follows a bare number: 3000 h."""
    at = end + (text[end : end + 1] == " ")
    return unit_at(text, at) is not None
