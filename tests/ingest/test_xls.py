"""Workbooks in the format before 2007."""

from pathlib import Path

import pytest

from ingest.errors import SourceError
from ingest.limits import Limits
from ingest.parse import spreadsheet
from ingest.pipeline import ingest
from ingest.sniff import sniff
from tests.fakes import WordEmbedder
from tests.ingest.xls_files import Cell, xls_file

ALARMS: list[list[Cell]] = [
    ["Alarm list, rev. C"],
    ["Code", "含义", "Limit"],
    ["F22", "皮带跑偏", 12.0],
    ["F25", "Belt slips", 0.5],
]


def test_each_row_of_an_xls_is_a_record_with_its_sheet_and_number() -> None:
    document = spreadsheet.parse(xls_file({"Alarms": ALARMS}), "lists/alarms.xls", Limits())
    rows = [(block.text, block.label) for block in document.blocks if block.kind == "table_row"]
    assert rows == [
        ("Code: F22 | 含义: 皮带跑偏 | Limit: 12", "Alarms!3"),
        ("Code: F25 | 含义: Belt slips | Limit: 0.5", "Alarms!4"),
    ]
    assert document.pages == 1


def test_a_hidden_sheet_is_named_and_left_out() -> None:
    content = xls_file({"Alarms": ALARMS, "Old": [["Code"], ["F99"]]}, hidden=["Old"])
    document = spreadsheet.parse(content, "alarms.xls", Limits())
    assert document.warnings == ("sheet 'Old' is hidden and was left out",)
    assert "F99" not in str(document.blocks)


def test_an_xls_in_a_folder_ends_as_ok_and_one_cut_short_as_corrupt(tmp_path: Path) -> None:
    (tmp_path / "plant").mkdir()
    (tmp_path / "plant" / "alarms.xls").write_bytes(xls_file({"Alarms": ALARMS}))
    (tmp_path / "plant" / "cut.xls").write_bytes(xls_file({"Alarms": ALARMS})[:1600])
    report = ingest([tmp_path / "plant"], tmp_path / "index", WordEmbedder())
    assert [(row.path, row.outcome) for row in report.files] == [("alarms.xls", "ok"), ("cut.xls", "corrupt")]
    assert "Millwright failed" not in report.files[1].detail


def test_an_xls_with_more_cells_than_are_read_is_refused() -> None:
    content = xls_file({"Alarms": ALARMS})
    assert sniff("alarms.xls", content, Limits()) == "xls"
    with pytest.raises(SourceError, match="more than 5 cells"):
        spreadsheet.parse(content, "alarms.xls", Limits(cells=5))
