"""`millwright token`: with what programs come in, for whom they act, and what they may do."""

import argparse
import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from assistant.access import audit
from assistant.access.tokens import MOST_DAYS, SCOPES, Token, Tokens
from assistant.access.users import USERS_FILE, UsersFile


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The actions."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    create = actions.add_parser("create", help="make a token; it is shown this once")
    create.add_argument("name", help="what it is for")
    create.add_argument("--user", required=True, help="for whom it acts; it may never do more than they")
    create.add_argument("--scope", action="append", required=True, choices=SCOPES, help="again for more")
    create.add_argument(
        "--days", type=int, default=90, help=f"how long it lasts (default 90, at most {MOST_DAYS})"
    )
    listing = actions.add_parser("list", help="the tokens, whose they are, and when they were used last")
    listing.add_argument("--json", action="store_true")
    actions.add_parser("revoke", help="end a token at once").add_argument("id")
    for each in actions.choices.values():
        # The folder may be named before the action and after it.
        each.add_argument("--data", type=Path, default=argparse.SUPPRESS, metavar="DIR")


def run(parsed: argparse.Namespace) -> int:
    """Do what was asked; every change stands in the audit log."""
    tokens = Tokens(UsersFile(parsed.data / USERS_FILE))
    if parsed.action == "list":
        _print(tokens.list(), parsed.json)
    elif parsed.action == "revoke":
        found = tokens.revoke(parsed.id)
        audit.record(parsed.data, audit.local_user(), "token revoke", [found.id, found.user])
        print(f"the token {found.id} ({found.name}) is worth nothing any more")
    else:
        made, text = tokens.create(parsed.user, parsed.name, parsed.scope, parsed.days)
        ids = [made.id, made.user, *made.scopes]
        audit.record(parsed.data, audit.local_user(), "token create", ids)
        print(f"shown this once; it acts for {made.user} until {_day(made.expires)}:", file=sys.stderr)
        print(text)
    return 0


def _print(found: list[Token], as_json: bool) -> None:
    if as_json:
        times = ("created", "expires", "used")
        rows = [
            {**asdict(token), **{name: _moment(getattr(token, name)) for name in times}} for token in found
        ]
        print(json.dumps(rows, ensure_ascii=False))
        return
    for token in found:
        used = f"used {_day(token.used)}" if token.used else "never used"
        scopes = ",".join(token.scopes)
        print(f"{token.id}  {token.user}  {scopes}  until {_day(token.expires)}  {used}  {token.name}")
    if not found:
        print("no tokens")


def _moment(seconds: float) -> str | None:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds") if seconds else None


def _day(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()
