"""What Markdown dialects add: front matter, admonitions and tabs, turned into plain Markdown."""

import re

from ingest.clean import one_line

_FRONT_MATTER = re.compile(r"\A---[ ]*\n(.*?)\n(?:---|\.\.\.)[ ]*(?:\n|\Z)", re.DOTALL)
_KEYS = {
    "lang": "language",
    "rev": "revision",
    "version": "revision",
    "updated": "date",
    "last_updated": "date",
}
_INDENTED_NOTE = re.compile(r"^( *)(?:!!!|\?\?\?\+?) +([\w-]+)(?: [\w -]*)?(?: *\"([^\"]*)\")? *$")
_TAB = re.compile(r"^( *)===\+? +\"([^\"]*)\" *$")
_FENCED_NOTE = re.compile(r"^ *:::+ *(\w+)(?: +(.*))?$")
_FENCE = re.compile(r"^ {0,3}(```+|~~~+)")
_GITHUB_NOTE = re.compile(r"^\[!(\w+)\]\s*")
_SIGNALS = {
    "warning": "WARNING",
    "caution": "CAUTION",
    "danger": "DANGER",
    "attention": "WARNING",
    "error": "WARNING",
}


def front_matter(text: str) -> tuple[dict[str, str], str]:
    """The plain `key: value` lines at the top, and the text after them; nothing in them is evaluated."""
    match = _FRONT_MATTER.match(text)
    if not match:
        return {}, text
    stated: dict[str, str] = {}
    for line in match.group(1).splitlines():
        key, colon, value = line.partition(":")
        name = key.strip().lower()
        if colon and value.strip() and not line.startswith((" ", "-", "#")):
            stated[_KEYS.get(name, name)] = one_line(value).strip("\"'")
    return stated, text[match.end() :]


def plain_markdown(text: str) -> str:
    """Admonitions (`!!! warning`, `:::warning`) as quotations, and tabs as what is in them."""
    lines: list[str] = []
    fence = ""
    indents: list[tuple[int, str]] = []
    """Containers that are open: how far their lines are indented, and what stands before them instead."""
    for raw in text.split("\n"):
        line = raw
        while indents and line.strip() and not line.startswith(" " * indents[-1][0]):
            indents.pop()
            lines.append("")  # else the next quotation would continue this one
        before = "".join(prefix for _, prefix in indents)
        line = before + (line[indents[-1][0] :] if indents else line)
        opened = _FENCE.match(line.removeprefix(before))
        if opened and (not fence or opened.group(1).startswith(fence)):
            fence = "" if fence else opened.group(1)
        if not fence:
            line = _opened(line, raw, before, indents)
        lines.append(line)
    return "\n".join(lines)


def _opened(line: str, raw: str, before: str, indents: list[tuple[int, str]]) -> str:
    """A line that opens a container, as plain Markdown; any other line as it is."""
    note, tab, fenced = _INDENTED_NOTE.match(raw), _TAB.match(raw), _FENCED_NOTE.match(raw)
    if note:
        indents.append((len(note.group(1)) + 4, "> "))
        return f"\n{before}> {_title(note.group(2), note.group(3) or '')}\n{before}>"
    if tab:
        indents.append((len(tab.group(1)) + 4, ""))
        return f"\n{before}**{tab.group(2)}**\n"
    if fenced:
        indents.append((0, "> "))
        return f"\n{before}> {_title(fenced.group(1), fenced.group(2) or '')}\n{before}>"
    if re.match(r"^ *:::+ *$", raw) and indents and indents[-1][0] == 0:
        indents.pop()
        return ""
    return line


def _title(kind: str, title: str) -> str:
    signal = _SIGNALS.get(kind.lower(), "")
    words = f"{signal}: {title}" if signal and title else signal or title or kind.capitalize()
    return one_line(words)


def plain_signal(text: str) -> str:
    """`[!WARNING] Hot surface` as a reader sees it: WARNING: Hot surface."""
    match = _GITHUB_NOTE.match(text)
    if not match:
        return text
    name = match.group(1)
    return f"{_SIGNALS.get(name.lower(), name.capitalize())}: {text[match.end() :]}"
