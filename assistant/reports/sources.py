"""What a draft rests on: each sentence that is used becomes a numbered source of the report."""

from collections.abc import Iterable

from assistant.records import Citation
from assistant.reports.event_text import EventText, Said
from assistant.reports.parts import Cited
from ingest.records import Chunk, Place

_NAME = 200


class Sources:
    """The numbered sources of one report, each once.

    Args:
        known: Those that it has already.
        line: How a line of an event is named, such as "line {n}".
        by_place: What stands in one place has one number, with all that is quoted of it.
    """

    def __init__(self, known: Iterable[Cited] = (), line: str = "line {n}", by_place: bool = False) -> None:
        self._cited = list(known)
        self._line, self._by_place = line, by_place

    @property
    def cited(self) -> list[Cited]:
        """All of them, by number."""
        return list(self._cited)

    def event(self, event: EventText, said: Said) -> int:
        """The number of a sentence of an event."""
        return self._placed(Place(event.name, label=self._line.format(n=said.line)), said.text, "")

    def passage(self, chunk: Chunk, quote: str) -> int:
        """The number of a quote of a document."""
        return self._placed(chunk.place, quote, chunk.metadata.revision)

    def citation(self, citation: Citation) -> int:
        """The number of what an answer or a look-up cited."""
        return self._placed(citation.place, citation.quote, "")

    def _placed(self, place: Place, quote: str, revision: str) -> int:
        fresh = Cited(
            n=len(self._cited) + 1,
            doc=place.doc[:_NAME],
            title=place.title[:_NAME],
            revision=revision[:_NAME],
            page=place.first_page,
            label=place.label[:_NAME],
            section=place.section,
            quote=quote,
        )
        for at, cited in enumerate(self._cited):
            if (cited.doc, cited.quote) == (fresh.doc, quote):
                return cited.n
            if self._by_place and _place(cited) == _place(fresh):
                more = "" if quote in cited.quote else f"\n{quote}"
                self._cited[at] = cited.model_copy(update={"quote": cited.quote + more})
                return cited.n
        self._cited.append(fresh)
        return fresh.n


def _place(cited: Cited) -> tuple[str, str, int | None, str]:
    return cited.doc, cited.section, cited.page, cited.label
