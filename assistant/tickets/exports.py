"""Tickets as a table: CSV for a spreadsheet, JSON lines for a program."""

import csv
import io
from collections.abc import Sequence
from typing import Literal, get_args

from assistant.logs.files import as_text
from assistant.tickets.records import Ticket

Format = Literal["csv", "jsonl"]
FORMATS: tuple[Format, ...] = get_args(Format)
_COLUMNS = ("external_id", "subject", "text", "customer", "email", "machine", "model", "priority", "opened",
            "resolved", "cause", "resolution")  # fmt: skip


def exported(tickets: Sequence[Ticket], to: Format) -> str:
    """The file's text; what a spreadsheet would take for a formula is written as text."""
    if to == "jsonl":
        return "".join(f"{ticket.model_dump_json()}\n" for ticket in tickets)
    table = io.StringIO(newline="")
    writer = csv.writer(table)
    writer.writerow(["ticket", "status", *_COLUMNS])
    for ticket in tickets:
        given = ticket.given
        told = [str(value) if (value := getattr(given, name)) else "" for name in _COLUMNS]
        writer.writerow([ticket.ticket_id, ticket.status, *map(as_text, told)])
    return table.getvalue()
