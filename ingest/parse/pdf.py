"""PDF: text with page and boxes (pypdfium2), tables row by row (pdfplumber, where a page has any)."""

import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from ingest.clean import join_lines, one_line, pattern, running_lines, warning_signal
from ingest.errors import SourceError
from ingest.limits import Limits
from ingest.parse.pdf_lines import Line, page_lines
from ingest.parse.pdf_tables import Table, looks_tabular, page_tables
from ingest.records import Block, BlockKind, Document

_NUMBERED = re.compile(
    r"^(?:\d{1,2}(?:\.\d{1,2}){1,4}\.?\s+\S|\d{1,2}\.?\s+[A-Z一-鿿]|第\s*[一二三四五六七八九十\d]+\s*[章节]|"
    r"(?:Chapter|Appendix|Section)\s+[A-Z\d]+\b)"
)
_ITEM = re.compile(r"^(?:[-–*•·▪◦●■]|\(?\d{1,2}[.)]|\(?[a-z][.)]|[①-⑳])\s+")
_CAPTION = re.compile(r"^(?:Figure|Fig\.|Table|图|表)\s*[A-Z]?\d+(?:[-.–]\d+)*", re.IGNORECASE)
_LEADERS = re.compile(r"(?:\.\s?){4,}\s*[\divxlc]*$|…{2,}\s*\d*$")
_PAGE_NUMBER = re.compile(r"[-–\s]*(?:\d{1,4}|[ivxlc]{1,6})[-–\s]*")
_FILE_NAME = re.compile(r"\.(?:docx?|indd|pdf|tex|xml)$|^untitled|^microsoft word", re.IGNORECASE)
_NUMBER_OF_HEADING = re.compile(
    r"^(?:Chapter|Appendix|Section)?\s*[A-Z\d]{0,2}(?:\.\d+)*[.:]?\s+", re.IGNORECASE
)
_REVISION = re.compile(r"(?:Rev(?:ision|\.)?|Issue|Version|版本|修订)[\s:：.]*([A-Z]\b|V?\d+(?:\.\d+)*)")
_DATE = re.compile(r"\b(20\d{2})[-/.年](0?[1-9]|1[0-2])(?:[-/.月](0?[1-9]|[12]\d|3[01]))?\b")


def parse(content: bytes, doc: str, limits: Limits) -> Document:
    """Read a manual; a page without text is read by OCR, and named when that finds nothing."""
    import pypdfium2 as pdfium

    try:
        pdf = pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        locked = "password" in str(error).lower()
        raise SourceError("encrypted" if locked else "corrupt", str(error)[:100]) from error
    try:
        return _document(pdf, content, doc, limits)
    finally:
        pdf.close()


def _document(pdf: Any, content: bytes, doc: str, limits: Limits) -> Document:
    if len(pdf) > limits.pages:
        raise SourceError("limit", f"{len(pdf):,} pages; at most {limits.pages:,}")
    warnings: list[str] = []
    pages = list(_pages(pdf, limits, warnings))
    if not pages:
        raise SourceError("corrupt", "none of its pages can be opened")
    outline = _outline(pdf)
    body_size = _body_size(pages)
    running = running_lines([[_place_mark(line) for line in _margin(lines)] for lines in pages if lines])
    tables = _tables(pdf, content, pages, warnings)
    blocks: list[Block] = []
    for number, lines in enumerate(pages, start=1):
        if not lines:
            blocks.extend(_scanned(pdf, number, limits, warnings))
            continue
        kept = [line for line in lines if not _is_running(line, lines, running)]
        blocks.extend(_page_blocks(number, kept, tables.get(number, []), outline, body_size))
    blocks = _labelled(list(_carried(blocks)), pdf)
    first = " ".join(line.text for lines in pages[:2] for line in lines)
    revision, date = _REVISION.search(first), _DATE.search(first)
    return Document(
        title=_title(pdf, pages, doc),
        blocks=tuple(blocks),
        pages=len(pages),
        revision=revision.group(1) if revision else "",
        date="-".join(part.zfill(2) for part in date.groups() if part) if date else "",
        warnings=tuple(warnings),
    )


def _pages(pdf: Any, limits: Limits, warnings: list[str]) -> Iterator[list[Line]]:
    """The lines of each page; a page that cannot be opened is named and empty."""
    import pypdfium2 as pdfium

    size, failed, hidden = 0, 0, 0
    found: list[list[Line]] = []
    for index in range(len(pdf)):
        try:
            lines, unseen = page_lines(pdf[index], index + 1)
        except pdfium.PdfiumError:
            failed += 1
            warnings.append(f"page {index + 1}: could not be read")
            lines, unseen = [], 0
        hidden += unseen
        size += sum(len(line.text) for line in lines)
        if size > limits.text_characters:
            raise SourceError("bomb", f"more than {limits.text_characters:,} characters of text")
        found.append(lines)
    if failed == len(found):
        return
    if hidden:
        warnings.append(f"{hidden} lines that a reader cannot see were left out")
    yield from found


