"""Logs of each format are recognised, and what they hold is the same."""

import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.errors import LogError
from tests.assistant.logs.logs import (
    EXPECTED,
    csv_text,
    first_outs,
    found,
    json_text,
    plain_text,
    syslog_new,
    syslog_old,
)

FORMATS = {
    "csv": csv_text(),
    "tsv": csv_text("\t"),
    "jsonl": json_text(),
    "syslog": syslog_new(),
    "text": plain_text(),
}


@pytest.mark.parametrize("name", FORMATS)
def test_each_format_is_recognised_and_gives_the_same_bursts(tmp_path: Path, name: str) -> None:
    analysis = found(tmp_path / "a.log", FORMATS[name])
    assert analysis.layout.format == name
    assert first_outs(analysis) == EXPECTED
    assert [burst.alarms for burst in analysis.bursts] == [3, 1, 1]
    assert (analysis.lines.raised, analysis.lines.cleared) == (5, 1)
    assert analysis.bursts[0].first.time == "2026-02-17 07:42:10.350"
    assert next(count.text for count in analysis.counts if count.code == "E015").endswith(
        "Flow below minimum"
    )


def test_old_syslog_takes_the_year_from_the_file_and_says_so(tmp_path: Path) -> None:
    analysis = found(tmp_path / "a.log", syslog_old())
    assert analysis.layout.format == "syslog"
    assert first_outs(analysis) == EXPECTED
    assert "year" in analysis.layout.notes[0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le"])
def test_chinese_columns_and_times_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    rows = ["发生时间,设备,报警代码,报警内容,状态"]
    rows += [f"2026年2月17日 下午{hour}时05分00秒,液压站,H-1{hour},油温过高,{state}"
             for hour, state in ((1, "触发"), (2, "触发"), (3, "恢复"))]  # fmt: skip
    analysis = found(tmp_path / "a.csv", "\r\n".join(rows).encode(encoding))
    assert first_outs(analysis) == [("液压站", "H-11"), ("液压站", "H-12")]
    assert analysis.bursts[1].first.time == "2026-02-17 14:05:00"
    assert analysis.lines.cleared == 1
    assert analysis.counts[0].text == "油温过高"


def test_a_log_that_is_plain_for_a_long_time_may_turn_out_chinese(tmp_path: Path) -> None:
    plain = "".join(
        f"2026-02-17 07:{n // 60 % 60:02}:{n % 60:02} ALARM P-101 E012 low\n" for n in range(8000)
    )
    late = "2026-02-18 07:00:00 ALARM P-101 E099 油温过高\n"
    analysis = found(tmp_path / "a.log", (plain + late).encode("gb18030"))
    assert next(count.text for count in analysis.counts if count.code == "E099") == "油温过高"


def test_a_table_without_header_is_read_by_what_stands_in_it(tmp_path: Path) -> None:
    analysis = found(tmp_path / "a.csv", csv_text(";").split("\n", 1)[1])
    assert analysis.layout.delimiter == ";"
    assert first_outs(analysis) == EXPECTED


def test_title_lines_date_and_clock_apart_and_quotes_over_lines(tmp_path: Path) -> None:
    text = (
        'Export of line 1\n\nDate,Time,Station,Alarm,Text\n17/02/2026,07:42:10,M1,E1,"two\nlines, one cell"\n'
        "17/02/2026,07:42:11,M1,E2,b\n17/02/2026,09:42:11,M2,E3,c\n"
    )
    analysis = found(tmp_path / "a.csv", text)
    assert analysis.layout.columns.times == ("Date", "Time")
    assert first_outs(analysis) == [("M1", "E1"), ("M2", "E3")]
    assert [alarm.line for alarm in (burst.first for burst in analysis.bursts)] == [4, 7]


def test_options_correct_what_was_found(tmp_path: Path) -> None:
    text = "when,gateway,where,what,then\n" + "".join(
        f"2026-02-17 07:4{n}:00,GW-1,M-{n % 2},{n}12,2026-02-18 07:4{n}:00\n" for n in range(8)
    )
    path = tmp_path / "a.csv"
    chosen = found(path, text, code_column="what", machine_column="3", time_column="then").layout.columns
    assert (chosen.time, chosen.code, chosen.machine) == ("then", "what", "where")
    with pytest.raises(
        LogError, match=r"--code-column 'nothing': no such column; the columns are 'when', 'gateway'"
    ):
        found(path, text, code_column="nothing")
    assert found(path, text, format="text").layout.format == "text"


def test_a_plus_in_a_name_is_part_of_it(tmp_path: Path) -> None:
    text = csv_text(header=["T+1", "Machine", "Code", "State", "Date+Time"])
    assert found(tmp_path / "a.csv", text).layout.columns.times == ("T+1",)
    assert found(tmp_path / "a.csv", text, time_column="t+1").layout.columns.times == ("T+1",)


def test_lines_may_end_as_on_an_old_station(tmp_path: Path) -> None:
    assert first_outs(found(tmp_path / "a.log", plain_text().replace("\n", "\r"))) == EXPECTED
    assert found(tmp_path / "a.log", plain_text().replace("\n", "\r\n")).bursts[0].first.line == 2


def test_a_word_of_a_line_can_be_named_by_its_number(tmp_path: Path) -> None:
    analysis = found(tmp_path / "a.log", plain_text(), code_column="2", machine_column="1")
    assert first_outs(analysis)[0] == ("ALARM", "P-101")


def test_codes_that_stand_now_here_now_there_are_found(tmp_path: Path) -> None:
    text = (
        "[2026-02-17 07:42:10] pump P-101 reports fault E012 at the suction side\n"
        "[2026-02-17 07:42:11] P-101: E015 flow below minimum (3.5 m3/h)\n"
        "[2026-02-17 07:44:11] the spindle SP-03 stopped with SC412\n"
        "[2026-02-17 07:45:11] P-101 fault E012 cleared\n"
    )
    analysis = found(tmp_path / "a.log", text, known_machines=("P-101", "SP-03"))
    assert first_outs(analysis) == [("P-101", "E012"), ("SP-03", "SC412")]
    assert (analysis.bursts[0].alarms, analysis.lines.cleared) == (2, 1)


def test_lines_that_cannot_be_read_are_counted_and_the_first_shown(tmp_path: Path) -> None:
    text = csv_text() + "garbage\n" * 7 + "\x1b[31m2026-13-45 07:00:00\x1b[0m,P-101,E1,RAISED,x\n"
    lines = found(tmp_path / "a.csv", text).lines
    assert (lines.unread, len(lines.first_unread)) == (8, 5)
    assert (lines.first_unread[0].line, lines.first_unread[0].text) == (8, "garbage")
    assert all("\x1b" not in unread.text for unread in lines.first_unread)
    assert lines.total == lines.raised + lines.cleared + lines.other + lines.unread


def test_a_line_of_megabytes_is_one_unread_line(tmp_path: Path) -> None:
    lines = plain_text().splitlines()
    lines.insert(3, "2026-02-17 07:42:11 ALARM P-101 E013 " + "x" * 9_000_000)
    analysis = found(tmp_path / "a.log", "\n".join(lines))
    assert first_outs(analysis) == EXPECTED
    assert [unread.line for unread in analysis.lines.first_unread] == [1, 4]
    assert "too long" in analysis.lines.first_unread[1].reason
    assert analysis.bursts[2].first.line == 9


def test_broken_json_and_quotes_are_lines_like_others(tmp_path: Path) -> None:
    analysis = found(tmp_path / "a.jsonl", json_text() + '{"cut\n[1]\n' + "{" * 5000 + "\n")
    assert (first_outs(analysis), analysis.lines.unread) == (EXPECTED, 3)
    analysis = found(tmp_path / "a.csv", csv_text() + '2026-02-18 07:00:00,M9,E9,RAISED,"never closed\n' * 60)
    assert first_outs(analysis)[:3] == EXPECTED


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "it is empty"),
        (b"\0" * 9000, "it is empty"),
        (b"   \n\n", "it is empty"),
        (b"\xff\xfe", "it is empty"),
        (b"\xef\xbb\xbf\n\x0b\n", "it is empty"),
        (bytes(range(256)) * 400, "not text"),
        (b"\x1f\x8b\x08\x00" + bytes(range(1, 32)) * 200, "not text"),
        (b"x" * 3_000_000, "no line ends within"),
        (b"\n\n" + b"x" * 100_000 + b"\n\n", "no line ends within"),
        (b"dear diary\nnothing happened\n", "could not be read as CSV"),
        (b"a,b\n1,2\n3,4\n", "could not be read as CSV"),
        (b"2026-02-17 07:42:10 all is well\n" * 5, "no column looks like an alarm code"),
    ],
)
def test_what_is_no_log_gives_one_clear_line(tmp_path: Path, content: bytes, told: str) -> None:
    with pytest.raises(LogError, match=told) as caught:
        found(tmp_path / "a.log", content)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_and_too_many_alarms_are_told(tmp_path: Path) -> None:
    from assistant.logs.analyse import analyse
    from assistant.logs.records import LogOptions

    with pytest.raises(LogError, match="no such file"):
        analyse(tmp_path / "none.log", LogOptions())
    with pytest.raises(LogError, match="more than 3 alarms"):
        found(tmp_path / "a.log", plain_text(), most_alarms=3)


