"""The audit log: what is changed, added, moved or cut off is found."""

import json
import stat
import threading
from pathlib import Path

import pytest

from assistant.access import audit
from assistant.access.records import AccessError
from assistant.cli import main


def recorded(data: Path, count: int = 5) -> list[str]:
    for number in range(count):
        audit.record(data, "reed", "login", [str(number)], "wrong password")
    return (data / audit.AUDIT_FILE).read_text().splitlines(keepends=True)


def test_a_whole_log_is_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "verify", "--data", str(tmp_path)]) == 0
    lines = recorded(tmp_path)
    assert main(["audit", "verify", "--data", str(tmp_path)]) == 0
    assert "5 events" in capsys.readouterr().out
    assert json.loads(lines[2])["ids"] == ["2"]
    assert stat.S_IMODE((tmp_path / audit.AUDIT_FILE).stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda lines: [*lines[:2], lines[2].replace("reed", "amy"), *lines[3:]], "line 3: changed"),
        (lambda lines: [*lines[:2], *lines[3:]], "line 3: does not follow"),
        (lambda lines: [lines[1], lines[0], *lines[2:]], "line 1: does not follow"),
        (lambda lines: [*lines[:2], lines[1], *lines[2:]], "line 3: does not follow"),
        (lambda lines: [*lines[:4], lines[4][:20]], "line 5: not an event"),
        (lambda lines: lines[:4], "5 events were recorded, and the last of them is not here"),
        (lambda lines: [], "5 events were recorded, and the last of them is not here"),
        (lambda lines: [*lines, "[]\n"], "line 6: not an event"),
    ],
)
def test_whatever_was_done_to_it_is_found(
    tmp_path: Path, change: object, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = recorded(tmp_path)
    (tmp_path / audit.AUDIT_FILE).write_text("".join(change(lines)))  # type: ignore[operator]
    assert main(["audit", "verify", "--data", str(tmp_path)]) == 1
    assert told in capsys.readouterr().err


def test_a_line_that_a_power_cut_left_unfinished_is_taken_away(tmp_path: Path) -> None:
    lines = recorded(tmp_path)
    (tmp_path / audit.AUDIT_FILE).write_text("".join(lines) + lines[4][:30])
    audit.record(tmp_path, "amy", "login")
    assert audit.verify(tmp_path).number == 6


def test_a_head_that_a_power_cut_left_behind_is_no_damage(tmp_path: Path) -> None:
    recorded(tmp_path)
    head = (tmp_path / audit.HEAD_FILE).read_text()
    audit.record(tmp_path, "amy", "login")
    (tmp_path / audit.HEAD_FILE).write_text(head)
    assert audit.verify(tmp_path).number == 6
    audit.record(tmp_path, "amy", "login")
    assert audit.verify(tmp_path).number == 7


def test_what_was_cut_off_is_found_after_more_was_recorded(tmp_path: Path) -> None:
    lines = recorded(tmp_path)
    (tmp_path / audit.AUDIT_FILE).write_text("".join(lines[:3]))
    audit.record(tmp_path, "amy", "login")
    with pytest.raises(AccessError, match="line 4: before it lines were taken away"):
        audit.verify(tmp_path)


def test_many_writers_make_one_chain(tmp_path: Path) -> None:
    threads = [threading.Thread(target=recorded, args=(tmp_path,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert audit.verify(tmp_path).number == 20
