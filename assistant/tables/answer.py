"""An answer counted over a whole table: what was counted, by what, and the first of the rows, verbatim."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from assistant.evidence import Quote
from assistant.glossary import NO_GLOSSARY, Glossary
from assistant.phrases import phrase
from assistant.records import Hit, Language
from assistant.tables.choose import Chosen, choose, groups
from assistant.tables.frames import Table, row_line, tables_of
from assistant.tables.wanted import Wanted, wanted
from ingest.generation import Generation
from ingest.terms import identifiers, words

if TYPE_CHECKING:
    import pandas

_TABLES_KEPT = 8
_DOCUMENTS = 6
"""Documents whose tables are looked through for one question."""
_ROWS_SHOWN = 20
_GROUPS_SHOWN, _DAYS_SHOWN = 12, 31


@dataclass(frozen=True, slots=True)
class Counted:
    """What a table answers.

    Args:
        text: What was counted, in the language of the question; its numbers stand in no document.
        quotes: The first of the rows, verbatim.
    """

    text: str
    quotes: list[Quote]


class Tables:
    """The tables of an index, read when a question asks for one, the last few remembered."""

    def __init__(self, generation: Generation, glossary: Glossary = NO_GLOSSARY) -> None:
        self._generation, self._glossary = generation, glossary
        self._of = lru_cache(maxsize=_TABLES_KEPT)(self._read)

    def answer(
        self, question: str, language: Language, hits: Sequence[Hit], filters: Mapping[str, str]
    ) -> Counted | None:
        """What the tables say to a question as a whole; None where it asks nothing of the kind.

        Args:
            language: Of the answer.
            hits: What was found for it; their documents are looked at as well.
        """
        want = wanted(question)
        if want is None:
            return None
        codes = identifiers(question)
        held = self._generation.tables_holding(codes, filters)
        found = [hit.chunk.place.doc for hit in hits if "table_row" in hit.chunk.kinds]
        docs = list(dict.fromkeys([*held, *found]))[:_DOCUMENTS]
        # What a Chinese question calls 工单, an English table calls a work order.
        asked = words(question)
        asked = [*asked, *self._glossary.translations(question, asked)]
        chosen = choose(asked, want, [table for doc in docs for table in self._of(doc)], codes)
        if chosen is None:
            return None
        return Counted(counted(asked, want, chosen, language), rows(chosen))

    def warm(self) -> None:
        """Read the largest tables now instead of with the first question to one."""
        for doc in self._generation.tables_largest(_TABLES_KEPT):
            self._of(doc)

    def _read(self, doc: str) -> list[Table]:
        return tables_of(self._generation.table_rows(doc))


def rows(chosen: Chosen) -> list[Quote]:
    """The first of the rows, each as it stands in its passage."""
    chunks = [chosen.table.chunks[row] for row in chosen.rows[:_ROWS_SHOWN]]
    hits = [Hit(chunk, 1.0, rank) for rank, chunk in enumerate(chunks, start=1)]
    return [Quote(hit, row_line(hit.chunk), 1.0) for hit in hits]


def counted(asked: Sequence[str], want: Wanted, chosen: Chosen, language: Language) -> str:
    """How many rows hold what is asked for, by which columns, on which days, and how many of them follow."""
    named = [f"{column} = {' / '.join(values)}" for column, values in chosen.values.items()]
    if chosen.period:
        named.append(f"{chosen.period[0]} = {chosen.period[1]}")
    lines = [
        phrase("table_rows", language, rows=len(chosen.rows), table=chosen.table.name, named="; ".join(named))
    ]
    if want.grouped:
        lines += [_by(column, chosen, language) for column in groups(asked, chosen)]
    if want.daily and chosen.period:
        lines.append(_days(chosen, language))
    if len(chosen.rows) > _ROWS_SHOWN:
        lines.append(phrase("table_first", language, shown=_ROWS_SHOWN, rows=len(chosen.rows)))
    return "\n".join(lines)


def _by(column: str, chosen: Chosen, language: Language) -> str:
    counts = chosen.frame[column].value_counts()
    pairs = [f"{value or '–'}: {number}" for value, number in counts.items()]
    # What the question names and no row holds is an answer too.
    pairs += [f"{value}: 0" for value in chosen.values.get(column, ()) if value not in counts.index]
    return phrase("table_by", language, column=column, counts=_some(pairs, _GROUPS_SHOWN))


def _days(chosen: Chosen, language: Language) -> str:
    column = chosen.period[0] if chosen.period else ""
    moments: pandas.Series = chosen.table.dates[column].iloc[list(chosen.rows)]
    days = moments.dt.strftime("%Y-%m-%d").value_counts().sort_index()
    pairs = [f"{day}: {number}" for day, number in days.items()]
    return phrase("table_days", language, days=len(pairs), counts=_some(pairs, _DAYS_SHOWN))


def _some(pairs: Sequence[str], most: int) -> str:
    return "; ".join([*pairs[:most], *(["…"] if len(pairs) > most else [])])
