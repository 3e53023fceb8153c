"""What may be said of a log that is sent to the API."""

from dataclasses import replace
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.logs.records import LogFormat, LogOptions

_LONGEST_NAME = 200


class LogRequest(BaseModel):
    """The query of `POST /api/v1/logs`; what is not given is found, as on the command line.

    Attributes:
        name: What to call the log.
        gap_s: Largest gap within a burst, in seconds.
        bursts: At most so many bursts in the answer, by start; `burst_count` tells how many there are.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field("log", max_length=_LONGEST_NAME)
    format: LogFormat | None = None
    time_column: str = Field("", max_length=_LONGEST_NAME)
    code_column: str = Field("", max_length=_LONGEST_NAME)
    machine_column: str = Field("", max_length=_LONGEST_NAME)
    day_first: bool | None = None
    gap_s: float | None = Field(None, ge=0, le=86_400)
    across_machines: bool = False
    language: Literal["en", "zh"] = "en"
    bursts: int = Field(1000, ge=0, le=100_000)

    def options(self, default: LogOptions) -> LogOptions:
        """The options of the settings with what was asked for."""
        return replace(
            default,
            format=self.format,
            time_column=self.time_column,
            code_column=self.code_column,
            machine_column=self.machine_column,
            day_first=self.day_first,
            gap_s=default.gap_s if self.gap_s is None else self.gap_s,
            across_machines=self.across_machines,
        )
