"""`millwright chat`: its options, and what they begin."""

import argparse
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.app import Millwright


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("--engine", help="llama.cpp, transformers, openai, or extractive")
    parser.add_argument("--filter", action="append", default=[], metavar="KEY=VALUE")
    parser.add_argument("--list", action="store_true", help="the kept conversations, the last one first")
    parser.add_argument(
        "--continue",
        dest="continued",
        nargs="?",
        const="",
        metavar="ID",
        help="go on with one of them, without ID the last one; the first characters of an ID suffice",
    )


def run(parsed: argparse.Namespace, application: "Millwright", filters: Mapping[str, str]) -> int:
    """List the conversations, or converse."""
    from assistant.chat import converse, print_list

    if parsed.list:
        return print_list(application)
    return converse(application, filters, parsed.engine, parsed.continued)
