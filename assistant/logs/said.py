"""How a log was read, in the reader's language: the few phrases of which it is told, by pattern."""

import re

from assistant.records import Language

_CHINESE: tuple[tuple[str, str], ...] = (
    (r"year, month, day", "年、月、日"),
    (r"ISO 8601 without separators", "ISO 8601，无分隔符"),
    (r"day and month in figures", "日和月用数字表示"),
    (r"month by name, year last", "月份用名称，年份在最后"),
    (r"month by name, no year", "月份用名称，没有年份"),
    (r"month by name", "月份用名称"),
    (r"seconds since 1970", "自 1970 年起的秒数"),
    (r"time of day only", "只有时刻"),
    (r"day before month", "日在月前"),
    (r"month before day", "月在日前"),
    (r", 12-hour clock", "，12 小时制"),
    (r", as you say", "，按您的说明"),
    (r", since ([\d,]+) times can be read no other way", r"，因为有 \1 个时间只能这样读"),
    (r", since the lines then stand in order of time", "，因为这样各行才按时间先后排列"),
    (r", taken so", "，按此假定"),
    (r"([\d,]+) times have no such day and month and were not read", r"\1 个时间没有这样的日和月，未读取"),
    (
        r"no line states the year; the last one is taken to be of (\S+) or before",
        r"各行都没有年份；最后一行按 \1 年或更早处理",
    ),
    (
        r"no line states the date; the last one is taken to be of (\S+) or before",
        r"各行都没有日期；最后一行按 \1 或更早处理",
    ),
    (
        r"nothing in the column tells day from month; day first was taken, --no-day-first takes month first",
        "该列无法区分日和月；已按日在前处理",
    ),
    (
        r"more than half of the lines could not be read: is this the right format\?",
        "一半以上的行未能读取：格式是否正确？",
    ),
    (r"no time that can be read", "没有可读取的时间"),
    (r"no such day", "没有这一天"),
    (r"too long", "过长"),
    (r"not a JSON object", "不是 JSON 对象"),
)
_EXAMPLE = re.compile(r'^(.*), as "(.*)"$', re.DOTALL)
_WORD = re.compile(r"word (\d+)")


def said(text: str, language: Language) -> str:
    """A phrase about a log in a language; what is quoted of the log stays as it is."""
    if language != "zh":
        return text
    quoted = _EXAMPLE.match(text)
    phrase, example = (quoted[1], f"，如“{quoted[2]}”") if quoted else (text, "")
    for english, chinese in _CHINESE:
        phrase = re.sub(english, chinese, phrase)
    return phrase + example


def column(name: str, language: Language) -> str:
    """A column as people call it: those of lines of text have no name of their own."""
    if language != "zh":
        return name
    return _WORD.sub(r"第 \1 个词", name)
