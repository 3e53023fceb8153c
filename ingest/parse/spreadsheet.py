"""XLSX, and XLS by python-calamine: each row a record with its sheet and row number."""

import datetime
import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from ingest.errors import SourceError
from ingest.limits import Limits
from ingest.parse.number_format import plain_number
from ingest.parse.rows import Row, row_blocks, without_empty
from ingest.parse.workbook import Sheet, sheets
from ingest.records import Block, Document

_UNNAMED = re.compile(r"(?:Sheet|工作表|Tabelle|Feuil|Hoja) ?1?")


def parse(content: bytes, doc: str, limits: Limits) -> Document:
    """Read every sheet that a reader sees."""
    warnings: list[str] = []
    blocks: list[Block] = []
    read = list(_xlsx(content, limits) if content.startswith(b"PK") else _xls(content, limits))
    shown = [sheet for sheet in read if isinstance(sheet, Sheet)]
    for sheet in read:
        if isinstance(sheet, str):
            warnings.append(sheet)
            continue
        warnings.extend(sheet.warnings)
        body = row_blocks(without_empty(sheet.rows), sheet.name)
        if body and not (len(shown) == 1 and _UNNAMED.fullmatch(sheet.name)):
            blocks.append(Block("heading", sheet.name, level=1, label=sheet.name))
        blocks.extend(body)
    return Document(doc.rsplit("/", 1)[-1], tuple(blocks), pages=len(shown), warnings=tuple(warnings))


def _xlsx(content: bytes, limits: Limits) -> Iterator[Sheet | str]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            yield from sheets(archive, limits)
    except (zipfile.BadZipFile, ValueError, IndexError, KeyError) as error:
        raise SourceError(
            "corrupt", f"a part is broken ({type(error).__name__}: {str(error)[:80]})"
        ) from error


def _xls(content: bytes, limits: Limits) -> Iterator[Sheet | str]:
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        cells = 0
        for entry in book.sheets_metadata:
            if entry.visible != python_calamine.SheetVisibleEnum.Visible:
                yield f"sheet {entry.name!r} is hidden and was left out"
                continue
            values = book.get_sheet_by_name(entry.name).to_python(skip_empty_area=False)
            cells += sum(len(row) for row in values)
            if cells > limits.cells:
                raise SourceError("limit", f"sheet {entry.name!r}: more than {limits.cells:,} cells")
            yield Sheet(entry.name, tuple(Row(n, tuple(map(_shown, row))) for n, row in enumerate(values, 1)))
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        reason = "encrypted" if "password" in str(error).lower() else "corrupt"
        raise SourceError(reason, str(error)[:100]) from error  # type: ignore[arg-type]


def _shown(value: Any) -> str:
    """A cell's value as a sheet shows it: whole numbers without a point, dates in ISO form."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return plain_number(value, "")
    if isinstance(value, datetime.datetime):
        plain_day = value.time() == datetime.time(0)
        return value.date().isoformat() if plain_day else value.isoformat(" ", "seconds")
    return "" if value is None else str(value)
