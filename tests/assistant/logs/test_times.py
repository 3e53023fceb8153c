"""How times are written, one by one and as a column."""

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.logs.dates import settle
from assistant.logs.times import NO_TIME, TimeReader, family_of

FORMS = (
    "%Y-%m-%d %H:%M:%S",
    "%Y/%m/%d %H:%M:%S",
    "%Y%m%dT%H%M%S",
    "%d-%b-%Y %H:%M:%S",
    "%Y年%m月%d日 %H:%M:%S",
    "%b %d, %Y %I:%M:%S %p",
)
WRITTEN = int(datetime(2026, 3, 1, tzinfo=UTC).timestamp() * 1e6)


def read(texts: list[str], day_first: bool | None = None) -> tuple[list[str], str, tuple[str, ...]]:
    found = family_of(texts)
    assert found is not None
    reader = TimeReader(found[0])
    settled = settle(reader.read(texts), reader, day_first, WRITTEN)
    times = ["" if time == NO_TIME else str(np.datetime64(int(time), "us")) for time in settled.times]
    return [time.replace("T", " ").removesuffix(".000000") for time in times], settled.told, settled.notes


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2026-02-17 07:42:10.350", "2026-02-17 07:42:10.350000"),
        ("2026-02-17T07:42:10,350", "2026-02-17 07:42:10.350000"),
        ("2026-02-17T07:42:10+08:00", "2026-02-16 23:42:10"),
        ("2026-02-17T07:42:10Z", "2026-02-17 07:42:10"),
        ("20260217T074210Z", "2026-02-17 07:42:10"),
        ("2026/2/7 7:42", "2026-02-07 07:42:00"),
        ("2026年2月17日 下午3时42分10秒", "2026-02-17 15:42:10"),
        ("2026年02月17日 15:42:10", "2026-02-17 15:42:10"),
        ("2026年2月17日上午12时05分", "2026-02-17 00:05:00"),
        ("17-Feb-2026 07:42:10", "2026-02-17 07:42:10"),
        ("Feb 17, 2026 3:05:00 PM", "2026-02-17 15:05:00"),
        ("2/17/2026 12:05:01 AM", "2026-02-17 00:05:01"),
        ("2/17/2026 12:05:01 p.m.", "2026-02-17 12:05:01"),
        ("17.02.2026 07:42", "2026-02-17 07:42:00"),
        ("1771314130", "2026-02-17 07:42:10"),
        ("1771314130350", "2026-02-17 07:42:10.350000"),
        ("1771314130.350", "2026-02-17 07:42:10.350000"),
        ("17/Feb/2026:07:42:10 +0100", "2026-02-17 06:42:10"),
        ("Feb 17 07:42:10 2026", "2026-02-17 07:42:10"),
        ("Feb 17 07:42:10", "2026-02-17 07:42:10"),
    ],
)
def test_a_time_is_read_however_it_is_written(text: str, meant: str) -> None:
    assert read([text])[0] == [meant]


@pytest.mark.parametrize("text", ["E012", "4711", "12345678", "P-101", "3.8.2", "1 of 2", "99:99 bar"])
def test_what_is_no_time_is_not_taken_for_one(text: str) -> None:
    found = family_of([text])
    assert found is None or TimeReader(found[0]).read([text]).read[0] == NO_TIME


def test_the_whole_column_decides_between_day_and_month() -> None:
    times, told, _ = read(["03/02/2026 10:00", "04/02/2026 10:00", "17/02/2026 10:00"])
    assert times[0] == "2026-02-03 10:00:00"
    assert "day before month" in told
    times, told, _ = read(["02/03/2026 10:00", "02/04/2026 10:00", "02/17/2026 10:00"])
    assert times[0] == "2026-02-03 10:00:00"
    assert "month before day" in told


def test_without_a_day_above_twelve_the_order_of_the_lines_decides() -> None:
    # As months these would jump back and forth over a year.
    times, told, notes = read(["01/02/2026 23:00", "02/02/2026 01:00", "03/02/2026 01:00"])
    assert times == ["2026-02-01 23:00:00", "2026-02-02 01:00:00", "2026-02-03 01:00:00"]
    assert "order of time" in told
    assert not notes


def test_what_nothing_decides_is_said_and_can_be_corrected() -> None:
    times, _, notes = read(["03/02/2026 10:00", "03/02/2026 11:00"])
    assert times[0] == "2026-02-03 10:00:00"
    assert "--no-day-first" in notes[0]
    assert read(["03/02/2026 10:00", "03/02/2026 11:00"], day_first=False)[0][0] == "2026-03-02 10:00:00"


def test_a_date_that_contradicts_the_column_is_not_read() -> None:
    times, _, notes = read(["17/02/2026 10:00", "18/02/2026 10:00", "02/19/2026 10:00"])
    assert times == ["2026-02-17 10:00:00", "2026-02-18 10:00:00", ""]
    assert "1 times" in notes[0]


def test_a_year_that_no_line_states_turns_at_new_year() -> None:
    times, _, notes = read(["Dec 31 23:59:58", "Jan  1 00:00:01", "Feb 28 10:00:00"])
    assert times == ["2025-12-31 23:59:58", "2026-01-01 00:00:01", "2026-02-28 10:00:00"]
    assert "year" in notes[0]
    # A log of last December that is read in March is not of the coming December.
    assert read(["Dec 30 10:00:00", "Dec 31 10:00:00"])[0][1] == "2025-12-31 10:00:00"


def test_the_newest_line_may_stand_first() -> None:
    assert read(["Jan  1 00:00:01", "Dec 31 23:59:58"])[0] == ["2026-01-01 00:00:01", "2025-12-31 23:59:58"]


def test_times_of_day_go_on_past_midnight() -> None:
    times, _, notes = read(["23:59:58", "00:00:01"])
    first, second = (np.datetime64(time.replace(" ", "T")) for time in times)
    assert second - first == np.timedelta64(3, "s")
    assert "date" in notes[0]


@settings(deadline=None)
@given(st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31)))
def test_every_way_of_writing_a_moment_is_read_as_that_moment(moment: datetime) -> None:
    moment = moment.replace(microsecond=0)
    for form in FORMS:
        assert read([moment.strftime(form)])[0] == [moment.isoformat(sep=" ")], form
    for form, day_first in (("%d/%m/%Y %H:%M:%S", True), ("%m/%d/%Y %I:%M:%S %p", False)):
        assert read([moment.strftime(form)], day_first)[0] == [moment.isoformat(sep=" ")], form
