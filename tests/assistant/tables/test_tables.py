"""Questions that a whole table answers: what is counted equals what pandas counts in the file itself."""

from pathlib import Path

import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import Answerer
from assistant.config import AnswerSettings, RetrieveSettings
from assistant.declining import Searched
from assistant.glossary import general_glossary
from assistant.records import Answer, Done
from assistant.retrieve import Retriever
from assistant.tables.answer import Tables
from assistant.tables.wanted import Period, Wanted, period, wanted
from ingest import store
from ingest.pipeline import ingest
from tests.fakes import Scripted, WordEmbedder

ORDERS = """order,machine,type,preventive,reported,finished
WO-1,P-101,Oil change,TRUE,2024-12-30,2025-01-02
WO-2,P-101,Seal leak,FALSE,2025-02-03,2025-02-03
WO-3,P-101,Oil change,TRUE,2025-02-10,2025-02-11
WO-4,P-102,Oil change,TRUE,2025-03-01,2025-03-01
WO-5,P-101,Bearing noise,FALSE,2025-12-30,2026-01-04
WO-6,P-102,Seal leak,FALSE,2026-01-05,2026-01-05
"""


def answerer_over(folder: Path, index: Path) -> Answerer:
    embedder = WordEmbedder()
    ingest([folder], index, embedder)
    generation = store.open_index(index).generation
    return Answerer(
        Retriever(generation, embedder, RetrieveSettings(), general_glossary()),
        embedder.count_tokens,
        AnswerSettings(),
        Searched(*generation.size),
        8,
        tables=Tables(generation, general_glossary()),
    )


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    folder = tmp_path_factory.mktemp("plant")
    (folder / "work_orders.csv").write_text(ORDERS)
    (folder / "pump.md").write_text("# Pump P-101\n\nThe cover of P-101 is held by eight bolts M12.\n")
    return answerer_over(folder, tmp_path_factory.mktemp("indexes") / "plant")


def asked(answerer: Answerer, question: str) -> Answer:
    *_, last = answerer.stream(question, {}, None)
    assert isinstance(last, Done)
    return last.answer


def test_rows_are_counted_by_machine_and_year_and_quoted_with_their_rows(plant: Answerer) -> None:
    answer = asked(plant, "How many work orders has P-101 in 2025?")
    assert answer.counted.startswith("3 rows of work_orders.csv: machine = P-101; finished = 2025.")
    assert answer.support == "supported"
    assert [entry.place.label for entry in answer.citations] == ["row 2", "row 3", "row 4"]
    assert all(
        entry.quote in hit.chunk.text for entry, hit in zip(answer.citations, answer.hits, strict=True)
    )


def test_the_other_side_of_a_yes_and_no_column_has_its_own_word(plant: Answerer) -> None:
    assert asked(plant, "List the corrective work orders of P-101.").counted.startswith("2 rows")
    assert asked(plant, "List the preventive work orders of P-101.").counted.startswith("2 rows")


def test_rows_are_counted_by_the_column_that_is_named(plant: Answerer) -> None:
    answer = asked(plant, "Give me a summary of all work orders of 2025 by type.")
    assert "By type: Oil change: 3; Seal leak: 1." in answer.counted


def test_a_chinese_question_counts_in_an_english_table(plant: Answerer) -> None:
    answer = asked(plant, "2025年 P-101 的工单有多少？")
    assert answer.counted.startswith("work_orders.csv 中共 3 行")
    assert answer.language == "zh"


def test_days_are_counted_apart(plant: Answerer) -> None:
    answer = asked(plant, "Get the daily count of work orders of P-101 in February 2025.")
    assert "2 days with rows: 2025-02-03: 1; 2025-02-11: 1." in answer.counted


@pytest.mark.parametrize(
    "question",
    [
        "How many bolts hold the cover of P-101?",
        "What does a seal leak of P-101 mean?",
        "How many work orders has P-999 in 2025?",
        "How many work orders has P-101 in 1999?",
    ],
)
def test_what_no_table_holds_is_not_counted(plant: Answerer, question: str) -> None:
    assert asked(plant, question).counted == ""


def test_a_model_is_not_asked_to_count(plant: Answerer) -> None:
    from assistant.answer import Writer

    model = Scripted(says="There are 99 work orders. [1]")
    *_, last = plant.stream("How many work orders has P-101 in 2025?", {}, Writer("scripted", model, 30.0))
    assert isinstance(last, Done)
    assert "99" not in last.answer.text


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("the June of 2020", Period(2020, 6)),
        ("Assume today is early July 2020; review it for June 2020", Period(2020, 6)),
        ("列出2020年6月的工单", Period(2020, 6)),
        ("all orders of 2019", Period(2019)),
        ("2021-03", Period(2021, 3)),
        ("part 2021-4455 of P-2020", None),
    ],
)
def test_the_time_that_is_meant_is_read(question: str, meant: Period | None) -> None:
    assert period(question) == meant


