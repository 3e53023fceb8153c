"""What must hold of a drafted report and its files, checked without the code that drafts.

Deliberately not `assistant.reports.known_only`, which decides what is kept: a check must be able to fail.
"""

import io
import re
from collections.abc import Iterator
from datetime import date, datetime

import docx
import pypdfium2

from assistant.reports.exports import FORMATS, Format, exported
from assistant.reports.fields import filled
from assistant.reports.records import FaultReport
from assistant.reports.shown import told

_MARKED = re.compile(r"(?:[A-Za-z]+-)*[A-Za-z]*\d[\w.,:/+-]*")
_NAME = re.compile(r"(?<![\w-])[A-Z][A-Za-z'’]*[A-Za-z](?!\w)")
_ENDS = ".,:;/-"
# What the form itself writes, or code: they are no claims about the event.
_OURS = ("header.", "history.previous_reports", "evidence.")
_OPENERS = '.!?:;"“‘(•—–-'
_MONTHS = "January February March April May June July August September October November December".split()


def foreign(report: FaultReport, event: str) -> list[str]:
    """The numbers, dates, names and ids of a report that neither its event nor a text it cites holds.

    Args:
        event: The text that the report was drafted from.
    """
    named = [(cited.quote, cited.title, cited.section) for cited in report.evidence.citations]
    sources = " \n ".join([event, *(text for texts in named for text in texts)])
    return [f"{path}: {word}" for path, text in _said(report) for word in unknown_words(text, sources)]


def _said(report: FaultReport) -> Iterator[tuple[str, str]]:
    """Every text of the report that speaks of the event, without what is computed of its times."""
    for path, value in filled(report):
        known = report.provenance.get(path)
        if path.startswith(_OURS) or known is None or known.origin == "computed":
            continue
        if isinstance(value, datetime):
            yield path, value.isoformat(sep=" ")
        else:
            # Numbers in brackets are those of the sources.
            yield from ((path, re.sub(r"\s*(?:\[\d+\])+$", "", line)) for line in told(value, "en"))


def unknown_words(text: str, sources: str) -> Iterator[str]:
    """The numbers, dates, names and ids of a text that its sources do not hold."""
    held = {word.casefold() for word in _words(sources)}
    words = {word.casefold() for word in re.findall(r"[^\W\d_]+", sources)}
    rest = text
    for moment in re.finditer(r"(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2})(?::\d{2}(?:\.\d+)?)?", text):
        rest = rest.replace(moment[0], " ")
        if not _has_day(date.fromisoformat(moment[1]), sources):
            yield moment[1]
        if not _has_clock(moment[2], sources):
            yield moment[2]
    for word in _words(rest):
        if word.casefold() not in held and not _is_written_so(word, sources):
            yield word
    for found in _NAME.finditer(rest):
        before = rest[: found.start()].rstrip()
        opens = (not before or before[-1] in _OPENERS) and found[0][1:].islower()
        if not opens and not set(re.findall(r"[a-z]+", found[0].casefold())) <= words:
            yield found[0]


def _words(text: str) -> list[str]:
    return [word.rstrip(_ENDS) for word in _MARKED.findall(text.replace("'", ""))]


def _is_written_so(word: str, sources: str) -> bool:
    """Whether it stands in the sources as it is, beside signs that end a word there (`12V`, `5%`, 71°C)."""
    return bool(re.search(rf"(?<![\d.]){re.escape(word)}(?![\d]|[.,]\d)", sources, re.IGNORECASE))


def _has_day(day: date, sources: str) -> bool:
    month, number, year = _MONTHS[day.month - 1], day.day, day.year
    forms = [
        rf"{month[:3]}[a-z]*\.?\s+0?{number}(?:st|nd|rd|th)?,?\s+{year}",
        rf"0?{number}(?:st|nd|rd|th)?\s+(?:of\s+)?{month[:3]}[a-z]*\.?,?\s+{year}",
        rf"{year}[-/.年]\s*0?{day.month}[-/.月]\s*0?{number}",
        rf"0?{day.month}[-/]0?{number}[-/](?:{year}|{year % 100:02})",
        rf"0?{number}[./]0?{day.month}[./]{year}",
    ]
    return any(re.search(rf"(?<!\d){form}(?!\d)", sources, re.IGNORECASE) for form in forms)


def _has_clock(clock: str, sources: str) -> bool:
    hour, minute = (int(part) for part in clock.split(":"))
    hours = {hour, hour % 12 or 12}
    return any(re.search(rf"(?<!\d)0?{each}[:.h]?{minute:02}(?!\d)", sources) for each in hours)


def files_of(report: FaultReport) -> dict[Format, bytes]:
    """The report in every format."""
    return {to: exported(report, to) for to in FORMATS}


def broken_files(report: FaultReport, files: dict[Format, bytes]) -> list[str]:
    """Which of the files does not open, or lacks the report's id or its symptom; JSON must fit the schema."""
    faults = []
    wanted = (report.header.report_id, report.event.symptom)
    for to, content in files.items():
        try:
            text = "".join(_read(to, content).split())
        except Exception as error:  # whatever a reader stumbles over
            faults.append(f"{to}: {error!r}")
            continue
        faults += [f"{to}: lacks {part[:40]!r}" for part in wanted if "".join(part.split()) not in text]
    if FaultReport.model_validate_json(files["json"]) != report:
        faults.append("json: reads as another report")
    return faults


def _read(to: Format, content: bytes) -> str:
    """The text that a file holds."""
    if to == "docx":
        return _word(content)
    if to == "pdf":
        return _pdf(content)
    if to == "json":
        read = FaultReport.model_validate_json(content)
        return f"{read.header.report_id} {read.event.symptom}"
    # A backslash stands before what would be a sign of Markdown's.
    return content.decode().replace("\\", "")


def _word(content: bytes) -> str:
    document = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def _pdf(content: bytes) -> str:
    with pypdfium2.PdfDocument(content) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)
