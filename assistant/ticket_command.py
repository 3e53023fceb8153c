"""`millwright ticket`: tickets taken in; replies drafted, edited and approved; all shown and exported."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from assistant.app import Millwright
    from assistant.tickets.records import Row, Ticket
    from assistant.tickets.reply import Reply
    from assistant.tickets.tickets import Tickets

_STATUSES = ["open", "drafted", "approved", "rejected", "solved", "published"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The actions of the command, each with its options."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    take = _action(actions, "import", "take tickets in from CSV, JSON lines and .eml files", named=False)
    take.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="files, or folders of them")
    take.add_argument("--by", default="", metavar="NAME", help="who takes them in")
    listing = _action(actions, "list", "list the tickets, the newest first", named=False)
    _action(actions, "show", "show a ticket and what was done with it")
    _changing(actions)
    _action(actions, "deliver", "send what waits for the webhook, and list what did not arrive", named=False)
    export = _action(actions, "export", "write the tickets as CSV or JSON lines", named=False)
    export.add_argument("--to", choices=["csv", "jsonl"], default="csv")
    export.add_argument("--out", type=Path, metavar="FILE", help="default: stdout")
    for each in (listing, export):
        each.add_argument("--status", choices=_STATUSES)


def _changing(actions: Any) -> None:
    """The actions that bring a ticket on; each says who."""
    reply = _action(actions, "reply", "draft a reply; a person edits and approves it")
    reply.add_argument("--engine", help="who words it; extractive: quotes only")
    edit = _action(actions, "edit", "put your text in place of the draft's")
    edit.add_argument("--text", metavar="TEXT", help="default: read from stdin")
    approve = _action(actions, "approve", "stand for the reply")
    reject = _action(actions, "reject", "send the draft back")
    reject.add_argument("--reason", default="")
    solve = _action(actions, "solve", "say what solved it")
    solve.add_argument("--resolution", required=True)
    solve.add_argument("--cause", default="")
    publish = _action(actions, "publish", "make a solved ticket that you reviewed a document")
    for each in (reply, edit, approve, reject, solve, publish):
        each.add_argument("--by", required=True, metavar="NAME")


def _action(actions: Any, name: str, told: str, named: bool = True) -> argparse.ArgumentParser:
    action: argparse.ArgumentParser = actions.add_parser(name, help=told, description=told)
    if named:
        action.add_argument("ticket", metavar="ID")
    # Given after the action as well as before it.
    action.add_argument("--index", default=argparse.SUPPRESS, metavar="NAME")
    action.add_argument("--data", type=Path, default=argparse.SUPPRESS, metavar="DIR")
    action.add_argument("--json", action="store_true")
    return action


def run(parsed: argparse.Namespace, application: "Callable[[], Millwright]") -> int:
    """Carry one action out; a file or row that is no ticket makes the exit code 1."""
    tickets = application().tickets
    match parsed.action:
        case "import":
            return _import(parsed, tickets)
        case "list":
            _list(tickets.listed(parsed.status), parsed.json)
        case "export":
            _export(parsed, tickets)
        case "deliver":
            return _deliver(tickets, parsed.json)
        case "show":
            _show(tickets.open(parsed.ticket), tickets, parsed.json)
        case _:
            _show(_changed(parsed, tickets), tickets, parsed.json)
    return 0


def _changed(parsed: argparse.Namespace, tickets: "Tickets") -> "Ticket":
    match parsed.action:
        case "reply":
            return tickets.reply(parsed.ticket, parsed.by, parsed.engine)
        case "edit":
            text = sys.stdin.read() if parsed.text is None else parsed.text
            return tickets.edit(parsed.ticket, text, parsed.by)
        case "approve":
            return tickets.approve(parsed.ticket, parsed.by)
        case "reject":
            return tickets.reject(parsed.ticket, parsed.reason, parsed.by)
        case "publish":
            return tickets.publish(parsed.ticket, parsed.by)
        case _:
            return tickets.solve(parsed.ticket, parsed.resolution, parsed.cause, parsed.by)


def _import(parsed: argparse.Namespace, tickets: "Tickets") -> int:
    from assistant.tickets.read import read_paths

    rows = tickets.take_in(read_paths(parsed.paths), parsed.by)
    refused = [row for row in rows if row.outcome == "refused"]
    if parsed.json:
        print(json.dumps([row.model_dump() for row in rows], ensure_ascii=False))
    else:
        _print_rows(rows)
    return 1 if refused else 0


def _print_rows(rows: "Sequence[Row]") -> None:
    from assistant.tickets.records import OUTCOMES

    for row in rows:
        if row.outcome == "refused":
            print(f"{row.where}: refused: {row.detail}")
    counts = [(outcome, sum(row.outcome == outcome for row in rows)) for outcome in OUTCOMES]
    print(", ".join(f"{count} {outcome}" for outcome, count in counts if count) or "no tickets there")


def _list(tickets: "Sequence[Ticket]", as_json: bool) -> None:
    if as_json:
        print(json.dumps([ticket.model_dump(mode="json") for ticket in tickets], ensure_ascii=False))
        return
    for ticket in tickets:
        told = ticket.given.subject or " ".join(ticket.given.text.split())
        words = [ticket.ticket_id, f"{ticket.status:9}", f"{ticket.given.external_id[:16]:16}", told[:70]]
        print("  ".join(words).rstrip())
    if not tickets:
        print("no tickets; millwright ticket import FILE.csv", file=sys.stderr)


def _show(ticket: "Ticket", tickets: "Tickets", as_json: bool) -> None:
    events = tickets.events(ticket.ticket_id)
    if as_json:
        told = {**ticket.model_dump(mode="json"), "events": [each.model_dump(mode="json") for each in events]}
        print(json.dumps(told, ensure_ascii=False))
        return
    print(f"{ticket.ticket_id}  {ticket.status}")
    for name, value in ticket.given:
        if value and name != "text":
            print(f"  {name}: {', '.join(value) if isinstance(value, tuple) else value}")
    print("", ticket.given.text, "", sep="\n")
    if ticket.reply is not None:
        _print_reply(ticket.reply)
    for event in events:
        changed = "" if event.distance is None else f", {event.distance:.0%} of the draft changed"
        detail = f" ({event.detail})" if event.detail else ""
        print(f"  {event.at:%Y-%m-%d %H:%M} {event.what} by {event.by}{detail}{changed}")


def _print_reply(reply: "Reply") -> None:
    from assistant.tickets.as_text import internal_lines

    print("---- to the customer", reply.text, "---- internal, never sent", sep="\n")
    for line in internal_lines(reply.internal, reply.language):
        print(f"  {line}")


def _deliver(tickets: "Tickets", as_json: bool) -> int:
    from assistant.errors import ConfigError

    if tickets.courier is None:
        raise ConfigError("tickets.webhook_url is empty: approved replies are sent nowhere")
    arrived, _ = tickets.courier.deliver()
    left = tickets.courier.outbox.waiting()
    if as_json:
        waiting = [
            {"ticket_id": entry.ticket_id, "tries": entry.tries, "problem": entry.problem} for entry in left
        ]
        print(json.dumps({"arrived": arrived, "waiting": waiting}, ensure_ascii=False))
    else:
        print(f"{arrived} arrived, {len(left)} waiting")
        for entry in left:
            state = "given up" if entry.given_up else "to be tried again"
            print(f"  {entry.ticket_id}: {state} after {entry.tries}: {entry.problem}")
    return 1 if left else 0


def _export(parsed: argparse.Namespace, tickets: "Tickets") -> None:
    from assistant.errors import TicketError
    from assistant.tickets.exports import exported

    content = exported(tickets.listed(parsed.status, limit=1_000_000), parsed.to)
    if parsed.out is None:
        print(content, end="")
        return
    try:
        parsed.out.write_text(content, encoding="utf-8", newline="")
    except OSError as error:
        raise TicketError(f"{parsed.out}: cannot be written ({error.strerror})") from error
    print(f"written: {parsed.out}", file=sys.stderr)
