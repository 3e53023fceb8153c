"""The alarm list of the plant as a workbook with two sheets."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

_HEADER = (
    "Asset",
    "Code",
    "Class",
    "Alarm text (English)",
    "报警文本（中文）",
    "First action (English)",
    "首要措施（中文）",
    "Reset",
)
_KEYS = ("code", "class", "meaning_en", "meaning_zh", "action_en", "action_zh", "reset")
_WIDTHS = (11, 9, 7, 34, 26, 62, 52, 13)
_HEADER_ROW = 5
_LINE = Side(style="thin", color="B8C4CC")


def write_workbook(path: Path, alarms: Sequence[Mapping[str, str]]) -> None:
    """Write machine alarms and line alarms to a sheet each; the zip still carries the time of the run."""
    workbook = Workbook()
    workbook.properties.creator = "Harrow Mill maintenance"
    workbook.properties.created = datetime(2026, 1, 12, 8, 0)
    machines = workbook.active
    machines.title = "Machine alarms"
    _fill(machines, "Harrow Mill – alarm list, machines", [row for row in alarms if row["asset"] != "Line 1"])
    line = workbook.create_sheet("Line 1 PLC")
    _fill(
        line, "Harrow Mill – alarm list, line controller", [row for row in alarms if row["asset"] == "Line 1"]
    )
    workbook.save(path)


def _fill(sheet: Worksheet, title: str, alarms: Sequence[Mapping[str, str]]) -> None:
    """Title rows, header row, then one row an alarm with the asset's cells merged downwards."""
    sheet["A1"], sheet["A2"] = title, "Issue 7, 2026-01-12. Valid for English and Chinese panels."
    sheet["A3"] = "Class 1 = stop at once, 2 = controlled stop, 3 = warning only"
    for row in (1, 2, 3):
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(_HEADER))
    sheet["A1"].font = Font(bold=True, size=14)
    for column, (name, width) in enumerate(zip(_HEADER, _WIDTHS, strict=True), start=1):
        cell = sheet.cell(_HEADER_ROW, column, name)
        cell.font, cell.fill = Font(bold=True, color="FFFFFF"), PatternFill("solid", fgColor="0F4C5C")
        cell.alignment = Alignment(vertical="center", wrap_text=True)
        sheet.column_dimensions[get_column_letter(column)].width = width
    row_number = _HEADER_ROW + 1
    for asset, group in groupby(alarms, key=lambda alarm: alarm["asset"]):
        first = row_number
        for alarm in group:
            _fill_row(sheet, row_number, alarm)
            row_number += 1
        sheet.cell(first, 1, asset).alignment = Alignment(vertical="top")
        sheet.cell(first, 1).font = Font(bold=True)
        sheet.merge_cells(start_row=first, end_row=row_number - 1, start_column=1, end_column=1)
    sheet.freeze_panes = sheet.cell(_HEADER_ROW + 1, 3)
    sheet.auto_filter.ref = f"A{_HEADER_ROW}:H{row_number - 1}"
    sheet.print_title_rows = f"{_HEADER_ROW}:{_HEADER_ROW}"
    sheet.page_setup.orientation = "landscape"


def _fill_row(sheet: Worksheet, row_number: int, alarm: Mapping[str, str]) -> None:
    """One alarm; the class is a number so that it can be sorted."""
    for column, key in enumerate(_KEYS, start=2):
        value = int(alarm[key]) if key == "class" else alarm[key]
        cell = sheet.cell(row_number, column, value)
        cell.alignment = Alignment(vertical="top", wrap_text=True)
        cell.border = Border(bottom=_LINE)
