"""What is put before the model: the fewest words that hold the evidence, cut at sentence borders."""

import re
from collections.abc import Mapping, Sequence

from assistant.evidence import coverage
from assistant.records import Hit
from assistant.sentences import sentences
from ingest.chunk import CountTokens

_DIGITS, _NUMBER = re.compile(r"\d"), re.compile(r"\d+")


def as_generator(count_tokens: CountTokens) -> CountTokens:
    """The embedder's count of tokens as about that of a generator, which reads a number digit by digit.

    On tables the embedder's alone is a third too low, and the prompt that much too long.
    """

    def count(texts: Sequence[str]) -> list[int]:
        counts = zip(texts, count_tokens(texts), strict=True)
        return [tokens + len(_DIGITS.findall(text)) - len(_NUMBER.findall(text)) for text, tokens in counts]

    return count


def passage_texts(
    hits: Sequence[Hit], terms: Mapping[str, float], budget_tokens: int, count_tokens: CountTokens
) -> list[tuple[str, str]]:
    """Heading and text of each passage, best first, together within the budget.

    The first passage is cut to fit; a later one that does not fit whole is left out.
    """
    chosen: list[tuple[str, str]] = []
    left = budget_tokens
    for hit in hits:
        heading = " > ".join(part for part in (hit.chunk.place.title, hit.chunk.place.section) if part)
        cost = count_tokens([f"{heading}\n{hit.chunk.text}"])[0]
        if cost <= left:
            chosen.append((heading, hit.chunk.text))
            left -= cost
        elif not chosen:
            room = max(32, left - count_tokens([heading])[0])
            chosen.append((heading, tight(hit.chunk.text, terms, room, count_tokens)))
            break
    return chosen


def tight(text: str, terms: Mapping[str, float], budget_tokens: int, count_tokens: CountTokens) -> str:
    """The part of a text around its best sentence that fits, at sentence borders."""
    spans = sentences(text)
    if not spans:
        return ""
    costs = count_tokens([span.text for span in spans])
    best = max(range(len(spans)), key=lambda i: coverage(spans[i].text, terms))
    first = last = best
    left = budget_tokens - costs[best]
    while True:
        # What follows a sentence explains it more often than what stands before.
        if last + 1 < len(spans) and costs[last + 1] <= left:
            last += 1
            left -= costs[last]
        elif first > 0 and costs[first - 1] <= left:
            first -= 1
            left -= costs[first]
        else:
            break
    end = spans[last].start + len(spans[last].text)
    return text[spans[first].start : end]
