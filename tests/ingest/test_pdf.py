"""A PDF is read as a person reads it: in order, without page furniture, with its place on the page."""

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

pytest.importorskip("reportlab", reason="the PDF files of these tests are drawn with reportlab")

from reportlab.lib.colors import white
from reportlab.pdfgen.canvas import Canvas

from ingest.errors import SourceError
from ingest.limits import Limits
from ingest.parse.pdf import parse
from ingest.records import Block, BlockKind, Document
from tests.ingest.pdf_files import HEIGHT_POINTS, LOREM, boxed, drawn, furniture, heading, write


def read(content: bytes) -> Document:
    return parse(content, "manuals/pump.pdf", Limits())


def texts(blocks: Sequence[Block], kind: BlockKind | None = None) -> list[str]:
    return [block.text for block in blocks if kind in (None, block.kind)]


TITLES = ("Checking the valve", "Greasing", "Changing the filter", "Bleeding", "Alignment", "Long stops")


def manual_page(number: int, canvas: Canvas) -> None:
    furniture(
        canvas, f"Tarn pumps | {'Safety' if number < 4 else 'Operation'}", f"TB-7 Rev. D   Page {number}"
    )
    heading(canvas, 90, TITLES[number % len(TITLES)], size=13)
    write(canvas, 72, 120, *LOREM)
    write(canvas, 72, 190, f"1. Close valve V{number}.", "2. Wait until the gauge", "   shows zero.")


@pytest.fixture(scope="module")
def manual() -> Document:
    pages = [lambda canvas, n=n: manual_page(n, canvas) for n in range(1, 7)]
    return read(drawn(*pages, title="Tarn pump TB-7"))


def test_headings_paragraphs_and_steps_stand_in_order(manual: Document) -> None:
    first = [block for block in manual.blocks if block.page == 1]
    assert [block.kind for block in first] == ["heading", "paragraph", "list_item", "list_item"]
    assert first[0].text == "Greasing"
    assert first[1].text == " ".join(LOREM)
    assert first[3].text == "2. Wait until the gauge shows zero."


def test_running_heads_and_page_numbers_are_left_out(manual: Document) -> None:
    everything = " ".join(texts(manual.blocks))
    assert "Tarn pumps" not in everything
    assert "Operation" not in everything
    assert "Page" not in everything


def test_a_code_at_the_head_of_each_page_is_no_running_head() -> None:
    def page(canvas: Canvas, code: int) -> None:
        furniture(canvas, "Tarn pumps", "TB-7")
        write(canvas, 72, 70, f"Alarm E-{code}")
        write(canvas, 72, 100, *LOREM)

    codes = range(1001, 1007)
    blocks = read(drawn(*[lambda canvas, code=code: page(canvas, code) for code in codes])).blocks
    assert [text for text in texts(blocks) if "Alarm" in text] == [f"Alarm E-{code}" for code in codes]
    assert "Tarn" not in " ".join(texts(blocks))


def test_title_revision_and_page_count_are_stated(manual: Document) -> None:
    assert (manual.title, manual.pages, manual.warnings) == ("Tarn pump TB-7", 6, ())


def test_each_line_has_its_box_in_points_from_the_top_left(manual: Document) -> None:
    paragraph = next(block for block in manual.blocks if block.kind == "paragraph")
    assert len(paragraph.boxes) == len(LOREM)
    for number, box in enumerate(paragraph.boxes):
        base_line = 120 + 13 * number
        assert box.page == 1
        assert box.left == pytest.approx(72, abs=1)
        assert box.top < base_line < box.bottom + 0.5
        assert box.bottom - box.top < 14


def test_words_cut_at_the_end_of_a_line_are_mended() -> None:
    def page(canvas: Canvas) -> None:
        write(canvas, 72, 100, "The high-pressure pump is fitted with a safety valve. Use the high-",
              "pressure gauge of the pump and check that the lubri-", "cation is on.")  # fmt: skip

    assert texts(read(drawn(page)).blocks) == [
        "The high-pressure pump is fitted with a safety valve. Use the high-pressure gauge of the pump "
        "and check that the lubrication is on."
    ]


