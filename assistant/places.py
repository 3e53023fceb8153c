"""Where a passage stands, on one line."""

import re

from assistant.records import Language
from ingest.records import Place

_COUNTED = re.compile(r"(?:row|line) (\d+)")
"""How ingest names a row of a table and a line of a log."""


def where(place: Place, language: Language = "en") -> str:
    """Document, section and page on one line."""
    number = place.label or str(place.first_page or "")
    page = page_told(number, language) if place.first_page else label_told(place.label, language)
    comma = "，" if language == "zh" else ", "
    return comma.join(part for part in (place.doc, place.section, page) if part)


def page_told(number: str, language: Language) -> str:
    """A page by its printed number."""
    return f"第 {number} 页" if language == "zh" else f"p. {number}"


def label_told(label: str, language: Language) -> str:
    """A row or line by its number; what is named otherwise, such as a sheet's cell, stays as it is."""
    counted = _COUNTED.fullmatch(label)
    return f"第 {counted[1]} 行" if counted and language == "zh" else label
