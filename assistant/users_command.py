"""`millwright users`: who may log in, and which groups may read which collection."""

import argparse
import getpass
import json
import sys
from pathlib import Path

from assistant.access import audit, passwords
from assistant.access.records import OPEN_COLLECTION, ROLES, AccessError
from assistant.access.users import USERS_FILE, UsersFile, known_name


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The actions; a password is asked for, or read from stdin, and never stands on the command line."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    add = actions.add_parser("add", help="add a user; the password is asked for, or read from stdin")
    add.add_argument("name")
    add.add_argument("--role", choices=ROLES, default="technician")
    add.add_argument("--group", action="append", default=[], metavar="GROUP")
    listing = actions.add_parser("list", help="the users, and the groups of each collection")
    listing.add_argument("--json", action="store_true")
    for action, told in (("remove", "remove a user"), ("passwd", "give a user another password")):
        actions.add_parser(action, help=told).add_argument("name")
    allow = actions.add_parser("allow", help="say which groups (or roles) may read a collection")
    allow.add_argument("collection")
    allow.add_argument("groups", nargs="*", metavar="GROUP", help="none: admins only; everyone: every user")
    for each in actions.choices.values():
        # The folder may be named before the action and after it.
        each.add_argument("--data", type=Path, default=argparse.SUPPRESS, metavar="DIR")


def run(parsed: argparse.Namespace) -> int:
    """Do what was asked; every change stands in the audit log."""
    users = UsersFile(parsed.data / USERS_FILE)
    if parsed.action == "list":
        _print(users, parsed.json)
        return 0
    if parsed.action == "allow":
        groups = users.allow(parsed.collection, parsed.groups)
        done, name = f"{parsed.collection}: {', '.join(sorted(groups)) or 'admins only'}", parsed.collection
    elif parsed.action == "remove":
        name = users.remove(parsed.name).name
        done = f"{name} is removed, and logged out everywhere"
    elif parsed.action == "passwd":
        name = known_name(parsed.name)
        if users.find(name) is None:
            raise AccessError(f"there is no user {name!r}; `millwright users list` names all")
        users.set_password(name, passwords.hashed(_password(name), name))
        done = f"{name} has a new password, and is logged out everywhere"
    else:
        name = known_name(parsed.name)
        user = users.add(name, parsed.role, parsed.group, passwords.hashed(_password(name), name))
        done = f"{user.name} is added as {user.role}"
    audit.record(parsed.data, audit.local_user(), f"users {parsed.action}", [name])
    print(done)
    return 0


def _password(name: str) -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass.getpass(f"Password of {name}: ")
    if getpass.getpass("Once more: ") != password:
        raise AccessError("the two are not the same; nothing was changed")
    return password


def _print(users: UsersFile, as_json: bool) -> None:
    everyone, ruled = users.list(), users.collections()
    if as_json:
        rows = [{"name": u.name, "role": u.role, "groups": sorted(u.groups)} for u in everyone]
        allowed = {name: sorted(groups) for name, groups in ruled.items()}
        print(json.dumps({"users": rows, "collections": allowed}, ensure_ascii=False))
        return
    for user in everyone:
        print(f"{user.name}  {user.role}  {' '.join(sorted(user.groups))}".rstrip())
    if not everyone:
        print("no users: on this machine the page is open to whoever uses it, and it is served nowhere else")
    if everyone or ruled:
        ruled.setdefault(OPEN_COLLECTION, frozenset({"everyone"}))
        for name, groups in ruled.items():
            print(f"collection {name}: {', '.join(sorted(groups)) or 'admins only'}")
