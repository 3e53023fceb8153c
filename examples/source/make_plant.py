"""Write every binary file of the small plant, and its log; run this file after a change of text.

The same texts give the same bytes, so a run without a change leaves nothing to commit.
"""

import csv
import sys
import tomllib
from pathlib import Path
from string import Template

from alarm_workbook import write_workbook
from controller_log import write_log
from fixed_zip import fix_times
from manual_pdf import Manual, write_manual
from markup import read_blocks
from pdf_type import register_fonts
from word_docx import WordText, write_word

TEXTS = Path(__file__).parent / "text"
PLANT = Path(__file__).parents[1] / "plant"
WRITTEN = "2026-01-12T08:00:00Z"


def read_alarms() -> list[dict[str, str]]:
    """The alarm codes of the plant, in the order of the list."""
    with (TEXTS / "alarms.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def make_manuals(folder: Path) -> None:
    """Write each manual that manuals.toml names."""
    register_fonts()
    alarms = read_alarms()
    for row in tomllib.loads((TEXTS / "manuals.toml").read_text(encoding="utf-8"))["manuals"]:
        text = Template((TEXTS / row.pop("text")).read_text(encoding="utf-8"))
        blocks = read_blocks(text.substitute(row.pop("values", {})))
        changes = read_blocks((TEXTS / row.pop("changes")).read_text(encoding="utf-8"))
        path = folder / "manuals" / row.pop("file")
        path.parent.mkdir(parents=True, exist_ok=True)
        write_manual(path, Manual(changes=changes, blocks=blocks, **row), alarms)


def make_word_files(folder: Path) -> None:
    """Write each Word file that word.toml names."""
    for row in tomllib.loads((TEXTS / "word.toml").read_text(encoding="utf-8"))["files"]:
        blocks = read_blocks((TEXTS / row.pop("text")).read_text(encoding="utf-8"))
        path = folder / row.pop("file")
        path.parent.mkdir(parents=True, exist_ok=True)
        write_word(path, WordText(blocks=blocks, **row))
        fix_times(path, WRITTEN)


def make_lists(folder: Path) -> None:
    """Write the alarm list and the log that uses its codes."""
    alarms = read_alarms()
    workbook = folder / "lists" / "alarm-list.xlsx"
    log = folder / "logs" / "line1-controller.log"
    for path in (workbook, log):
        path.parent.mkdir(parents=True, exist_ok=True)
    write_workbook(workbook, alarms)
    fix_times(workbook, WRITTEN)
    write_log(log, (TEXTS / "log_events.txt").read_text(encoding="utf-8"), alarms)


def make(folder: Path = PLANT) -> None:
    """Write all generated files of the plant below `folder`."""
    make_manuals(folder)
    make_word_files(folder)
    make_lists(folder)


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else PLANT)
