import datetime
import io

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from ingest.errors import SourceError
from ingest.limits import Limits
from ingest.parse import separated, spreadsheet
from ingest.parse.number_format import Formats
from ingest.parse.rows import Row, header_row, row_blocks
from ingest.records import Block, Document


def sheet_file(*rows: list[object], book: openpyxl.Workbook | None = None) -> bytes:
    book = book or openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    for row in rows:
        sheet.append(row)
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def xlsx(content: bytes) -> Document:
    return spreadsheet.parse(content, "lists/alarms.xlsx", Limits())


def csv_file(text: str | bytes) -> Document:
    content = text.encode() if isinstance(text, str) else text
    return separated.parse(content, "lists/alarms.csv", Limits())


def texts(document: Document) -> list[str]:
    return [block.text for block in document.blocks]


def test_each_row_is_a_record_with_its_sheet_and_number() -> None:
    book = openpyxl.Workbook()
    assert isinstance(book.active, Worksheet)
    book.active.title = "Alarms"
    document = xlsx(
        sheet_file(["Alarm list, rev. C"], [], ["Code", "Meaning", "Limit"], ["F22", "Belt\noff track", 12.0],
                   ["F25", None, 0.5], book=book)
    )  # fmt: skip
    assert document.blocks == (
        Block("heading", "Alarms", level=1, label="Alarms"),
        Block("paragraph", "Alarm list, rev. C", label="Alarms!1"),
        Block(
            "table_row",
            "Code: F22 | Meaning: Belt off track | Limit: 12",
            label="Alarms!4",
            header="Alarm list, rev. C",
        ),
        Block("table_row", "Code: F25 | Limit: 0.5", label="Alarms!5", header="Alarm list, rev. C"),
    )
    assert document.pages == 1


def test_merged_cells_and_grouped_headers() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    for row in (
        ["Machine", "Pressure", None],
        [None, "min", "max"],
        ["P-101", 1, 2],
        [None, 3, 4],
        ["Spares"],
    ):
        sheet.append(row)
    for reference in ("A1:A2", "B1:C1", "A3:A4", "A5:C5"):
        sheet.merge_cells(reference)
    document = xlsx(sheet_file(book=book))
    assert texts(document) == [
        "Machine: P-101 | Pressure min: 1 | Pressure max: 2",
        "Machine: P-101 | Pressure min: 3 | Pressure max: 4",
        "Spares",
    ]
    assert document.blocks[-1].kind == "heading"


def test_hidden_sheets_rows_and_columns_are_left_out_and_named() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    for row in (["Code", "Secret", "Fix"], ["E1", "s1", "Reset"], ["E2", "s2", "Wait"]):
        sheet.append(row)
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["B"].hidden = True
    book.create_sheet("Draft").sheet_state = "hidden"
    document = xlsx(sheet_file(book=book))
    assert texts(document) == ["Code: E1 | Fix: Reset"]
    assert document.warnings == (
        "sheet 'Sheet': 1 hidden rows were left out",
        "sheet 'Sheet': 1 hidden columns were left out",
        "sheet 'Draft' is hidden and was left out",
    )


def test_a_second_table_on_a_sheet_has_its_own_header() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    for row in (["Code", "Fix"], ["E1", "Reset"], [], ["Part", "Stock"], ["Seal", 4]):
        sheet.append(row)
    for cell in (*sheet[1], *sheet[4]):
        cell.font = Font(bold=True)
    assert texts(xlsx(sheet_file(book=book))) == ["Code: E1 | Fix: Reset", "Part: Seal | Stock: 4"]


def test_dates_percent_and_leading_zeros_are_shown_as_the_sheet_shows_them() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.append(["Day", "At", "Both", "Share", "Part", "Torque", "Hours"])
    moment = datetime.datetime(2025, 4, 1, 6, 50)
    hours = datetime.timedelta(hours=26, minutes=30)
    sheet.append([moment.date(), moment.time(), moment, 0.125, 42, 85, hours])
    for reference, code in {"D2": "0.0%", "E2": "00000", "F2": '0" Nm"'}.items():
        sheet[reference].number_format = code
    assert texts(xlsx(sheet_file(book=book))) == [
        "Day: 2025-04-01 | At: 06:50 | Both: 2025-04-01 06:50 | Share: 12.5% | Part: 00042 | Torque: 85 Nm"
        " | Hours: 26:30:00"
    ]


