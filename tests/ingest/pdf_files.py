"""PDF files drawn for the tests, each small and with one thing to be read right."""

import io
from collections.abc import Callable, Sequence

from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.colors import HexColor, white
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

Page = Callable[[Canvas], None]
HEIGHT_POINTS = float(A4[1])

LOREM = (
    "The grease film keeps the two surfaces apart as long as the speed is high enough and the",
    "temperature stays below the limit. When the film breaks, metal touches metal and the noise",
    "rises within minutes. Stop the machine before the cage is damaged.",
)


def drawn(*pages: Page, title: str = "", password: str = "", lock: str = "") -> bytes:
    """A PDF with some pages.

    Args:
        password: Needed to open it.
        lock: Owner's password only: it opens without one.
    """
    file = io.BytesIO()
    encrypt = StandardEncryption(password, lock or "owner", canPrint=0) if password or lock else None
    canvas = Canvas(file, pagesize=A4, invariant=1, encrypt=encrypt)
    if title:
        canvas.setTitle(title)
    for page in pages:
        page(canvas)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def write(
    canvas: Canvas, left: float, top: float, *lines: str, size: float = 10, font: str = "Helvetica"
) -> None:
    """Lines of text below each other; `top` is measured from the top of the page to the first base line."""
    canvas.setFont(font, size)
    for number, line in enumerate(lines):
        canvas.drawString(left, HEIGHT_POINTS - top - 1.3 * size * number, line)


def heading(canvas: Canvas, top: float, text: str, size: float = 16, level: int | None = None) -> None:
    """A bold line, with a bookmark when a level is given (0 is the outermost)."""
    write(canvas, 72, top, text, size=size, font="Helvetica-Bold")
    if level is not None:
        canvas.bookmarkPage(text, fit="XYZ", top=HEIGHT_POINTS - top + 20)
        canvas.addOutlineEntry(text, text, level)


def furniture(canvas: Canvas, head: str, foot: str) -> None:
    """A running head and a running foot."""
    write(canvas, 72, 40, head, size=8)
    write(canvas, 72, HEIGHT_POINTS - 30, foot, size=8)


def grid(
    canvas: Canvas,
    top: float,
    columns: Sequence[float],
    rows: Sequence[Sequence[str]],
    *,
    ruled: str = "all",
    header: bool = True,
    row_height: float = 20,
) -> None:
    """A table; a cell may hold several lines, parted by a line feed.

    Args:
        columns: Borders of the columns across the page, outer ones included.
        ruled: `all` lines, only `rows` below each other, or `none`.
        header: The first row is set in bold.
    """
    bottom = top + row_height * len(rows)
    if ruled != "none":
        for number in range(len(rows) + 1):
            height = HEIGHT_POINTS - top - row_height * number
            canvas.line(columns[0], height, columns[-1], height)
    if ruled == "all":
        for border in columns:
            canvas.line(border, HEIGHT_POINTS - top, border, HEIGHT_POINTS - bottom)
    for number, row in enumerate(rows):
        font = "Helvetica-Bold" if header and number == 0 else "Helvetica"
        for left, cell in zip(columns, row, strict=False):
            write(canvas, left + 4, top + row_height * number + 9, *cell.split("\n"), size=7.5, font=font)


def boxed(canvas: Canvas, top: float, word: str, *lines: str, colour: str = "#b3261e") -> None:
    """A warning as machine makers print it: the word in white on colour, the text in a frame beside it."""
    height = 14 * len(lines) + 12
    bottom = HEIGHT_POINTS - top - height
    canvas.setFillColor(HexColor(colour))
    canvas.rect(72, bottom, 70, height, stroke=0, fill=1)
    canvas.rect(72, bottom, 450, height, stroke=1, fill=0)
    canvas.setFillColor(white)
    canvas.setFont("Helvetica-Bold", 11)
    canvas.drawString(80, bottom + height / 2 - 4, word)
    canvas.setFillColor(HexColor("#000000"))
    write(canvas, 152, top + 16, *lines)


def picture_of(*lines: str, size: tuple[int, int] = (1240, 700), gap: int = 90) -> Image.Image:
    """A picture of text, black on white, as a scanner makes it."""
    image = Image.new("L", size, 255)
    pen = ImageDraw.Draw(image)
    font = ImageFont.load_default(size=40)
    for number, line in enumerate(lines):
        pen.text((90, 80 + gap * number), line, fill=0, font=font)
    return image


def scanned(*lines: str) -> Page:
    """A page that is nothing but a picture."""

    def page(canvas: Canvas) -> None:
        canvas.drawImage(ImageReader(picture_of(*lines)), 0, HEIGHT_POINTS - 336, 595, 336)

    return page
