"""A report as a file: Markdown, JSON, Word or PDF."""

from pathlib import Path
from typing import Literal, get_args

from assistant.reports.records import FaultReport

Format = Literal["md", "json", "docx", "pdf"]
FORMATS: tuple[Format, ...] = get_args(Format)
MEDIA_TYPES: dict[Format, str] = {
    "md": "text/markdown; charset=utf-8",
    "json": "application/json",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}
BINARY: tuple[Format, ...] = ("docx", "pdf")


def exported(report: FaultReport, to: Format, template: Path | None = None) -> bytes:
    """The file's bytes.

    Args:
        template: The site's Word template; the other formats have none.

    Raises:
        ReportError: The template is no Word file.
    """
    # Each format loads what writes it, and a report of one kind needs no more.
    if to == "docx":
        from assistant.reports.as_word import report_word

        return report_word(report, template)
    if to == "pdf":
        from assistant.reports.as_pdf import report_pdf

        return report_pdf(report)
    if to == "json":
        return (report.model_dump_json(by_alias=True, indent=2) + "\n").encode()
    from assistant.reports.as_markdown import report_markdown

    return report_markdown(report).encode()
