"""What the documents say of a code: cause, check and remedy, verbatim, each with its place."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal, Protocol, get_args

from assistant.logs.words import plain
from assistant.records import Citation, Language
from assistant.sentences import sentences
from ingest.records import Chunk
from ingest.terms import is_chinese, look_alike, normalise

Part = Literal["meaning", "cause", "check", "remedy", "passage"]
PARTS: tuple[Part, ...] = get_args(Part)
Status = Literal["defined", "other_machine", "mentioned", "unknown"]

# The kinds of documents that may explain a code, best first; a log only repeats it.
_KINDS = ("manual", "list", "sop", "note", "incident", "ticket")
_PART_NAMES: tuple[tuple[Part, re.Pattern[str]], ...] = (
    ("cause", re.compile(r"cause|reason|原因")),
    ("check", re.compile(r"check|inspect|diagnos|verif|检查|诊断|排查")),
    ("remedy", re.compile(r"remed|action|measure|solution|correct|fix|resol|措施|处理|对策|解决|排除|方法")),
    ("meaning", re.compile(r"meaning|descr|text|message|^name|(?:alarm|rule|error|fault|code)name")),
    ("meaning", re.compile(r"含义|描述|文本|说明|内容|^名称|报警名称")),
)  # fmt: skip
_CHECKS = re.compile(
    r"(?:check|inspect|measure|verify|make sure|look|read|test|see whether|compare)\b|"
    r"检查|查看|测量|确认|核对|读取",
    re.IGNORECASE,
)
_LABELLED = re.compile(r"^\W{0,4}([^\W\d][^:：\n]{0,24})[:：]\W{0,3}\s*(\S.*)$")
_MOST_ROWS, _LONGEST_PASSAGE = 3, 600


class Documents(Protocol):
    """Where passages are looked up by code; `assistant.retrieve.Retriever` is one."""

    def holders(self, code: str, filters: Mapping[str, str]) -> list[Chunk]:
        """The passages that hold a code, those that explain it first."""
        ...


@dataclass(frozen=True, slots=True)
class Quoted:
    """One thing that a document says of a code.

    Args:
        name: The column or label it stands under; empty for a passage.
    """

    part: Part
    name: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class CodeEntry:
    """A code as the documents know it.

    Args:
        machine: The machine that raised it most.
        status: `other_machine` when the documents explain it for other machines only; `mentioned` when
            they hold it but none explains it, and the quotes are those places.
    """

    code: str
    machine: str
    status: Status
    quotes: tuple[Quoted, ...] = ()

    def of(self, part: Part) -> list[Quoted]:
        """What is quoted of one part."""
        return [quoted for quoted in self.quotes if quoted.part == part]


def look_up(
    codes: Iterable[tuple[str, str]], documents: Documents, language: Language = "en"
) -> list[CodeEntry]:
    """Each code with what the documents say of it; markers count the quotes from 1, over all codes.

    Args:
        codes: Code and machine.
        language: Preferred where a document says the same in two.
    """
    entries: list[CodeEntry] = []
    cited: dict[tuple[str, str], Citation] = {}
    for code, machine in codes:
        found = [chunk for kind in _KINDS for chunk in documents.holders(code, {"kind": kind})]
        chunks = list({chunk.chunk_id: chunk for chunk in found if chunk.metadata.kind != "log"}.values())
        rows = [row for chunk in chunks if (row := _Row.of(chunk, code))]
        sections = [chunk for chunk in chunks if _heads(chunk, code)]
        quotes, own = _best(rows, machine, language)
        if not quotes:
            quotes, own = _sections(sections, machine)
        status: Status = "defined" if own else "other_machine"
        if not quotes:
            mentions = [(chunk, line) for chunk in chunks if (line := _line_with(chunk.text, code))]
            quotes = [("passage", "", chunk, line) for chunk, line in mentions[:_MOST_ROWS]]
            status = "mentioned" if quotes else "unknown"
        entries.append(CodeEntry(code, machine, status, tuple(_quoted(quote, cited) for quote in quotes)))
    return entries


_Quote = tuple[Part, str, Chunk, str]
"""Part, name, passage, and the text that is verbatim in it."""


def _quoted(quote: _Quote, cited: dict[tuple[str, str], Citation]) -> Quoted:
    part, name, chunk, text = quote
    key = (chunk.chunk_id, text)
    if key not in cited:
        cited[key] = Citation(len(cited) + 1, chunk.chunk_id, chunk.place, text)
    return Quoted(part, name, cited[key])


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of a table that explains a code: its cells by name."""

    chunk: Chunk
    cells: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, chunk: Chunk, code: str) -> "_Row | None":
        """The row of a passage one of whose cells is the code, and that says something beside it."""
        if "table_row" not in chunk.kinds:
            return None
        wanted = _alike(code)
        for line in chunk.text.splitlines():
            cells = tuple(_cell(part) for part in line.split(" | "))
            # A code stands in one of the first columns; further on it is named by another's remedy.
            if len(cells) > 1 and any(_alike(value) == wanted for _, value in cells[:4]):
                return cls(chunk, cells)
        return None

    def fits(self, machine: str) -> bool | None:
        """Whether the row or its document is of a machine; None when neither says."""
        wanted = _alike(machine)
        if not wanted:
            return None
        own = _alike(self.chunk.metadata.machine)
        if own:
            return own == wanted
        names = ("machine", "asset", "equipment", "device", "设备", "机器", "机床")
        named = [value for name, value in self.cells if any(word in plain(name) for word in names)]
        return any(_alike(value) == wanted for value in named) if named else None

    def quotes(self, language: Language) -> list[_Quote]:
        """What the row says, by part; of two languages the preferred one."""
        parts = [(part, name, value) for name, value in self.cells if value and (part := _part(name))]
        chosen: list[_Quote] = []
        ordered = sorted(parts, key=lambda entry: PARTS.index(entry[0]))
        for part, group in groupby(ordered, key=lambda entry: entry[0]):
            same = list(group)
            fitting = [entry for entry in same if is_chinese(entry[2]) == (language == "zh")]
            for _, name, value in fitting or same:
                chosen.append((_check_or_remedy(part, value), name, self.chunk, value))
        return sorted(chosen, key=lambda quote: PARTS.index(quote[0]))


