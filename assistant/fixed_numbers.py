"""Numbers that measure nothing and are compared letter by letter: dates, times of day, ratios, steps."""

import re
from collections.abc import Callable
from dataclasses import dataclass

_DATE = re.compile(
    r"(?<![\d.-])(?P<y>(?:19|20)\d\d)\s*[-/.年]\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})(?!\d)\s*日?"
    r"|(?<![\d.])(?P<d2>\d{1,2})\.(?P<m2>\d{1,2})\.(?P<y2>(?:19|20)\d\d)(?!\d)"
    r"|(?<![\d.])(?P<d3>\d{1,2})(?:st|nd|rd|th)?\s+(?P<m3>[A-Z][a-z]{2,8})\.?,?\s+(?P<y3>(?:19|20)\d\d)(?!\d)"
    r"|\b(?P<m4>[A-Z][a-z]{2,8})\.?\s+(?P<d4>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<y4>(?:19|20)\d\d)(?!\d)"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# A time of day, a ratio (1:50), a version or an address (1.2.3): each stands as it is written.
_VERBATIM = re.compile(r"(?<![\w.:])\d+(?::\d+)+(?![\w:])|(?<![\w.:])\d+(?:\.\d+){2,}(?![\w])")
_ORDINAL = re.compile(r"(?m)^[ \t]*\(?(\d{1,2})(?:[.)、](?!\d)|[ \t]*[)）])[ \t]*")
_STEP = re.compile(r"\b[Ss]teps?\s+(\d{1,3})(?!\.?\d)|步骤\s*(\d{1,3})|第\s*(\d{1,3})\s*步")


@dataclass(frozen=True, slots=True)
class Fixed:
    """A date, a time of day, a ratio, a version, or the number of a step.

    Args:
        shown: As it is written.
        exact: The same for every way to write it: 2026-03-14, 8:30, 1.2.3, "step 4".
    """

    shown: str
    start: int
    end: int
    exact: str


def without_fixed(text: str) -> tuple[str, list[Fixed]]:
    """Take them out of a tidied text, letter for letter, so that places stay."""
    found: list[Fixed] = []
    for pattern, name in _KINDS:

        def take(match: re.Match[str], name: Callable[[re.Match[str]], str] = name) -> str:
            exact, shown = name(match), match.group()
            if not exact:
                return shown
            found.append(Fixed(shown.strip(), match.start(), match.end(), exact))
            return re.sub(r"\S", "X", shown)

        text = pattern.sub(take, text)
    return text, found


def _date(match: re.Match[str]) -> str:
    parts = [(match.group(f"y{n}"), match.group(f"m{n}"), match.group(f"d{n}")) for n in ("", 2, 3, 4)]
    year, month, day = next(part for part in parts if part[0])
    if not month.isdigit():
        if month[:3].lower() not in _MONTHS:
            return ""
        month = str(_MONTHS.index(month[:3].lower()) + 1)
    return f"{year}-{int(month):02}-{int(day):02}"


def _verbatim(match: re.Match[str]) -> str:
    return re.sub(r"(?<!\d)0+(?=\d)", "", match.group())


def _step(match: re.Match[str]) -> str:
    return f"step {next(group for group in match.groups() if group)}"


_KINDS = ((_DATE, _date), (_VERBATIM, _verbatim), (_STEP, _step), (_ORDINAL, _step))
