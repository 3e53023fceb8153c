"""Calls of several threads that are computed together: each gets its own, none waits for a second batch."""

import threading
from collections.abc import Sequence

import pytest

from ingest.together import Together


def test_what_waits_meanwhile_is_one_batch_and_each_gets_its_own() -> None:
    batches: list[list[int]] = []
    first_runs, others_wait = threading.Event(), threading.Event()

    def double(given: Sequence[int]) -> list[int]:
        batches.append(list(given))
        if len(batches) == 1:
            first_runs.set()
            assert others_wait.wait(10)
        return [2 * number for number in given]

    together = Together(double)
    made: dict[int, int] = {}

    def ask(number: int) -> None:
        made[number] = together(number)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(20)]
    threads[0].start()
    assert first_runs.wait(10)
    for thread in threads[1:]:
        thread.start()
    while len(together._waiting) < 19:
        pass
    others_wait.set()
    for thread in threads:
        thread.join(10)
    assert made == {number: 2 * number for number in range(20)}
    assert [len(batch) for batch in batches] == [1, 19]


def test_a_failure_is_told_and_the_next_call_works() -> None:
    def divide(given: Sequence[int]) -> list[float]:
        return [1 / number for number in given]

    together = Together(divide)
    with pytest.raises(ZeroDivisionError):
        together(0)
    assert together(4) == 0.25
