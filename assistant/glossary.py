"""A plant's own words in both languages: a question in one finds what stands in the other."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import ConfigError
from ingest.terms import is_chinese, query_words

_COLUMNS = ("English", "Chinese")


@dataclass(frozen=True, slots=True)
class _Entry:
    words: frozenset[str]
    """Index terms that must all stand in the question."""
    phrase: str
    """For Chinese, the characters that must stand in it."""
    others: tuple[str, ...]
    """Index terms of the translation."""


class Glossary:
    """Pairs of terms, reviewed by someone who knows the plant."""

    def __init__(self, pairs: Sequence[tuple[str, str]] = ()) -> None:
        entries = [entry for english, chinese in pairs for entry in _both_ways(english, chinese)]
        self._entries = sorted(entries, key=lambda entry: -len(entry.phrase))

    def translations(self, question: str, asked: Sequence[str]) -> list[str]:
        """Index terms in the other language for what a question names, each once.

        Args:
            asked: The question's own index terms.
        """
        held = frozenset(asked)
        found: dict[str, None] = {}
        for entry in self._entries:
            if entry.phrase in question if entry.phrase else entry.words <= held:
                found.update(dict.fromkeys(entry.others))
                # 轴 (shaft) within 主轴 (spindle) names nothing of its own; the longer is looked up first.
                question = question.replace(entry.phrase, " ") if entry.phrase else question
        return [term for term in found if term not in held]


NO_GLOSSARY = Glossary()


def _both_ways(english: str, chinese: str) -> list[_Entry]:
    words_there, words_here = tuple(query_words(chinese)), tuple(query_words(english))
    return [
        _Entry(frozenset(words_here), "", words_there),
        _Entry(frozenset(words_there), chinese if is_chinese(chinese) else "", words_here),
    ]


def read_glossary(path: Path) -> Glossary:
    """A CSV file with the columns English and Chinese; others are notes.

    Raises:
        ConfigError: It cannot be read, or has not those columns.
    """
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            missing = [name for name in _COLUMNS if name not in (rows.fieldnames or ())]
            if missing:
                raise ConfigError(f"{path}: a glossary needs the columns {' and '.join(_COLUMNS)}")
            pairs = [((row["English"] or "").strip(), (row["Chinese"] or "").strip()) for row in rows]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ConfigError(f"{path}: the glossary cannot be read ({error})") from error
    return Glossary([pair for pair in pairs if all(pair)])
