"""What the log panel shows after each event; no Gradio here."""

import logging
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.errors import MillwrightError
from assistant.logs.labels import speaker
from assistant.logs.records import LogFormat, LogOptions
from assistant.logs.report import LogReport
from assistant.records import Language
from assistant.ui.log_view import log_view
from assistant.ui.render import error_line
from assistant.ui.service import Assistant

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Corrections:
    """What the user says of a log; an empty text means: find it."""

    format: LogFormat | None = None
    time_column: str = ""
    code_column: str = ""
    machine_column: str = ""
    day_first: bool | None = None
    gap_s: float | None = None
    across_machines: bool = False


@dataclass(frozen=True, slots=True)
class LogShown:
    """The panel's content.

    Args:
        html: Finished.
        report: What it shows; None after an error.
        names: The columns that can be chosen.
    """

    html: str
    report: LogReport | None = None
    names: tuple[str, ...] = ()


class LogSession:
    """Turns what the user does with a log into what is shown."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    def analyse(self, path: str | None, said: Corrections, language: Language) -> LogShown:
        """Read a log and show what is in it, or why it could not be read."""
        if not path:
            return LogShown(error_line(speaker(language)("no_file")))
        file = Path(path)
        try:
            report = self._assistant.analyse_log(file, self._options(said), name=file.name, language=language)
            return self.shown(report, language)
        except MillwrightError as error:
            return LogShown(error_line(str(error).replace(path, file.name), language))
        except Exception:  # the page must say something, whatever broke; the log says what
            log.exception("a log could not be analysed")
            return LogShown(error_line(speaker(language)("unexpected")))

    @staticmethod
    def shown(report: LogReport, language: Language) -> LogShown:
        """A report in the page's language."""
        return LogShown(log_view(report, language), report, report.analysis.layout.names)

    def _options(self, said: Corrections) -> LogOptions:
        default = self._assistant.log_options()
        return replace(
            default,
            format=said.format,
            time_column=said.time_column,
            code_column=said.code_column,
            machine_column=said.machine_column,
            day_first=said.day_first,
            gap_s=default.gap_s if said.gap_s is None or said.gap_s < 0 else said.gap_s,
            across_machines=said.across_machines,
        )
