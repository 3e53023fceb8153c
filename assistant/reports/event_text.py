"""The text of an event, as a person wrote it: its sentences under their headings, and its labels."""

import re
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from assistant.errors import ReportError
from assistant.records import Language
from assistant.reports.event_words import HEADINGS, LABELS
from assistant.sentences import sentences
from ingest.terms import is_chinese, normalise

MOST_CHARACTERS = 60_000
_LABELLED = re.compile(r"^\W{0,4}([^\W\d_][^:：|\n]{0,30}?)\s*(?::|：|\|)\s*(\S.*)$")
_HEADED = re.compile(
    r"^(?:#{1,6}\s+|\*\*)?(?:\d+(?:\.\d+)*\.?\s+|D\d[:.]?\s+)?([^\n:：*]{2,40}?)(?:\*\*)?\s*[:：]?\s*$"
)


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence of an event.

    Args:
        line: 1-based; of a conversation, the number of the question.
        section: What its heading says it is about: event, cause, checks, done, todo; empty under none.
    """

    text: str
    line: int
    section: str = ""


@dataclass(frozen=True, slots=True)
class EventText:
    """An event.

    Args:
        name: What to call it: a file, a ticket, a conversation.
        sentences: In reading order; a labelled line is one.
        labelled: Field or fields that a label stands for, what stands behind it, and its sentence.
        spoken: It is a conversation; its lines are questions.
    """

    name: str
    text: str
    sentences: tuple[Said, ...]
    labelled: tuple[tuple[str, str, Said], ...]
    spoken: bool = False

    @property
    def language(self) -> Language:
        """What it is written in."""
        return "zh" if is_chinese(self.text) else "en"


def read_event(text: str, name: str) -> EventText:
    """Cut a text into its sentences.

    Raises:
        ReportError: It is empty, or longer than an event is.
    """
    if not text.strip():
        raise ReportError(f"{name}: it is empty; write what happened")
    if len(text) > MOST_CHARACTERS:
        raise ReportError(
            f"{name}: it has {len(text):,} characters, at most {MOST_CHARACTERS:,} are read as one event; "
            "ingest long texts as documents"
        )
    said: list[Said] = []
    labelled: list[tuple[str, str, Said]] = []
    section = ""
    for number, line in enumerate(text.splitlines(), start=1):
        heading = _heading(line)
        if heading is not None:
            section = heading
            continue
        path, value = _label(line)
        if path in HEADINGS:
            said += [Said(span.text, number, path) for span in sentences(value)]
        elif path:
            said.append(Said(line.strip(), number, "label"))
            labelled.append((path, value, said[-1]))
        else:
            said += [Said(span.text, number, section) for span in sentences(line)]
    return EventText(name, text, tuple(said), tuple(labelled))


def read_event_file(path: Path) -> EventText:
    """An event from a text file.

    Raises:
        ReportError: It cannot be read, or is no text.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ReportError(f"{path}: cannot be read ({error.strerror})") from error
    try:
        return read_event(content.decode("utf-8-sig"), path.name)
    except UnicodeDecodeError as error:
        raise ReportError(f"{path}: it is no text in UTF-8 ({error.reason})") from error


def opening(said: tuple[Said, ...], most: int) -> list[Said]:
    """The first sentences, as many as fit into so many characters; at least one."""
    sizes = [sum(len(entry.text) + 1 for entry in said[: at + 1]) for at in range(len(said))]
    return list(said[: max(1, len(list(takewhile(lambda size: size <= most, sizes))))])


def _heading(line: str) -> str | None:
    """What a line that is a heading is about: empty when we do not know; None when it is none."""
    match = _HEADED.match(line.strip())
    if match is None:
        return None
    word = _plain(match[1])
    known = next((section for section, pattern in HEADINGS.items() if pattern.fullmatch(word)), None)
    return "" if known is None and line.lstrip().startswith("#") else known


def _label(line: str) -> tuple[str, str]:
    match = _LABELLED.match(line.strip())
    if match is None:
        return "", ""
    word = _plain(match[1])
    for known in (LABELS, HEADINGS):
        path = next((path for path, pattern in known.items() if pattern.fullmatch(word)), "")
        if path:
            return path, match[2].strip()
    return "", ""


def _plain(word: str) -> str:
    return " ".join(normalise(word).casefold().strip("*_ ").split())