def _margin(lines: Sequence[Line]) -> list[Line]:
    """The first and last lines of a page by height: where running heads stand."""
    by_height = sorted(lines, key=lambda line: line.box.top)
    return [*by_height[:3], *by_height[-3:]]


def _is_running(line: Line, lines: Sequence[Line], running: set[str]) -> bool:
    if line not in _margin(lines):
        return False
    return pattern(_place_mark(line)) in running or bool(_PAGE_NUMBER.fullmatch(line.text))


def _place_mark(line: Line) -> str:
    """How a running head begins and at what height: its end may name the chapter."""
    height = "abcdefghijklmnopqrstuvwxyz"[int(line.box.top / 8) % 26]
    return f"{height} {line.text[:14]}"


def _body_size(pages: Sequence[Sequence[Line]]) -> float:
    """The font size that most characters have."""
    sizes: Counter[float] = Counter()
    for lines in pages:
        for line in lines:
            sizes[round(line.size * 2) / 2] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 10.0


def _outline(pdf: Any) -> dict[str, int]:
    """Bookmark titles with their level, 1 to 6."""
    levels: dict[str, int] = {}
    for number, entry in enumerate(pdf.get_toc(max_depth=6)):
        if number > 5000:
            break
        title = one_line(entry.get_title() or "")
        levels.setdefault(_key(title), min(6, entry.level + 1))
    levels.pop("", None)
    return levels


def _key(text: str) -> str:
    """A heading without its number, case and spaces, so that outline and page agree."""
    bare = re.sub(
        r"^(?:Chapter|Appendix|Section)?\s*[A-Z\d]{0,2}(?:\.\d+)*[.:]?\s+", "", text, flags=re.IGNORECASE
    )
    return re.sub(r"\s+", "", bare or text).casefold()


def _tables(
    pdf: Any, content: bytes, pages: Sequence[Sequence[Line]], warnings: list[str]
) -> dict[int, list[Table]]:
    wanted = [number for number, lines in enumerate(pages, 1) if lines and looks_tabular(pdf[number - 1])]
    return page_tables(io.BytesIO(content), wanted, warnings) if wanted else {}


def _page_blocks(
    number: int, lines: Sequence[Line], tables: Sequence[Table], outline: dict[str, int], body_size: float
) -> Iterator[Block]:
    """Lines joined to blocks, each table in the place of its lines."""
    held: list[Line] = []
    placed: set[int] = set()
    for line in lines:
        inside = next((i for i, table in enumerate(tables) if table.holds(line.box)), None)
        if inside is not None:
            if inside not in placed:
                yield from _paragraphs(held, outline, body_size)
                held = []
                placed.add(inside)
                yield from tables[inside].blocks(_caption_above(lines, tables[inside]))
            continue
        held.append(line)
    yield from _paragraphs(held, outline, body_size)


def _caption_above(lines: Sequence[Line], table: Table) -> str:
    near = [
        line for line in lines if _CAPTION.match(line.text) and -4 <= table.box.top - line.box.bottom < 40
    ]
    return near[-1].text if near else ""


def _paragraphs(lines: Sequence[Line], outline: dict[str, int], body_size: float) -> Iterator[Block]:
    held: list[Line] = []
    for line in lines:
        level = _heading_level(line, outline, body_size)
        if level:
            if held:
                yield _block(held)
                held = []
            yield Block("heading", line.text, level=level, page=line.box.page, boxes=(line.box,))
            continue
        if held and _starts_anew(held, line):
            yield _block(held)
            held = []
        held.append(line)
    if held:
        yield _block(held)


def _heading_level(line: Line, outline: dict[str, int], body_size: float) -> int:
    """1 to 6 for a heading, 0 otherwise."""
    if len(line.text) > 120 or _LEADERS.search(line.text) or _CAPTION.match(line.text):
        return 0
    larger = line.size > 1.12 * body_size
    marked = larger or (line.bold and line.size >= 0.95 * body_size)
    known = outline.get(_key(line.text))
    if known and marked:
        return known
    if not marked or line.text.endswith((".", ",", ";", "。", "，")) or warning_signal(line.text):
        return 0
    numbered = _NUMBERED.match(line.text)
    if numbered:
        return min(6, 1 + line.text.split()[0].rstrip(".").count("."))
    if line.size > 1.12 * body_size and re.search(r"[A-Za-z一-鿿]{2}", line.text):
        return 1 if line.size > 1.6 * body_size else 2 if line.size > 1.3 * body_size else 3
    return 0


