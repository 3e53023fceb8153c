"""The words of the lessons, in the languages they are told in."""

from assistant.lessons.codes import Codes, name_of
from assistant.lessons.counts import OTHER
from assistant.lessons.records import AXES, UNKNOWN, Axis, Verdict
from assistant.records import Language
from assistant.spoken import Say, speaker_of


def speaker(language: Language) -> Say:
    """The labels of one language; an unknown name is a KeyError."""
    return speaker_of("assistant.lessons", language)


def value_told(name: str, value: str, codes: Codes, language: Language) -> str:
    """A code by its name, a machine as it is called.

    Args:
        name: An axis, or `machine`.
    """
    if value in (UNKNOWN, OTHER):
        return speaker(language)(value)
    axis = next((axis for axis in AXES if axis == name), None)
    return name_of(codes, axis, value, language) if axis else value


def basis_told(axis: Axis, verdict: Verdict, codes: Codes, language: Language) -> str:
    """What a code is based on, in words."""
    proposed = name_of(codes, axis, verdict.proposed, language)
    return speaker(language)(
        f"basis_{verdict.basis}",
        why=verdict.why,
        score=verdict.score,
        proposed=proposed,
        code=verdict.proposed,
    )
