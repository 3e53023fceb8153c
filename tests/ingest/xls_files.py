"""Small workbooks in the format before 2007: BIFF8 records in a compound file, written by hand.

Sources: [MS-XLS] 2.4 (records) and [MS-CFB] 2 (header, allocation table, directory).
"""

import struct
from collections.abc import Mapping, Sequence

Cell = str | float
_SECTOR = 512
_END, _FREE, _TABLE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_SMALLEST_STREAM = 4096
"""A shorter stream would live in the small sectors, which need a table of their own."""


def xls_file(sheets: Mapping[str, Sequence[Sequence[Cell]]], hidden: Sequence[str] = ()) -> bytes:
    """A workbook of texts and numbers.

    Args:
        hidden: Names of sheets that a reader does not see.
    """
    bodies = [_sheet(rows) for rows in sheets.values()]
    opening = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0)) + _record(
        0x0042, struct.pack("<H", 1200)
    )
    entries = [(name, 1 if name in hidden else 0) for name in sheets]
    length = sum(4 + 6 + 2 + 2 * len(name) for name, _ in entries) + 4
    start = len(opening) + length
    globals_ = opening
    for (name, state), body in zip(entries, bodies, strict=True):
        place = struct.pack("<IBB", start, state, 0)
        globals_ += _record(0x0085, place + bytes([len(name), 1]) + name.encode("utf-16-le"))
        start += len(body)
    stream = globals_ + _record(0x000A, b"") + b"".join(bodies)
    return _compound("Workbook", stream.ljust(_SMALLEST_STREAM, b"\0"))


def _sheet(rows: Sequence[Sequence[Cell]]) -> bytes:
    width = max(map(len, rows), default=0)
    content = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    content += _record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, width, 0))
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            place = struct.pack("<HHH", row, column, 0)
            if isinstance(cell, str):
                text = cell.encode("utf-16-le")
                content += _record(0x0204, place + struct.pack("<HB", len(cell), 1) + text)
            else:
                content += _record(0x0203, place + struct.pack("<d", cell))
    return content + _record(0x000A, b"")


def _record(number: int, content: bytes) -> bytes:
    return struct.pack("<HH", number, len(content)) + content


def _compound(name: str, stream: bytes) -> bytes:
    """A compound file: header, one sector of allocation table, one of directory, then the stream."""
    count = -(-len(stream) // _SECTOR)
    chain = [_TABLE, _END, *range(3, count + 2), _END]
    table = struct.pack(f"<{_SECTOR // 4}I", *chain, *[_FREE] * (_SECTOR // 4 - len(chain)))
    directory = _entry("Root Entry", 5, _FREE, 1, _END, 0) + _entry(name, 2, _FREE, _FREE, 2, len(stream))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, _SMALLEST_STREAM, _END, 0, _END, 0)
    header += struct.pack("<109I", 0, *[_FREE] * 108)
    return header + table + directory.ljust(_SECTOR, b"\0") + stream.ljust(count * _SECTOR, b"\0")


def _entry(name: str, kind: int, sibling: int, child: int, start: int, size: int) -> bytes:
    text = (name + "\0").encode("utf-16-le")
    return (
        text.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(text), kind, 1, sibling, sibling, child)
        + bytes(16 + 4 + 16)
        + struct.pack("<IQ", start, size)
    )
