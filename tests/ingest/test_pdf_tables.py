"""Tables of a PDF: each row makes sense alone, and nothing stands in a table and beside it."""

from collections.abc import Sequence
from pathlib import Path

import pytest

pytest.importorskip("reportlab", reason="the PDF files of these tests are drawn with reportlab")

from reportlab.lib.colors import HexColor, white
from reportlab.pdfgen.canvas import Canvas

from ingest.limits import Limits
from ingest.parse.pdf import parse
from ingest.records import Block
from tests.ingest.pdf_files import HEIGHT_POINTS, LOREM, drawn, furniture, grid, write

COLUMNS = (72, 160, 300, 520)
TORQUES = (
    ("Screw", "Torque", "Remark"),
    ("M6", "10 Nm", "dry"),
    ("M12", "85 Nm", "crosswise,\nin three rounds"),
    ("M16", "210 Nm", ""),
)


def read(content: bytes) -> Sequence[Block]:
    return parse(content, "pump.pdf", Limits()).blocks


def rows(blocks: Sequence[Block]) -> list[str]:
    return [block.text for block in blocks if block.kind == "table_row"]


RECORDS = [
    "Screw: M6 | Torque: 10 Nm | Remark: dry",
    "Screw: M12 | Torque: 85 Nm | Remark: crosswise, in three rounds",
    "Screw: M16 | Torque: 210 Nm",
]


@pytest.mark.parametrize("ruled", ["all", "rows"])
def test_each_row_names_its_columns(ruled: str) -> None:
    def page(canvas: Canvas) -> None:
        write(canvas, 72, 80, *LOREM)
        write(canvas, 72, 140, "Table 6-3 Torques of the cover", size=9)
        grid(canvas, 150, COLUMNS, TORQUES, ruled=ruled, row_height=24)
        write(canvas, 72, 280, "Tighten again after 48 h.")

    blocks = read(drawn(page))
    assert rows(blocks) == RECORDS
    assert {block.header for block in blocks if block.kind == "table_row"} == {
        "Table 6-3 Torques of the cover"
    }
    assert [block.kind for block in blocks] == ["paragraph", "caption", *["table_row"] * 3, "paragraph"]


def test_a_table_without_lines_is_read_by_its_columns() -> None:
    def page(canvas: Canvas) -> None:
        write(canvas, 72, 80, *LOREM)
        simple = [row for row in TORQUES if "\n" not in row[2]]
        grid(
            canvas,
            150,
            COLUMNS,
            [*simple, ("M20", "410 Nm", "oiled"), ("M24", "710 Nm", "oiled")],
            ruled="none",
        )

    assert rows(read(drawn(page))) == [
        "Screw: M6 | Torque: 10 Nm | Remark: dry",
        "Screw: M16 | Torque: 210 Nm",
        "Screw: M20 | Torque: 410 Nm | Remark: oiled",
        "Screw: M24 | Torque: 710 Nm | Remark: oiled",
    ]


def test_nothing_stands_in_a_row_and_beside_it() -> None:
    def page(canvas: Canvas) -> None:
        write(canvas, 72, 80, *LOREM)
        grid(canvas, 150, COLUMNS, TORQUES, row_height=24)

    everything = " ".join(block.text for block in read(drawn(page)))
    for word in ("M12", "210 Nm", "rounds", "surfaces"):
        assert everything.count(word) == 1


def test_a_row_has_its_box_on_the_page() -> None:
    def page(canvas: Canvas) -> None:
        grid(canvas, 150, COLUMNS, TORQUES, row_height=24)

    first = next(block for block in read(drawn(page)) if block.kind == "table_row")
    (box,) = first.boxes
    assert [box.left, box.top, box.right, box.bottom] == pytest.approx([72, 174, 520, 198], abs=1)


def test_a_table_that_goes_on_over_a_page_keeps_its_header_and_caption() -> None:
    def page(canvas: Canvas, number: int) -> None:
        furniture(canvas, "Tarn pumps", f"Page {number}")
        if number == 1:
            write(canvas, 72, 80, *LOREM)
            write(canvas, 72, 690, "Table 7-2 Alarms", size=9)
        top = 700 if number == 1 else 80
        codes = [(f"E{number}{row}", f"Fault {row}", f"Remedy {row}") for row in range(3)]
        repeated = [("Code", "Meaning", "Remedy")] if number != 3 else []
        grid(canvas, top, COLUMNS, [*repeated, *codes], header=bool(repeated), row_height=22)
        if number > 2:
            write(canvas, 72, 300, *LOREM)

    found = read(drawn(*[lambda canvas, n=n: page(canvas, n) for n in (1, 2, 3, 4)]))
    records = {block.text: block.header for block in found if block.kind == "table_row"}
    assert "Code: E20 | Meaning: Fault 0 | Remedy: Remedy 0" in records
    assert "Code: E32 | Meaning: Fault 2 | Remedy: Remedy 2" in records
    assert not [text for text in records if "Code: Code" in text or text.startswith("Code | ")]
    assert records["Code: E31 | Meaning: Fault 1 | Remedy: Remedy 1"] == "Table 7-2 Alarms"
    assert records["Code: E41 | Meaning: Fault 1 | Remedy: Remedy 1"] == ""


