"""Users, passwords, sessions and the throttle; what lies on the disk gives nothing away."""

import io
import json
import stat
from pathlib import Path

import pytest

from assistant.access import passwords
from assistant.access.records import ROLES, AccessError, ForbiddenError, Principal, demand, may
from assistant.access.sessions import Sessions
from assistant.access.throttle import Pace, Throttle, ThrottleOptions, network_of
from assistant.access.users import USERS_FILE, UsersFile
from assistant.cli import main

PASSWORD = "correct horse battery"


class Clock:
    def __init__(self) -> None:
        self.time_s = 1000.0

    def __call__(self) -> float:
        return self.time_s


def command(data: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str, stdin: str = "") -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
    return main(["users", *arguments, "--data", str(data)])


def test_users_are_added_listed_and_removed_by_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(tmp_path, monkeypatch, "list") == 0
    assert "no users" in capsys.readouterr().out
    added = command(
        tmp_path, monkeypatch, "add", "Reed", "--role", "expert", "--group", "line-2", stdin=f"{PASSWORD}\n"
    )
    assert added == 0
    assert command(tmp_path, monkeypatch, "allow", "drives", "line-2") == 0
    capsys.readouterr()
    assert command(tmp_path, monkeypatch, "list", "--json") == 0
    listed = json.loads(capsys.readouterr().out)
    assert listed["users"] == [{"name": "reed", "role": "expert", "groups": ["line-2"]}]
    assert listed["collections"] == {"drives": ["line-2"]}
    assert command(tmp_path, monkeypatch, "add", "REED", stdin=f"{PASSWORD}\n") == 1
    assert "there is a user 'reed' already" in capsys.readouterr().err
    assert command(tmp_path, monkeypatch, "remove", "reed") == 0
    assert UsersFile(tmp_path / USERS_FILE).list() == []


@pytest.mark.parametrize("password", ["", "short", "x" * 201, "somebody.long"])
def test_a_password_that_is_no_good_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, password: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(tmp_path, monkeypatch, "add", "somebody.long", stdin=f"{password}\n") == 1
    assert "password" in capsys.readouterr().err
    assert UsersFile(tmp_path / USERS_FILE).list() == []


@pytest.mark.parametrize("name", ["", "a b", "../x", "a\nb", "x" * 65, "<b>"])
def test_a_name_that_is_no_good_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(AccessError):
        UsersFile(tmp_path / USERS_FILE).add(name, "admin", [], "hash")


def test_the_file_is_its_owners_and_holds_neither_password_nor_token(tmp_path: Path) -> None:
    users = UsersFile(tmp_path / USERS_FILE)
    user = users.add("reed", "admin", [], passwords.hashed(PASSWORD, "reed"))
    token = Sessions(users, 60, 600).begin(user)
    assert stat.S_IMODE(users.path.stat().st_mode) == 0o600
    content = users.path.read_bytes()
    assert PASSWORD.encode() not in content
    assert token.encode() not in content
    assert b"$argon2id$" in content


def test_a_password_is_known_again_and_no_other(tmp_path: Path) -> None:
    kept = passwords.hashed(PASSWORD, "reed")
    assert passwords.matches(kept, PASSWORD)
    assert not passwords.matches(kept, PASSWORD + " ")
    assert not passwords.matches(None, PASSWORD)
    assert not passwords.matches("not a hash", PASSWORD)


def test_a_damaged_file_lets_no_one_in(tmp_path: Path) -> None:
    users = UsersFile(tmp_path / USERS_FILE)
    users.path.write_bytes(b"no database at all" * 100)
    with pytest.raises(AccessError, match="cannot be used"):
        users.exist()
    with pytest.raises(AccessError):
        Sessions(users, 60, 600).user("token")


def test_collections_are_closed_until_a_group_is_named(tmp_path: Path) -> None:
    users = UsersFile(tmp_path / USERS_FILE)
    reed = users.add("reed", "technician", ["line-2"], "hash")
    boss = users.add("boss", "admin", [], "hash")
    assert users.principal(boss).collections is None
    assert users.principal(reed).collections == frozenset({"default"})
    users.allow("drives", ["line-2"])
    users.allow("safety", ["expert"])
    users.allow("open", ["everyone"])
    users.allow("shut", [])
    assert users.principal(reed).collections == frozenset({"default", "drives", "open"})
    users.allow("default", ["expert"])
    users.allow("drives", ["line-3"])
    assert users.principal(reed).collections == frozenset({"open"})


