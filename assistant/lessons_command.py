"""`millwright lessons`: what incident reports and work orders teach, and what people correct of it."""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.app import Millwright
    from assistant.lessons.lessons import Lessons
    from assistant.lessons.records import Coded

_AXES = ("mode", "cause", "component", "hazard")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The actions, each with its options."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    show = actions.add_parser("show", help="counts, trend, like incidents, precursors, hidden hazards")
    show.add_argument(
        "--out", type=Path, metavar="FOLDER", help="write a page with everything, and the plots"
    )
    records = actions.add_parser("records", help="every incident with its codes and what each is based on")
    records.add_argument(
        "--proposed", action="store_true", help="those for which the model proposes a code only"
    )
    records.add_argument(
        "--only", action="append", default=[], metavar="AXIS=CODE", help="such as mode=ELU or machine=P-101"
    )
    correct = actions.add_parser("correct", help="give an incident another code; it is kept")
    correct.add_argument("incident", metavar="ID")
    correct.add_argument("axis", choices=_AXES)
    correct.add_argument(
        "code", metavar="CODE", help="`lessons codes` lists them; `proposed` takes what the model proposes"
    )
    back = actions.add_parser("take-back", help="forget a correction")
    back.add_argument("incident", metavar="ID")
    back.add_argument("axis", choices=_AXES)
    document = actions.add_parser("document", help="say what a document holds")
    document.add_argument("doc", metavar="DOC")
    document.add_argument("said", choices=["incident", "work_order", "none", "by-itself"])
    for each in (correct, document):
        each.add_argument("--by", required=True, metavar="NAME", help="who says so")
    propose = actions.add_parser(
        "propose",
        help="let the model propose codes where none is known; none counts before a person takes it",
    )
    propose.add_argument("--axis", action="append", choices=_AXES, help="only this one; may be repeated")
    propose.add_argument("--engine", help="who proposes; the configured one if not given")
    propose.add_argument("--minutes", type=float, default=10.0, help="stop after so long; again goes on (10)")
    propose.add_argument("--again", action="store_true", help="ask again what was asked before")
    codes = actions.add_parser("codes", help="the codes and what they are called")
    for each in actions.choices.values():
        # The index may be named before the action and after it.
        each.add_argument("--index", default=argparse.SUPPRESS, metavar="NAME")
        each.add_argument("--data", type=Path, default=argparse.SUPPRESS, metavar="DIR")
        each.add_argument("--language", choices=["en", "zh"], default="en")
    for each in (show, records, codes):
        each.add_argument("--json", action="store_true")


def run(parsed: argparse.Namespace, application: "Callable[[], Millwright]") -> int:
    """Do what was asked; every change stands in the audit log."""
    millwright = application()
    lessons = millwright.lessons
    match parsed.action:
        case "show":
            _show(parsed, lessons)
        case "records":
            _records(parsed, lessons)
        case "codes":
            _codes(parsed, lessons)
        case "propose":
            _propose(parsed, millwright)
        case "correct":
            _print(lessons.correct(parsed.incident, parsed.axis, parsed.code, parsed.by), parsed, lessons)
        case "take-back":
            _print(lessons.take_back(parsed.incident, parsed.axis), parsed, lessons)
        case _ if parsed.said == "by-itself":
            lessons.unsay(parsed.doc)
        case _:
            lessons.say(parsed.doc, parsed.said, parsed.by)
    return 0


def _show(parsed: argparse.Namespace, lessons: "Lessons") -> None:
    from assistant.lessons.shown import lines
    from assistant.lessons_wire import findings_json

    found, settings = lessons.found(), lessons.settings
    if parsed.out is not None:
        from assistant.lessons.files import write_files

        rules = (settings.like, settings.shared_by)
        for path in write_files(found, lessons.codes(), rules, parsed.out, parsed.language):
            print(f"written: {path}", file=sys.stderr)
    if parsed.json:
        print(json.dumps(findings_json(found), ensure_ascii=False))
        return
    for line in lines(found, lessons.codes(), settings.like, settings.shared_by, parsed.language):
        print(line)


def _propose(parsed: argparse.Namespace, millwright: "Millwright") -> None:
    from assistant.errors import LessonError
    from assistant.lessons.records import AXES

    writer = millwright.writer(parsed.engine)
    if writer is None:
        raise LessonError("the engine `extractive` only quotes; name one that writes with --engine")
    named = f"{writer.engine}, {millwright.settings.generate.model}"
    done = millwright.lessons.propose(
        writer,
        named,
        [axis for axis in AXES if axis in (parsed.axis or AXES)],
        60 * parsed.minutes,
        anew=parsed.again,
    )
    print(f"asked about {done.asked}, {done.found} proposed; `lessons records --proposed` lists them")
    if done.failed:
        print(f"{done.failed} not answered: the log says why", file=sys.stderr)
    if done.left:
        print(f"{done.left} left; the same command goes on with them", file=sys.stderr)


def _records(parsed: argparse.Namespace, lessons: "Lessons") -> None:
    from assistant.lessons_wire import record_json

    wanted = [_wanted(entry) for entry in parsed.only]
    chosen = [
        entry
        for entry in lessons.found().coded
        if all(_of(entry, name) == value for name, value in wanted)
        and (not parsed.proposed or any(verdict.proposed for verdict in entry.verdicts.values()))
    ]
    if parsed.json:
        print(json.dumps([record_json(entry) for entry in chosen], ensure_ascii=False))
        return
    for entry in chosen:
        _print(entry, parsed, lessons)
    if not chosen:
        print("no such incident", file=sys.stderr)


def _wanted(given: str) -> tuple[str, str]:
    from assistant.errors import LessonError

    name, separator, value = given.partition("=")
    if not separator or name not in (*_AXES, "machine"):
        raise LessonError(f"--only {given!r}: write it as AXIS=CODE, for example mode=ELU or machine=P-101")
    return name, value


def _of(entry: "Coded", name: str) -> str:
    axis = next((axis for axis in entry.verdicts if axis == name), None)
    return entry.code(axis) if axis else entry.incident.machine


def _codes(parsed: argparse.Namespace, lessons: "Lessons") -> None:
    rows = [
        {"axis": axis, "code": code.code, **code.names}
        for axis, codes in lessons.codes().items()
        for code in codes
    ]
    if parsed.json:
        print(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        print(f"{row['axis']:<10} {row['code']:<24} {row[parsed.language]}")


def _print(entry: "Coded", parsed: argparse.Namespace, lessons: "Lessons") -> None:
    from assistant.lessons.shown import record_lines

    for line in record_lines(entry, lessons.codes(), parsed.language):
        print(line)