def test_a_merged_cell_stands_in_each_of_its_rows() -> None:
    def page(canvas: Canvas) -> None:
        grid(canvas, 100, COLUMNS, [("Symptom", "Cause", "Remedy")], row_height=20)
        for height in (120, 180):
            canvas.line(72, HEIGHT_POINTS - height, 520, HEIGHT_POINTS - height)
        for height in (140, 160):
            canvas.line(160, HEIGHT_POINTS - height, 520, HEIGHT_POINTS - height)
        for border in COLUMNS:
            canvas.line(border, HEIGHT_POINTS - 120, border, HEIGHT_POINTS - 180)
        write(canvas, 76, 140, "No flow", "at all", size=8)
        for number, (cause, remedy) in enumerate(
            (("air", "vent"), ("blocked", "clean"), ("worn", "replace"))
        ):
            write(canvas, 164, 133 + 20 * number, cause, size=8)
            write(canvas, 304, 133 + 20 * number, remedy, size=8)

    assert rows(read(drawn(page))) == [
        "Symptom: No flow at all | Cause: air | Remedy: vent",
        "Symptom: No flow at all | Cause: blocked | Remedy: clean",
        "Symptom: No flow at all | Cause: worn | Remedy: replace",
    ]


def test_a_header_on_colour_names_the_columns_though_it_is_not_bold() -> None:
    def page(canvas: Canvas) -> None:
        canvas.setFillColor(HexColor("#0f4c5c"))
        canvas.rect(72, HEIGHT_POINTS - 120, 448, 20, stroke=0, fill=1)
        canvas.setFillColor(white)
        grid(canvas, 100, COLUMNS, [("1", "2", "3")], header=False, ruled="rows")
        canvas.setFillColor(HexColor("#000000"))
        grid(canvas, 120, COLUMNS, [("10", "20", "30"), ("40", "50", "60"), ("70", "80", "90")], header=False,
             ruled="rows")  # fmt: skip

    assert rows(read(drawn(page)))[0] == "1: 10 | 2: 20 | 3: 30"


def test_groups_of_columns_complete_the_names_below_them() -> None:
    borders = (72, 200, 300, 400)

    def page(canvas: Canvas) -> None:
        for height in (100, 120, 140, 160, 180):
            canvas.line(72, HEIGHT_POINTS - height, 400, HEIGHT_POINTS - height)
        for border in (72, 200, 400):
            canvas.line(border, HEIGHT_POINTS - 100, border, HEIGHT_POINTS - 180)
        canvas.line(300, HEIGHT_POINTS - 120, 300, HEIGHT_POINTS - 180)
        write(canvas, 280, 113, "Limits", size=8, font="Helvetica-Bold")
        for number, row in enumerate(
            (("Quantity", "Low", "High"), ("Pressure", "1 bar", "6 bar"), ("Speed", "5", "9"))
        ):
            font = "Helvetica-Bold" if number == 0 else "Helvetica"
            for left, cell in zip(borders, row, strict=False):
                write(canvas, left + 4, 133 + 20 * number, cell, size=8, font=font)

    assert rows(read(drawn(page))) == [
        "Quantity: Pressure | Limits Low: 1 bar | Limits High: 6 bar",
        "Quantity: Speed | Limits Low: 5 | Limits High: 9",
    ]


def test_a_frame_around_text_is_no_table() -> None:
    def page(canvas: Canvas) -> None:
        canvas.rect(60, HEIGHT_POINTS - 150, 470, 90)
        write(canvas, 72, 80, *LOREM)

    assert [(block.kind, block.text) for block in read(drawn(page))] == [("paragraph", " ".join(LOREM))]


def test_the_alarm_list_of_the_sample_plant_is_whole() -> None:
    manual = Path(__file__).resolve().parents[2] / "examples/plant/manuals/p101-rev-c.pdf"
    blocks = read(manual.read_bytes())
    alarms = [block for block in blocks if block.text.startswith("Code: E")]
    assert len({block.text[6:10] for block in alarms}) == len(alarms) >= 18
    assert all("Remedy: " in block.text and block.header.startswith("Table 7-2") for block in alarms)
    assert {block.page for block in alarms} == {12, 13}
