"""An index limited to some collections: nothing of another one is found, read, counted or named."""

from typing import Any

import pytest

from assistant.config import RetrieveSettings
from assistant.errors import QuestionError
from assistant.retrieve import Retriever
from ingest import store
from ingest.generation import Generation, Weights
from ingest.pipeline import ingest
from ingest.terms import words
from tests.fakes import WordEmbedder

QUESTION = "What is the override code E777 of the safety relay SR-9?"
OPEN = "# Pump P-101\n\n## Start\n\nOpen the suction valve before the pump is started.\n"
SECRET = (
    "# Safety relay SR-9\n\n## E777\n\nThe override code of the safety relay is 4711-X.\n\n"
    "## Seal\n\nThe seal number of the safety relay is 8812.\n"
)


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Generation:
    plant = tmp_path_factory.mktemp("plant")
    (plant / "pump.md").write_text(OPEN)
    (plant / "secret.md").write_text(SECRET)
    (plant / "nowhere.md").write_text(SECRET.replace("SR-9", "SR-10"))
    rules = '[[documents]]\npath = "secret.md"\ncollection = "safety"\nmachine = "SR-9"\n'
    (plant / "millwright.toml").write_text(rules + '[[documents]]\npath = "nowhere.md"\ncollection = ""\n')
    index = tmp_path_factory.mktemp("data") / "plant"
    ingest([plant], index, WordEmbedder())
    return store.open_index(index).generation


def docs_found(generation: Generation, filters: dict[str, str]) -> set[str]:
    """By whatever way the index can be asked."""
    row, numbers = WordEmbedder().query(QUESTION), []
    numbers += [n for n, _ in generation.dense(row, 50, filters)]
    numbers += [n for n, _ in generation.lexical(generation.rarity(words(QUESTION)), 50, filters, Weights())]
    numbers += generation.holding("E777", 50, filters)
    numbers += generation.resembling("SR", 50, filters)
    found = Retriever(generation, WordEmbedder(), RetrieveSettings()).find(QUESTION, 50, filters)
    docs = {chunk.place.doc for chunk in generation.chunks(numbers).values()}
    return docs | {hit.chunk.place.doc for hit in found.hits}


def test_whole_it_finds_everything(generation: Generation) -> None:
    assert docs_found(generation, {}) == {"pump.md", "secret.md", "nowhere.md"}


@pytest.mark.parametrize(
    ("collections", "docs"),
    [
        (["default"], {"pump.md"}),
        (["safety"], {"secret.md"}),
        (["default", "safety"], {"pump.md", "secret.md"}),
        (["Safety"], set()),
        (["safety' OR 1 --"], set()),
        ([], set()),
    ],
)
@pytest.mark.parametrize("filters", [{}, {"kind": "manual"}])
def test_limited_it_finds_and_names_what_it_may(
    generation: Generation, collections: list[str], docs: set[str], filters: dict[str, str]
) -> None:
    limited = generation.limited_to(collections)
    assert docs_found(limited, filters if docs else {}) == docs
    assert {row.doc for row in limited.documents()} == docs
    assert {doc for doc, _ in limited.texts()} == docs
    assert limited.values_of("doc") == sorted(docs)
    assert limited.values_of("machine") == (["SR-9"] if "secret.md" in docs else [])
    assert limited.size == (len(docs), sum(row.chunks for row in limited.documents()))


def test_a_passage_that_is_known_by_its_number_or_id_is_not_read_either(generation: Generation) -> None:
    limited = generation.limited_to(["default"])
    hidden = {n: chunk for n, chunk in generation.chunks(range(50)).items() if chunk.place.doc != "pump.md"}
    assert len(hidden) >= 4
    assert limited.chunks(list(hidden)) == {}
    assert limited.beside(list(hidden), 3) == []
    for number, chunk in hidden.items():
        assert limited.neighbours(number, 3, 3) == []
        assert limited.around(chunk.chunk_id, 3, 3) == []


def test_a_code_that_stands_elsewhere_only_is_unknown_here(generation: Generation) -> None:
    limited: Any = Retriever(generation.limited_to(["default"]), WordEmbedder(), RetrieveSettings())
    assert limited.find(QUESTION, 5, {}).unknown == ("E777", "SR-9")
    with pytest.raises(QuestionError) as raised:
        limited.find(QUESTION, 5, {"machine": "SR-9"})
    assert "the known values are: none" in str(raised.value)


def test_what_was_kept_for_one_set_of_collections_is_not_used_for_another(generation: Generation) -> None:
    for _ in range(2):
        assert docs_found(generation.limited_to(["default"]), {}) == {"pump.md"}
        assert docs_found(generation.limited_to(["safety"]), {}) == {"secret.md"}
        assert len(docs_found(generation, {})) == 3
