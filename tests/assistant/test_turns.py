"""The queue before an engine: first come, first served, and no longer than is set."""

import threading
import time

import pytest

from assistant.errors import BusyError, GenerateError
from assistant.turns import BackOff, Turns, turn


def test_the_place_in_the_queue_is_told_and_moves_up() -> None:
    turns = Turns(at_once=1, waiting=2)
    first, second, third = turns.join(), turns.join(), turns.join()
    assert [place.ahead() for place in (first, second, third)] == [0, 1, 2]
    turns.leave(second)  # went away while waiting
    assert third.ahead() == 1
    turns.leave(first)
    assert third.ahead() == 0


def test_one_more_than_may_wait_is_told_at_once() -> None:
    turns = Turns(at_once=2, waiting=1)
    for _ in range(3):
        turns.join()
    with pytest.raises(BusyError, match=r"busy: 1 questions wait.*Ask again in a moment"):
        turns.join()


def test_who_waits_too_long_is_told_and_leaves_no_place_behind() -> None:
    turns = Turns(at_once=1, waiting=4)
    with turns.join():
        with (
            pytest.raises(GenerateError, match=r"small: still busy with other questions after 0\.1 s"),
            turn(turns, 0.1, "small") as places,
        ):
            list(places)
        assert turns.in_use == 1
    assert turns.in_use == 0


def test_turns_come_in_the_order_of_asking() -> None:
    turns = Turns(at_once=1, waiting=8)
    served: list[int] = []

    def ask(number: int) -> None:
        with turn(turns, 10.0, "small") as places:
            list(places)
            served.append(number)

    with turns.join():
        threads = []
        for number in range(5):
            threads.append(threading.Thread(target=ask, args=(number,)))
            threads[-1].start()
            while turns.in_use < number + 2:
                time.sleep(0.001)
    for thread in threads:
        thread.join(10)
    assert served == [0, 1, 2, 3, 4]


def test_a_failed_start_is_not_tried_again_at_once_and_each_pause_is_longer() -> None:
    now = [0.0]
    back_off = BackOff(clock=lambda: now[0])
    back_off.check()
    for pause in (1, 2, 4, 8):
        back_off.failed(GenerateError("broken.gguf"))
        now[0] += pause - 0.01
        with pytest.raises(GenerateError, match=r"broken\.gguf"):
            back_off.check()
        now[0] += 0.02
        back_off.check()
    back_off.worked()
    back_off.failed(GenerateError("again"))
    now[0] += 1.01
    back_off.check()
