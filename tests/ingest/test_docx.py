import pytest

from ingest.errors import SourceError
from ingest.limits import Limits
from ingest.parse.docx import parse
from ingest.parse.docx_parts import numeral
from ingest.records import Document
from tests.ingest.office_files import paragraph, table, word

STYLES = """
<w:style w:styleId="H1"><w:name w:val="heading 1"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>
<w:style w:styleId="Kapitel"><w:name w:val="Kapitel"/><w:basedOn w:val="H1"/></w:style>
<w:style w:styleId="BT"><w:name w:val="标题 2"/></w:style>
<w:style w:styleId="T"><w:name w:val="Title"/></w:style>
<w:style w:styleId="Cap"><w:name w:val="caption"/></w:style>
<w:style w:styleId="TOC1"><w:name w:val="toc 1"/></w:style>
<w:style w:styleId="Ghost"><w:name w:val="Ghost"/><w:rPr><w:vanish/></w:rPr></w:style>
<w:style w:styleId="Step"><w:name w:val="Step"/>
<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
"""
NUMBERING = """
<w:abstractNum w:abstractNumId="7">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%1.%2)"/></w:lvl>
</w:abstractNum>
<w:abstractNum w:abstractNumId="8">
<w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="x"/></w:lvl></w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="8"/></w:num>
"""


def read(body: str, **parts: str) -> Document:
    return parse(word(body, styles=STYLES, numbering=NUMBERING, **parts), "sops/oil.docx", Limits())


def lines(document: Document) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in document.blocks]


def styled(text: str, style: str) -> str:
    return paragraph(text, f'<w:pStyle w:val="{style}"/>')