def _check_or_remedy(part: Part, text: str) -> Part:
    """A remedy of nothing but looks is a check; a mixed one stays whole, its steps in their order."""
    if part == "remedy" and all(_CHECKS.match(span.text) for span in sentences(text)):
        return "check"
    return part


def _alike(text: str) -> str:
    return look_alike(normalise(text))


def _cell(part: str) -> tuple[str, str]:
    name, separator, value = part.partition(": ")
    return (name.strip(), value.strip()) if separator else ("", part.strip())


def _part(name: str) -> Part | None:
    short = plain(name)
    return next((part for part, pattern in _PART_NAMES if pattern.search(short)), None)


def _best(rows: Sequence[_Row], machine: str, language: Language) -> tuple[list[_Quote], bool]:
    """The quotes of the rows that fit the machine, and whether they do; nothing is quoted twice."""
    telling = [(row.fits(machine), quotes) for row in rows if (quotes := row.quotes(language))]
    # Rows of this machine, else those that name none, else all.
    for wanted in (True, None, False):
        told = [quotes for fits, quotes in telling if fits is wanted]
        if told:
            break
    else:
        return [], False
    # A row with cause and remedy says more than one with a name only; of equals the better document leads.
    told.sort(key=lambda quotes: -len({part for part, *_ in quotes}))
    once: dict[tuple[Part, str], _Quote] = {}
    for quotes in told[:_MOST_ROWS]:
        for quote in quotes:
            once.setdefault((quote[0], quote[3]), quote)
    return sorted(once.values(), key=lambda quote: PARTS.index(quote[0])), wanted is not False


def _heads(chunk: Chunk, code: str) -> bool:
    """Whether a passage stands under a heading that names the code."""
    heading = chunk.place.section.rsplit(" > ", 1)[-1]
    return any(_alike(word) == _alike(code) for word in re.split(r"[\s:：,，()（）]+", heading) if word)


def _sections(chunks: Sequence[Chunk], machine: str) -> tuple[list[_Quote], bool]:
    """What the sections about a code say, labelled or whole, and whether they are of this machine or any."""
    own = [chunk for chunk in chunks if _alike(chunk.metadata.machine) == _alike(machine)]
    own = own or [chunk for chunk in chunks if not machine or not chunk.metadata.machine]
    quotes: list[_Quote] = []
    for chunk in (own or list(chunks))[:_MOST_ROWS]:
        parts = [(part, name, chunk, text) for part, name, text in _labelled(chunk.text)]
        quotes.extend(parts or [("passage", "", chunk, _beginning(_body(chunk)))])
    return sorted(quotes, key=lambda quote: PARTS.index(quote[0])), bool(own)


def _body(chunk: Chunk) -> str:
    """The text of a passage without the heading that stands above it anyway."""
    heading, newline, body = chunk.text.partition("\n")
    return body.lstrip("\n") if newline and body.strip() and heading in chunk.place.section else chunk.text


def _labelled(text: str) -> list[tuple[Part, str, str]]:
    """What stands behind "Cause:", "Remedy:" and the like, up to the next label, verbatim."""
    found: list[tuple[Part | None, str, int, int]] = []
    for span in sentences(text):
        match, end = _LABELLED.match(span.text), span.start + len(span.text)
        if match:
            found.append((_part(match[1]), match[1].strip(), span.start + match.start(2), end))
        elif found:
            found[-1] = (*found[-1][:3], end)
    return [(part, name, text[start:end]) for part, name, start, end in found if part]


def _beginning(text: str) -> str:
    """The first sentences of a passage, verbatim."""
    end = 0
    for span in sentences(text):
        last = span.start + len(span.text)
        if end and last > _LONGEST_PASSAGE:
            break
        end = last
    return text[: end or _LONGEST_PASSAGE]


def _line_with(text: str, code: str) -> str:
    """The sentence of a passage that names a code; a look-alike within a longer word is none."""
    wanted = _alike(code)
    for span in sentences(text):
        words = re.split(r"[^\w./+#-]+", span.text)
        if any(_alike(word.strip(".-/")) == wanted for word in words if word):
            return span.text
    return ""
