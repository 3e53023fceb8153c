"""What a Word document's body refers to: styles, list numbers, notes."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ingest.errors import SourceError
from ingest.limits import Limits
from ingest.ooxml import read_part, xml_events

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADING_NAME = re.compile(r"^(?:heading|标题|überschrift|titre) ?([1-9])$", re.IGNORECASE)
_LEVELS = 9
_CHINESE = "〇一二三四五六七八九"
_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


@dataclass(frozen=True, slots=True)
class Style:
    """A paragraph or run style with what it inherits.

    Args:
        level: 1 to 6 of a heading, 0 of another style.
        numbering: List and level of its paragraphs; empty strings when it numbers nothing.
    """

    name: str = ""
    level: int = 0
    is_hidden: bool = False
    is_bold: bool = False
    numbering: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class ListLevel:
    """How one level of a list is numbered: `pattern` is like "%1.%2)"."""

    number_format: str
    pattern: str
    start: int


@dataclass
class Parts:
    """Styles, lists and notes by their ids, and the counters of the lists so far."""

    styles: dict[str, Style] = field(default_factory=dict)
    lists: dict[str, dict[int, ListLevel]] = field(default_factory=dict)
    notes: dict[tuple[str, str], Any] = field(default_factory=dict)
    counters: dict[str, list[int]] = field(default_factory=dict)

    def marker(self, number: str, level: int) -> str:
        """The next number or bullet that Word draws at a level of a list; "" for an unknown list."""
        levels = self.lists.get(number, {})
        shape = levels.get(level)
        if shape is None or not 0 <= level < _LEVELS:
            return ""
        starts = [levels[at].start - 1 if at in levels else 0 for at in range(_LEVELS)]
        counters = self.counters.setdefault(number, list(starts))
        counters[level] += 1
        counters[level + 1 :] = starts[level + 1 :]
        if shape.number_format == "bullet":
            return "- "
        if shape.number_format == "none":
            return ""

        def count(match: re.Match[str]) -> str:
            at = int(match.group(1)) - 1
            value = counters[at] if at == level else max(1, counters[at])
            return numeral(value, levels[at].number_format if at in levels else "decimal")

        return f"{re.sub('%([1-9])', count, shape.pattern).strip()} ".lstrip()


def numeral(value: int, number_format: str) -> str:
    """A list number as its format writes it; plain digits for a format that is not known."""
    if number_format.endswith("Letter"):
        text = chr(97 + (value - 1) % 26) * ((value - 1) // 26 + 1)
        return text.upper() if number_format.startswith("upper") else text
    if number_format.endswith("Roman") and 0 < value < 40:
        text, left = "", value
        for amount, letters in _ROMAN:
            text += letters * (left // amount)
            left %= amount
        return text.upper() if number_format.startswith("upper") else text
    if (
        number_format in ("chineseCounting", "chineseCountingThousand", "ideographDigital")
        and 0 < value < 100
    ):
        tens, ones = divmod(value, 10)
        return f"{_CHINESE[tens] if tens > 1 else ''}{'十' if tens else ''}{_CHINESE[ones] if ones else ''}"
    if number_format == "decimalEnclosedCircle" and 0 < value <= 20:
        return chr(0x2460 + value - 1)
    return f"{value:02d}" if number_format == "decimalZero" else str(value)


def read_parts(archive: zipfile.ZipFile, limits: Limits) -> Parts:
    """Styles, lists and notes of a document.

    Raises:
        SourceError: A part is broken, too large or declares entities.
    """
    return Parts(_styles(archive, limits), _lists(archive, limits), dict(_notes(archive, limits)))


def tree(archive: zipfile.ZipFile, name: str, limits: Limits) -> Any:
    """A part as a tree, after its size, declarations and depth were checked; None when there is none."""
    if name not in archive.namelist():
        return None
    root = None
    for _, element in xml_events(read_part(archive, name, limits), name, limits):
        root = element if root is None else root
    if root is None:
        raise SourceError("corrupt", f"{name} is empty")
    return root


def _styles(archive: zipfile.ZipFile, limits: Limits) -> dict[str, Style]:
    root = tree(archive, "word/styles.xml", limits)
    elements = (
        {} if root is None else {style.get(f"{W}styleId", ""): style for style in root.iter(f"{W}style")}
    )
    return {identity: _style(identity, elements) for identity in elements}


def _style(identity: str, elements: dict[str, Any]) -> Style:
    """A style joined with the ones it is based on; its own words count first."""
    chain: list[Any] = []
    while identity in elements and elements[identity] not in chain:
        chain.append(elements[identity])
        identity = value(chain[-1].find(f"{W}basedOn"))
    levels = (_heading_level(element) for element in chain)
    numbers = (element.find(f"{W}pPr/{W}numPr") for element in chain)
    number = next((entry for entry in numbers if entry is not None), None)
    return Style(
        name=value(chain[0].find(f"{W}name")),
        level=next((level for level in levels if level is not None), 0),
        is_hidden=_first_switch(chain, "vanish"),
        is_bold=_first_switch(chain, "b"),
        numbering=_numbering(number),
    )


def _heading_level(style: Any) -> int | None:
    outline = value(style.find(f"{W}pPr/{W}outlineLvl"))
    if outline.isdigit():
        return min(int(outline) + 1, 6) if int(outline) < _LEVELS else 0
    match = _HEADING_NAME.match(value(style.find(f"{W}name")))
    return min(int(match.group(1)), 6) if match else None


def _first_switch(chain: list[Any], name: str) -> bool:
    found = (element.find(f"{W}rPr/{W}{name}") for element in chain)
    return next((is_on(mark) for mark in found if mark is not None), False)


def _numbering(properties: Any) -> tuple[str, str]:
    if properties is None:
        return "", ""
    return value(properties.find(f"{W}numId")), value(properties.find(f"{W}ilvl")) or "0"


def numbering(paragraph: Any, style: Style) -> tuple[str, int]:
    """List and level of a paragraph, its own or its style's; an empty string for none."""
    number, level = _numbering(paragraph.find(f"{W}pPr/{W}numPr"))
    if number or level:
        return (number or style.numbering[0]).removeprefix("0"), int(level) if level.isdigit() else 0
    number, level = style.numbering
    return number.removeprefix("0"), int(level) if level.isdigit() else 0


