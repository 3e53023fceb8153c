"""A small plant whose incidents teach something known; written here, read by the real ingest."""

from pathlib import Path

from assistant.app import Millwright, build
from assistant.config import GenerateSettings, LessonSettings, Settings
from tests.fakes import WordEmbedder

REPORT = """# Incident report 7

## What happened
On 2025-03-04 at 06:10 the belt of conveyor CV-7 ran off the drum and tore.
The conveyor stopped for 90 minutes.
Nobody was hurt.

## Cause
The take-up screws had been set unequally.

## Remedy
A new belt was fitted.
"""
CHINESE = """# 事故报告

设备：HP-2

时间：2025-05-22 10:05

## 经过
液压站漏油，地面积油，操作工滑倒受伤。

## 原因
油管接头松动。
"""
HEADER = "report,date,machine,what_happened,cause,remedy,downtime_min,injury\n"
ROWS = """IR-1,2025-01-03,P-1,Seal leak: water on the floor,O-ring swollen,New seal fitted,130,none
IR-2,2025-01-20,P-1,A fitter slipped on the water and was injured,The seal leaked again,New seal fitted,30,yes
IR-3,2025-02-11,P-2,Motor overheated and tripped,Cooler clogged with dust,Cooler cleaned,45,none
"""
PROCEDURE = """# SOP 1 Start-up

## Description
How the pump is started.

## Steps
1. Open the suction valve.
"""
PARTS = """part,machine,name,stock
A1,P-1,Mechanical seal,2
A2,P-1,Bearing,1
A3,P-2,Strainer,4
A4,P-2,Gasket,4
A5,P-2,Fan,1
"""
ORDERS = """wo_id,wo_description,equipment_id,preventive,actual_finish
WO-1,Refrigerant leak at the flange,C-1,FALSE,3/4/20 16:00
WO-2,Routine oil analysis,C-1,TRUE,13/4/20 16:00
WO-2,Routine oil analysis,C-2,TRUE,14/4/20 16:00
"""
REPEATED = """event_id,description,equipment_id,event_time
WO-1,Refrigerant leak,C-1,2020-04-03
WO-9,Fan noisy,C-2,2020-05-03
"""


def plant(data: Path, files: dict[str, str], stated: str = "") -> Millwright:
    """An index over files with these contents; only words are compared."""
    folder = data / "shelf"
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
    if stated:
        (folder / "millwright.toml").write_text(stated, encoding="utf-8")
    # The rows of this embedder are nearer to each other than those of a model.
    settings = Settings(generate=GenerateSettings(engine="extractive"), lessons=LessonSettings(like=0.7))
    millwright = build(settings, data, "plant")
    millwright.__dict__["embedder"] = WordEmbedder()
    report = millwright.ingest([folder])
    assert not report.failed
    return millwright
