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
    """

    def __init__(self, known: Iterable[Cited] = (), line: str = "line {n}") -> None:
        self._cited = list(known)
        self._line = line

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
        for cited in self._cited:
            if (cited.doc, cited.quote) == (place.doc[:_NAME], quote):
                return cited.n
        self._cited.append(
            Cited(
                n=len(self._cited) + 1,
                doc=place.doc[:_NAME],
                title=place.title[:_NAME],
                revision=revision[:_NAME],
                page=place.first_page,
                label=place.label[:_NAME],
                section=place.section,
                quote=quote,
            )
        )
        return len(self._cited)
