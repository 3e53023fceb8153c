"""Links into the document view."""

from urllib.parse import parse_qs, unquote, urlsplit

from hypothesis import given
from hypothesis import strategies as st

from assistant.records import Citation
from assistant.ui.links import boxes_of, boxes_text, citation_page, view_link
from ingest.records import Box, Place
from tests.ui.plant import HEAD_LINE, MANUAL, manual_hit

_POINTS = st.integers(0, 2000).map(float)


@given(st.lists(st.builds(Box, st.just(7), _POINTS, _POINTS, _POINTS, _POINTS), max_size=60))
def test_boxes_come_back_as_they_went(boxes: list[Box]) -> None:
    assert boxes_of(boxes_text(boxes), 7) == tuple(boxes)


@given(st.text(max_size=60))
def test_what_is_not_a_box_is_left_out(text: str) -> None:
    assert len(boxes_of(text, 1)) <= text.count(",") // 3


@given(st.text(min_size=1).filter(str.isprintable), st.text(max_size=800).filter(str.isprintable))
def test_a_link_stays_in_our_view_and_names_the_document(doc: str, quote: str) -> None:
    link = view_link(Citation(1, "c", Place(doc, section=quote), quote), "zh")
    assert link.startswith("/view/")
    parts = urlsplit("http://here" + link)
    assert parts.netloc == "here"
    assert unquote(parts.path.removeprefix("/view/")) == doc
    assert parse_qs(parts.query, keep_blank_values=True)["quote"] == [quote]


def test_a_long_quote_ends_with_a_word() -> None:
    link = view_link(Citation(1, "c", Place("a.xlsx"), "grease " * 200), "en")
    (quote,) = parse_qs(urlsplit(link).query)["quote"]
    assert 780 < len(quote) <= 800
    assert set(quote.split()) == {"grease"}


def test_a_link_holds_page_and_lines() -> None:
    hit = manual_hit()
    link = view_link(Citation(1, "m-1", hit.chunk.place, HEAD_LINE), "en", hit.chunk.text)
    values = parse_qs(urlsplit(link).query)
    assert values["page"] == ["2"]
    assert values["boxes"][0].count(";") == len(hit.chunk.place.boxes) - 1
    assert unquote(urlsplit(link).path) == f"/view/{MANUAL}"


def test_the_page_is_the_one_where_the_quote_stands() -> None:
    text = "First page words here.\nSecond page words here."
    boxes = (Box(4, 72, 700, 300, 712), Box(5, 72, 60, 300, 72))
    place = Place("a.pdf", first_page=4, last_page=5, boxes=boxes)
    pages = [citation_page(Citation(1, "c", place, line), text) for line in text.split("\n")]
    assert pages == [4, 5]


def test_without_lines_the_page_is_the_first() -> None:
    assert citation_page(Citation(1, "c", Place("a.pdf", first_page=9), "x"), "x") == 9
    assert citation_page(Citation(1, "c", Place("a.md"), "x"), "x") is None
