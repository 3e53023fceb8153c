"""A plant's own words in both languages: a question in one finds what stands in the other."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
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
    """Pairs of terms, reviewed by someone who knows the plant or the trade.

    Args:
        general: Looked up too; where both know a term, both translations count.
    """

    def __init__(self, pairs: Sequence[tuple[str, str]] = (), general: "Glossary | None" = None) -> None:
        entries: list[_Entry] = list(general._entries) if general else []
        entries += [entry for english, chinese in pairs for entry in _both_ways(english, chinese)]
        # 轴 (shaft) within 主轴 (spindle) names nothing of its own, so the longer is looked up first.
        self._entries: list[_Entry] = sorted(entries, key=lambda entry: -len(entry.phrase))
        # By what must be there in any case: looking at each entry would cost more than the search.
        self._by_character: dict[str, list[_Entry]] = {}
        self._by_word: dict[str, list[_Entry]] = {}
        for entry in self._entries:
            if entry.phrase:
                self._by_character.setdefault(entry.phrase[0], []).append(entry)
            elif entry.words:
                self._by_word.setdefault(min(entry.words), []).append(entry)

    def translations(self, question: str, asked: Sequence[str]) -> list[str]:
        """Index terms in the other language for what a question names, each once.

        Args:
            asked: The question's own index terms.
        """
        held = frozenset(asked)
        found: dict[str, None] = {}
        for word in asked:
            for entry in self._by_word.get(word, ()):
                if entry.words <= held:
                    found.update(dict.fromkeys(entry.others))
        for entry in self._phrases(question):
            found.update(dict.fromkeys(entry.others))
        return [term for term in found if term not in held]

    def _phrases(self, question: str) -> list[_Entry]:
        """The Chinese phrases of a question, none within a longer one."""
        possible = [entry for first in dict.fromkeys(question) for entry in self._by_character.get(first, ())]
        taken: set[str] = set()
        met: list[_Entry] = []
        for entry in sorted(possible, key=lambda entry: -len(entry.phrase)):
            if entry.phrase in question or entry.phrase in taken:
                taken.add(entry.phrase)
                question = question.replace(entry.phrase, " ")
                met.append(entry)
        return met


NO_GLOSSARY = Glossary()


def _both_ways(english: str, chinese: str) -> list[_Entry]:
    words_there, words_here = tuple(query_words(chinese)), tuple(query_words(english))
    entries = [_Entry(frozenset(words_there), chinese if is_chinese(chinese) else "", words_here)]
    # Of "power on" the index keeps "power" alone, which does not mean 开机.
    if len(words_here) >= len(english.split()):
        entries.append(_Entry(frozenset(words_here), "", words_there))
    return entries


@cache
def general_glossary() -> Glossary:
    """The words of the trade that need no plant to review them."""
    return Glossary(_pairs(resources.files("assistant").joinpath("glossary.csv"), "assistant/glossary.csv"))


def read_glossary(path: Path) -> Glossary:
    """A plant's CSV file with the columns English and Chinese, others are notes; the general words are added.

    Raises:
        ConfigError: It cannot be read, or has not those columns.
    """
    return Glossary(_pairs(path, str(path)), general_glossary())


def _pairs(file: Path | Traversable, name: str) -> list[tuple[str, str]]:
    try:
        rows = csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig")))
        missing = [column for column in _COLUMNS if column not in (rows.fieldnames or ())]
        if missing:
            raise ConfigError(f"{name}: a glossary needs the columns {' and '.join(_COLUMNS)}")
        pairs = [((row["English"] or "").strip(), (row["Chinese"] or "").strip()) for row in rows]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ConfigError(f"{name}: the glossary cannot be read ({error})") from error
    return [pair for pair in pairs if all(pair)]