def test_two_columns_are_read_one_after_the_other() -> None:
    left = [f"Left line {n} tells how the spindle is" for n in range(8)]
    right = [f"Right line {n} tells what must never" for n in range(8)]

    def page(canvas: Canvas) -> None:
        write(
            canvas, 72, 60, "A title that runs over both of the columns of this page, as titles do", size=12
        )
        for number in range(8):
            write(canvas, 72, 100 + 14 * number, left[number])
            write(canvas, 320, 100 + 14 * number, right[number])

    everything = " ".join(texts(read(drawn(page)).blocks))
    assert re.findall(r"(Left|Right) line (\d)", everything) == [
        (side, str(n)) for side in ("Left", "Right") for n in range(8)
    ]


def test_columns_below_ordinary_text_are_found() -> None:
    def page(canvas: Canvas) -> None:
        heading(canvas, 60, "5.4 Standstill")
        write(canvas, 72, 90, "1. Drain the casing.", "2. Close the valve.", "3. Note the hour.", *LOREM)
        for side, left in enumerate((72, 320)):
            for number in range(5):
                write(canvas, left, 260 + 13 * number, f"Column {side} line {number} on how to store it")
        write(canvas, 72, 400, "4. Open the valve again.")

    everything = " ".join(texts(read(drawn(page)).blocks))
    order = re.findall(r"Column (\d) line (\d)", everything)
    assert order == [(str(side), str(line)) for side in range(2) for line in range(5)]
    assert everything.endswith("4. Open the valve again.")


def test_bookmarks_give_headings_their_level() -> None:
    def page(canvas: Canvas) -> None:
        heading(canvas, 80, "Lubrication", size=12, level=0)
        write(canvas, 72, 100, *LOREM)
        heading(canvas, 180, "Grease nipples", size=12, level=1)
        write(canvas, 72, 200, *LOREM)

    found = [(block.text, block.level) for block in read(drawn(page)).blocks if block.kind == "heading"]
    assert found == [("Lubrication", 1), ("Grease nipples", 2)]


def test_without_bookmarks_type_size_gives_the_level() -> None:
    def page(canvas: Canvas) -> None:
        for top, text, size in ((80, "Maintenance", 20), (120, "Bearings", 14), (260, "Seals", 14)):
            heading(canvas, top, text, size=size)
            if size == 14:
                write(canvas, 72, top + 20, *LOREM)

    found = [(block.text, block.level) for block in read(drawn(page)).blocks if block.kind == "heading"]
    assert found == [("Maintenance", 1), ("Bearings", 2), ("Seals", 2)]


def test_a_chapter_number_above_its_title_is_one_heading() -> None:
    def page(canvas: Canvas) -> None:
        heading(canvas, 80, "Chapter 4", size=18)
        heading(canvas, 115, "Starting the spindle", size=22)
        write(canvas, 72, 150, *LOREM)
        write(canvas, 72, 230, *LOREM)

    assert texts(read(drawn(page)).blocks, "heading") == ["Chapter 4 Starting the spindle"]


@pytest.mark.parametrize("word", ["WARNING", "CAUTION", "DANGER", "NOTICE"])
def test_a_warning_box_is_one_warning(word: str) -> None:
    def page(canvas: Canvas) -> None:
        write(canvas, 72, 80, *LOREM)
        boxed(canvas, 140, word, "Hot oil escapes when the cover is opened.", "Let the unit cool to 40 °C.",
              "Wear gloves and a face shield.")  # fmt: skip
        write(canvas, 72, 230, "1. Undo the cover.")

    blocks = read(drawn(page)).blocks
    assert [block.kind for block in blocks] == ["paragraph", "warning", "list_item"]
    assert blocks[1].text == (
        f"{word}: Hot oil escapes when the cover is opened. Let the unit cool to 40 °C. "
        "Wear gloves and a face shield."
    )


def test_a_signal_word_alone_takes_the_text_below_it() -> None:
    def page(canvas: Canvas) -> None:
        heading(canvas, 80, "WARNING", size=12)
        write(canvas, 72, 100, "Lock the drive out before you reach into the guard.")
        write(canvas, 72, 140, *LOREM)

    blocks = read(drawn(page)).blocks
    assert [(block.kind, block.text[:40]) for block in blocks[:2]] == [
        ("warning", "WARNING: Lock the drive out before you r"),
        ("paragraph", LOREM[0][:40]),
    ]


