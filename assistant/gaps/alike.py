"""Whether two questions ask for the same, by their words; codes and part numbers must be the same ones."""

from dataclasses import dataclass

from ingest.terms import content_words, identifiers, is_chinese, look_alike

_SHARE = 0.65
"""So much of the words of two questions must be common to both; of Chinese ones, of their characters."""


@dataclass(frozen=True, slots=True)
class Words:
    """What is compared of a question."""

    identifiers: frozenset[str]
    words: frozenset[str]

    @classmethod
    def of(cls, question: str) -> "Words":
        """The words that carry content, and the identifiers as they may be misread."""
        named = frozenset(map(look_alike, identifiers(question)))
        terms = [term for term in content_words(question) if look_alike(term) not in named]
        # Where Chinese is cut into words depends on what stands beside them; its characters do not.
        pieces = (piece for term in terms for piece in (term if is_chinese(term) else (term,)))
        return cls(named, frozenset(pieces))

    def alike(self, other: "Words") -> bool:
        """Whether the two ask for the same."""
        if self.identifiers != other.identifiers:
            return False
        both, either = self.words & other.words, self.words | other.words
        return len(both) >= _SHARE * len(either)
