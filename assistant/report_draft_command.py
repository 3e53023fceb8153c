"""`millwright report new --from-text …`: what a report is drafted from, and what is told of the draft."""

import argparse
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.app import Millwright
    from assistant.records import Language
    from assistant.reports.event_text import EventText
    from assistant.reports.parts import Cited
    from assistant.reports.records import FaultReport

_STDIN = "-"
_MOST_TOLD = 8


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options that say what a new report is drafted from."""
    parser.add_argument("--from-text", metavar="FILE", help="draft from the text of an event; - for stdin")
    parser.add_argument(
        "--from-conversation", metavar="ID", help="draft from a kept conversation (chat --list)"
    )
    parser.add_argument("--engine", help="who words what the text leaves open; extractive: rules only")


def language_of(parsed: argparse.Namespace) -> "Language":
    """The form's language: as told, else that of the text."""
    if parsed.language:
        return "zh" if parsed.language == "zh" else "en"
    return _event(parsed.from_text).language if parsed.from_text else "en"


def drafted(
    parsed: argparse.Namespace,
    application: "Callable[[], Millwright]",
    report: "FaultReport",
    others: "Sequence[FaultReport]",
    now: datetime,
) -> "FaultReport":
    """The report with what a text or a conversation, the documents and the model say, if one is given."""
    if not parsed.from_text and not parsed.from_conversation:
        return report
    from assistant.reports.drafting import event_of

    millwright = application()
    cited: list[Cited] = []
    if parsed.from_conversation:
        from assistant.chat import owner

        found = millwright.history.open(owner(), parsed.from_conversation)
        event, cited = event_of(found.turns, f"conversation {found.id}")
    else:
        event = _event(parsed.from_text)
    done = millwright.report_drafter(parsed.engine).draft(report, event, others, now, cited)
    for note in done.notes:
        print(f"millwright: {note}", file=sys.stderr)
    for sentence in done.dropped[:_MOST_TOLD]:
        print(f"millwright: left out, as nothing carries it: {sentence}", file=sys.stderr)
    return done.report


@cache
def _event(name: str) -> "EventText":
    from assistant.reports.event_text import read_event, read_event_file

    return read_event(sys.stdin.read(), "text") if name == _STDIN else read_event_file(Path(name))