@given(
    st.floats(-1e12, 1e12, allow_nan=False),
    st.sampled_from(["", "0", "0.00", "#,##0.0", "0%", "000", '0" bar"']),
)
def test_a_shown_number_is_the_stored_one_rounded(number: float, code: str) -> None:
    shown = Formats((code,), frozenset(), datetime.datetime(1899, 12, 30)).shown(repr(number), 0)
    value = float(shown.removesuffix(" bar").removesuffix("%"))
    scaled = number * 100 if "%" in code else number
    assert value == pytest.approx(scaled, rel=1e-9, abs=0.5)


def test_a_broken_shared_string_is_a_broken_file() -> None:
    with pytest.raises(SourceError, match="corrupt"):
        xlsx(sheet_file(["a"], ["b"])[:-100])


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    rows = [
        ["code", "meaning", "action"],
        ["F22", "Belt, off track; left", "Stop"],
        ["F25", 'say "stop"', "x"],
    ]
    text = "\r\n".join(
        delimiter.join(f'"{cell}"'.replace('say "stop"', 'say ""stop""') for cell in row) for row in rows
    )
    assert texts(csv_file("\ufeff" + text)) == [
        "code: F22 | meaning: Belt, off track; left | action: Stop",
        'code: F25 | meaning: say "stop" | action: x',
    ]


def test_another_encoding_is_said() -> None:
    document = csv_file("故障代码,处理措施\nF22,停机检查皮带\nF25,复位\n".encode("gb18030"))
    assert texts(document)[0] == "故障代码: F22 | 处理措施: 停机检查皮带"
    assert document.warnings == ("read as gb18030",)


def test_a_first_row_like_the_others_is_no_header() -> None:
    assert texts(csv_file("E-1047,Reset\nE-22,Wait\nE-23,Call\n")) == [
        "E-1047 | Reset",
        "E-22 | Wait",
        "E-23 | Call",
    ]


def test_a_header_of_many_names_may_hold_a_long_one() -> None:
    long = "dielectric frequency response / polarization and depolarization current / recovery voltage method"
    read = texts(csv_file(f"Failure mode,{long},noise,oil,visual,load\noil leak,,,,x,\nloose core,x,x,,,\n"))
    assert read == ["Failure mode: oil leak | visual: x", f"Failure mode: loose core | {long}: x | noise: x"]


def test_a_row_with_a_long_sentence_is_no_header() -> None:
    sentence = "The motor is too hot and the drive has stopped it; wait until it has cooled down to 60 C"
    read = texts(csv_file(f"Motor hot,{sentence}\nBelt torn,Fit a new belt\n"))
    assert read[0] == f"Motor hot | {sentence}"


def test_a_quote_that_is_never_closed_swallows_nothing() -> None:
    document = csv_file('code,action\nE-1,"open\n' + "".join(f"E-{n},x\n" for n in range(2, 80)))
    assert len(document.blocks) == 79
    assert document.warnings == ("row 2: a quote is never closed; quotes are taken as text",)


def test_rows_keep_their_numbers_over_blank_lines() -> None:
    assert [block.label for block in csv_file("code,fix\nE1,a\n\nE2,b\n").blocks] == ["row 2", "row 4"]


cells = st.text("abcXYZ019 -.%", max_size=6)


@given(
    st.lists(st.lists(cells, min_size=1, max_size=4), max_size=12),
    st.lists(st.booleans(), min_size=12, max_size=12),
)
def test_no_cell_of_any_table_is_lost(table: list[list[str]], bold: list[bool]) -> None:
    rows = [Row(n, tuple(row), bold[n]) for n, row in enumerate(table) if any(cell.strip() for cell in row)]
    read = " ".join(f"{block.header} {block.text}" for block in row_blocks(rows, ""))
    at = header_row(rows)
    names = rows[at].cells if at is not None else None
    for row in rows:
        # A header may be printed again, and the name of a column that holds nothing stands nowhere.
        for cell in row.filled if row.cells != names and not row.bold else ():
            assert " ".join(cell.split()) in read
