"""Retrieval over a small index: codes as they are misread, glossary, filters, copies."""

from pathlib import Path

import pytest

from assistant.config import RetrieveSettings
from assistant.errors import ConfigError, QuestionError
from assistant.glossary import Glossary, read_glossary
from assistant.records import Card
from assistant.retrieve import Retriever
from assistant.wire import search_json
from ingest import store
from ingest.pipeline import ingest
from tests.fakes import WordEmbedder

PUMP = """# Pump P-101

## Where codes come from

E021 and E022 are shown by the drive, see the list of alarms.

## E021

Bearing too hot. Let the surplus grease escape.

## Spare parts

The drive 6SL3210-5BE24-0UV0 is kept in the store.
"""
SPINDLE = "# Machine SP-03\n\nRead this first.\n\n## Cooling\n\nThe spindle is cooled by oil at 22 °C.\n"
COPY = "# Quick guide\n\nIn short:\nall there is.\n\n## Cooling\n\nThe spindle is cooled by oil at 22 °C.\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    plant = tmp_path_factory.mktemp("plant")
    (plant / "pump.md").write_text(PUMP)
    (plant / "spindle.md").write_text(SPINDLE)
    (plant / "quick.md").write_text(COPY)
    (plant / "millwright.toml").write_text('[[documents]]\npath = "pump.md"\nmachine = "P-101"\n')
    index = tmp_path_factory.mktemp("data") / "plant"
    ingest([plant], index, WordEmbedder())
    return index


def retriever(folder: Path, glossary: Glossary | None = None) -> Retriever:
    generation = store.open_index(folder).generation
    return Retriever(generation, WordEmbedder(), RetrieveSettings(), glossary or Glossary())


@pytest.mark.parametrize("asked", ["E021", "e021", "EO21", "E-021", "Ｅ０２１", "E02l"])
def test_a_code_leads_to_what_defines_it_however_it_was_read(folder: Path, asked: str) -> None:
    found = retriever(folder).find(f"What does {asked} mean?", 3, {})
    assert "surplus grease" in found.hits[0].chunk.text
    assert found.unknown == ()


def test_the_beginning_of_a_part_number_finds_it_but_not_of_a_plain_number(folder: Path) -> None:
    found = retriever(folder).find("Where is the 6SL3210-5BE24?", 3, {})
    assert "6SL3210-5BE24-0UV0" in found.hits[0].chunk.text
    assert found.unknown == ()
    assert retriever(folder).find("What does E02 mean, what does E0213?", 3, {}).unknown == ("E02", "E0213")


def test_a_passage_that_two_documents_share_is_shown_once(folder: Path) -> None:
    found = retriever(folder).find("What temperature is the spindle oil?", 8, {})
    assert sum("cooled by oil" in hit.chunk.text for hit in found.hits) == 1


def test_a_chinese_question_finds_english_words_by_the_glossary(folder: Path) -> None:
    glossary = Glossary([("spindle", "主轴", "")])
    found = retriever(folder, glossary).find("主轴用什么冷却？", 3, {})
    assert "cooled by oil" in found.hits[0].chunk.text
    assert "spindl" in found.terms


def test_documents_that_do_not_state_the_filtered_field_stay_visible(folder: Path) -> None:
    found = retriever(folder).find("spindle oil bearing", 8, {"machine": "p-101"})
    by_doc = {hit.chunk.place.doc: hit for hit in found.hits}
    assert set(by_doc) > {"pump.md"}
    filters = {"machine": "p-101"}
    labels = search_json("?", list(found.hits), 1.0, filters)["hits"]
    assert {(entry["doc"], tuple(entry["unknown"])) for entry in labels} == {
        ("pump.md", ()),
        *((doc, ("machine",)) for doc in by_doc if doc != "pump.md"),
    }


def test_an_unknown_filter_or_value_is_told_with_the_known_ones(folder: Path) -> None:
    with pytest.raises(QuestionError, match="kind, machine, site"):
        retriever(folder).find("oil", 3, {"colour": "red"})
    with pytest.raises(QuestionError, match="P-101"):
        retriever(folder).find("oil", 3, {"machine": "P-999"})


def test_a_glossary_without_its_columns_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "glossary.csv"
    path.write_text("term,translation\nspindle,主轴\n")
    with pytest.raises(ConfigError, match="English and Chinese"):
        read_glossary(path)
    assert "spindl" in read_glossary(Path("examples/glossary.csv")).translations("主轴过热", ["主轴"])


def test_the_manual_of_the_machine_that_is_named_comes_before_lists_that_name_it(tmp_path: Path) -> None:
    folder, stated = tmp_path / "in", ""
    for machine, part in (("P-101", "sleeve"), ("SP-03", "hub")):
        (folder / machine).mkdir(parents=True)
        steps = (
            f"## 6.4 Replacing the mechanical seal\n\n1. Lock out.\n2. Pull the old seal off the {part}.\n"
        )
        (folder / machine / "manual.md").write_text(f"# End-suction pump TB-C\n\n{steps}")
        stated += f'[[documents]]\npath = "{machine}/manual.md"\nmachine = "{machine}"\n'
    rows = "".join(f"TS-{n},Mechanical seal of pump P-101,P-101,B-04\n" for n in range(40, 46))
    (folder / "parts.csv").write_text(f"part,description,machine,store\n{rows}")
    (folder / "millwright.toml").write_text(stated)
    index = tmp_path / "index"
    ingest([folder], index, WordEmbedder())
    for machine in ("P-101", "SP-03"):
        found = retriever(index).find(f"How do I replace the mechanical seal of {machine}?", 3, {}).hits
        assert found[0].chunk.place.doc == f"{machine}/manual.md"


def test_what_is_said_of_another_machine_is_no_answer_to_a_question_that_names_one(tmp_path: Path) -> None:
    folder, stated = tmp_path / "in", ""
    folder.mkdir()
    for machine, said in (("P-101", "The grease is checked."), ("SP-03", "Grease the collet every 1000 h.")):
        (folder / f"{machine}.md").write_text(f"# Manual\n\n## Grease\n\n{said}\n")
        stated += f'[[documents]]\npath = "{machine}.md"\nmachine = "{machine}"\n'
    (folder / "millwright.toml").write_text(stated)
    index = tmp_path / "index"
    ingest([folder], index, WordEmbedder())
    found = retriever(index).find("How often do I grease P-101?", 3, {})
    assert found.machine == "P-101"
    assert {hit.chunk.place.doc for hit in found.meant} == {"P-101.md"}
    plant = Glossary([("router", "铣床", "SP-03")])
    called = retriever(index, plant).find("How often do I grease the router?", 3, {}, Card(machine="P-101"))
    assert called.machine == "SP-03"
    assert {hit.chunk.place.doc for hit in called.meant} == {"SP-03.md"}
    assert "router" not in called.asked
    either = retriever(index).find("How often do I grease P-101 and SP-03?", 3, {})
    assert {hit.chunk.place.doc for hit in either.meant} == {"P-101.md", "SP-03.md"}
