"""The codes by which incidents are sorted, and the words that speak of each: a CSV file to be edited."""

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

from assistant.errors import LessonError
from assistant.lessons.records import AXES, UNKNOWN, Axis
from assistant.records import Language
from ingest.terms import han_characters, normalise

COLUMNS = ("axis", "code", "en", "zh", "en_words", "zh_words", "en_like", "zh_like")
_CODE = re.compile(r"[A-Za-z0-9_-]{1,40}")
_BETWEEN = r"[^.!?。！？;；\n]{0,40}?"
_ABSENT = re.compile(r"(?:\b(?:no|without|not|never)\s+(?:\w+\s+)?|无|没有|未见|未发现)$", re.IGNORECASE)
_LOOKED_FOR = re.compile(
    r"[\s-]+(?:tests?|testing|detect\w*|analys\w*|checks?|inspection\w*|monitor\w*|measure\w*|survey\w*|sensors?|"
    r"attenuat\w*|isolat\w*|damp\w*|proof)\b|(?:检测|测试|试验|分析|监测|测量|检查|传感器)",
    re.IGNORECASE,
)
"""Behind the name of a failure: what was looked for has not happened ("leak detection", "vibration test")."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that speak of a code.

    Args:
        weight: How much they say: one for each word, of Chinese for each two characters.
    """

    text: str
    pattern: re.Pattern[str]
    weight: float


@dataclass(frozen=True, slots=True)
class Code:
    """One code of an axis.

    Args:
        like: Typical descriptions; what is near to one of them is of this code.
    """

    axis: Axis
    code: str
    names: Mapping[Language, str]
    phrases: tuple[Phrase, ...]
    like: tuple[str, ...]

    def found(self, text: str) -> list[tuple[Phrase, int]]:
        """Its phrases that stand in a text, each with its first place; not what is absent or looked for."""
        hits = []
        for phrase in self.phrases:
            for match in phrase.pattern.finditer(text):
                absent = _ABSENT.search(text[max(0, match.start() - 24) : match.start()])
                looked_for = self.axis == "mode" and _LOOKED_FOR.match(text, match.end())
                if not absent and not looked_for:
                    hits.append((phrase, match.start()))
                    break
        return hits


Codes = Mapping[Axis, tuple[Code, ...]]
"""The codes of each axis, in the order of the file."""


@cache
def built_in() -> Codes:
    """The codes of the package: failure modes as ISO 14224 has them, causes as the fault report has."""
    return _parsed(
        resources.files("assistant.lessons").joinpath("codes.csv").read_text(encoding="utf-8"), "codes.csv"
    )


def read_codes(path: Path) -> Codes:
    """A site's own codes, in place of those of the package.

    Raises:
        LessonError: The file cannot be read, or a line of it is no code.
    """
    try:
        return _parsed(path.read_text(encoding="utf-8-sig"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise LessonError(f"{path}: cannot be read ({error})") from error


def name_of(codes: Codes, axis: Axis, code: str, language: Language) -> str:
    """What a code is called; the code itself where it is of another list."""
    return next((entry.names[language] for entry in codes[axis] if entry.code == code), code)


def _parsed(text: str, where: str) -> Codes:
    rows = csv.DictReader(io.StringIO(text))
    if tuple(rows.fieldnames or ()) != COLUMNS:
        raise LessonError(f"{where}: the columns must be {', '.join(COLUMNS)}")
    found: dict[Axis, dict[str, Code]] = {axis: {} for axis in AXES}
    for number, row in enumerate(rows, start=2):
        axis = next((axis for axis in AXES if axis == row["axis"]), None)
        code = row["code"] or ""
        if axis is None or not _CODE.fullmatch(code) or code in (UNKNOWN, *found[axis]):
            raise LessonError(
                f"{where}, line {number}: {row['axis']!r}, {code!r}: an axis ({', '.join(AXES)}) and a code "
                "that is not used twice"
            )
        found[axis][code] = _code(axis, {name: value or "" for name, value in row.items()})
    return {axis: tuple(entries.values()) for axis, entries in found.items()}


def _code(axis: Axis, row: Mapping[str, str]) -> Code:
    phrases = tuple(_phrase(text) for name in ("en_words", "zh_words") for text in _parts(row[name]))
    like = tuple(text for name in ("en_like", "zh_like") for text in _parts(row[name]))
    return Code(axis, row["code"], {"en": row["en"], "zh": row["zh"]}, phrases, like)


def _parts(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(";") if part.strip()]


def _phrase(text: str) -> Phrase:
    """`leak*` stands for every word that begins so, `…` for a few words between."""
    pieces = [re.escape(piece).replace(r"\*", r"\w*").replace(r"\ ", r"\s+") for piece in text.split("…")]
    joined = _BETWEEN.join(pieces)
    han = han_characters(text)
    bounded = joined if han else rf"(?<!\w){joined}(?!\w)"
    weight = han / 2 if han else len(text.replace("…", " ").split())
    return Phrase(text, re.compile(bounded, re.IGNORECASE), weight)


def plain(text: str) -> str:
    """A text as phrases are sought in it."""
    return normalise(text)