def test_a_figure_and_its_labels_go_with_the_caption() -> None:
    def page(canvas: Canvas) -> None:
        write(canvas, 72, 60, *LOREM)
        for number in range(14):
            canvas.circle(150 + 16 * number, HEIGHT_POINTS - 200, 30)
            canvas.line(150, HEIGHT_POINTS - 150 - 7 * number, 380, HEIGHT_POINTS - 150 - 7 * number)
        write(canvas, 200, 190, "inlet", size=8)
        write(canvas, 300, 220, "outlet", size=8)
        write(canvas, 72, 275, "Figure 3-1 Flow through the filter", size=9)

    blocks = read(drawn(page)).blocks
    assert texts(blocks) == [" ".join(LOREM), "inlet; outlet", "Figure 3-1 Flow through the filter"]
    caption = blocks[-1]
    assert caption.kind == "caption"
    figure = caption.boxes[-1]
    assert figure.top < 170
    assert figure.right - figure.left > 200


def test_dotted_lines_of_the_contents_are_left_out() -> None:
    def contents(canvas: Canvas) -> None:
        heading(canvas, 60, "Contents")
        for number in range(1, 9):
            write(canvas, 72, 80 + 16 * number, f"{number} Chapter {'. ' * 40} {number}")

    def body(canvas: Canvas) -> None:
        heading(canvas, 60, "1 Chapter")
        write(canvas, 72, 100, *LOREM)
        write(canvas, 72, 160, "Weight .............. 12 kg")

    blocks = read(drawn(contents, body)).blocks
    assert {block.page for block in blocks} == {2}
    assert "Weight … 12 kg" in " ".join(texts(blocks))


def test_a_listing_keeps_its_lines() -> None:
    def page(canvas: Canvas) -> None:
        write(canvas, 72, 80, *LOREM)
        write(canvas, 72, 140, "[axis]", "  limit = 12", "  home = 0", font="Courier")

    code = [block.text for block in read(drawn(page)).blocks if block.kind == "code"]
    assert code == ["[axis]\n  limit = 12\n  home = 0"]


def test_a_page_shown_turned_has_its_boxes_where_the_text_is_seen() -> None:
    def page(canvas: Canvas) -> None:
        canvas.setPageRotation(90)
        canvas.translate(A4_WIDTH, 0)
        canvas.rotate(90)
        canvas.setFont("Helvetica", 10)
        canvas.drawString(100, A4_WIDTH - 200, "Read me with the page turned")

    (block,) = read(drawn(page)).blocks
    box = block.boxes[0]
    assert block.text == "Read me with the page turned"
    assert box.left == pytest.approx(100, abs=1)
    assert box.top < 200 < box.bottom
    assert box.right - box.left > 100


A4_WIDTH = 595.2756


def test_a_page_set_sideways_is_read_in_lines() -> None:
    def page(canvas: Canvas) -> None:
        canvas.rotate(90)
        for number in range(4):
            canvas.drawString(100, -80 - 14 * number, f"Sideways line {number} of the wide page")

    (block,) = read(drawn(page)).blocks
    assert block.text == " ".join(f"Sideways line {n} of the wide page" for n in range(4))
    assert all(box.bottom - box.top > box.right - box.left for box in block.boxes)


def test_text_that_no_reader_sees_is_left_out_and_named() -> None:
    def page(canvas: Canvas) -> None:
        write(canvas, 72, 80, "Torque the bolts to 85 Nm.")
        canvas.setFillColor(white)
        write(canvas, 72, 120, "White words on white paper")
        canvas.setFillColorRGB(0, 0, 0)
        write(canvas, 72, 9000, "Far below the page")
        text = canvas.beginText(72, 500)
        text.setTextRenderMode(3)
        text.textLine("Never painted")
        canvas.drawText(text)

    document = read(drawn(page))
    assert texts(document.blocks) == ["Torque the bolts to 85 Nm."]
    assert document.warnings == ("page 1: text that a reader cannot see was left out",)


def test_white_text_on_colour_is_read() -> None:
    def page(canvas: Canvas) -> None:
        canvas.rect(60, HEIGHT_POINTS - 130, 400, 50, fill=1)
        canvas.setFillColor(white)
        write(canvas, 72, 110, "Spindle VS-63A")

    assert texts(read(drawn(page)).blocks) == ["Spindle VS-63A"]


