"""The words of a log's summary and plots, in the languages it speaks."""

from assistant.records import Language
from assistant.spoken import Say, speaker_of

__all__ = ["Say", "speaker", "width_told"]


def speaker(language: Language) -> Say:
    """The labels of one language; an unknown name is a KeyError."""
    return speaker_of("assistant.logs", language)


def width_told(seconds: float, say: Say) -> str:
    """A length of time in its natural unit: 90 s, 5 min, 2 h, 7 days."""
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= size and seconds % size == 0:
            return f"{seconds / size:g} {say(unit)}"
    return f"{seconds:g} {say('s')}"
