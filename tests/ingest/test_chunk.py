"""Nothing is lost, nothing too long, and what belongs together stays together."""

import re
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.chunk import ChunkOptions, chunk
from ingest.records import Block, Box, Document, Metadata, Source
from tests.fakes import WordEmbedder

COUNT = WordEmbedder().count_tokens
SMALL = ChunkOptions(target_tokens=40, max_tokens=80)
SOURCE = Source(Path("/plant/pump.pdf"), "pump.pdf", "pdf", "ab" * 32, 10, Metadata())

texts = st.lists(
    st.sampled_from("the pump bearing must be greased every 500 h . WARNING hot 泵 轴承 更换 E021".split()),
    min_size=1,
    max_size=120,
).map(" ".join)
kinds = st.sampled_from(["heading", "paragraph", "list_item", "table_row", "warning", "caption", "code"])
blocks = st.builds(
    lambda kind, text, level: Block(
        kind, text[:70] if kind == "heading" else text, level=level if kind == "heading" else 0, page=1
    ),
    kinds,
    texts,
    st.integers(1, 6),
)
documents = st.lists(blocks, min_size=1, max_size=30).map(lambda found: Document("Pump", tuple(found)))


def tokens(text: str) -> list[str]:
    return re.findall(r"\S+", text)


@settings(deadline=None, max_examples=40)
@given(documents)
def test_chunks_lose_nothing(document: Document) -> None:
    chunks = chunk(document, SOURCE, COUNT, SMALL)
    joined = "".join(chunk.text for chunk in chunks)
    assert re.sub(r"\s", "", joined) == re.sub(r"\s", "", "".join(b.text for b in document.blocks))


@settings(deadline=None, max_examples=40)
@given(documents)
def test_no_chunk_is_longer_than_the_embedder_reads(document: Document) -> None:
    for entry in chunk(document, SOURCE, COUNT, SMALL):
        assert COUNT([entry.searchable])[0] <= SMALL.max_tokens


@settings(deadline=None, max_examples=40)
@given(documents)
def test_ids_are_unique_and_stable(document: Document) -> None:
    ids = [entry.chunk_id for entry in chunk(document, SOURCE, COUNT, SMALL)]
    assert len(set(ids)) == len(ids)
    assert ids == [entry.chunk_id for entry in chunk(document, SOURCE, COUNT, SMALL)]


def cut(*found: Block) -> list[str]:
    return [entry.text for entry in chunk(Document("Pump", found), SOURCE, COUNT, SMALL)]


def test_a_heading_is_never_apart_from_what_it_heads() -> None:
    body = "word " * 35
    found = cut(Block("paragraph", body), Block("heading", "6.4 Seal", level=2), Block("paragraph", body))
    assert found[1].startswith("6.4 Seal\nword")


def test_a_warning_stays_with_the_step_below_it() -> None:
    filler = Block("paragraph", "word " * 30)
    found = cut(filler, Block("warning", "WARNING: lock it out."), Block("list_item", "1. Open the cover."))
    assert "WARNING: lock it out.\n1. Open the cover." in found[1]


def test_a_row_is_a_chunk_with_its_caption_and_heading_path() -> None:
    document = Document(
        "Pump",
        (
            Block("heading", "7 Faults", level=1),
            Block("heading", "7.2 Codes", level=2),
            Block("table_row", "Code: E021 | Remedy: grease", header="Table 7-2 Codes", page=12, label="10"),
            Block("table_row", "Code: E022 | Remedy: cool", header="Table 7-2 Codes", page=12, label="10"),
        ),
    )
    last = chunk(document, SOURCE, COUNT, SMALL)[-1]
    assert last.text == "Table 7-2 Codes\nCode: E022 | Remedy: cool"
    assert last.searchable.startswith("Pump\n7 Faults > 7.2 Codes\n")
    assert (last.place.first_page, last.place.label) == (12, "10")


def test_the_boxes_of_a_cut_paragraph_go_with_its_parts() -> None:
    boxes = tuple(Box(1, 72, 100 + 12 * i, 500, 110 + 12 * i) for i in range(10))
    text = " ".join(f"Sentence number {i} about the pump bearing ." for i in range(20))
    chunks = chunk(Document("Pump", (Block("paragraph", text, page=1, boxes=boxes),)), SOURCE, COUNT, SMALL)
    assert len(chunks) > 1
    assert {box for entry in chunks for box in entry.place.boxes} == set(boxes)
    assert len(chunks[0].place.boxes) < len(boxes)
