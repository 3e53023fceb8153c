"""Pages are drawn with the quoted lines marked, in a process that may die."""

import io
from pathlib import Path

import pytest
from PIL import Image

from assistant.ui.page_image import PageError, page_image
from tests.ui.plant import HEAD_LINE, manual_boxes, write_manual


@pytest.fixture(scope="module")
def manual(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pages") / "manual.pdf"
    write_manual(path)
    return path


def test_the_quoted_line_is_marked_stronger_than_its_passage(manual: Path) -> None:
    drawn = page_image(manual, True, 2, manual_boxes(), HEAD_LINE)
    picture = Image.open(io.BytesIO(drawn.png)).convert("RGB")
    assert picture.size == (drawn.width, drawn.height)
    assert 900 < drawn.width < 920  # A4 at 110 dots to the inch
    # The right end of each line is empty paper: only the pen has coloured it.
    ends = [
        picture.getpixel((round(479 * drawn.pixels_per_point), round((box.top + 7) * drawn.pixels_per_point)))
        for box in manual_boxes()
    ]
    blues = [pixel[2] for pixel in ends if isinstance(pixel, tuple)]
    assert blues.index(min(blues)) == 2
    assert min(blues) < 100
    assert 150 < sorted(blues)[1] < 255
    assert picture.getpixel((5, 5)) == (255, 255, 255)


def test_a_quote_of_which_less_than_half_is_there_is_marked_nowhere(manual: Path) -> None:
    there = page_image(manual, True, 2, manual_boxes(), HEAD_LINE)
    row = f"Table 7\nMeaning of what is measured: {HEAD_LINE} | Where it is measured on the machine: P-101"
    assert there.located
    assert page_image(manual, True, 2, manual_boxes(), row).located
    longer = (
        f"{HEAD_LINE} Change both oil filters soon, wipe every flange dry, and book a visit by our fitters."
    )
    missing = page_image(manual, True, 2, manual_boxes(), longer)
    assert not missing.located
    assert missing.png == page_image(manual, True, 2, (), "").png


def test_a_page_without_lines_is_drawn_as_it_is(manual: Path) -> None:
    drawn = page_image(manual, True, 1, (), "")
    colours = Image.open(io.BytesIO(drawn.png)).convert("RGB").getcolors(1 << 20) or []
    assert all(len(set(colour)) == 1 for _, colour in colours if isinstance(colour, tuple))


def test_a_picture_is_a_page_too(tmp_path: Path) -> None:
    Image.new("RGB", (4400, 1000), "white").save(tmp_path / "label.png")
    drawn = page_image(tmp_path / "label.png", False, 1, (), "")
    assert (drawn.width, drawn.height, drawn.pixels_per_point) == (2200, 500, 0.5)


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 and then nothing", b"\x00" * 4096])
def test_a_damaged_file_is_one_clear_line(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "broken").write_bytes(content)
    with pytest.raises(PageError, match="page 1 cannot be drawn"):
        page_image(tmp_path / "broken", True, 1, (), "")
