"""The tickets of examples/ over the sample plant: nothing in a reply that no source holds."""

from pathlib import Path

from assistant.app import build
from assistant.config import Settings
from benchmarks.ticket_checks import foreign
from benchmarks.tickets import outcome, tickets


def test_nothing_foreign_stands_in_a_reply_and_what_is_foreign_is_seen(plant_data: Path) -> None:
    application = build(Settings(), plant_data, "plant")
    asked = tickets()
    assert [ticket.language for ticket in asked].count("zh") == 10
    outcomes = [outcome(ticket, application) for ticket in asked]
    assert [entry.foreign for entry in outcomes if entry.foreign] == []
    assert [entry.closed for entry in outcomes if entry.closed] == []
    assert sum(entry.reply.customer.answers for entry in outcomes) >= 5
    first = outcomes[0]
    made_up = first.reply.model_copy(
        update={"draft": f"{first.reply.draft}\nAsk Mr Zimmer for part ZX-99 by 2031-01-02."}
    )
    found = " ".join(foreign(first.ticket, made_up))
    assert all(word in found for word in ("Zimmer", "ZX-99", "2031-01-02"))
