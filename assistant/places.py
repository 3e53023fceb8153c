"""Where a passage stands, on one line."""

from ingest.records import Place


def where(place: Place) -> str:
    """Document, section and page on one line."""
    page = f"p. {place.label or place.first_page}" if place.first_page else place.label
    return ", ".join(part for part in (place.doc, place.section, page) if part)
