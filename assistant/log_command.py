"""`millwright analyse-log`: its options, and what it prints."""

import argparse
import json
import shlex
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.app import Millwright
    from assistant.logs.records import LogOptions
    from assistant.logs.report import LogReport


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--format", choices=["csv", "tsv", "jsonl", "syslog", "text"], help="default: found")
    parser.add_argument("--time-column", metavar="NAME", help="its name or number; DATE+TIME joins two")
    parser.add_argument("--code-column", metavar="NAME", help="for lines of text, a word by its number")
    parser.add_argument("--machine-column", metavar="NAME")
    parser.add_argument(
        "--day-first",
        action=argparse.BooleanOptionalAction,
        help="03/02 is the third of February (default: decided from the whole column)",
    )
    parser.add_argument("--gap", type=_seconds, metavar="SECONDS", help="largest gap within a burst")
    parser.add_argument("--across-machines", action="store_true", help="bursts over all machines together")
    parser.add_argument(
        "--out", type=Path, metavar="FOLDER", help="write summary.md, two plots and bursts.csv"
    )
    parser.add_argument(
        "--language", choices=["en", "zh"], default="en", help="of quotes, question and files"
    )


def run(parsed: argparse.Namespace, application: "Millwright") -> int:
    """Analyse one log and print what was found."""
    report = application.analyse_log(
        parsed.file, _options(parsed, application.log_options()), language=parsed.language
    )
    if parsed.out is not None:
        from assistant.logs.files import write_files

        for path in write_files(report, parsed.out, parsed.language):
            print(f"written: {path}", file=sys.stderr)
    if parsed.json:
        from assistant.log_wire import log_json

        print(json.dumps(log_json(report), ensure_ascii=False))
        return 0
    from assistant.logs.shown import report_lines

    for line in report_lines(report):
        print(line)
    print(f"Ask about it:  {question(report, parsed.index)}")
    return 0


def question(report: "LogReport", index: str) -> str:
    """The suggested question as a command."""
    words = ["millwright", "ask", report.suggestion.question]
    if report.suggestion.machine:
        words += ["--filter", f"machine={report.suggestion.machine}"]
    return shlex.join(words if index == "default" else [*words, "--index", index])


def _options(parsed: argparse.Namespace, options: "LogOptions") -> "LogOptions":
    return replace(
        options,
        format=parsed.format,
        time_column=parsed.time_column or "",
        code_column=parsed.code_column or "",
        machine_column=parsed.machine_column or "",
        day_first=parsed.day_first,
        gap_s=options.gap_s if parsed.gap is None else parsed.gap,
        across_machines=parsed.across_machines,
    )


def _seconds(text: str) -> float:
    value = float(text)
    if not 0 <= value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is no length of time")
    return value
