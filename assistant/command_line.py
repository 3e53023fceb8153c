"""What several commands need: a count among their options, and a result as a line of JSON."""

import argparse
import json
from typing import Any


def positive(text: str) -> int:
    """A count among the options.

    Raises:
        ArgumentTypeError: It is less than 1.
    """
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{value} is less than 1")
    return value


def print_json(result: Any) -> None:
    """A result on stdout, at once: what reads it may act on it before the next comes."""
    print(json.dumps(result, ensure_ascii=False), flush=True)
