"""`millwright report`: new, show, edit, confirm and export."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant import report_draft_command

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.app import Millwright
    from assistant.records import Language
    from assistant.reports.fields import Change
    from assistant.reports.records import FaultReport
    from assistant.reports.shelf import Shelf


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The actions of the command, each with its options."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    new = _action(actions, "new", "begin a report", named=False)
    report_draft_command.add_arguments(new)
    edit = _action(actions, "edit", "change fields")
    for changing in (new, edit):
        changing.add_argument("--kind", choices=["quick", "full", "8D"], help="the form (new: quick)")
        changing.add_argument("--language", choices=["en", "zh"], help="of the form (new: en)")
        changing.add_argument("--from-log", type=Path, metavar="FILE", help="fill in from an alarm log")
        changing.add_argument("--burst", type=int, metavar="N", help="this burst of it (default: largest)")
        changing.add_argument("--across-machines", action="store_true", help="bursts over all machines")
        changing.add_argument(
            "--set", action="append", default=[], metavar="FIELD=VALUE", help="blank clears"
        )
        changing.add_argument(
            "--add",
            action="append",
            default=[],
            metavar="FIELD=ENTRY",
            help="to a list; parts of an entry after semicolons: 'TB-65; name: Gasket; quantity: 1'",
        )
        changing.add_argument("--by", default="", metavar="NAME", help="who enters it")
    confirm = _action(actions, "confirm", "stand for fields, or move the report on")
    confirm.add_argument("--by", required=True, metavar="NAME")
    confirm.add_argument(
        "--field", action="append", default=[], metavar="FIELD", help="default: all that wait"
    )
    confirm.add_argument("--status", choices=["draft", "in_review", "approved", "closed"])
    _action(actions, "show", "show a report, and what it still lacks")
    _action(actions, "list", "list the reports", named=False)
    _action(actions, "fields", "list the fields with their questions", named=False)
    export = _action(actions, "export", "write a report as Markdown, JSON, Word or PDF")
    export.add_argument("--to", choices=["md", "json", "docx", "pdf"], default="md")
    export.add_argument("--out", type=Path, metavar="FILE", help="default: stdout")
    export.add_argument("--template", type=Path, metavar="DOCX", help="the site's Word template")


def _action(actions: Any, name: str, told: str, named: bool = True) -> argparse.ArgumentParser:
    action: argparse.ArgumentParser = actions.add_parser(name, help=told, description=told)
    if named:
        action.add_argument("report", metavar="ID")
    # Given after the action as well as before it.
    action.add_argument("--index", default=argparse.SUPPRESS, metavar="NAME")
    action.add_argument("--data", type=Path, default=argparse.SUPPRESS, metavar="DIR")
    action.add_argument("--json", action="store_true")
    return action


def run(parsed: argparse.Namespace, application: "Callable[[], Millwright]") -> int:
    """Carry one action out.

    Args:
        application: Builds the assistant; only a log needs it.
    """
    from assistant.reports.shelf import Shelf

    shelf = Shelf(parsed.data / parsed.index / "reports")
    match parsed.action:
        case "list":
            _list(shelf, parsed.json)
        case "fields":
            _list_fields()
        case "export":
            _export(parsed, shelf.load(parsed.report))
        case "confirm":
            _show(_confirmed(parsed, shelf.load(parsed.report), shelf), parsed.json)
        case "show":
            _show(shelf.load(parsed.report), parsed.json)
        case _:
            _show(_edited(parsed, shelf, application), parsed.json)
    return 0


def _edited(
    parsed: argparse.Namespace, shelf: "Shelf", application: "Callable[[], Millwright]"
) -> "FaultReport":
    from datetime import datetime

    from assistant.reports.computed import with_history
    from assistant.reports.fields import changed
    from assistant.reports.records import FaultReport, Header

    now = datetime.now().astimezone()
    if parsed.action == "new":
        header = Header(report_id=shelf.new_id(now), created_at=now, updated_at=now, author=parsed.by)
        report = FaultReport(header=header, language=report_draft_command.language_of(parsed))
    else:
        report = shelf.load(parsed.report)
    form = {"kind": parsed.kind, "language": parsed.language}
    report = report.model_copy(update={name: value for name, value in form.items() if value})
    report = changed(report, _from_log(parsed, application, report.language), now)
    if parsed.action == "new":
        report = report_draft_command.drafted(parsed, application, report, shelf.all(), now)
    report = changed(report, _changes(parsed, report.language), now)
    report = with_history(report, shelf.all())
    shelf.save(report)
    return report


def _from_log(
    parsed: argparse.Namespace, application: "Callable[[], Millwright]", language: str
) -> "list[Change]":
    if parsed.from_log is None:
        return []
    from dataclasses import replace

    from assistant.reports.from_log import changes_from_log

    millwright = application()
    options = replace(millwright.log_options(), across_machines=parsed.across_machines)
    found = millwright.analyse_log(parsed.from_log, options, language="zh" if language == "zh" else "en")
    if found.note:
        print(f"millwright: codes were not looked up: {found.note}", file=sys.stderr)
    return changes_from_log(found, parsed.burst)


def _changes(parsed: argparse.Namespace, language: "Language") -> "list[Change]":
    from assistant.errors import ReportError
    from assistant.reports.fields import Change

    changes = []
    for given, add in [*((text, False) for text in parsed.set), *((text, True) for text in parsed.add)]:
        path, equals, value = given.partition("=")
        if not equals:
            raise ReportError(
                f"{given!r}: write it as FIELD=VALUE, for example event.symptom='Leaks at the seal'"
            )
        changes.append(Change(path.strip(), _value(path.strip(), value, language), by=parsed.by, add=add))
    return changes


def _value(path: str, text: str, language: "Language") -> "Any":
    """A value as the page reads it: an entry has its parts after semicolons; JSON stays what it is."""
    from assistant.reports.entries import form_of, read

    try:
        entry = form_of(path).entry
    except (KeyError, AttributeError):
        # The change says that there is no such field.
        return text
    return read(path, text, language) if entry and text.lstrip()[:1] not in ("{", "[") else text


def _confirmed(parsed: argparse.Namespace, report: "FaultReport", shelf: "Shelf") -> "FaultReport":
    from datetime import datetime

    from assistant.reports.workflow import confirmed, moved

    now = datetime.now().astimezone()
    if parsed.field or not parsed.status:
        report = confirmed(report, parsed.field, parsed.by, now)
    if parsed.status:
        report = moved(report, parsed.status, parsed.by, now)
    shelf.save(report)
    return report


def _export(parsed: argparse.Namespace, report: "FaultReport") -> None:
    from assistant.errors import ReportError
    from assistant.reports.exports import BINARY, exported

    content = exported(report, parsed.to, parsed.template)
    if parsed.out is None:
        if parsed.to in BINARY:
            raise ReportError(f"{parsed.to} goes to a file: --out REPORT.{parsed.to}")
        print(content.decode(), end="")
        return
    try:
        parsed.out.write_bytes(content)
    except OSError as error:
        raise ReportError(f"{parsed.out}: cannot be written ({error.strerror})") from error
    print(f"written: {parsed.out}", file=sys.stderr)


def _show(report: "FaultReport", as_json: bool) -> None:
    from assistant.reports.fields import missing, unconfirmed
    from assistant.reports.shown import open_questions, origin, rows, sections, status_line

    if as_json:
        content = report.model_dump(mode="json", by_alias=True)
        print(
            json.dumps(
                {**content, "missing_fields": missing(report), "unconfirmed": unconfirmed(report)},
                ensure_ascii=False,
            )
        )
        return
    print(f"{report.header.report_id}  {status_line(report)}")
    for section in sections(report):
        for row in rows(report, section):
            told_origin = origin(report, row.path)
            mark = f"  [{told_origin}]" if told_origin else ""
            single = len(row.texts) == 1
            print(f"  {row.name}: {row.texts[0]}{mark}" if single else f"  {row.name}:{mark}")
            for text in () if single else row.texts:
                print(f"    - {text}")
    for cited in report.evidence.citations:
        print(f"  [{cited.n}] {' '.join(cited.quote.split())}")
    asked = open_questions(report)
    if asked:
        print("Not known yet:")
    for path, question in asked:
        print(f"  {path}: {question}")
    waiting = unconfirmed(report)
    if waiting:
        print(f"Not confirmed by a person: {', '.join(waiting)}")


def _list(shelf: "Shelf", as_json: bool) -> None:
    reports = shelf.all()
    if as_json:
        rows = [
            {
                "report_id": r.header.report_id,
                "status": r.status,
                "asset_id": r.equipment.asset_id,
                "symptom": r.event.symptom,
            }
            for r in reports
        ]
        print(json.dumps(rows, ensure_ascii=False))
        return
    for report in reports:
        words = [f"{report.status:9}", f"{report.equipment.asset_id:10}", report.event.symptom[:60]]
        print("  ".join([report.header.report_id, *(" ".join(word.split("\n")) for word in words)]).rstrip())
    if not reports:
        print(
            "no reports yet; millwright report new --set equipment.asset_id=… --set event.symptom=…",
            file=sys.stderr,
        )


def _list_fields() -> None:
    from assistant.reports.fields import question
    from assistant.reports.labels import names

    for path in names("fields"):
        print(f"{path}: {question(path, 'en')}")
