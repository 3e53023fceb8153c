"""Codes in the documents: verbatim, with their place; what no document holds is named as unknown."""

from pathlib import Path

import pytest

from assistant.config import RetrieveSettings
from assistant.logs.lookup import CodeEntry, look_up
from assistant.logs.report import explained, suggested
from assistant.records import Language
from assistant.retrieve import Retriever
from ingest import store
from ingest.pipeline import ingest
from tests.assistant.logs.logs import found, plain_text
from tests.fakes import WordEmbedder

PUMPS = """Asset,Code,Alarm text,报警文本,Cause,Remedy
P-101,E012,Suction pressure low,吸入压力低,Strainer clogged,Read the gauge. Then clean the strainer.
P-102,E012,Drive too hot,驱动过热,Fan stopped,Look at the fan.
P-101,E015,Flow below minimum,流量过低,Valve closed,Check the valve. Measure the flow.
"""
SPINDLE = """# Spindle

## SC412

Cause: the coolant flow is low.
Remedy: clean filter F2 with the machine locked out.

## E029

Motor underload. The coupling may be broken.

## Maintenance

After SC417 the door switch is read again.
"""
NUMBERS = "alarm_id,description,solution\n16,Shoulder singularity,Reselect the points\n160,Other,Wait\n"
LOG = "".join(f"2026-02-17 07:4{n}:00 ALARM P-101 A577 RAISED\n" for n in range(9))


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Retriever:
    plant = tmp_path_factory.mktemp("plant")
    for name, text in {"a.csv": PUMPS, "b.md": SPINDLE, "n.csv": NUMBERS, "c.log": LOG}.items():
        (plant / name).write_text(text, encoding="utf-8")
    (plant / "millwright.toml").write_text('[[documents]]\npath = "c.log"\nkind = "log"\n')
    index = tmp_path_factory.mktemp("data") / "plant"
    assert not ingest([plant], index, WordEmbedder()).failed
    return Retriever(store.open_index(index).generation, WordEmbedder(), RetrieveSettings())


def one(documents: Retriever, code: str, machine: str = "P-101", language: Language = "en") -> CodeEntry:
    return look_up([(code, machine)], documents, language)[0]


def quotes(entry: CodeEntry) -> list[tuple[str, str]]:
    return [(quoted.part, quoted.citation.quote) for quoted in entry.quotes]


def test_a_row_is_quoted_by_its_columns_for_the_machine_that_raised_it(documents: Retriever) -> None:
    entry = one(documents, "E012")
    assert quotes(entry) == [
        ("meaning", "Suction pressure low"),
        ("cause", "Strainer clogged"),
        ("remedy", "Read the gauge. Then clean the strainer."),
    ]
    assert entry.status == "defined"
    assert {(q.citation.place.doc, q.citation.place.label) for q in entry.quotes} == {("a.csv", "row 2")}
    assert quotes(one(documents, "E012", "P102"))[1] == ("cause", "Fan stopped")


def test_a_remedy_of_nothing_but_checks_is_a_check_and_a_mixed_one_stays_whole(documents: Retriever) -> None:
    assert quotes(one(documents, "E015"))[-1] == ("check", "Check the valve. Measure the flow.")
    assert quotes(one(documents, "E012"))[-1][0] == "remedy"


def test_a_code_of_another_machine_is_said_to_be_one(documents: Retriever) -> None:
    entry = one(documents, "E015", "SP-03")
    assert entry.status == "other_machine"
    assert quotes(entry)[0] == ("meaning", "Flow below minimum")
    assert one(documents, "E015", "").status == "defined"


def test_of_two_languages_the_preferred_one_is_quoted(documents: Retriever) -> None:
    assert quotes(one(documents, "E012", language="zh"))[0] == ("meaning", "吸入压力低")


@pytest.mark.parametrize("code", ["EO12", "e012", "E-012", "Ｅ０１２"])
def test_a_code_is_found_however_the_log_spells_it(documents: Retriever, code: str) -> None:
    assert quotes(one(documents, code))[0] == ("meaning", "Suction pressure low")


def test_a_section_gives_its_labelled_lines_or_its_text(documents: Retriever) -> None:
    assert quotes(one(documents, "SC412", "SP-03")) == [
        ("cause", "the coolant flow is low."),
        ("remedy", "clean filter F2 with the machine locked out."),
    ]
    assert quotes(one(documents, "E029"))[0] == ("passage", "Motor underload. The coupling may be broken.")


def test_a_code_that_is_only_mentioned_is_said_to_be(documents: Retriever) -> None:
    entry = one(documents, "SC417", "SP-03")
    assert entry.status == "mentioned"
    assert quotes(entry) == [("passage", "After SC417 the door switch is read again.")]


def test_a_short_number_is_found_as_a_whole_cell_only(documents: Retriever) -> None:
    assert quotes(one(documents, "16")) == [
        ("meaning", "Shoulder singularity"), ("remedy", "Reselect the points")
    ]  # fmt: skip
    assert one(documents, "6").status == "unknown"


@pytest.mark.parametrize("code", ["A577", "E999", "OVERTEMP", "SC4"])
def test_what_no_document_holds_is_unknown_even_if_a_log_repeats_it(documents: Retriever, code: str) -> None:
    assert one(documents, code).status == "unknown"
    assert one(documents, code).quotes == ()


def test_every_quote_stands_verbatim_in_its_passage(documents: Retriever) -> None:
    for entry in look_up([(c, "P-101") for c in ("E012", "E015", "SC412", "E029", "SC417", "16")], documents):
        for quoted in entry.quotes:
            passages = documents.holders(entry.code, {})
            texts = {chunk.chunk_id: chunk.text for chunk in passages}
            assert quoted.citation.quote in texts[quoted.citation.chunk_id]


def test_a_report_names_the_unknown_codes_and_suggests_a_question(
    documents: Retriever, tmp_path: Path
) -> None:
    analysis = found(
        tmp_path / "a.log", plain_text().replace("E029", "A577"), known_machines=("p101", "SP-03")
    )
    report = explained(analysis, documents, 100, "en")
    assert report.unknown == ["A577"]
    assert (report.left, report.note) == (0, "")
    assert report.suggestion.question == "P-101 shows E012. What is the cause and what do I do?"
    assert report.suggestion.machine == "p101"
    assert suggested(analysis, "zh").question.startswith("P-101 报警 E012")
    few = explained(analysis, documents, 2, "en")
    assert ([entry.code for entry in few.codes], few.left) == (["E012", "E015"], 2)
