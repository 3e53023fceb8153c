"""The settings as a table, written from `assistant/config.py`: `python -m assistant.settings_table`."""

import inspect
import re
from collections.abc import Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from typing import Any

from assistant.config import Settings

_ENTRY = re.compile(r"    (\w+): (.+)")
_MORE = re.compile(r"        (.+)")
HEAD = """# Settings
Written by `python -m assistant.settings_table`; a test compares. A key stands in its section of
`settings.toml` (`[serve]`, `port = 8080`), or in the environment (`MILLWRIGHT_SERVE_PORT=8080`), which wins;
lists have commas there.

| key | default | meaning |
|---|---|---|
"""


def table() -> str:
    """Every setting with its default and meaning, as Markdown."""
    rows = (f"| `{key}` | {_default(entry)} | {told} |\n" for key, entry, told in settings())
    return HEAD + "".join(rows)


def settings() -> Iterator[tuple[str, "Field[Any]", str]]:
    """Section and key, the field, and what its docstring says of it; empty where it says nothing."""
    for section in fields(Settings):
        part: Any = section.default_factory
        if not is_dataclass(part):
            raise TypeError(f"{section.name} is no section")
        told = _told(inspect.getdoc(part) or "")
        for entry in fields(part):
            yield f"{section.name}.{entry.name}", entry, told.get(entry.name, "")


def _told(docstring: str) -> dict[str, str]:
    """What stands behind each name under `Args:`."""
    found: dict[str, str] = {}
    name = ""
    for line in docstring.partition("Args:\n")[2].splitlines():
        if entry := _ENTRY.fullmatch(line):
            name, found[entry[1]] = entry[1], entry[2]
        elif (more := _MORE.fullmatch(line)) and name:
            found[name] += f" {more[1]}"
    return found


def _default(entry: "Field[Any]") -> str:
    factory: Any = entry.default_factory
    value = entry.default if factory is MISSING else factory()
    if value in ("", []):
        return ""
    return f"`{value}`" if isinstance(value, str) else str(value)


if __name__ == "__main__":
    print(table(), end="")
