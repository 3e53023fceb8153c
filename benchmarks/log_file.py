"""A log with known first-out alarms: bursts of a few machines, some ties, and lines out of order."""

import json
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

_MACHINES = [f"M-{number:02}" for number in range(1, 21)]
_CODES = [f"E{number:03}" for number in range(1, 400)]
_WORDS = "pressure low,flow below minimum,door open,drive fault,over-temperature,sensor lost".split(",")
_GAP = timedelta(seconds=60)

Planted = list[tuple[str, str, str]]
"""Time, machine and code of each burst's first-out alarm, by time."""


def write_log(path: Path, lines: int, kind: str = "csv", seed: int = 1) -> Planted:
    """Write a log of about so many lines and tell what comes first in each of its bursts.

    One line in three is no alarm (a reading, or an alarm that clears). In one burst of ten, two alarms
    carry the time of the first; in one of five, the first-out alarm stands a few lines late.

    Args:
        kind: csv, text or jsonl.
    """
    draw = random.Random(seed)
    free = dict.fromkeys(_MACHINES, datetime(2026, 1, 1))
    now, written, planted = datetime(2026, 1, 1), 0, Planted()
    line = _LINES[kind]
    with path.open("w", encoding="utf-8", newline="\n") as file:
        if kind == "csv":
            file.write("Timestamp,Machine,Level,Alarm code,State,Message\n")
        while written < lines:
            now += timedelta(seconds=draw.randrange(4, 40))
            machine = draw.choice(_MACHINES)
            if free[machine] > now:
                continue
            burst = _burst(draw, now, machine)
            planted.append((_stamp(burst[0][0]), machine, burst[0][1]))
            # Longer than the gap after its last alarm, a machine is free for another burst.
            free[machine] = burst[-1][0] + _GAP + timedelta(seconds=1)
            for row in _written(draw, burst, machine):
                file.write(line(*row))
                written += 1
    return sorted(planted)


def _burst(draw: random.Random, start: datetime, machine: str) -> list[tuple[datetime, str]]:
    moments = [start]
    for _ in range(draw.randrange(0, 14)):
        moments.append(moments[-1] + timedelta(milliseconds=draw.randrange(1, 9000)))
    if len(moments) > 2 and draw.random() < 0.1:
        moments[1] = moments[0]
    return [(moment, draw.choice(_CODES)) for moment in moments]


def _written(
    draw: random.Random, burst: list[tuple[datetime, str]], machine: str
) -> list[tuple[str, str, str, str, str, str]]:
    """The lines of a burst as a controller writes them, some late, between lines that are no alarms."""
    rows = []
    for moment, code in burst:
        words = draw.choice(_WORDS)
        rows.append((_stamp(moment), machine, "ALARM", code, "RAISED", words))
        if draw.random() < 0.25:
            rows.append((_stamp(moment), machine, "ALARM", code, "CLEARED", words))
        if draw.random() < 0.25:
            rows.append((_stamp(moment), machine, "INFO", "", "", f"speed {draw.randrange(9000)} rpm"))
    tied = len(burst) > 1 and burst[1][0] == burst[0][0]
    if draw.random() < 0.2 and not tied:
        rows.insert(min(3, len(rows)), rows.pop(0))
    return rows


def _stamp(moment: datetime) -> str:
    text = moment.isoformat(sep=" ", timespec="milliseconds")
    return text.removesuffix(".000")


def _as_csv(time: str, machine: str, level: str, code: str, state: str, words: str) -> str:
    return f"{time},{machine},{level},{code},{state},{words}\n"


def _as_text(time: str, machine: str, level: str, code: str, state: str, words: str) -> str:
    return (
        f'{time} {level:<5} {machine} {code} {state} "{words}"\n'
        if code
        else f"{time} {level:<5} {machine} {words}\n"
    )


def _as_json(time: str, machine: str, level: str, code: str, state: str, words: str) -> str:
    entry = {"ts": time, "machine": machine, "level": level, "code": code, "state": state, "message": words}
    return json.dumps(entry) + "\n"


_LINES: dict[str, Callable[[str, str, str, str, str, str], str]] = {
    "csv": _as_csv, "text": _as_text, "jsonl": _as_json
}  # fmt: skip
