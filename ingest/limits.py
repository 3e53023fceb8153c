"""How much of a file is read before it is refused; every limit in one place, with its unit."""

from dataclasses import dataclass

_MB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one file.

    Args:
        file_bytes: Length of the file itself.
        zip_entries: Parts of a DOCX or XLSX.
        part_bytes: One part of it, counted while it is unpacked.
        expansion: A part may be so many times longer than it was packed.
        pages: Pages of a PDF.
        cells: Cells of a workbook or CSV file.
        columns: Cells of one row.
        field_characters: One cell of a CSV file.
        text_characters: Text of one document.
        xml_depth: Elements inside one another.
        pixels: Of a picture, or of a page rendered for reading.
        ocr_pages: Pages of one document read as pictures.
        memory_bytes: Address space of the process that reads the file.
        cpu_s: Processor seconds of that process.
        wall_s: Seconds until it is ended.
        result_bytes: Length of what it hands back.
        open_files: Files it may have open at the same time.
    """

    file_bytes: int = 200 * _MB
    zip_entries: int = 5000
    part_bytes: int = 60 * _MB
    expansion: int = 120
    pages: int = 10_000
    cells: int = 2_000_000
    columns: int = 4096
    field_characters: int = 131_072
    text_characters: int = 30 * _MB
    xml_depth: int = 200
    pixels: int = 60_000_000
    ocr_pages: int = 500
    memory_bytes: int = 2000 * _MB
    cpu_s: int = 600
    wall_s: int = 900
    result_bytes: int = 128 * _MB
    open_files: int = 128