def test_alert_events_of_other_people_are_counted_as_pandas_counts_them(shared_dir: Path) -> None:
    import pandas as pd

    from assistant.logs.analyse import analyse
    from assistant.logs.records import LogOptions

    path = shared_dir / "bench" / "assetops" / "docs" / "alert_events.csv"
    analysis = analyse(path, LogOptions())
    assert (analysis.layout.columns.time, analysis.layout.columns.code) == ("start_time", "rule_id")
    frame = pd.read_csv(path)
    frame["at"] = pd.to_datetime(frame["start_time"], format="%m/%d/%y %H:%M")
    assert {count.code: count.count for count in analysis.counts} == frame["rule_id"].value_counts().to_dict()
    assert dict(analysis.machines) == frame["equipment_id"].value_counts().to_dict()
    frame = frame.sort_values(["equipment_id", "at"], kind="stable")
    first = frame.groupby("equipment_id")["at"].diff().fillna(pd.Timedelta(days=1)) > pd.Timedelta(seconds=60)
    wanted = sorted(
        zip(
            frame["at"][first].astype(str), frame["equipment_id"][first], frame["rule_id"][first], strict=True
        )
    )
    found = sorted((burst.first.time, burst.first.machine, burst.first.code) for burst in analysis.bursts)
    assert found == wanted


@pytest.mark.parametrize(
    "piece", [" ", "1", "=", "[", "a=", "-", ":", "E1", "1/", ".", "年", '"', "Feb ", "<1>", "1:1"]
)
def test_no_line_takes_long_however_it_is_made(tmp_path: Path, piece: str) -> None:
    filler = (piece * 60_000)[:60_000]
    lines = [f"2026-02-17 07:42:1{n} {filler}" for n in range(5)] + [f"[{filler}" for _ in range(5)]
    started = time.monotonic()
    analysis = found(tmp_path / "a.log", plain_text() * 8 + "\n".join(lines))
    assert time.monotonic() - started < 5
    assert first_outs(analysis)[:2] == EXPECTED[:2]


@settings(deadline=None)
@given(
    st.binary(max_size=400)
    | st.lists(st.sampled_from([*FORMATS.values()]), max_size=3).map("".join).map(str.encode)
)
def test_any_file_is_a_log_or_one_clear_line(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        try:
            analysis = found(Path(folder) / "a.log", content)
        except LogError:
            return
    lines = analysis.lines
    assert lines.total == lines.raised + lines.cleared + lines.other + lines.unread
    assert sum(burst.alarms for burst in analysis.bursts) == lines.raised
