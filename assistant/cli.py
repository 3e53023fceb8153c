"""The command line: parse, call the application, print, exit.

Results go to stdout, messages to stderr. Exit 0: done; 1: a mistake told in one line; 2: wrong usage.
"""

import argparse
import logging
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant import (
    ask_command,
    chat_command,
    eval_command,
    gaps_command,
    lessons_command,
    log_command,
    mcp_command,
    report_command,
    serve_command,
    ticket_command,
    token_command,
    users_command,
)
from assistant.command_line import print_json
from ingest.errors import MillwrightError
from ingest.records import DOCUMENT_KINDS

if TYPE_CHECKING:
    from assistant.app import Millwright

Command = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    parser = _parser()
    parsed = parser.parse_args(arguments)
    logging.basicConfig(
        level=logging.INFO if parsed.verbose else logging.WARNING,
        format="%(levelname)s %(name)s: %(message)s",
        stream=sys.stderr,
    )
    command: Command = parsed.command
    try:
        return command(parsed)
    except MillwrightError as error:
        print(f"millwright: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("millwright: stopped; what was finished is kept", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader of our output went away (| head); closing stderr keeps the interpreter quiet too.
        sys.stderr.close()
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="millwright", description="Answers from your own maintenance documents, with the page."
    )
    parser.add_argument("--settings", type=Path, help="settings file (default: settings.toml here, if any)")
    parser.add_argument("--verbose", action="store_true", help="say what is done, on stderr")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    ingest = _command(commands, "ingest", "read documents into an index", _ingest)
    ingest.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="folders or files")
    ingest.add_argument("--kind", choices=[kind for kind in DOCUMENT_KINDS if kind != "note"])
    ingest.add_argument("--rebuild", action="store_true", help="start the index from nothing")
    ingest.add_argument("--json", action="store_true", help="the report as JSON on stdout")

    rebuild = _command(commands, "rebuild", "make an index again from the originals it keeps", _rebuild)
    rebuild.add_argument("--json", action="store_true", help="the report as JSON on stdout")

    verify = _command(commands, "verify", "check every file of an index against its hash", _verify)
    verify.add_argument("--json", action="store_true")

    search = _command(commands, "search", "find passages", _search)
    ask_command.add_search_arguments(search)

    ask = _command(commands, "ask", "answer a question, with citations", _ask)
    ask_command.add_ask_arguments(ask)

    chat = _command(commands, "chat", "ask in the terminal, question after question", _chat)
    chat_command.add_arguments(chat)

    log = _command(commands, "analyse-log", "find bursts, first-out alarms and codes in a log", _analyse_log)
    log_command.add_arguments(log)
    report = _command(commands, "report", "write, confirm and export a fault report", _report)
    report_command.add_arguments(report)
    ticket = _command(commands, "ticket", "take tickets in, draft replies, approve and export them", _ticket)
    ticket_command.add_arguments(ticket)

    _add_serving(commands)
    _add_people(commands)

    models = _command(commands, "models", "list, fetch or verify the model files", _models)
    models.add_argument("action", choices=["list", "fetch", "verify"])
    models.add_argument("names", nargs="*", metavar="NAME", help="default: those the settings ask for")
    models.add_argument("--json", action="store_true")

    evaluate = _command(commands, "eval", "measure retrieval, or answers, on a file of questions", _eval)
    eval_command.add_arguments(evaluate)

    doctor = _command(commands, "doctor", "say what is present, what is missing and how to mend it", _doctor)
    doctor.add_argument("--json", action="store_true")
    return parser


def _add_serving(commands: Any) -> None:
    """What answers others: browsers, programs and MCP clients."""
    serve = _command(commands, "serve", "serve the page", _serve)
    serve_command.add_arguments(serve)
    mcp = _command(commands, "mcp", "give search, look-up of a code and ask to an MCP client", _mcp)
    mcp_command.add_arguments(mcp)


def _add_people(commands: Any) -> None:
    """What concerns those who ask and answer, and what they did."""
    gaps = _command(commands, "gaps", "questions that the documents do not answer; notes to them", _gaps)
    gaps_command.add_arguments(gaps)
    lessons = _command(commands, "lessons", "what incident reports and work orders teach", _lessons)
    lessons_command.add_arguments(lessons)
    users = _command(commands, "users", "add, list and remove users; who reads which collection", _users)
    users_command.add_arguments(users)
    token = _command(commands, "token", "API tokens: for whom a program acts, and what it may do", _token)
    token_command.add_arguments(token)
    audit = _command(commands, "audit", "check that no event of the audit log was changed", _audit)
    audit.add_argument("action", choices=["verify"])


