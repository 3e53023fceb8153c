"""What the tools of the MCP server return: as data, and as the text that a model reads."""

from collections.abc import Iterable

from pydantic import BaseModel, Field

from assistant.logs.lookup import CodeEntry
from assistant.prompting import neutral
from assistant.records import Answer, Citation, Hit
from ingest.records import Place


class Source(BaseModel):
    """Verbatim text of a document, and where it stands.

    Attributes:
        number: By which an answer refers to it, as in [1].
        page: In the file, counted from 1; none where it has no pages.
    """

    number: int
    doc: str
    title: str
    section: str
    page: int | None = None
    text: str

    @classmethod
    def at(cls, number: int, place: Place, text: str) -> "Source":
        """Text of a place."""
        return cls(
            number=number,
            doc=place.doc,
            title=place.title,
            section=place.section,
            page=place.first_page,
            text=text,
        )

    @classmethod
    def of(cls, citation: Citation) -> "Source":
        """A citation."""
        return cls.at(citation.marker, citation.place, citation.quote)

    def __str__(self) -> str:
        """In one paragraph."""
        page = f", page {self.page}" if self.page else ""
        section = f" > {self.section}" if self.section else ""
        return f"[{self.number}] {self.title}{section}; {self.doc}{page}\n{self.text}"


class Passages(BaseModel):
    """Passages, best first."""

    passages: list[Source]

    @classmethod
    def of(cls, hits: Iterable[Hit]) -> "Passages":
        """The hits of a search."""
        return cls(passages=[Source.at(hit.rank, hit.chunk.place, hit.chunk.text) for hit in hits])

    def __str__(self) -> str:
        """For a model."""
        return _text(map(str, self.passages)) or "Nothing fits these words."


class Said(Source):
    """What a document says of a code.

    Attributes:
        part: meaning, cause, check, remedy, or passage where it is only mentioned.
        name: The column or label it stands under.
    """

    part: str
    name: str = ""

    def __str__(self) -> str:
        """In one paragraph."""
        return f"{self.name or self.part}: {super().__str__()}"


class Code(BaseModel):
    """A code as the documents know it.

    Attributes:
        status: defined, other_machine (explained for other machines only), mentioned, or unknown.
    """

    code: str
    status: str
    said: list[Said]

    @classmethod
    def of(cls, entry: CodeEntry) -> "Code":
        """A code that was looked up."""
        said = [
            Said(**dict(Source.of(quoted.citation)), part=quoted.part, name=quoted.name)
            for quoted in entry.quotes
        ]
        return cls(code=entry.code, status=entry.status, said=said)

    def __str__(self) -> str:
        """For a model."""
        if not self.said:
            return neutral(f"No document holds the code {self.code}.")
        return _text([f"{self.code}: {self.status}", *map(str, self.said)])


class Left(BaseModel):
    """A sentence that was left out of an answer, since no passage carries it: it is no fact."""

    sentence: str
    reason: str


class Answered(BaseModel):
    """An answer; only what passages carry.

    Attributes:
        support: supported, partly, unsupported, or declined where the documents do not hold an answer.
        warnings: Verbatim warnings that belong to what is cited; to be told before any step.
    """

    answer: str
    support: str
    citations: list[Source]
    warnings: list[Source] = Field(default_factory=list)
    left_out: list[Left] = Field(default_factory=list)
    note: str = ""

    @classmethod
    def of(cls, answer: Answer) -> "Answered":
        """A finished answer."""
        return cls(
            answer=answer.text,
            support=answer.support,
            citations=[Source.of(citation) for citation in answer.citations],
            warnings=[Source.of(citation) for citation in answer.warnings],
            left_out=[
                Left(sentence=sentence, reason=found.reason if found else "no passage says this")
                for sentence, found in answer.left_out.items()
            ],
            note=answer.note,
        )

    def __str__(self) -> str:
        """For a model: warnings first, what was left out only counted."""
        warned = {source.number for source in self.warnings}
        rows = [f"WARNING {source}" for source in self.warnings]
        rows += [self.answer, f"Support: {self.support}"]
        if self.left_out:
            rows.append(f"Left out, since no passage carries it: {len(self.left_out)} sentences")
        rows += [str(source) for source in self.citations if source.number not in warned]
        return _text(row for row in rows if row)


def _text(rows: Iterable[str]) -> str:
    return neutral("\n\n".join(rows))
