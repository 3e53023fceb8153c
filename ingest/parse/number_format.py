"""Numbers of a sheet as it shows them: dates in ISO form, percent, decimals, leading zeros and units."""

import datetime
import re
from dataclasses import dataclass
from typing import Any

# Built-in formats that show more than a plain number. Source: ECMA-376 part 1, 18.8.30.
_BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 14: "yyyy-mm-dd", 15: "d-mmm-yy",
    16: "d-mmm", 17: "mmm-yy", 18: "h:mm", 19: "h:mm:ss", 20: "h:mm", 21: "h:mm:ss", 22: "yyyy-mm-dd h:mm",
    27: "yyyy-mm", 28: "yyyy-mm-dd", 29: "yyyy-mm-dd", 30: "yyyy-mm-dd", 31: "yyyy-mm-dd", 32: "h:mm",
    33: "h:mm:ss", 34: "yyyy-mm-dd", 35: "yyyy-mm-dd", 36: "yyyy-mm", 45: "mm:ss", 46: "[h]:mm:ss",
    47: "mm:ss", 50: "yyyy-mm", 51: "yyyy-mm-dd", 52: "yyyy-mm", 53: "yyyy-mm-dd", 54: "yyyy-mm-dd",
    55: "yyyy-mm-dd", 56: "yyyy-mm-dd", 57: "yyyy-mm", 58: "yyyy-mm-dd",
}  # fmt: skip
_LITERAL = re.compile(r'"([^"]*)"|\\(.)')
_NUMBER = re.compile(r"^([^#0?]*)([#0?,]*[#0?])(\.[#0?]+)?(%?)([^#0?]*)$")
_LATEST_DAY = 2_958_465  # 9999-12-31


@dataclass(frozen=True, slots=True)
class Formats:
    """Number formats and bold fonts by cell style.

    Args:
        codes: Format code of each style; empty for General.
        bold: Styles whose font is bold.
        first_day: What day 0 is.
    """

    codes: tuple[str, ...]
    bold: frozenset[int]
    first_day: datetime.datetime

    def is_bold(self, style: int) -> bool:
        """Whether a style's font is bold."""
        return style in self.bold

    def shown(self, value: str, style: int) -> str:
        """A stored number as its style shows it; what is not a number stays as it is."""
        try:
            number = float(value)
        except ValueError:
            return value
        code = self.codes[style] if style < len(self.codes) else ""
        if _is_date(code) and 0 <= number <= _LATEST_DAY:
            return _moment(number, code, self.first_day)
        return _number(number, code, value)


def read_formats(styles: Any, has_1904_dates: bool) -> Formats:
    """Formats of a workbook.

    Args:
        styles: Root of its styles part; None when there is none.
    """
    # Day 60 is a 29 February 1900 that never was; dates before it are not met in practice.
    first_day = datetime.datetime(1904, 1, 1) if has_1904_dates else datetime.datetime(1899, 12, 30)
    if styles is None:
        return Formats((), frozenset(), first_day)
    own = {entry.get("numFmtId"): entry.get("formatCode", "") for entry in styles.iter("{*}numFmt")}
    fonts = [
        (mark := font.find("{*}b")) is not None and mark.get("val", "1") not in ("0", "false")
        for font in styles.iterfind("{*}fonts/{*}font")
    ]
    codes: list[str] = []
    bold: set[int] = set()
    for place, entry in enumerate(styles.iterfind("{*}cellXfs/{*}xf")):
        identity, font = entry.get("numFmtId", "0"), int(entry.get("fontId", "0"))
        code = own.get(identity) or _BUILT_IN.get(int(identity), "")
        codes.append("" if code == "General" else code)
        if font < len(fonts) and fonts[font]:
            bold.add(place)
    return Formats(tuple(codes), frozenset(bold), first_day)


def _is_date(code: str) -> bool:
    first = re.sub(r'"[^"]*"|\\.|\[(?![hms]+\])[^\]]*\]', "", code.split(";", maxsplit=1)[0]).lower()
    return bool(re.search(r"[ymdhs]", first)) and not re.search(r"[#0?]", first.replace(".0", ""))


def _moment(number: float, code: str, first_day: datetime.datetime) -> str:
    """A date, a time of day, both, or hours that may exceed a day."""
    plain = re.sub(r'"[^"]*"|\\.', "", code).lower()
    seconds = round(number * 86400)
    if re.search(r"\[[hms]+\]", plain):
        return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    moment = first_day + datetime.timedelta(seconds=seconds)
    has_day, has_time = bool(re.search(r"[yd]", plain)), bool(re.search(r"[hs]", plain))
    if not has_day and has_time:
        return moment.time().isoformat("minutes" if not moment.second else "seconds")
    if has_day and "d" not in plain:
        return moment.strftime("%Y-%m")
    if moment.time() == datetime.time(0):
        return moment.date().isoformat()
    return moment.isoformat(" ", "minutes" if not moment.second else "seconds")


def _number(number: float, code: str, stored: str) -> str:
    literal = _LITERAL.sub(
        lambda match: match.group(1) or match.group(2) or "", code.split(";", maxsplit=1)[0]
    )
    match = _NUMBER.match(re.sub(r"\[[^\]]*\]|_.|\*.", "", literal))
    if not match:
        return plain_number(number, stored)
    before, whole, decimals, percent, after = match.groups()
    scaled = number * 100 if percent else number
    zeros = whole.count("0")
    places = len(decimals or ".") - 1
    if "#" in (decimals or ""):
        text = plain_number(round(scaled, places), "")
    else:
        text = f"{abs(scaled):.{places}f}"
        if zeros > 1:
            text = text.rjust(zeros + (places + 1 if places else 0), "0")
        text = f"-{text}" if scaled < 0 and float(text) else text
    return f"{before}{text}{percent}{after}".strip()


def plain_number(number: float, stored: str) -> str:
    """A number without a needless point: 12.0 is 12, and 0.30000000000000004 is 0.3."""
    if number.is_integer() and abs(number) < 1e15:
        return str(int(number))
    return f"{number:.12g}" if abs(number) < 1e15 else stored or str(number)
