"""Write a week of alarms as a station PC exports them: `python examples/source/week_log.py [FILE]`.

Day before month, date and time of day apart, semicolons; when an alarm comes and when it goes. What
happened stands in EVENTS; the same events give the same bytes.
"""

import csv
import io
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

TEXTS = Path(__file__).parent / "text"
FILE = Path(__file__).parents[1] / "logs" / "line1-week8.csv"
HEADER = ("Date", "Time", "Station", "Alarm no.", "State", "Alarm text")

# What a cause raises: seconds after its first alarm, station, code.
CAUSES: dict[str, tuple[tuple[int, str, str], ...]] = {
    "strainer clogged": (
        (0, "P-101", "E012"), (1, "P-101", "E015"), (2, "LINE-1", "L904"), (4, "SP-03", "SC412"),
        (5, "FM-5", "A510"), (6, "HP-2", "H-11"), (7, "LINE-1", "L902"), (52, "P-101", "E029"),
    ),
    "belt drifts": ((0, "CV-204", "F22"), (9, "CV-204", "F21"), (10, "LINE-1", "L902")),
    "door switch wet": ((0, "SP-03", "SC417"), (1, "LINE-1", "L902")),
    "compressor off": ((0, "LINE-1", "L903"), (2, "FM-5", "A508"), (3, "SP-03", "SC403")),
    "oil too hot": ((0, "HP-2", "H-04"), (45, "HP-2", "H-03"), (46, "LINE-1", "L902")),
    "blanks run out": ((0, "FM-5", "A506"),),
    "blank jams": ((0, "FM-5", "A507"), (30, "FM-5", "A502"), (31, "LINE-1", "L902")),
    "code of the new firmware": ((0, "FM-5", "A577"),),
    "cold start": ((0, "SP-03", "SC423"),),
    "lens dusty": tuple((12 * n, "CV-204", "F27") for n in range(9)),
}  # fmt: skip

# Day of February 2026, time of day, minutes until everything is gone again, cause.
EVENTS = """
16 05:58:40 16 cold start
16 07:42:10 28 strainer clogged
16 10:03:31  4 lens dusty
16 11:20:05  2 blanks run out
16 13:15:44 19 strainer clogged
17 08:12:09  6 door switch wet
17 09:47:53 11 belt drifts
17 12:30:18  9 blank jams
17 15:08:02 22 strainer clogged
18 06:40:27  7 compressor off
18 09:05:00  1 code of the new firmware
18 13:51:36  2 blanks run out
19 05:59:12 15 cold start
19 07:33:48 31 strainer clogged
19 10:22:10  5 lens dusty
19 14:02:55 48 oil too hot
20 06:15:30  3 blanks run out
20 09:41:07 24 strainer clogged
20 11:11:11  8 belt drifts
20 13:26:40  1 code of the new firmware
21 07:20:58 35 strainer clogged
21 08:44:03 12 blank jams
22 09:00:21  3 lens dusty
"""


def write_week(path: Path = FILE) -> None:
    """Write the log."""
    with (TEXTS / "alarms.csv").open(encoding="utf-8", newline="") as file:
        words = {row["code"]: row["meaning_en"] for row in csv.DictReader(file)}
    table = io.StringIO()
    writer = csv.writer(table, delimiter=";", lineterminator="\n")
    writer.writerow(HEADER)
    for moment, station, code, state in sorted(_rows()):
        writer.writerow(
            [f"{moment:%d/%m/%Y}", f"{moment:%H:%M:%S}", station, code, state, words.get(code, "")]
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(table.getvalue(), encoding="utf-8", newline="\n")


def first_outs() -> list[tuple[str, str, str]]:
    """Time, station and code of every first-out alarm, by time."""
    firsts = []
    for day, clock, _, cause in _events():
        begun: dict[str, tuple[str, str, str]] = {}
        for seconds, station, code in CAUSES[cause]:
            moment = _moment(day, clock) + timedelta(seconds=seconds)
            begun.setdefault(station, (moment.isoformat(sep=" "), station, code))
        firsts.extend(begun.values())
    return sorted(firsts)


def _rows() -> Iterator[tuple[datetime, str, str, str]]:
    """Each alarm as it comes and goes; one that flickers goes after five seconds."""
    for day, clock, minutes, cause in _events():
        start = _moment(day, clock)
        flickers = len({code for _, _, code in CAUSES[cause]}) < len(CAUSES[cause])
        for place, (seconds, station, code) in enumerate(CAUSES[cause]):
            raised = start + timedelta(seconds=seconds)
            over = timedelta(seconds=5) if flickers else timedelta(minutes=minutes, seconds=3 * place)
            yield raised, station, code, "ON"
            yield raised + over, station, code, "OFF"


def _events() -> Iterator[tuple[int, str, int, str]]:
    for line in EVENTS.strip().splitlines():
        day, clock, minutes, cause = line.split(maxsplit=3)
        yield int(day), clock, int(minutes), cause


def _moment(day: int, clock: str) -> datetime:
    return datetime.fromisoformat(f"2026-02-{day} {clock}")


if __name__ == "__main__":
    write_week(Path(sys.argv[1]) if len(sys.argv) > 1 else FILE)
