"""Bursts: what always holds, and a log whose first-out alarms are known."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.logs.bursts import Bursts, alarm, chattering
from assistant.logs.records import Events
from benchmarks.log_file import write_log
from tests.assistant.logs.logs import csv_text, first_outs, found, plain_text


@st.composite
def events(draw: st.DrawFn) -> Events:
    rows = draw(
        st.lists(
            st.tuples(st.integers(0, 300), st.integers(0, 2), st.integers(0, 3)), min_size=1, max_size=60
        )
    )
    seconds, machines, codes = (np.array(column, dtype=np.int64) for column in zip(*rows, strict=True))
    lines = np.array(draw(st.permutations(range(1, len(rows) + 1))), dtype=np.int64)
    return Events(seconds * 1_000_000, machines, codes, lines, ("A", "B", "C"), ("E1", "E2", "E3", "E4"), {})


@settings(deadline=None)
@given(events(), st.integers(0, 60), st.booleans())
def test_bursts_part_the_alarms(logged: Events, gap_s: int, across: bool) -> None:
    bursts = Bursts(logged, gap_s, across)
    members = [bursts.members(place).tolist() for place in range(len(bursts))]
    assert sorted(place for burst in members for place in burst) == list(range(len(logged.times)))
    assert sum(burst.alarms for burst in bursts) == len(logged.times)
    total = Counter[str]()
    for burst in bursts:
        total.update(dict(burst.codes))
    assert total == Counter(logged.code_names[code] for code in logged.codes)


@settings(deadline=None)
@given(events(), st.integers(0, 60), st.booleans())
def test_the_first_out_alarm_is_the_earliest_and_of_equals_the_first_line(
    logged: Events, gap_s: int, across: bool
) -> None:
    bursts = Bursts(logged, gap_s, across)
    for place, burst in enumerate(bursts):
        members = bursts.members(place)
        earliest = min(members, key=lambda member: (logged.times[member], logged.lines[member]))
        assert burst.first == alarm(logged, int(earliest))
        assert burst.tied == sum(logged.times[member] == logged.times[earliest] for member in members) - 1


@settings(deadline=None)
@given(events(), st.integers(0, 60))
def test_a_gap_parts_bursts_of_one_machine_and_nothing_else_does(logged: Events, gap_s: int) -> None:
    bursts = Bursts(logged, gap_s, across=False)
    ends: dict[int, int] = {}
    for place in range(len(bursts)):
        members = bursts.members(place)
        machines, times = set(logged.machines[members].tolist()), logged.times[members]
        assert len(machines) == 1
        assert (np.diff(times) <= gap_s * 1_000_000).all()
        machine = machines.pop()
        if machine in ends:
            assert times[0] - ends[machine] > gap_s * 1_000_000
        ends[machine] = int(times[-1])


@settings(deadline=None)
@given(events(), st.integers(2, 4), st.integers(1, 60))
def test_an_alarm_chatters_if_and_only_if_it_stands_in_such_a_spell(
    logged: Events, count: int, window_s: int
) -> None:
    expected = Counter[int]()
    for machine in range(3):
        for code in range(4):
            own = sorted(logged.times[(logged.machines == machine) & (logged.codes == code)].tolist())
            spells = [set(range(n, n + count)) for n in range(len(own) - count + 1)
                      if own[n + count - 1] - own[n] <= window_s * 1_000_000]  # fmt: skip
            expected[code] += len(set().union(*spells))
    assert chattering(logged, count, window_s).tolist() == [expected[code] for code in range(4)]


def test_lines_out_of_order_and_newest_first_give_the_same_bursts(tmp_path: Path) -> None:
    header, *rows = csv_text().splitlines()
    wanted = first_outs(found(tmp_path / "a.csv", csv_text()))
    assert first_outs(found(tmp_path / "a.csv", "\n".join([header, *reversed(rows)]))) == wanted
    assert first_outs(found(tmp_path / "a.csv", "\n".join([header, *rows[3:], *rows[:3]]))) == wanted


def test_bursts_over_all_machines_and_another_gap(tmp_path: Path) -> None:
    across = found(tmp_path / "a.log", plain_text(), across_machines=True)
    assert [burst.machines for burst in across.bursts] == [("P-101", "SP-03"), ("P-101",)]
    assert len(found(tmp_path / "a.log", plain_text(), gap_s=10.0).bursts) == 4


@pytest.mark.parametrize("kind", ["csv", "text", "jsonl"])
def test_of_a_generated_log_every_first_out_alarm_is_found(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"generated.{kind}"
    planted = write_log(path, lines=20_000, kind=kind, seed=3)
    from assistant.logs.analyse import analyse
    from assistant.logs.records import LogOptions

    bursts = analyse(path, LogOptions()).bursts
    assert len(planted) > 300
    assert [(burst.first.time, burst.first.machine, burst.first.code) for burst in bursts] == planted