def test_page_labels_are_kept() -> None:
    def front(canvas: Canvas) -> None:
        canvas.addPageLabel(0, style="ROMAN_LOWER", start=3)
        write(canvas, 72, 80, *LOREM)

    def body(canvas: Canvas) -> None:
        canvas.addPageLabel(1, style="ARABIC", start=41)
        write(canvas, 72, 80, *LOREM)

    assert [block.label for block in read(drawn(front, body)).blocks] == ["iii", "41"]


def test_printed_page_numbers_are_labels_where_the_file_has_none() -> None:
    pages = [lambda canvas, n=n: manual_page(n, canvas) for n in range(11, 16)]
    blocks = read(drawn(*pages)).blocks
    assert {(block.page, block.label) for block in blocks} == {(n - 10, str(n)) for n in range(11, 16)}


def test_one_line_a_page_is_not_taken_for_page_furniture() -> None:
    pages = [lambda canvas, n=n: write(canvas, 72, 80, f"Step {n} of 6") for n in range(1, 7)]
    assert texts(read(drawn(*pages)).blocks) == [f"Step {n} of 6" for n in range(1, 7)]


def test_the_largest_line_is_the_title_where_the_file_states_none() -> None:
    def cover(canvas: Canvas) -> None:
        write(canvas, 72, 200, "Hydraulic unit HU-45", size=28)
        write(canvas, 72, 260, "Operating manual", size=14)
        write(canvas, 72, 700, "Revision C", "2024-03")

    document = read(drawn(cover, title="hu45_final.indd"))
    assert (document.title, document.revision, document.date) == ("Hydraulic unit HU-45", "C", "2024-03")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (drawn(lambda canvas: write(canvas, 72, 80, "secret"), password="geheim"), "encrypted"),
        (drawn(lambda canvas: write(canvas, 72, 80, "cut off"))[:300], "corrupt"),
        (b"%PDF-1.7\n", "corrupt"),
    ],
)
def test_what_cannot_be_opened_says_why(content: bytes, reason: str) -> None:
    with pytest.raises(SourceError) as error:
        read(content)
    assert error.value.reason == reason


def test_a_garbled_bookmark_does_not_cost_the_document() -> None:
    def page(canvas: Canvas) -> None:
        heading(canvas, 80, "Schmierung ü 中", size=12, level=0)
        write(canvas, 72, 100, *LOREM)

    whole = rb"(\376\377\000S"
    content = drawn(page)
    assert whole in content
    garbled = content.replace(whole, rb"(\376\377\330A")  # half of a surrogate pair
    assert " ".join(LOREM) in texts(read(garbled).blocks)


def test_a_file_locked_for_editing_only_is_read() -> None:
    assert texts(read(drawn(lambda canvas: write(canvas, 72, 80, "open to read"), lock="owner")).blocks) == [
        "open to read"
    ]


def test_more_pages_than_allowed_are_refused() -> None:
    content = drawn(*[lambda canvas: write(canvas, 72, 80, "text")] * 3)
    with pytest.raises(SourceError, match=r"limit: 3 pages; at most 2"):
        parse(content, "a.pdf", Limits(pages=2))


def test_real_manuals_keep_their_words(shared_dir: Path) -> None:
    import pypdfium2

    for path in sorted((shared_dir / "corpus").glob("*/*.pdf")):
        document = read(path.read_bytes())
        pdf = pypdfium2.PdfDocument(path)
        body = range(len(pdf) // 4 + 2, len(pdf) - 1)  # behind the contents
        wanted: Counter[str] = Counter()
        for index in body:
            shown = pdf[index].get_textpage().get_text_range().replace("\ufffe", "").split("\r\n")
            wanted.update(character for line in shown[2:] for character in line if character.isalnum())
        pages = {index + 1 for index in body}
        kept = Counter(
            character
            for block in document.blocks
            if block.page in pages
            for character in block.text + block.header
            if character.isalnum()
        )
        lost = sum((wanted - kept).values())
        assert lost <= 0.02 * wanted.total(), f"{path.name}: {lost} of {wanted.total()} characters lost"
