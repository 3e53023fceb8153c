"""A plant of a public manual, an internal procedure and solved tickets, read with a stand-in embedder."""

from pathlib import Path

import pytest

from assistant.app import Millwright, build
from assistant.config import GenerateSettings, Settings, TicketSettings
from assistant.library.records import Outcome, Stated
from assistant.tickets.tickets import Tickets
from tests.fakes import WordEmbedder

MANUAL = """# Pump P-101 manual

## Alarm codes

| Code | Meaning | Cause | Remedy |
|---|---|---|---|
| E021 | Bearing hot | too much grease | Let the surplus grease escape through the relief hole. |

## Greasing the bearings

WARNING: Lock the drive out before the guard is removed.

Tools: grease gun GG-2

1. Remove the guard.
2. Press 10 g of grease into the nipple.
3. Run the pump for 30 min. Stop at once when the bearing is above 85 °C.
"""
PROCEDURE = """# Store procedure

## Where the seal kits lie

The seal kit of the pump lies in store place Q-77 behind the boiler.
"""
SOLVED = """ticket,closed,machine,request,resolution
T-1,2025-04-23,P-101,Bearing hot after somebody greased it,Relief hole opened
"""
RULES = """[[documents]]
path = "manual.md"
kind = "manual"
machine = "P-101"

[[documents]]
path = "store.md"
kind = "sop"

[[documents]]
path = "solved.csv"
kind = "ticket"
"""


def plant_at(folder: Path, tickets: TicketSettings | None = None) -> Millwright:
    """The plant, with its documents read."""
    shelf = folder / "shelf"
    shelf.mkdir()
    for name, text in (("manual.md", MANUAL), ("store.md", PROCEDURE), ("solved.csv", SOLVED),
                       ("millwright.toml", RULES)):  # fmt: skip
        (shelf / name).write_text(text)
    settings = Settings(generate=GenerateSettings(engine="extractive"), tickets=tickets or TicketSettings())
    millwright = build(settings, folder / "data", "plant")
    millwright.__dict__["embedder"] = WordEmbedder()
    assert not millwright.ingest([shelf]).failed
    return millwright


@pytest.fixture(scope="package")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Millwright:
    return plant_at(tmp_path_factory.mktemp("plant"))


def kept(file: Path, stated: Stated, by: str) -> list[Outcome]:
    """A library that takes everything and keeps nothing."""
    return [Outcome(file.name, "ok")]


@pytest.fixture
def tickets(plant: Millwright, tmp_path: Path) -> Tickets:
    """An empty inbox over the plant."""
    return Tickets(tmp_path / "plant", plant.ticket_drafter, kept)
