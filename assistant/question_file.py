"""Files of questions: one JSON object a line, with at least a `question`."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assistant.errors import QuestionError


def read_questions(path: Path) -> Iterator[tuple[dict[str, Any], str]]:
    """Each line's object and its question; empty lines are passed over.

    Raises:
        QuestionError: The file, or a line of it, cannot be read.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8"
        raise QuestionError(f"{path}: cannot be read ({reason})") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
            yield entry, str(entry["question"])
        except (ValueError, KeyError, TypeError) as error:
            raise QuestionError(f"{path}, line {number}: not a JSON object with a 'question'") from error
