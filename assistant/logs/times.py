"""Times of a log: how they are written, found from examples; every one of a column read the same way."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from assistant.logs.records import Integers

NO_TIME = np.iinfo(np.int64).min
"""Stands where a time could not be read."""

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_NAME = r"(?P<name>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.?"
_CLOCK = (
    r"(?P<am1>上午|下午|凌晨|早上|中午|晚上)?\s?(?P<h>\d{1,2})(?:[:：]|[时點点])(?P<mi>\d{2})"
    r"(?:[:：分](?:(?P<s>\d{2})(?:[.,:](?P<f>\d{1,9}))?)?秒?)?(?:\s?(?P<am2>[AaPp]\.?[Mm]\.?)(?![A-Za-z]))?"
    r"(?:\s?(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2})(?![\w:]))?"
)
_AFTER_DATE = rf"(?:(?:T|,?\s{{1,4}}|\s{{0,2}}-\s{{0,2}}|:(?=\d\d:)|(?<=日)|(?<=号)){_CLOCK})"
_YEAR_FIRST = (
    rf"(?<!\d)(?P<y>(?:19|20)\d{{2}})(?:[-/.]|\s?年\s?)(?P<m>\d{{1,2}})(?:[-/.]|\s?月\s?)(?P<d>\d{{1,2}})(?!\d)"
    rf"(?:\s?[日号])?{_AFTER_DATE}?"
)
_COMPACT = (
    r"(?<!\d)(?P<y>(?:19|20)\d{2})(?P<m>[01]\d)(?P<d>[0-3]\d)[T _-]?"
    r"(?P<h>[0-2]\d):?(?P<mi>[0-5]\d):?(?P<s>[0-5]\d)"
    r"(?:[.,](?P<f>\d{1,9}))?(?P<zone>Z|[+-]\d{2}:?\d{2})?(?!\d)"
)
_NUMERIC = (
    r"(?<![\d./-])(?P<m>\d{1,2})(?P<joint>[-/.])(?P<d>\d{1,2})(?P=joint)(?P<y>\d{4}|\d{2})(?!\d)"
    rf"{_AFTER_DATE}?"
)
_NAMED = (
    rf"(?<!\w)(?:(?P<d>\d{{1,2}})[- /.]{_NAME}[- /.,]{{1,3}}(?P<y>\d{{4}}|\d{{2}})|"
    rf"{_NAME.replace('name', 'name2')}\s{{1,3}}(?P<d2>\d{{1,2}}),?\s{{1,3}}(?P<y2>\d{{4}}))(?!\d)"
    rf"{_AFTER_DATE}?"
)
_SYSLOG = rf"(?<!\w){_NAME}\s{{1,3}}(?P<d>\d{{1,2}})\s{{1,3}}{_CLOCK}"
_CTIME = rf"{_SYSLOG}\s{{1,3}}(?P<y>(?:19|20)\d{{2}})(?!\d)"
_EPOCH = r"(?<![\w.-])(?P<epoch>\d{19}|\d{16}|\d{13}|\d{10}(?:\.\d{1,9})?)(?![\w.]\d|\w)"
_ONLY_CLOCK = rf"(?<![\w:.]){_CLOCK}(?![\w:])"

_YEAR_2000, _YEAR_2100 = 946_684_800, 4_102_444_800
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:?\d{2})?")


@dataclass(frozen=True, slots=True)
class Family:
    """A way of writing times.

    Args:
        name: Short and stable.
        told: In words for people.
        pattern: Finds one in a line.
    """

    name: str
    told: str
    pattern: re.Pattern[str]


FAMILIES = tuple(
    Family(name, told, re.compile(pattern))
    for name, told, pattern in (
        ("year_first", "year, month, day", _YEAR_FIRST),
        ("compact", "ISO 8601 without separators", _COMPACT),
        ("numeric", "day and month in figures", _NUMERIC),
        ("named", "month by name", _NAMED),
        ("ctime", "month by name, year last", _CTIME),
        ("syslog", "month by name, no year", _SYSLOG),
        ("epoch", "seconds since 1970", _EPOCH),
        ("clock", "time of day only", _ONLY_CLOCK),
    )
)


def family_of(texts: Sequence[str], whole: bool = True) -> tuple[Family, float] | None:
    """The family that reads most of some examples, with the share that it reads; None when none reads any.

    Args:
        whole: An example is a time and nothing else; otherwise it holds one somewhere.
    """
    best: tuple[Family, float] | None = None
    filled = [text.strip() for text in texts if text.strip()]
    for family in FAMILIES:
        find = family.pattern.fullmatch if whole else family.pattern.search
        matches = [match for text in filled if (match := find(text)) and _plausible(match)]
        share = len(matches) / len(filled) if filled else 0.0
        if share and (best is None or share > best[1] + 0.05):
            best = (family, share)
    return best


def _plausible(match: re.Match[str]) -> bool:
    """A long number is a time only if it lies in this century; a number of an article seldom does."""
    epoch = match.groupdict().get("epoch")
    return epoch is None or _YEAR_2000 <= _epoch_us(epoch) // 1_000_000 < _YEAR_2100


def _epoch_us(text: str) -> int:
    whole, _, fraction = text.partition(".")
    if fraction:
        return int(whole) * 1_000_000 + int(fraction[:6].ljust(6, "0"))
    scale = {10: 1_000_000, 13: 1_000, 16: 1}
    return int(whole) * scale[len(whole)] if len(whole) in scale else int(whole) // 1_000


@dataclass(frozen=True, slots=True)
class Times:
    """The times of some lines, in microseconds since 1970 (UTC if the text gives an offset).

    Args:
        read: Shape (n,); NO_TIME where there is none. Day and month in figures are read month first.
        swapped: The same read day first; None where nothing can be mistaken.
    """

    read: Integers
    swapped: Integers | None = None


class TimeReader:
    """Reads the times of one family; remembers how they are written.

    `only_month_first` and `only_day_first` count the times whose figures have no other reading.
    """

    def __init__(self, family: Family) -> None:
        self.family = family
        self.zone = ""
        self.twelve_hours = False
        self.example = ""
        self.only_month_first = self.only_day_first = 0

    def read(self, texts: Sequence[str]) -> Times:
        """The times of texts that are nothing but times."""
        if self.family.name == "epoch":
            return Times(self._epochs(texts))
        if self.family.name == "year_first":
            strict = [text if _ISO.fullmatch(text) else "" for text in texts]
            parsed = _parsed(strict)
            self._remember(texts)
            rest = np.flatnonzero(parsed == NO_TIME).tolist()
            if rest:
                parsed[rest] = self._rewritten([texts[place] for place in rest], False)
            return Times(parsed)
        self._remember(texts)
        read = self._rewritten(texts, False)
        if self.family.name != "numeric":
            return Times(read)
        swapped = self._rewritten(texts, True)
        self.only_month_first += int(np.count_nonzero((read != NO_TIME) & (swapped == NO_TIME)))
        self.only_day_first += int(np.count_nonzero((read == NO_TIME) & (swapped != NO_TIME)))
        return Times(read, swapped)

    def _remember(self, texts: Sequence[str]) -> None:
        if self.example:
            return
        for text in texts:
            match = self.family.pattern.search(text)
            if match:
                parts = match.groupdict()
                self.example = match.group().strip()
                self.zone = _zone(parts.get("zone") or "")
                self.twelve_hours = bool(parts.get("am1") or parts.get("am2"))
                return

    def _epochs(self, texts: Sequence[str]) -> Integers:
        self.zone, self.example = "UTC", self.example or next((text for text in texts if text), "")
        find = self.family.pattern.fullmatch
        matches = (find(text.strip()) for text in texts)
        values = [_epoch_us(match["epoch"]) if match and _plausible(match) else NO_TIME for match in matches]
        return np.array(values, dtype=np.int64)

    def _rewritten(self, texts: Sequence[str], swap: bool) -> Integers:
        find = self.family.pattern.fullmatch
        return _parsed([_written(match, swap) if (match := find(text.strip())) else "" for text in texts])


def _written(match: re.Match[str], swap: bool) -> str:
    """A time in ISO 8601; without a year it is 2000, without a date its first of January."""
    parts = match.groupdict()
    month = parts.get("m") or "01"
    name = parts.get("name") or parts.get("name2")
    if name:
        month = str(_MONTHS.index(name[:3].lower()) + 1)
    day = parts.get("d") or parts.get("d2") or "01"
    if swap:
        month, day = day, month
    year = parts.get("y") or parts.get("y2") or "2000"
    if len(year) == 2:
        year = ("20" if year < "70" else "19") + year
    hour = _hour(int(parts["h"] or 0), parts.get("am1") or parts.get("am2") or "")
    fraction = f".{parts['f'][:6]}" if parts.get("f") else ""
    zone = parts.get("zone") or ""
    offset = "" if zone in ("", "Z", "UTC", "GMT") else zone
    clock = f"{hour:02}:{parts['mi'] or '00'}:{parts['s'] or '00'}"
    return f"{year}-{month:0>2}-{day:0>2} {clock}{fraction}{offset}"


def _hour(hour: int, half: str) -> int:
    """The hour of a 24-hour clock; 12 a.m. is midnight."""
    half = half.replace(".", "").lower()
    if half in ("pm", "下午", "晚上", "中午"):
        return hour if hour == 12 or hour > 12 or (half == "中午" and hour >= 11) else hour + 12
    return 0 if half in ("am", "上午", "凌晨", "早上") and hour == 12 else hour


def _zone(text: str) -> str:
    if text in ("Z", "UTC", "GMT"):
        return "UTC"
    return text if not text or ":" in text else f"{text[:3]}:{text[3:]}"


def _parsed(texts: Sequence[str]) -> Integers:
    """ISO 8601 texts in microseconds; what is none, or no day of the calendar, is NO_TIME."""
    times = pd.to_datetime(pd.Series(texts, dtype=object), format="ISO8601", errors="coerce", utc=True)
    parsed: Integers = times.dt.as_unit("us").astype("int64").to_numpy(dtype=np.int64, copy=True)
    return parsed
