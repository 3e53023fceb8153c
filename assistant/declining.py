"""What is said when the documents do not answer: what was searched, why not, and what would help."""

from collections.abc import Mapping
from dataclasses import dataclass

from assistant.gate import Refusal
from assistant.phrases import phrase
from assistant.records import Language


@dataclass(frozen=True, slots=True)
class Searched:
    """What is searched: its size, for the sentence that declines, and which generation of the index it is."""

    documents: int
    passages: int
    generation: int = 0


def declined(
    refused: Refusal, language: Language, searched: Searched, filters: Mapping[str, str], elsewhere: str
) -> str:
    """The sentences that decline.

    Args:
        filters: What the search was limited to.
        elsewhere: The document that may answer without these limits.
    """
    counts = {"documents": searched.documents, "passages": searched.passages}
    names = ", ".join(refused.names)
    if refused.reason in ("unknown", "logged"):
        said = [phrase(refused.reason, language, names=names, **counts)]
    else:
        said = [phrase("no_value" if refused.reason == "value" else "declined", language, **counts)]
        if names:
            said.append(phrase("never_named", language, names=names))
    if filters:
        limits = ", ".join(f"{field} = {value}" for field, value in filters.items())
        name = "limited_elsewhere" if elsewhere else "limited"
        said.append(phrase(name, language, limits=limits, doc=elsewhere))
    elif refused.reason == "weak":
        said.append(phrase("missing_fact", language))
    return (" " if language == "en" else "").join(said)
