"""What an analysed log leaves in a folder: a summary, two pictures, and every burst as a table."""

import csv
import io
from pathlib import Path

from assistant.errors import LogError
from assistant.logs.markdown import report_markdown
from assistant.logs.plots import pareto, timeline
from assistant.logs.records import LogAnalysis
from assistant.logs.report import LogReport
from assistant.records import Language


def write_files(report: LogReport, folder: Path, language: Language = "en") -> list[Path]:
    """Write summary.md, pareto.png, timeline.png and bursts.csv; files of these names are replaced.

    Raises:
        LogError: The folder cannot be written.
    """
    contents = {
        "summary.md": report_markdown(report, language).encode(),
        "pareto.png": pareto(report.analysis, language),
        "timeline.png": timeline(report.analysis, language),
        "bursts.csv": bursts_csv(report.analysis).encode("utf-8-sig"),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in contents.items():
            (folder / name).write_bytes(content)
    except OSError as error:
        raise LogError(
            f"{folder}: cannot be written ({error.strerror}). Choose another with --out."
        ) from error
    return [folder / name for name in contents]


def bursts_csv(analysis: LogAnalysis) -> str:
    """Every burst as a row; a cell that a spreadsheet would compute is written as text."""
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(
        ["number", "start", "end", "seconds", "machine", "first_out", "line", "alarms", "tied", "codes"]
    )
    for burst in analysis.bursts:
        first = burst.first
        codes = " ".join(f"{code}×{count}" for code, count in burst.codes)
        row = [
            burst.number, first.time, burst.end, f"{burst.seconds:.3f}", first.machine, first.code,
            first.line, burst.alarms, burst.tied, codes,
        ]  # fmt: skip
        writer.writerow([as_text(cell) if isinstance(cell, str) else cell for cell in row])
    return table.getvalue()


def as_text(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t") else cell
