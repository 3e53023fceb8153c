"""The words of a Word paragraph that a reader sees."""

import re
from collections.abc import Iterator
from typing import Any

from ingest.clean import one_line
from ingest.parse.docx_parts import Parts, Style, W, is_on, value

_GONE = frozenset(
    f"{W}{name}" for name in ("del", "moveFrom", "instrText", "delText", "rPr", "pPr", "sectPr", "sdtPr")
)
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_BREAKS = {f"{W}tab": " ", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}
_WRAPPERS = frozenset(
    f"{W}{name}" for name in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag", "hyperlink")
)
_NO_STYLE = Style()


def children(parent: Any, *names: str) -> Iterator[Any]:
    """Children of some names, also inside content controls and insertions."""
    tags = frozenset(f"{W}{name}" for name in names)
    for child in parent:
        if child.tag in tags:
            yield child
        elif child.tag in _WRAPPERS:
            yield from children(child, *names)


def style_of(paragraph: Any, parts: Parts) -> Style:
    """The style of a paragraph; an empty one when it has none."""
    return parts.styles.get(value(paragraph.find(f"{W}pPr/{W}pStyle")), _NO_STYLE)


def text_of(paragraph: Any, parts: Parts) -> str:
    """The visible words on one line; text boxes and notes in the paragraph are read apart."""
    if style_of(paragraph, parts).is_hidden:
        return ""
    pieces: list[str] = []
    stack = list(reversed(paragraph))
    while stack:
        element = stack.pop()
        tag = element.tag
        if tag in _GONE or tag in (f"{W}txbxContent", _FALLBACK) or not isinstance(tag, str):
            continue
        if tag == f"{W}r" and _is_hidden(element, parts):
            continue
        if tag == f"{W}t":
            pieces.append(element.text or "")
        elif tag == f"{W}sym":
            pieces.append(_symbol(element))
        else:
            pieces.append(_BREAKS.get(tag, ""))
        stack.extend(reversed(element))
    return one_line(re.sub(r"(?<=[\u3000-\u9fff\uff00-\uffef])\n(?=[\u3000-\u9fff])", "", "".join(pieces)))


def _symbol(element: Any) -> str:
    """A character of a symbol font; only ticks and arrows of Wingdings have a plain counterpart."""
    code = element.get(f"{W}char", "").upper().removeprefix("F0")
    return {"FC": "✓", "FE": "☑", "A8": "☐", "6F": "☐", "E0": "→", "FB": "✗"}.get(code, " ")


def _is_hidden(run: Any, parts: Parts) -> bool:
    properties = run.find(f"{W}rPr")
    if properties is None:
        return False
    own = properties.find(f"{W}vanish")
    if own is not None:
        return is_on(own)
    return parts.styles.get(value(properties.find(f"{W}rStyle")), _NO_STYLE).is_hidden


def is_bold(paragraph: Any, parts: Parts) -> bool:
    """Whether all words of a paragraph are bold."""
    style = style_of(paragraph, parts)
    runs = [run for run in children(paragraph, "r") if run.findtext(f"{W}t")]
    return bool(runs) and all(_run_is_bold(run, style, parts) for run in runs)


def _run_is_bold(run: Any, style: Style, parts: Parts) -> bool:
    properties = run.find(f"{W}rPr")
    if properties is None:
        return style.is_bold
    own = properties.find(f"{W}b")
    if own is not None:
        return is_on(own)
    return style.is_bold or parts.styles.get(value(properties.find(f"{W}rStyle")), _NO_STYLE).is_bold


def notes_of(paragraph: Any, parts: Parts) -> Iterator[str]:
    """Foot- and endnotes that a paragraph refers to."""
    for reference in paragraph.iter(f"{W}footnoteReference", f"{W}endnoteReference"):
        note = parts.notes.get((reference.tag.removeprefix(W), reference.get(f"{W}id", "")))
        if note is not None:
            text = " ".join(text_of(entry, parts) for entry in note.iter(f"{W}p")).strip()
            if text:
                yield text


def boxes_of(paragraph: Any) -> Iterator[Any]:
    """Text boxes of a paragraph; the copy for older programs is left out."""
    for box in paragraph.iter(f"{W}txbxContent"):
        if next(box.iterancestors(_FALLBACK), None) is None:
            yield box
