"""`millwright gaps`: what the documents did not answer, and the notes that experts write to it."""

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import GapError

if TYPE_CHECKING:
    from assistant.app import Millwright
    from assistant.gaps.gaps import Draft, Gaps
    from assistant.gaps.records import Gap, Note


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The actions; an id may be shortened to its first characters."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    actions.add_parser("list", help="questions that wait for a note, the most asked first")
    answer = actions.add_parser("answer", help="write a note to a question; it becomes a document")
    answer.add_argument("gap", metavar="ID")
    answer.add_argument("--by", required=True, metavar="NAME", help="who writes it; it is cited by that name")
    answer.add_argument("--note", metavar="TEXT", help="the note; without it, it is read from stdin")
    answer.add_argument("--machine", default="", help="the machine that it is about")
    answer.add_argument("--collection", default="", help="where it is kept (default: where it was asked)")
    actions.add_parser("notes", help="the notes there are, the last one first")
    remove = actions.add_parser("remove", help="take a note out of the index; its question waits again")
    dismiss = actions.add_parser("dismiss", help="leave a question out of the list until it is asked again")
    for each in (remove, dismiss):
        each.add_argument("gap", metavar="ID")
    for each in actions.choices.values():
        # The index may be named before the action and after it.
        each.add_argument("--index", default=argparse.SUPPRESS, metavar="NAME")
        each.add_argument("--data", type=Path, default=argparse.SUPPRESS, metavar="DIR")
    for name in ("list", "notes"):
        actions.choices[name].add_argument("--json", action="store_true")


def run(parsed: argparse.Namespace, application: "Callable[[], Millwright]") -> int:
    """Do what was asked; every change stands in the audit log."""
    gaps = application().gaps
    match parsed.action:
        case "list":
            _print_gaps(gaps, parsed.json)
            return 0
        case "notes":
            _print_notes(gaps.notes(), parsed.json)
            return 0
        case "answer":
            note = gaps.answer(parsed.gap, _draft(parsed))
            name, done = note.id, f"{note.id} is a document now, cited as: {note.title}"
        case "remove":
            name = gaps.remove(parsed.gap).id
            done = f"{name} is no document any more; its question waits again"
        case _:
            name = gaps.dismiss(parsed.gap)
            done = f"{name} waits no more, until it is asked again"
    print(done)
    return 0


def _draft(parsed: argparse.Namespace) -> "Draft":
    from assistant.gaps.gaps import Draft

    try:
        text = sys.stdin.read() if parsed.note is None else parsed.note
    except UnicodeDecodeError as error:
        raise GapError(f"the note is not UTF-8 text ({error.reason})") from error
    return Draft(parsed.by, text, parsed.machine, parsed.collection)


def _print_gaps(gaps: "Gaps", as_json: bool) -> None:
    waiting = gaps.open()
    if gaps.notice:
        print(f"millwright: {gaps.notice}", file=sys.stderr)
    if as_json:
        print(json.dumps([_gap_json(gap) for gap in waiting], ensure_ascii=False))
        return
    for gap in waiting:
        counts = f"declined {gap.count('declined')}, disliked {gap.count('disliked')}"
        print(f"{gap.id}  {gap.last[:10]}  {counts}  {gap.question}")
        for reason in gap.reasons:
            print(f"    – {' '.join(reason.split())}")
    if not waiting:
        print("no question waits for a note", file=sys.stderr)


def _gap_json(gap: "Gap") -> dict[str, object]:
    return {
        "id": gap.id,
        "question": gap.question,
        "declined": gap.count("declined"),
        "disliked": gap.count("disliked"),
        "last": gap.last,
        "machine": gap.machine,
        "reasons": list(gap.reasons),
        "questions": list(dict.fromkeys(ask.question for ask in gap.asks)),
    }


def _print_notes(notes: "list[Note]", as_json: bool) -> None:
    if as_json:
        print(json.dumps([asdict(note) for note in notes], ensure_ascii=False))
        return
    for note in notes:
        print(f"{note.id}  {note.title}  {note.question}")
    if not notes:
        print("there are no notes", file=sys.stderr)
