"""`millwright search` and `millwright ask`: their options, and what they print."""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.command_line import positive, print_json

if TYPE_CHECKING:
    from assistant.app import Millwright


def add_search_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `search`."""
    _add_question_arguments(parser)
    parser.add_argument("--limit", type=positive, default=8, metavar="K", help="passages (default 8)")


def add_ask_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `ask`."""
    _add_question_arguments(parser)
    parser.add_argument("--engine", help="llama.cpp, transformers, openai, or extractive (quotes only)")


def search(parsed: argparse.Namespace, application: "Millwright") -> int:
    """Print the passages found."""
    import time

    from assistant.terminal import print_hits
    from assistant.wire import search_json

    filters = filters_of(parsed.filter)
    for entry, question in _questions(parsed):
        started = time.monotonic()
        hits = application.search(question, limit=parsed.limit, filters=filters)
        if parsed.json or entry is not None:
            ms = 1000 * (time.monotonic() - started)
            print_json(_with_id(entry, search_json(question, hits, ms, filters)))
        else:
            print_hits(hits, filters)
    return 0


def ask(parsed: argparse.Namespace, application: "Millwright") -> int:
    """Print the answers."""
    from assistant.terminal import print_answer
    from assistant.wire import answer_json

    filters = filters_of(parsed.filter)
    for entry, question in _questions(parsed):
        if parsed.json or entry is not None:
            answer = application.ask(question, filters=filters, engine=parsed.engine)
            print_json(_with_id(entry, answer_json(answer)))
        else:
            print_answer(application.stream(question, filters=filters, engine=parsed.engine))
    return 0


def filters_of(given: Sequence[str]) -> dict[str, str]:
    """What --filter KEY=VALUE says.

    Raises:
        QuestionError: It says something else.
    """
    from assistant.errors import QuestionError

    filters: dict[str, str] = {}
    for entry in given:
        key, separator, value = entry.partition("=")
        if not separator or not key or not value:
            raise QuestionError(f"--filter {entry!r}: write it as KEY=VALUE, for example machine=P-101")
        filters[key] = value
    return filters


def _add_question_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("question", nargs="?", metavar="QUESTION")
    parser.add_argument("--from", dest="file", type=Path, metavar="FILE.jsonl", help="one question a line")
    parser.add_argument("--filter", action="append", default=[], metavar="KEY=VALUE")
    parser.add_argument("--json", action="store_true")


def _questions(parsed: argparse.Namespace) -> Iterator[tuple[dict[str, Any] | None, str]]:
    """The question given, or those of a file with the line they came from."""
    from assistant.errors import QuestionError
    from assistant.question_file import read_questions

    if parsed.file is None:
        if parsed.question is None:
            raise QuestionError("no question given; write one, or name a file with --from FILE.jsonl")
        yield None, parsed.question
        return
    if parsed.question is not None:
        raise QuestionError("give a question or --from FILE.jsonl, not both")
    yield from read_questions(parsed.file)


def _with_id(entry: dict[str, Any] | None, result: dict[str, Any]) -> dict[str, Any]:
    return {"id": entry["id"], **result} if entry is not None and "id" in entry else result
