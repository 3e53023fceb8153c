"""Scans and pictures are read, marked as such, and bounded."""

import io

import pytest

pytest.importorskip("reportlab", reason="the PDF files of these tests are drawn with reportlab")

from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from ingest.errors import SourceError
from ingest.limits import Limits
from ingest.parse import image, ocr, pdf
from tests.ingest.pdf_files import LOREM, drawn, picture_of, scanned, write


def png(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def test_a_scanned_page_is_read_and_named() -> None:
    content = drawn(lambda canvas: write(canvas, 72, 80, *LOREM), scanned("PUMP 4711", "BEARING TEMP 95 C"))
    document = pdf.parse(content, "scan.pdf", Limits())
    read = [block for block in document.blocks if block.page == 2]
    assert "4711" in " ".join(block.text for block in read)
    assert all(block.ocr for block in read)
    assert not [block for block in document.blocks if block.ocr and block.page == 1]
    assert document.warnings == ("page 2: read from a picture (OCR)",)


def test_what_was_read_has_its_box_on_the_page() -> None:
    document = pdf.parse(drawn(scanned("PUMP 4711")), "scan.pdf", Limits())
    (box,) = document.blocks[0].boxes
    # The picture is 1240 pixels wide on 595 points; the text begins at pixel (90, 80).
    assert box.left == pytest.approx(90 * 595 / 1240, abs=6)
    assert box.top == pytest.approx(80 * 595 / 1240, abs=8)
    assert box.right < 595


def test_a_chinese_warning_in_a_picture_is_a_warning() -> None:
    fonts = "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc"
    from PIL import ImageDraw, ImageFont

    try:
        font = ImageFont.truetype(fonts, 44)
    except OSError:
        pytest.skip("the picture is drawn with fonts-wqy-microhei")
    picture = Image.new("L", (1200, 300), 255)
    ImageDraw.Draw(picture).text((60, 80), "警告：打开油箱前必须卸压", fill=0, font=font)
    (block,) = image.parse(png(picture), "photo.png", Limits()).blocks
    assert block.kind == "warning"
    assert "卸压" in block.text


def test_the_text_layer_of_a_scan_is_used_instead_of_reading_it_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def page(canvas: Canvas) -> None:
        canvas.drawImage(ImageReader(picture_of("PUMP 4711", size=(1240, 1754))), 0, 0, 595, 842)
        text = canvas.beginText(43, 790)
        text.setTextRenderMode(3)
        text.textLine("PUMP 4711 as the scanner read it")
        canvas.drawText(text)

    monkeypatch.setattr(ocr, "read_page", lambda _: pytest.fail("read again"))
    document = pdf.parse(drawn(page), "scan.pdf", Limits())
    assert [(block.text, block.ocr) for block in document.blocks] == [
        ("PUMP 4711 as the scanner read it", True)
    ]


def test_pages_beyond_the_limit_are_named() -> None:
    content = drawn(scanned("PUMP 4711"), scanned("PUMP 4712"), scanned("PUMP 4713"))
    document = pdf.parse(content, "scan.pdf", Limits(ocr_pages=1))
    assert "4711" in document.blocks[0].text
    assert document.warnings == (
        "page 1: read from a picture (OCR)",
        "pages 2-3: a scan; not read, it is beyond the limit of pages read as pictures",
    )


def test_a_scan_that_takes_too_long_keeps_what_was_read() -> None:
    document = pdf.parse(drawn(scanned("PUMP 4711")), "scan.pdf", Limits(wall_s=0))
    assert document.warnings == ("page 1: a scan; not read, the time that one file may take was used up",)


def test_a_picture_too_large_to_be_read_is_named() -> None:
    document = pdf.parse(drawn(scanned("PUMP 4711")), "scan.pdf", Limits(pixels=500_000))
    assert document.blocks == ()
    assert document.warnings == ("page 1: the picture is too large to be read",)


def test_pages_of_a_fax_that_time_did_not_do_for_are_named() -> None:
    file = io.BytesIO()
    pages = [picture_of("PUMP 4711", size=(700, 240)) for _ in range(3)]
    pages[0].save(file, "TIFF", save_all=True, append_images=pages[1:])
    with pytest.raises(SourceError, match="pages 1-3: not read, the time that one file may take") as error:
        image.parse(file.getvalue(), "fax.tif", Limits(wall_s=0))
    assert error.value.reason == "limit"


@pytest.mark.parametrize(
    ("content", "limits", "reason"),
    [
        (png(Image.new("1", (300, 300), 1)), Limits(), "no_text"),
        (png(picture_of("PUMP 4711")), Limits(pixels=100_000), "bomb"),
        (png(picture_of("PUMP 4711"))[:2000], Limits(), "corrupt"),
    ],
)
def test_a_picture_that_holds_no_text_says_why(content: bytes, limits: Limits, reason: str) -> None:
    with pytest.raises(SourceError) as error:
        image.parse(content, "photo.png", limits)
    assert error.value.reason == reason


def test_every_page_of_a_tiff_is_read() -> None:
    file = io.BytesIO()
    first, second = picture_of("PUMP 4711", size=(700, 240)), picture_of("VALVE 0815", size=(700, 240))
    first.save(file, "TIFF", save_all=True, append_images=[second])
    document = image.parse(file.getvalue(), "fax.tif", Limits())
    assert document.pages == 2
    assert [(block.page, "4711" in block.text or "0815" in block.text) for block in document.blocks] == [
        (1, True),
        (2, True),
    ]


def test_a_page_that_lies_on_its_head_is_read_where_it_stands() -> None:
    picture = picture_of("PUMP 4711", "BEARING TEMP 95 C", "SEAL RING WORN")
    upright = ocr.read_page(picture)
    turned = ocr.read_page(picture.rotate(180))
    assert sorted(line.text for line in turned) == sorted(line.text for line in upright)
    lowest = max(turned, key=lambda line: line.place.top)
    assert "4711" in lowest.text