def test_a_session_ends_when_idle_when_old_and_when_ended(tmp_path: Path) -> None:
    users, clock = UsersFile(tmp_path / USERS_FILE), Clock()
    user = users.add("reed", "technician", [], "hash")
    sessions = Sessions(users, idle_s=100, longest_s=1000, now=clock)
    token = sessions.begin(user)
    for _ in range(11):
        assert sessions.user(token) == user
        clock.time_s += 90
    clock.time_s += 20
    assert sessions.user(token) is None
    again = sessions.begin(user)
    clock.time_s += 101
    assert sessions.user(again) is None
    third = sessions.begin(user)
    assert sessions.user(third) == user
    sessions.end(third)
    assert sessions.user(third) is None
    assert sessions.user("") is None


@pytest.mark.parametrize("change", ["remove", "password"])
def test_whoever_is_removed_or_has_a_new_password_is_logged_out(tmp_path: Path, change: str) -> None:
    users = UsersFile(tmp_path / USERS_FILE)
    sessions = Sessions(users, 100, 1000)
    token = sessions.begin(users.add("reed", "technician", [], "hash"))
    if change == "remove":
        users.remove("reed")
    else:
        users.set_password("reed", "another hash")
    assert sessions.user(token) is None


def test_wrong_logins_wait_longer_and_longer_and_others_do_not(tmp_path: Path) -> None:
    clock = Clock()
    throttle = Throttle(ThrottleOptions(user_here=3, first_s=10, longest_s=60), clock)
    assert [throttle.begin("reed", "10.0.0.1") for _ in range(4)] == [0, 0, 0, 10]
    assert throttle.begin("reed", "10.0.0.2") == 0
    assert throttle.begin("amy", "10.0.0.1") == 0
    waits = []
    for _ in range(5):
        clock.time_s += 61
        assert throttle.begin("reed", "10.0.0.1") == 0
        waits.append(throttle.begin("reed", "10.0.0.1"))
    assert waits == [20, 40, 60, 60, 60]
    clock.time_s += 61
    assert throttle.begin("reed", "10.0.0.1") == 0
    throttle.succeeded("reed", "10.0.0.1")
    assert throttle.begin("reed", "10.0.0.1") == 0


def test_one_address_that_tries_many_names_waits_and_so_does_one_name_tried_from_many() -> None:
    throttle = Throttle(ThrottleOptions(address=4, user=4), Clock())
    assert [throttle.begin(f"user{n}", "10.0.0.1") > 0 for n in range(6)] == [False] * 4 + [True] * 2
    assert [throttle.begin("reed", f"10.0.1.{n}") > 0 for n in range(6)] == [False] * 4 + [True] * 2
    assert network_of("2001:db8::1") == network_of("2001:db8::ffff:2")
    assert network_of("::ffff:10.0.0.1") == "10.0.0.1"


def test_a_pace_lets_a_minutes_worth_through_and_then_as_many_as_pass() -> None:
    clock = Clock()
    pace = Pace(60, clock)
    assert sum(pace.take("reed") for _ in range(100)) == 60
    clock.time_s += 2
    assert [pace.take("reed") for _ in range(3)] == [True, True, False]
    assert pace.take("amy")


def test_roles_allow_what_they_are_for() -> None:
    allowed = {
        role: {
            action
            for action in ("library", "gaps", "reports", "tickets", "metrics")
            if may(Principal("1", "x", role), action)
        }
        for role in ROLES
    }
    assert allowed == {
        "technician": {"reports"},
        "service": {"reports", "tickets"},
        "expert": {"reports", "tickets", "gaps"},
        "admin": {"library", "gaps", "reports", "tickets", "metrics"},
    }
    with pytest.raises(ForbiddenError, match="does not allow"):
        demand(Principal("1", "x", "technician"), "library")
