"""What a written text holds that its sources do not: numbers, dates, codes and names; it must be nothing."""

import re
from collections.abc import Sequence

from assistant.answer_measures import carried, invented
from assistant.quantities import unknown_codes, unknown_quantities
from assistant.sentences import sentences
from assistant.verify import check
from ingest.terms import normalise

# A name: a word with a capital letter inside a sentence, or of capitals anywhere ("ASRM", "McDonnell").
_NAME = re.compile(r"(?<![A-Za-z0-9-])[A-Z][A-Za-z'’]*[A-Za-z](?![A-Za-z0-9])")
_WORDS_WITH_CAPITALS = frozenset("I A The An If When It This In On At For To Do Not".split())


def unknown_to(text: str, sources: Sequence[str]) -> list[str]:
    """The numbers, dates, codes and names of a text that no source holds, as they are written."""
    joint = "\n".join(sources)
    found = [*unknown_quantities(text, joint), *unknown_codes(text, joint), *invented(text, sources)]
    return list(dict.fromkeys([*found, *_unknown_names(text, joint)]))


def kept_sentences(text: str, sources: Sequence[str], least: float) -> tuple[str, list[str]]:
    """The sentences of a text that its sources carry, and those that were dropped.

    Args:
        least: Share of a sentence's content words that the sources must hold.
    """
    kept: list[str] = []
    dropped: list[str] = []
    for span in sentences(" ".join(text.split())):
        fine = not unknown_to(span.text, sources) and carried(span.text, sources) >= least
        (kept if fine and not _turned(span.text, sources) else dropped).append(span.text)
    return " ".join(kept), dropped


def _turned(sentence: str, sources: Sequence[str]) -> bool:
    """Whether the sentence of a source that it is nearest to says the opposite."""
    spans = [span.text for source in sources for span in sentences(source)]
    nearest = max(spans, key=lambda text: carried(sentence, [text]), default="")
    verdict = check(sentence, nearest)
    return bool(verdict.conflict) and verdict.carried >= 0.6


def _unknown_names(text: str, joint: str) -> list[str]:
    known = {word.casefold() for word in re.findall(r"[A-Za-z]+", normalise(joint))}
    names = []
    for match in _NAME.finditer(normalise(text)):
        word, before = match.group(), text[: match.start()].rstrip()
        opens = not before or before[-1] in '.!?:;"“(•'
        if word in _WORDS_WITH_CAPITALS or (opens and not word.isupper() and word[1:].islower()):
            continue
        if any(part.casefold() not in known for part in re.findall(r"[A-Za-z]+", word)):
            names.append(word)
    return names
