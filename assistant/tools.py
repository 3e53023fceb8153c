"""What a model that calls tools may do: search, look up a code, list incidents, read a page; it only reads.

A tool gives the model text to choose its next step by, and keeps the passages for the code that answers.
"""

import secrets
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.errors import QuestionError
from assistant.prompting import neutral
from assistant.records import Brought
from assistant.retrieve import Retriever
from ingest.records import Chunk

if TYPE_CHECKING:
    from langchain_core.tools import BaseTool

_SHOWN, _PASSAGE_CHARACTERS = 4, 600
"""Passages of one step, and characters of each, that the model is shown: its prompt grows with every step."""
_ARGUMENT_CHARACTERS = 300
_PART_CHUNKS = 6
"""A document without pages is read in parts of so many passages."""
_WHOLE = 1_000_000

Around = Callable[[str, int, int], Sequence[Chunk]]
"""A chunk by its id with so many before and after it in its document."""


class Gathered:
    """The passages that the tools have brought, each once, in the order they came."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: dict[str, Brought] = {}

    def add(self, found: Sequence[Brought]) -> None:
        """Keep passages; one that was worth less before is worth more now."""
        with self._lock:
            for entry in found:
                known = self._found.get(entry.chunk.chunk_id)
                if known is None or known.worth < entry.worth:
                    self._found[entry.chunk.chunk_id] = entry

    def all(self) -> list[Brought]:
        """What there is by now."""
        with self._lock:
            return list(self._found.values())


@dataclass(frozen=True, slots=True)
class Library:
    """Reads one index for the tools.

    Args:
        filters: What the user filtered by; no tool looks beyond it.
    """

    retriever: Retriever
    around: Around
    filters: Mapping[str, str]

    def search(self, words: str, filters: Mapping[str, str]) -> list[Brought]:
        """The passages that fit words, best first."""
        hits = self.retriever.find(words, _SHOWN, {**filters, **self.filters}).hits
        best = max((hit.score for hit in hits), default=0.0) or 1.0
        return [Brought(hit.chunk, max(0.0, hit.score / best)) for hit in hits]

    def code(self, code: str) -> list[Brought]:
        """The passages that hold a code, those that explain it first."""
        chunks = self.retriever.holders(code, self.filters)[:_SHOWN]
        return [Brought(chunk, 1.0 / place) for place, chunk in enumerate(chunks, start=1)]

    def page(self, doc: str, page: int) -> list[Brought]:
        """The passages of a page, counted in the file; of a document without pages, of a part."""
        some = self.search(doc, {"doc": doc})
        if not some:
            return []
        chunks = self.around(some[0].chunk.chunk_id, _WHOLE, _WHOLE)
        if some[0].chunk.place.first_page is None:
            read = chunks[(page - 1) * _PART_CHUNKS : page * _PART_CHUNKS]
        else:
            read = [chunk for chunk in chunks if _stands_on(chunk, page)]
        return [Brought(chunk, 0.5) for chunk in read]


def toolbox(library: Library, gathered: Gathered) -> "list[BaseTool]":
    """The tools over one index, for one question.

    Args:
        gathered: Where they keep what they bring.
    """
    from langchain_core.tools import tool

    def shown(find: Callable[[], list[Brought]], nothing: str) -> str:
        try:
            found = find()
        except QuestionError as error:
            return str(error)
        gathered.add(found)
        return _as_text(found) if found else nothing

    @tool
    def search_manuals(words: str, machine: str = "") -> str:
        """Search manuals, procedures and reports for passages.

        Args:
            words: What to look for, in the words that a manual would use.
            machine: Only documents of this machine, by its name; leave it out for all.
        """
        filters = {"machine": _short(machine)} if machine.strip() else {}
        return shown(lambda: library.search(_short(words), filters), "Nothing fits these words.")

    @tool
    def look_up_code(code: str) -> str:
        """Find what an alarm code, a part number or a parameter means.

        Args:
            code: The code as it is displayed, such as E021.
        """
        return shown(lambda: library.code(_short(code)), "No document holds this code.")

    @tool
    def list_incidents(words: str, machine: str = "") -> str:
        """List incident reports: what happened before, why, and what was done.

        Args:
            words: What happened, a machine or a code.
            machine: Only incidents of this machine, by its name; leave it out for all.
        """
        filters = {"kind": "incident"} | ({"machine": _short(machine)} if machine.strip() else {})
        return shown(lambda: library.search(_short(words), filters), "There is no such incident.")

    @tool
    def read_page(document: str, page: int) -> str:
        """Read a page that a passage was found on, for what stands beside it.

        Args:
            document: The document's file name, as it is given with a passage.
            page: The page as it is given with a passage, or one beside it.
        """
        return shown(lambda: library.page(document.strip(), page), "There is no such page.")

    return [search_manuals, look_up_code, list_incidents, read_page]


def _as_text(found: Sequence[Brought]) -> str:
    """Passages for the model, fenced: what stands in them is no instruction."""
    fence = f"passages {secrets.token_hex(4)}"
    rows = [_row(entry.chunk) for entry in found[:_SHOWN]]
    return f"<{fence}>\n" + "\n\n".join(rows) + f"\n</{fence}>"


def _row(chunk: Chunk) -> str:
    place = chunk.place
    page = f", page {place.first_page}" if place.first_page else ""
    text = chunk.text[:_PASSAGE_CHARACTERS]
    return neutral(f"({place.title} > {place.section}; document {place.doc}{page})\n{text}")


def _stands_on(chunk: Chunk, page: int) -> bool:
    first, last = chunk.place.first_page, chunk.place.last_page
    return first is not None and first <= page <= (last or first)


def _short(text: str) -> str:
    return " ".join(text.split())[:_ARGUMENT_CHARACTERS]
