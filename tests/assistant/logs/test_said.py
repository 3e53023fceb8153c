"""How a log was read, in Chinese: every phrase there is, and nothing of what is quoted."""

import re
from pathlib import Path

import pytest

from assistant.logs.analyse import analyse
from assistant.logs.records import LogOptions
from assistant.logs.said import column, said
from assistant.logs.times import FAMILIES, Family


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
@pytest.mark.parametrize("half", ["", ", 12-hour clock"])
def test_each_way_of_writing_times_has_chinese_words(family: Family, half: str) -> None:
    told = family.told + half
    assert said(told, "en") == told
    assert not re.search("[a-z]", said(told, "zh"))


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["03/02/2026 07:42:10", "04/02/2026 07:42:10", "17/02/2026 07:42:11"], "日在月前，因为有 1 个时间"),
        (["03/02/2026 07:42:10", "03/02/2026 07:42:11", "03/02/2026 07:42:12"], "日在月前，按此假定"),
        (["02/17/2026 07:42:10", "02/17/2026 07:42:11", "02/17/2026 07:42:12"], "月在日前，因为有 3 个时间"),
        (["Feb 17 07:42:10", "Feb 17 07:42:11", "Feb 17 07:42:12"], "月份用名称，没有年份"),
        (["07:42:10", "07:42:11", "07:42:12"], "只有时刻"),
    ],
)  # fmt: skip
def test_what_a_log_is_told_of_is_said_in_chinese(tmp_path: Path, lines: list[str], expected: str) -> None:
    path = tmp_path / "a.csv"
    rows = "".join(f"{line};P-101;E012;low\n" for line in lines)
    path.write_text(f"time;machine;code;text\n{rows}no time;P-101;E012;low\n", encoding="utf-8")
    found = analyse(path, LogOptions(), "a.csv")
    told = said(found.layout.time_format, "zh")
    assert told.startswith(expected)
    assert f"，如“{lines[0]}”" in told
    spoken = [*(said(note, "zh") for note in found.layout.notes)]
    spoken += [said(line.reason, "zh") for line in found.lines.first_unread]
    assert spoken
    assert not re.search("[a-z]{2}", " ".join(spoken))


def test_a_column_of_lines_is_a_word_of_them() -> None:
    assert column("word 3", "zh") == "第 3 个词"
    assert column("word 3", "en") == "word 3"
    assert column("Alarm code", "zh") == "Alarm code"


def test_what_is_quoted_of_the_log_stays_as_it_is() -> None:
    assert said('year, month, day, as "too long"', "zh") == "年、月、日，如“too long”"