def _command(commands: Any, name: str, description: str, run: Command) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=description, description=description)
    parser.add_argument("--index", default="default", metavar="NAME", help="index (default: default)")
    parser.add_argument(
        "--data", type=Path, default=Path("indexes"), metavar="DIR", help="folder of the indexes"
    )
    parser.set_defaults(command=run)
    return parser


def _application(parsed: argparse.Namespace) -> "Millwright":
    from assistant.app import build
    from assistant.settings_file import load_settings

    return build(load_settings(parsed.settings), parsed.data, parsed.index)


def _ingest(parsed: argparse.Namespace) -> int:
    from assistant.terminal import IngestProgress, print_report
    from assistant.wire import report_json

    application = _application(parsed)
    with IngestProgress() as progress:
        if parsed.command is _rebuild:
            report = application.rebuild(progress)
        else:
            report = application.ingest(parsed.paths, parsed.kind, parsed.rebuild, progress)
    if parsed.json:
        print_json(report_json(report))
    else:
        print_report(report)
    return 1 if report.failed else 0


def _rebuild(parsed: argparse.Namespace) -> int:
    return _ingest(parsed)


def _verify(parsed: argparse.Namespace) -> int:
    from ingest.store import check

    checks = check(parsed.data / parsed.index)
    if parsed.json:
        print_json(
            [
                {"generation": entry.number, "current": entry.current, "damage": entry.damage}
                for entry in checks
            ]
        )
    else:
        for entry in checks:
            state = f"DAMAGED: {entry.damage}" if entry.damage else "whole"
            print(f"generation {entry.number}{' (current)' if entry.current else ''}: {state}")
    return 1 if any(entry.damage for entry in checks) else 0


def _search(parsed: argparse.Namespace) -> int:
    return ask_command.search(parsed, _application(parsed))


def _ask(parsed: argparse.Namespace) -> int:
    return ask_command.ask(parsed, _application(parsed))


def _chat(parsed: argparse.Namespace) -> int:
    return chat_command.run(parsed, _application(parsed), ask_command.filters_of(parsed.filter))


def _analyse_log(parsed: argparse.Namespace) -> int:
    return log_command.run(parsed, _application(parsed))


def _report(parsed: argparse.Namespace) -> int:
    return report_command.run(parsed, lambda: _application(parsed))


def _ticket(parsed: argparse.Namespace) -> int:
    return ticket_command.run(parsed, lambda: _application(parsed))


def _serve(parsed: argparse.Namespace) -> int:
    return serve_command.run(parsed, _application(parsed))


def _mcp(parsed: argparse.Namespace) -> int:
    from assistant.settings_file import load_settings

    return mcp_command.run(parsed, load_settings(parsed.settings), lambda: _application(parsed))


def _gaps(parsed: argparse.Namespace) -> int:
    return gaps_command.run(parsed, lambda: _application(parsed))


def _lessons(parsed: argparse.Namespace) -> int:
    return lessons_command.run(parsed, lambda: _application(parsed))


def _users(parsed: argparse.Namespace) -> int:
    return users_command.run(parsed)


def _token(parsed: argparse.Namespace) -> int:
    return token_command.run(parsed)


def _audit(parsed: argparse.Namespace) -> int:
    from assistant.access.audit import verify

    print(f"{verify(parsed.data).number} events, each as it was recorded")
    return 0


def _models(parsed: argparse.Namespace) -> int:
    from assistant.model_table import ALIASES, MODELS
    from assistant.settings_file import load_settings
    from assistant.terminal import run_models

    settings = load_settings(parsed.settings)
    chosen = [settings.embed.model, "" if settings.generate.model_path else settings.generate.model]
    # A model of the user's own is theirs to keep; only the listed ones can be fetched.
    wanted = [name for name in chosen if name in MODELS or name in ALIASES]
    return run_models(parsed.action, parsed.names, wanted, parsed.json)


def _eval(parsed: argparse.Namespace) -> int:
    return eval_command.run(parsed, _application(parsed))


def _doctor(parsed: argparse.Namespace) -> int:
    from assistant.doctor import examine, print_findings
    from assistant.settings_file import load_settings

    findings = examine(load_settings(parsed.settings), parsed.data, parsed.index)
    if parsed.json:
        print_json([finding.as_json() for finding in findings])
    else:
        print_findings(findings)
    return 1 if any(finding.mend for finding in findings) else 0


if __name__ == "__main__":
    sys.exit(main())
