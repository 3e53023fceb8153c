"""A plant's own words in both languages: a question in one finds what stands in the other.

A name by which people call a machine leads to that machine, where the plant's list says so.
"""

import csv
import io
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from assistant.errors import ConfigError
from ingest.terms import is_chinese, query_words

_COLUMNS = ("English", "Chinese")
_MACHINE = "Machine"
"""A column that may be there: the machine that is called so."""


@dataclass(frozen=True, slots=True)
class _Entry:
    words: frozenset[str]
    """Index terms that must all stand in the question."""
    phrase: str
    """For Chinese, the characters that must stand in it."""
    others: tuple[str, ...]
    """Index terms of the translation."""
    machine: str = ""
    """The machine that is called so; empty for a word of the trade."""


@dataclass(frozen=True, slots=True)
class Called:
    """A machine that a question calls by a name of the plant, and that name's index terms; empty for none."""

    machine: str = ""
    terms: frozenset[str] = frozenset()


class Glossary:
    """Pairs of terms, reviewed by someone who knows the plant or the trade.

    Args:
        pairs: English, Chinese, and the machine that is called so or nothing.
        general: Looked up too; where both know a term, both translations count.
    """

    def __init__(self, pairs: Sequence[tuple[str, str, str]] = (), general: "Glossary | None" = None) -> None:
        entries: list[_Entry] = list(general._entries) if general else []
        entries += [entry for pair in pairs for entry in _both_ways(*pair)]
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
        found = dict.fromkeys(term for entry in self._met(question, asked) for term in entry.others)
        return [term for term in found if term not in held]

    def called(self, question: str, asked: Sequence[str], machines: Collection[str]) -> Called:
        """The one of these machines that a question calls by a name of the plant; none for two.

        Args:
            asked: The question's own index terms.
        """
        met = [entry for entry in self._met(question, asked) if entry.machine in machines and entry.machine]
        if len({entry.machine for entry in met}) != 1:
            return Called()
        return Called(
            met[0].machine, frozenset[str]().union(*(entry.words | {*entry.others} for entry in met))
        )

    def _met(self, question: str, asked: Sequence[str]) -> list[_Entry]:
        """The entries that a question names."""
        held = frozenset(asked)
        words = [entry for word in asked for entry in self._by_word.get(word, ()) if entry.words <= held]
        return [*words, *self._phrases(question)]

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


def _both_ways(english: str, chinese: str, machine: str) -> list[_Entry]:
    words_there, words_here = tuple(query_words(chinese)), tuple(query_words(english))
    entries = [_Entry(frozenset(words_there), chinese if is_chinese(chinese) else "", words_here, machine)]
    # Of "power on" the index keeps "power" alone, which does not mean 开机.
    if len(words_here) >= len(english.split()):
        entries.append(_Entry(frozenset(words_here), "", words_there, machine))
    return entries


@cache
def general_glossary() -> Glossary:
    """The words of the trade that need no plant to review them."""
    return Glossary(_pairs(resources.files("assistant").joinpath("glossary.csv"), "assistant/glossary.csv"))


def read_glossary(path: Path) -> Glossary:
    """A plant's CSV file with the columns English and Chinese; the general words are added.

    A column Machine names the machine that is called so; any other is a note.

    Raises:
        ConfigError: It cannot be read, or has not those columns.
    """
    return Glossary(_pairs(path, str(path)), general_glossary())


def _pairs(file: Path | Traversable, name: str) -> list[tuple[str, str, str]]:
    try:
        rows = csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig")))
        missing = [column for column in _COLUMNS if column not in (rows.fieldnames or ())]
        if missing:
            raise ConfigError(f"{name}: a glossary needs the columns {' and '.join(_COLUMNS)}")
        pairs = [
            (
                (row["English"] or "").strip(),
                (row["Chinese"] or "").strip(),
                (row.get(_MACHINE) or "").strip(),
            )
            for row in rows
        ]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ConfigError(f"{name}: the glossary cannot be read ({error})") from error
    return [pair for pair in pairs if pair[0] and pair[1]]
