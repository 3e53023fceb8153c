"""A conversation as a Word file; every text is set as text."""

import io
from collections.abc import Iterable
from typing import Any

from assistant.export import Part
from assistant.word_file import new_document
from ingest.clean import one_line

_GREY, _RED, _AMBER = "5F6B70", "9B1C1C", "7A4700"


def as_word(parts: Iterable[Part]) -> bytes:
    """The file's bytes, DOCX."""
    document = new_document()
    number = 0
    for part in parts:
        text = one_line(part.text)
        match part.kind:
            case "title":
                document.core_properties.title = text[:255]
                document.core_properties.author = "Millwright"
                document.add_heading(text, level=1)
            case "question":
                number += 1
                document.add_heading(f"{number}. {text}", level=2)
            case "support" | "heading":
                document.add_paragraph().add_run(text).bold = True
            case "warning":
                _warning(document, part)
            case "left_out":
                _left_out(document, text, one_line(part.place))
            case "source":
                _source(document, part)
            case "small":
                _coloured(document.add_paragraph(), text, _GREY, points=8)
            case "text":
                document.add_paragraph(text)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _warning(document: Any, part: Part) -> None:
    paragraph = document.add_paragraph()
    marker = f" [{part.marker}]" if part.marker else ""
    _coloured(paragraph, f"{one_line(part.place)}{marker}: ", _AMBER).bold = True
    paragraph.add_run(one_line(part.text))


def _left_out(document: Any, sentence: str, reason: str) -> None:
    paragraph = document.add_paragraph()
    _coloured(paragraph, sentence, _RED).font.strike = True
    if reason:
        paragraph.add_run(f" ({reason})")


def _source(document: Any, part: Part) -> None:
    from docx.shared import Cm

    marker = f"[{part.marker}] " if part.marker else ""
    document.add_paragraph().add_run(f"{marker}{one_line(part.place)}").bold = True
    for line in filter(None, map(one_line, part.text.splitlines())):
        quoted = document.add_paragraph()
        quoted.paragraph_format.left_indent = Cm(0.8)
        quoted.add_run(line).italic = True


def _coloured(paragraph: Any, text: str, colour: str, points: int = 10) -> Any:
    from docx.shared import Pt, RGBColor

    run = paragraph.add_run(text)
    run.font.color.rgb = RGBColor.from_string(colour)
    run.font.size = Pt(points)
    return run
