"""Small logs of every format that say the same: what two machines raised in one morning."""

import json
from pathlib import Path

from assistant.logs.analyse import analyse
from assistant.logs.records import LogAnalysis, LogOptions

# Time of day, machine, code, state, text; the first-out alarms are E012, SC412 and E012 again.
EVENTS = [
    ("07:42:10.350", "P-101", "E012", "RAISED", "Suction pressure low"),
    ("07:42:10.905", "P-101", "E015", "RAISED", "Flow below minimum"),
    ("07:42:14.020", "SP-03", "SC412", "RAISED", "Coolant flow low"),
    ("07:42:58.000", "P-101", "E029", "RAISED", "Motor underload"),
    ("08:10:08.000", "P-101", "E012", "CLEARED", "Suction pressure low"),
    ("09:15:00.000", "P-101", "E012", "RAISED", "Suction pressure low"),
]
HEADER = ["Timestamp", "Machine", "Alarm code", "State", "Message"]


def csv_text(delimiter: str = ",", header: list[str] | None = None) -> str:
    rows = [header or HEADER, *([f"2026-02-17 {clock}", *rest] for clock, *rest in EVENTS)]
    return "\n".join(delimiter.join(row) for row in rows) + "\n"


def json_text() -> str:
    entries = (
        {
            "@timestamp": f"2026-02-17T{clock}Z",
            "asset": {"id": machine},
            "alarm": {"code": code, "state": state},
            "message": text,
        }
        for clock, machine, code, state, text in EVENTS
    )
    return "".join(json.dumps(entry) + "\n" for entry in entries)


def syslog_old() -> str:
    return "".join(
        f"<{11 if state == 'RAISED' else 14}>Feb 17 {clock.split('.')[0]} gw1 plc[7]: "
        f"{machine} {code} {state} {text}\n"
        for clock, machine, code, state, text in EVENTS
    )


def syslog_new() -> str:
    return "".join(
        f"<11>1 2026-02-17T{clock}+01:00 gw1 plc 7 ALM "
        f'[alarm@32473 code="{code}" machine="{machine}" state="{state}"] {text}\n'
        for clock, machine, code, state, text in EVENTS
    )


def plain_text() -> str:
    lines = [
        f'2026-02-17 {clock} ALARM {machine:<6} {code} {state} class=2 "{text}"'
        for clock, machine, code, state, text in EVENTS
    ]
    lines[2:2] = ["2026-02-17 07:42:12.000 INFO  P-101  flow=57.5 m3/h suction=0.62 bar"]
    return "# LINE1-CTRL fw 3.8.2\n" + "\n".join(lines) + "\n"


def found(path: Path, content: str | bytes, **options: object) -> LogAnalysis:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return analyse(path, LogOptions(**options))  # type: ignore[arg-type]


def first_outs(analysis: LogAnalysis) -> list[tuple[str, str]]:
    return [(burst.first.machine, burst.first.code) for burst in analysis.bursts]


EXPECTED = [("P-101", "E012"), ("SP-03", "SC412"), ("P-101", "E012")]