def item(text: str, level: int, number: int = 1) -> str:
    return paragraph(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


def test_headings_are_found_by_outline_inheritance_and_name() -> None:
    body = (
        styled("SOP-7", "T") + styled("Safety", "Kapitel") + styled("检查", "BT") + styled("Safety 3", "TOC1")
    )
    document = read(body)
    assert document.title == "SOP-7"
    assert [(block.level, block.text) for block in document.blocks] == [
        (1, "SOP-7"),
        (1, "Safety"),
        (2, "检查"),
    ]


def test_list_items_carry_the_numbers_that_word_draws() -> None:
    steps = item("Stop", 0) + item("Lock", 0) + item("tag", 1) + item("test", 1) + styled("Drain", "Step")
    assert [text for _, text in lines(read(steps + item("Rag", 0, number=2)))] == [
        "1. Stop", "2. Lock", "2.a) tag", "2.b) test", "3. Drain", "- Rag",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [(2, "upperLetter", "B"), (27, "lowerLetter", "aa"), (14, "lowerRoman", "xiv"), (9, "upperRoman", "IX"),
     (12, "chineseCounting", "十二"), (20, "chineseCounting", "二十"), (3, "decimalEnclosedCircle", "③"),
     (7, "decimalZero", "07"), (5, "hebrew1", "5")],
)  # fmt: skip
def test_numbers_of_lists(value: int, number_format: str, shown: str) -> None:
    assert numeral(value, number_format) == shown


def test_only_what_a_reader_sees_is_read() -> None:
    body = (
        '<w:p><w:r><w:t xml:space="preserve">Torque to </w:t></w:r>'
        "<w:del><w:r><w:delText>45</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>85 Nm</w:t></w:r></w:ins></w:p>"
        "<w:moveFrom><w:p><w:r><w:t>moved away</w:t></w:r></w:p></w:moveFrom>"
        + paragraph("hidden run", run_properties="<w:vanish/>")
        + styled("hidden style", "Ghost")
        + paragraph("shown run", run_properties='<w:vanish w:val="0"/>')
    )
    assert lines(read(body)) == [("paragraph", "Torque to 85 Nm"), ("paragraph", "shown run")]


def test_a_table_row_names_its_columns_and_its_caption() -> None:
    rows = [["Code", "Meaning", "Action"], ["E01", "Overload", "Reset"], ["E02", "Low suction", "Open valve"]]
    document = read(styled("Table 3 Alarms", "Cap") + table(rows, header=True))
    assert lines(document)[1:] == [
        ("table_row", "Code: E01 | Meaning: Overload | Action: Reset"),
        ("table_row", "Code: E02 | Meaning: Low suction | Action: Open valve"),
    ]
    assert {block.header for block in document.blocks[1:]} == {"Table 3 Alarms"}


def test_merged_cells_are_repeated_down_their_rows() -> None:
    def cell(text: str, merge: str) -> str:
        return f"<w:tc><w:tcPr>{merge}</w:tcPr>{paragraph(text)}</w:tc>"

    rows = [
        ("P-101", '<w:vMerge w:val="restart"/>', "Grease"),
        ("", "<w:vMerge/>", "Seal"),
    ]
    made = "".join(f"<w:tr>{cell(name, merge)}{cell(part, '')}</w:tr>" for name, merge, part in rows)
    header = "<w:tr><w:trPr><w:tblHeader/></w:trPr>" + cell("Machine", "") + cell("Part", "") + "</w:tr>"
    assert [text for _, text in lines(read(f"<w:tbl>{header}{made}</w:tbl>"))] == [
        "Machine: P-101 | Part: Grease",
        "Machine: P-101 | Part: Seal",
    ]


def test_a_form_is_read_as_labels_and_values() -> None:
    document = read(table([["Machine:", "HP-2"], ["Date:", "2025-05-22"], ["Downtime:", "140 min"]]))
    assert [text for _, text in lines(document)] == ["Machine: HP-2", "Date: 2025-05-22", "Downtime: 140 min"]


def test_two_plain_columns_get_no_header_that_is_none() -> None:
    assert [text for _, text in lines(read(table([["Machine", "HP-2"], ["Date", "today"]])))] == [
        "Machine | HP-2",
        "Date | today",
    ]


def test_a_warning_box_is_one_warning() -> None:
    inside = "".join(map(paragraph, ("WARNING", "Hot oil.", "Wait 10 min.")))
    box = f"<w:tbl><w:tr><w:tc>{inside}</w:tc></w:tr></w:tbl>"
    document = read(
        box + paragraph("警告：蓄能器内有高压油。") + paragraph("CAUTION") + paragraph("Sharp edges.")
    )
    assert lines(document) == [
        ("warning", "WARNING: Hot oil. Wait 10 min."),
        ("warning", "警告：蓄能器内有高压油。"),
        ("warning", "CAUTION: Sharp edges."),
    ]


def test_notes_text_boxes_and_nested_tables_are_not_lost() -> None:
    note = '<w:footnote w:id="4">' + paragraph("See form LO-7.") + "</w:footnote>"
    body = (
        '<w:p><w:r><w:t>Lock out</w:t><w:footnoteReference w:id="4"/></w:r></w:p>'
        f"<w:p><w:r><w:pict><w:txbxContent>{paragraph('In the box')}</w:txbxContent></w:pict></w:r></w:p>"
        f"<w:tbl><w:tr><w:tc>{paragraph('Outer')}</w:tc>"
        f"<w:tc>{table([['a', 'b'], ['c', 'd']])}{paragraph('')}</w:tc></w:tr></w:tbl>"
    )
    read_lines = [text for _, text in lines(read(body, footnotes=note))]
    assert read_lines == ["Lock out", "(See form LO-7.)", "In the box", "Outer", "a | b", "c | d"]


def test_the_title_comes_from_the_heading_or_the_name() -> None:
    assert read(styled("Oil change", "H1")).title == "Oil change"
    assert read(paragraph("text")).title == "oil.docx"


def test_a_file_that_is_cut_off_is_corrupt() -> None:
    with pytest.raises(SourceError, match="corrupt"):
        parse(word(paragraph("x"))[:300], "x.docx", Limits())