def _starts_anew(held: Sequence[Line], line: Line) -> bool:
    """Whether a line opens a new paragraph after those before it."""
    last = held[-1]
    height = max(4.0, last.box.bottom - last.box.top)
    gap = line.box.top - last.box.bottom
    if _ITEM.match(line.text) or _CAPTION.match(line.text) or _LEADERS.search(last.text):
        return True
    if warning_signal(line.text) or gap > 0.9 * height or gap < -3 * height:
        return True
    if abs(line.size - last.size) > 0.15 * max(line.size, last.size):
        return True
    short = last.box.right < max(entry.box.right for entry in held) - 12 * height / 2
    return short and last.text.endswith((".", "。", "!", "?", ":", "：")) and not _ITEM.match(held[0].text)


def _block(lines: Sequence[Line]) -> Block:
    text = join_lines([line.text for line in lines])
    kind: BlockKind = "paragraph"
    if warning_signal(text):
        kind = "warning"
    elif _CAPTION.match(text) and len(text) < 200:
        kind = "caption"
    elif _ITEM.match(text):
        kind = "list_item"
    elif _LEADERS.search(text):
        text = _LEADERS.sub("", text).strip()
    return Block(kind, text, page=lines[0].box.page, boxes=tuple(line.box for line in lines))


def _carried(blocks: Sequence[Block]) -> Iterator[Block]:
    """A table that goes on over a page keeps its caption; a warning word takes the text below it."""
    caption = ""
    held: Block | None = None
    for met in blocks:
        block = met
        if block.kind == "table_row":
            caption = block.header or caption
            block = replace(block, header=caption)
        elif block.kind in ("heading", "caption"):
            caption = ""
        if held is not None and block.kind in ("paragraph", "list_item", "warning"):
            yield replace(
                block, kind="warning", text=f"{held.text} {block.text}", boxes=(*held.boxes, *block.boxes)
            )
            held = None
            continue
        if held is not None:
            yield held
            held = None
        if block.kind == "warning" and len(block.text) < 14:
            held = block
        else:
            yield block
    if held is not None:
        yield held


def _labelled(blocks: Sequence[Block], pdf: Any) -> list[Block]:
    """The page label that is printed, where the file states labels that differ from the count."""
    labels: dict[int, str] = {}
    for number in {block.page for block in blocks if block.page}:
        label = pdf.get_page_label(number - 1) or ""
        if label and label != str(number):
            labels[number] = one_line(label)
    return [replace(block, label=labels.get(block.page or 0, "")) for block in blocks]


def _title(pdf: Any, pages: Sequence[Sequence[Line]], doc: str) -> str:
    stated = one_line(pdf.get_metadata_value("Title") or "")
    if len(stated) > 3 and not re.search(
        r"\.(?:docx?|indd|pdf|tex|xml)$|^untitled|^microsoft word", stated, re.IGNORECASE
    ):
        return stated
    cover = [line for line in pages[0] if len(line.text) > 3] if pages else []
    return max(cover, key=lambda line: line.size).text if cover else doc.rsplit("/", 1)[-1]


def _scanned(pdf: Any, number: int, limits: Limits, warnings: list[str]) -> list[Block]:
    """A page without text, read as a picture."""
    page = pdf[number - 1]
    width, height = page.get_size()
    pictures = [entry for entry in page.get_objects(max_depth=2) if entry.type == 3]
    if not pictures:
        return []
    if any(_pixels(picture) > limits.pixels for picture in pictures):
        warnings.append(f"page {number}: its picture is too large to be read")
        return []
    done = sum(warning.endswith("(OCR)") for warning in warnings)
    scale = min(200 / 72, (limits.pixels / max(1.0, width * height)) ** 0.5)
    if done >= limits.ocr_pages or scale < 1:
        warnings.append(f"page {number}: no text (a scan); it was not read as a picture")
        return []
    from ingest.parse.ocr import lines_of, text_blocks

    lines = lines_of(page.render(scale=scale, may_draw_forms=False).to_pil())
    if not lines:
        warnings.append(f"page {number}: no text was found in it (a scan?)")
        return []
    warnings.append(f"page {number}: read from a picture (OCR)")
    return text_blocks(lines, number, 1 / scale)


def _pixels(picture: Any) -> int:
    width, height = picture.get_px_size()
    return int(width) * int(height)
