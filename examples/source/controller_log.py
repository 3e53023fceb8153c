"""The log of the line controller for one shift: readings every few minutes, alarms from `log_events.txt`."""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

_START = datetime(2026, 2, 17, 5, 58)
_END = datetime(2026, 2, 17, 14, 6)
_EVERY = timedelta(minutes=9)

# asset: pairs of (text with one number in it, mean, swing)
_READINGS: dict[str, tuple[tuple[str, float, float], ...]] = {
    "P-101": (
        ("flow={:.1f} m3/h", 57.5, 1.8),
        ("suction={:.2f} bar", 0.62, 0.05),
        ("bearing_de={:.0f} C", 61, 2),
    ),
    "SP-03": (
        ("speed={:.0f} rpm", 12000, 0),
        ("coolant={:.1f} L/min", 8.1, 0.2),
        ("bearing_f={:.0f} C", 44, 3),
    ),
    "HP-2": (("pressure={:.1f} MPa", 15.9, 0.2), ("oil={:.0f} C", 49, 3)),
    "CV-204": (("speed={:.2f} m/s", 0.9, 0.0), ("current={:.1f} A", 3.6, 0.3)),
    "FM-5": (("rate={:.0f} cartons/min", 24, 1), ("glue={:.0f} C", 176, 2)),
}
# asset, from, to (HH:MM), what a reading shows then instead
_STATES = (
    ("SP-03", "05:58", "06:00", "stopped"),
    ("SP-03", "06:00", "06:18", "speed=6000 rpm coolant=8.1 L/min warm-up"),
    ("P-101", "07:42", "08:10", "stopped"),
    ("SP-03", "07:42", "08:15", "stopped"),
    ("CV-204", "07:42", "08:15", "stopped"),
    ("FM-5", "07:42", "08:15", "stopped glue=171 C"),
    ("SP-03", "09:31", "09:58", "stopped"),
    ("CV-204", "09:31", "09:58", "stopped"),
    ("FM-5", "09:31", "09:58", "stopped glue=172 C"),
    ("HP-2", "10:50", "11:15", "pressure=15.8 MPa oil=58 C"),
    ("HP-2", "11:15", "11:37", "pressure=15.6 MPa oil=66 C"),
    ("HP-2", "11:37", "12:21", "stopped oil=58 C"),
    ("CV-204", "11:37", "12:22", "stopped"),
    ("FM-5", "11:37", "12:22", "stopped glue=172 C"),
)


def write_log(path: Path, events: str, alarms: Sequence[Mapping[str, str]]) -> None:
    """Write the log, about 400 lines in order of time.

    Args:
        path: The file to write.
        events: Lines `HH:MM:SS.mmm asset code RAISED|CLEARED|ACK` or `HH:MM:SS.mmm asset - words`.
        alarms: Rows of the alarm list; a code that is not in it is logged without text.
    """
    lines = _readings() + _events(events, {row["code"]: row for row in alarms})
    text = "\n".join(["# LINE1-CTRL fw 3.8.2  harrow-mill  shift A", *sorted(lines)])
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def _readings() -> list[str]:
    """A line a machine every nine minutes; the swing is a sine, so that no random numbers are needed."""
    lines = []
    moment, count = _START, 0
    while moment < _END:
        for place, (asset, readings) in enumerate(_READINGS.items()):
            stamp = moment + timedelta(seconds=place * 3, milliseconds=(count * 137 + place * 41) % 1000)
            values = _state(asset, stamp) or " ".join(
                words.format(mean + swing * math.sin(count * 0.7 + place)) for words, mean, swing in readings
            )
            lines.append(f"{_stamp(stamp)} INFO  {asset:<6} {values}")
        moment, count = moment + _EVERY, count + 1
    return lines


def _state(asset: str, moment: datetime) -> str:
    """What a machine shows while it does not run normally; empty when it does."""
    clock = moment.strftime("%H:%M")
    return next((text for name, first, last, text in _STATES if name == asset and first <= clock <= last), "")


def _events(events: str, alarms: Mapping[str, Mapping[str, str]]) -> list[str]:
    """The alarms and operator actions."""
    lines = []
    for event in events.splitlines():
        if not event or event.startswith("#"):
            continue
        time, asset, code, words = event.split(maxsplit=3)
        asset = asset.replace("LINE", "LINE-1")
        if code == "-":
            lines.append(f"2026-02-17 {time} INFO  {asset:<6} {words}")
        elif words == "RAISED":
            known = alarms.get(code)
            text = f'class={known["class"]} "{known["meaning_en"]}"' if known else 'class=? "(no text)"'
            lines.append(f"2026-02-17 {time} ALARM {asset:<6} {code} RAISED {text}")
        else:
            lines.append(f"2026-02-17 {time} ALARM {asset:<6} {code} {words}")
    return lines


def _stamp(moment: datetime) -> str:
    """Date and time with milliseconds."""
    return moment.isoformat(sep=" ", timespec="milliseconds")
