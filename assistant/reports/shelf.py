"""The reports of an index, one JSON file each; a file is replaced whole or not at all."""

import re
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from assistant.errors import ReportError
from assistant.reports.records import FaultReport
from ingest import disk

_ID = re.compile(r"FR-\d{8}-\d{3,}")


class Shelf:
    """Where reports are kept.

    Args:
        folder: Need not exist yet.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def ids(self) -> list[str]:
        """The reports' ids, oldest first."""
        found = self.folder.glob("FR-*.json") if self.folder.is_dir() else ()
        return sorted(path.stem for path in found if _ID.fullmatch(path.stem))

    def load(self, report_id: str) -> FaultReport:
        """A report by its id.

        Raises:
            ReportError: There is none, or its file was damaged.
        """
        path = self._path(report_id)
        if not path.is_file():
            known = ", ".join(self.ids()[-5:]) or "none yet"
            raise ReportError(f"{report_id}: no such report; the latest are {known}")
        try:
            return FaultReport.model_validate_json(path.read_bytes())
        except (ValidationError, OSError) as error:
            first = str(error).splitlines()[0]
            raise ReportError(f"{path}: not readable as a fault report ({first})") from error

    def all(self) -> list[FaultReport]:
        """Every report, oldest first."""
        return [self.load(report_id) for report_id in self.ids()]

    def save(self, report: FaultReport) -> Path:
        """Write a report; its status is on the disk when this returns."""
        path = self._path(report.header.report_id)
        self.folder.mkdir(parents=True, exist_ok=True)
        disk.replace_file(path, report.model_dump_json(by_alias=True, indent=1).encode())
        return path

    def new_id(self, now: datetime) -> str:
        """The next free id of a day: FR-20260217-001."""
        day = f"FR-{now:%Y%m%d}-"
        taken = [int(report_id.removeprefix(day)) for report_id in self.ids() if report_id.startswith(day)]
        return f"{day}{max(taken, default=0) + 1:03}"

    def _path(self, report_id: str) -> Path:
        # The id becomes a file name; nothing else may.
        if not _ID.fullmatch(report_id):
            raise ReportError(f"{report_id!r}: an id reads FR-20260217-001")
        return self.folder / f"{report_id}.json"
