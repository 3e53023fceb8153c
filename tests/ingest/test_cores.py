"""How the models share the cores."""

import os

import pytest

from ingest.cores import let_waiting_threads_sleep, physical_cores


def test_waiting_threads_sleep_unless_the_user_decided_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GOMP_SPINCOUNT", raising=False)
    let_waiting_threads_sleep()
    assert os.environ["GOMP_SPINCOUNT"] == "0"
    monkeypatch.setenv("GOMP_SPINCOUNT", "5000")
    let_waiting_threads_sleep()
    assert os.environ["GOMP_SPINCOUNT"] == "5000"


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system does not pin processes")
def test_a_process_that_may_use_one_core_uses_one() -> None:
    usable = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(usable)})
    try:
        assert physical_cores() == 1
    finally:
        os.sched_setaffinity(0, usable)
    assert 1 <= physical_cores() <= len(usable)
