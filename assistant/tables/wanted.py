"""What a question wants of a table: to count or list rows, by what, and of which year or month."""

import re
from dataclasses import dataclass

from ingest.terms import normalise

_COUNT = re.compile(
    # "The part number of the seal" counts nothing.
    r"\bhow many\b|(?:^|\b(?:the|total|and|in) )number of\b|\bcounts?\b|"
    r"多少|几[个条次件张]|数量|次数|统计",
    re.I,
)
_LIST = re.compile(
    r"\b(?:list|retrieve|enumerate)\b|\b(?:get|show|give|find|see)\b.*\b(?:all|orders?|events?|records?|entries|"
    r"alerts?|alarms?|rows?|details)\b|列出|查询|检索|所有|全部|清单",
    re.I,
)
_GROUPS = re.compile(
    r"\bdistribution\b|\bbreakdown\b|\bsummar\w+\b|\bgrouped?\b|\bby (?:type|month|code|machine|cause)\b|"
    r"\breview\b|分布|汇总|总结|分组|按.{1,8}(?:统计|分类)",
    re.I,
)
_WHICH = re.compile(r"\bwhich\b|\bwhat\b|哪些|哪几|哪种|什么", re.I)
_DAYS = re.compile(r"\bdaily\b|\b(?:per|by|each|every) day\b|每[天日]|按[天日]", re.I)
_MONTHS = "january february march april may june july august september october november december".split()
_NAMED = re.compile(rf"\b({'|'.join(_MONTHS)})\b(?:\s+of)?[\s,]+((?:19|20)\d\d)\b", re.I)
_DIGITS = re.compile(
    r"(?<![A-Za-z0-9_-])((?:19|20)\d\d)"
    r"(?:[-/.](1[0-2]|0?[1-9])(?![\d/.-])|年(?:\s*(1[0-2]|0?[1-9])月)?)"
)
_YEAR = re.compile(r"(?<![A-Za-z0-9_-])((?:19|20)\d\d)(?![\w-])")
_MEANT = re.compile(r"\b(?:for|in|during|of)\s+(?:the\s+)?(?:month\s+of\s+|year\s+)?$", re.I)


@dataclass(frozen=True, slots=True)
class Period:
    """A year, or a month of it (1 to 12)."""

    year: int
    month: int | None = None

    def __str__(self) -> str:
        return f"{self.year}-{self.month:02d}" if self.month else str(self.year)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted of a table, besides what the question names of it.

    Args:
        marked: No more than which rows a named column marks: "which faults show in the vibration?"
    """

    grouped: bool
    daily: bool
    period: Period | None
    marked: bool = False


def wanted(question: str) -> Wanted | None:
    """What a question wants of a table as a whole; None for one that asks nothing of the kind."""
    question = normalise(question)
    grouped, daily = bool(_GROUPS.search(question)), bool(_DAYS.search(question))
    if grouped or daily or _COUNT.search(question) or _LIST.search(question):
        return Wanted(grouped, daily, period(question))
    return Wanted(False, False, None, marked=True) if _WHICH.search(question) else None


def period(question: str) -> Period | None:
    """The year or month that a question is about: of several, the one with "for" or "in" before it."""
    found: list[tuple[bool, int, Period]] = []
    for match in _NAMED.finditer(question):
        month = _MONTHS.index(match[1].casefold()) + 1
        found.append((_is_meant(question, match.start()), match.start(), Period(int(match[2]), month)))
    for match in _DIGITS.finditer(question):
        digits = match[2] or match[3]
        named = Period(int(match[1]), int(digits) if digits else None)
        found.append((_is_meant(question, match.start()), match.start(), named))
    if not found:
        years = list(_YEAR.finditer(question))
        return Period(int(years[-1][1])) if years else None
    return max(found, key=lambda entry: entry[:2])[2]


def _is_meant(question: str, at: int) -> bool:
    return bool(_MEANT.search(question[:at]))
