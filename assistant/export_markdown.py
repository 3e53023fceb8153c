"""A conversation as Markdown, in which nothing of a document or a model is markup."""

import re
from collections.abc import Iterable

from assistant.export import Part
from ingest.clean import one_line

_MARKS = re.compile(r"([\\`*_\[\]<>#|~$&!@^{}])")
_AT_START = re.compile(r"^([-+=]|\d{1,9}(?=[.)]))")
_ADDRESS = re.compile(r"(?i)(?<=[a-z])(?=://)|(?<=www)(?=\.)")
"""Where many readers of Markdown see a link without any mark."""


def as_markdown(parts: Iterable[Part]) -> str:
    """The file's text."""
    lines: list[str] = []
    number = 0
    for part in parts:
        match part.kind:
            case "title":
                lines += [f"# {literal(part.text)}", ""]
            case "question":
                number += 1
                lines += [f"## {number}. {literal(part.text)}", ""]
            case "support" | "heading":
                lines += [f"**{literal(part.text)}**", ""]
            case "warning":
                lines += [f"> **{literal(part.place)} {_marker(part)}** {literal(part.text)}", ""]
            case "left_out":
                reason = f" ({literal(part.place)})" if part.place else ""
                lines += [f"- ~~{literal(part.text)}~~{reason}", ""]
            case "source":
                quoted = (f"> {literal(line)}" for line in part.text.splitlines() if line.strip())
                lines += [f"{_marker(part)} {literal(part.place)}", "", *_spread(quoted), ""]
            case "small":
                lines += [f"*{literal(part.text)}*", ""]
            case "text":
                lines += [literal(part.text), ""]
    return "\n".join(lines).rstrip() + "\n"


def literal(text: str) -> str:
    """Text on one line, each sign of it as a sign."""
    escaped = _MARKS.sub(r"\\\1", one_line(text))
    return _ADDRESS.sub(r"\\", _AT_START.sub(_kept, escaped))


def _kept(found: re.Match[str]) -> str:
    """A dash, a plus or a number that begins a line begins no list."""
    return f"{found[1]}\\" if found[1][0].isdigit() else f"\\{found[1]}"


def _marker(part: Part) -> str:
    return f"\\[{part.marker}\\]" if part.marker else ""


def _spread(lines: Iterable[str]) -> Iterable[str]:
    """Lines of a quotation, each a line of its own where it is shown too."""
    return (f"{line}  " for line in lines)