@given(st.text(max_size=80))
def test_any_text_is_read_without_failing(question: str) -> None:
    wanted(question)


@pytest.fixture(scope="module")
def chillers(shared_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Answerer]:
    documents = shared_dir / "bench" / "assetops" / "docs"
    return documents, answerer_over(documents, tmp_path_factory.mktemp("indexes") / "chillers")


def test_a_plants_work_orders_are_counted_as_pandas_counts_them(chillers: tuple[Path, Answerer]) -> None:
    documents, answerer = chillers
    orders = pandas.read_excel(documents / "work_orders.xlsx", dtype=str, engine="openpyxl")
    finished = pandas.to_datetime(orders["actual_finish"], format="mixed")
    for machine, year in (("CWC04013", 2017), ("CWC04009", 2016), ("CWC04701", 2018)):
        mine = orders[(orders["equipment_id"] == machine) & (finished.dt.year == year)]
        answer = asked(
            answerer, f"Show the distribution of all work orders of {machine} in {year} by primary code."
        )
        assert answer.counted.startswith(f"{len(mine)} rows of work_orders.xlsx")
        for code, number in mine["primary_code"].value_counts().items():
            assert f"{code}: {number}" in answer.counted


def test_a_plants_events_are_counted_as_pandas_counts_them(chillers: tuple[Path, Answerer]) -> None:
    documents, answerer = chillers
    events = pandas.read_csv(documents / "event.csv", dtype=str)
    times = pandas.to_datetime(events["event_time"], format="mixed")
    mine = events[(events["equipment_id"] == "CWC04009") & (times.dt.strftime("%Y-%m") == "2020-05")]
    answer = asked(answerer, "Get a summary of all events of equipment CWC04009 for May 2020 by event group.")
    for group, number in mine["event_group"].value_counts().items():
        assert f"{group}: {number}" in answer.counted
    noisy = mine[mine["event_group"].isin(["ALERT", "ANOMALY"])]
    daily = asked(answerer, "Get the daily count of the alert and anomaly events of CWC04009 for May 2020.")
    assert f"{times[noisy.index].dt.date.nunique()} days with rows" in daily.counted


def test_the_largest_tables_are_read_before_the_first_question(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "orders.csv").write_text(ORDERS)
    (tmp_path / "in" / "short.csv").write_text("".join(ORDERS.splitlines(keepends=True)[:3]))
    ingest([tmp_path / "in"], tmp_path / "index", WordEmbedder())
    generation = store.open_index(tmp_path / "index").generation
    assert generation.tables_largest(1) == ["orders.csv"]
    tables = Tables(generation)
    tables.warm()
    # What is read is not read again.
    monkeypatch.setattr(type(generation), "table_rows", lambda *_: pytest.fail("read again"))
    found = tables.answer("How many work orders of P-101 are listed?", "en", (), {})
    assert found is not None
    assert "4 rows" in found.text


FAN = ["unbalance", "misalignment", "fouled rotor", "bearing wear", "damaged seal", "loose mounting"]
OIL = {"bearing wear", "damaged seal"}


def guide(folder: Path) -> Path:
    """A workbook with a sheet a machine, whose columns only tick the rows off."""
    from openpyxl import Workbook

    book = Workbook()
    for machine in ("fan", "pump"):
        sheet = book.create_sheet(machine)
        sheet.append(["Failure mode", "vibration", "oil debris", "air pressure", "pressure"])
        for mode in FAN:
            marks = ["x" if mode != "damaged seal" else None, "x" if mode in OIL else None, "x", None]
            sheet.append([mode, *marks] if machine == "fan" else [mode, None, None, None, "x"])
    del book["Sheet"]
    folder.mkdir()
    book.save(folder / "guide.xlsx")
    return folder


def test_the_rows_that_a_column_ticks_off_are_all_found(tmp_path: Path) -> None:
    answerer = answerer_over(guide(tmp_path / "in"), tmp_path / "index")
    oil = asked(answerer, "For the fan, which failure modes show in the oil debris?")
    assert oil.counted.startswith("2 rows of guide.xlsx (fan): oil debris = x.")
    assert all(mode in oil.text for mode in OIL)
    assert "unbalance" not in oil.text
    vibration = asked(answerer, "Which failure modes of the fan show in the vibration?")
    assert vibration.counted.startswith("5 rows of guide.xlsx (fan): vibration = x.")
    # The column of the air pressure is not that of the pressure; the sheet is the one that is named.
    assert (
        "6 rows of guide.xlsx (fan): air pressure = x"
        in asked(answerer, "Which failure modes of the fan show in the air pressure?").text
    )
    assert not asked(answerer, "What vibration does the fan have?").counted
    assert wanted("What is the part number of the fan's seal?") == Wanted(False, False, None, marked=True)
    assert wanted("What is the number of work orders?") == Wanted(False, False, None)
    assert not asked(answerer, "For the fan, which signs has the failure mode unbalance, vibration?").counted
