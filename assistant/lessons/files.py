"""What incidents teach as files: a page with everything inline, and the plots."""

from pathlib import Path

from assistant.errors import LessonError
from assistant.lessons.codes import Codes
from assistant.lessons.page import page
from assistant.lessons.plots import pareto, trend
from assistant.lessons.records import Findings
from assistant.records import Language
from ingest import disk

_PLOTS = ("mode", "machine", "cause")


def write_files(
    found: Findings, codes: Codes, rules: tuple[float, int], folder: Path, language: Language
) -> list[Path]:
    """Write `lessons.html` and the plots; returns the paths.

    Raises:
        LessonError: The folder cannot be made.
    """
    contents = {"lessons.html": page(found, codes, rules, language).encode()}
    if found.coded:
        contents |= {f"{name}.png": pareto(found, name, codes, language) for name in _PLOTS}
    if found.trend.periods:
        contents["trend.png"] = trend(found, codes, language)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LessonError(f"{folder}: cannot be made ({error.strerror})") from error
    for name, content in contents.items():
        disk.replace_file(folder / name, content)
    return [folder / name for name in contents]
