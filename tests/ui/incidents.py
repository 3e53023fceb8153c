"""A few fixed incidents and a procedure that mentions none of what they share."""

from collections.abc import Mapping

from assistant.lessons.lessons import Read
from assistant.retrieve import Found
from ingest.records import Chunk, DocumentRow, Metadata, Place

DOC = "incidents/incidents-2025.csv"
_ROWS = (
    "IR-11|2025-01-05|HP-2|Oil dripping from the hose above the walkway|Hose past its date|near miss",
    "IR-12|2025-01-25|HP-2|Oil leak at the hose; someone slipped and was injured|Hose not checked|injury",
    "IR-13|2025-03-02|CV-204|Fitter nearly slipped: oil dripping from a hose|Fitting loose|near miss",
    "IR-14|2025-03-03|FM-5|软管渗油，地面湿滑，操作工滑倒|接头松动|none",
    "IR-15|2025-03-20|FM-5|Blanks jammed at the plunger; the line stopped|Board with moisture|none",
    "IR-16|2025-05-01|FM-5|Blanks jammed at the plunger; the line stopped again|Board with moisture|none",
    "IR-17|2025-05-09|P-101|The pump would not start|Contactor burnt and never inspected|none",
)
_NAMES = ("report", "date", "machine", "what_happened", "cause", "injury")


def _chunk(at: int, row: str) -> Chunk:
    cells = zip(_NAMES, row.split("|"), strict=True)
    text = " | ".join(f"{name}: {value}" for name, value in cells)
    place = Place(DOC, "Incidents 2025", label=f"row {at + 2}")
    return Chunk(
        f"i-{at}", text, place, at, Metadata(kind="incident", title="Incidents 2025"), ("table_row",)
    )


class Incidents:
    """A shelf with one table, whose manuals say nothing."""

    def documents(self) -> list[DocumentRow]:
        """The table."""
        metadata = Metadata(kind="incident", title="Incidents 2025")
        return [DocumentRow(DOC, "csv", "c" * 64, metadata, 0, len(_ROWS))]

    def passages(self, doc: str) -> list[Chunk]:
        """Its rows."""
        return [_chunk(at, row) for at, row in enumerate(_ROWS)] if doc == DOC else []

    def values_of(self, field: str) -> list[str]:
        """No document states anything."""
        return []

    def find(self, question: str, limit: int, filters: Mapping[str, str]) -> Found:
        """Nothing."""
        return Found((), {}, {}, (), frozenset())

    def holders(self, code: str, filters: Mapping[str, str]) -> list[Chunk]:
        """None."""
        return []


class Nothing(Incidents):
    """A shelf for whoever may read nothing."""

    def documents(self) -> list[DocumentRow]:
        """None."""
        return []


def read_of(readable: frozenset[str] | None) -> Read:
    """What lessons are read from."""
    shelf = Incidents() if readable is None or "default" in readable else Nothing()
    return Read(shelf, shelf, 1, readable)