def _lists(archive: zipfile.ZipFile, limits: Limits) -> dict[str, dict[int, ListLevel]]:
    root = tree(archive, "word/numbering.xml", limits)
    if root is None:
        return {}
    abstract = {
        entry.get(f"{W}abstractNumId", ""): dict(_levels(entry)) for entry in root.iter(f"{W}abstractNum")
    }
    lists: dict[str, dict[int, ListLevel]] = {}
    for number in root.iter(f"{W}num"):
        levels = dict(abstract.get(value(number.find(f"{W}abstractNumId")), {}))
        for override in number.iter(f"{W}lvlOverride"):
            levels.update(_levels(override))
        lists[number.get(f"{W}numId", "")] = levels
    return lists


def _levels(parent: Any) -> Iterator[tuple[int, ListLevel]]:
    for level in parent.iterchildren(f"{W}lvl"):
        start = value(level.find(f"{W}start"))
        name = value(level.find(f"{W}numFmt")) or "decimal"
        pattern = value(level.find(f"{W}lvlText"))
        yield (
            int(level.get(f"{W}ilvl", "0")),
            ListLevel(name, pattern, int(start) if start.isdigit() else 1),
        )


def _notes(archive: zipfile.ZipFile, limits: Limits) -> Iterator[tuple[tuple[str, str], Any]]:
    for kind in ("footnote", "endnote"):
        root = tree(archive, f"word/{kind}s.xml", limits)
        for note in root.iter(f"{W}{kind}") if root is not None else ():
            if note.get(f"{W}type") is None:
                yield (f"{kind}Reference", note.get(f"{W}id", "")), note


def value(element: Any) -> str:
    """The `w:val` of an element; "" when there is none."""
    return element.get(f"{W}val", "") if element is not None else ""


def is_on(element: Any) -> bool:
    """Whether a switch such as bold is there and not off."""
    return element is not None and element.get(f"{W}val", "1") not in ("0", "false", "off")
