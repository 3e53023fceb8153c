"""Questions at the same time: each in its own thread, no more than there are places."""

import threading
import time
from collections.abc import Iterator
from functools import partial

import pytest

from assistant.desk import Desk
from assistant.errors import BusyError, QuestionError
from assistant.records import Answer, AnswerEvent, Done, Waiting, Words


def told(number: int) -> Iterator[AnswerEvent]:
    yield Words(str(number))
    yield Done(Answer(str(number), "", "declined"))


class Endless:
    """An answer that goes on until it is closed."""

    def __init__(self) -> None:
        self.closed = threading.Event()

    def __call__(self) -> Iterator[AnswerEvent]:
        try:
            while True:
                time.sleep(0.01)
                yield Waiting(0)
        finally:
            self.closed.set()


def wait_until_free(desk: Desk) -> None:
    began = time.monotonic()
    while desk.taken:
        assert time.monotonic() - began < 1
        time.sleep(0.005)


def test_each_reader_gets_the_events_of_its_own_question() -> None:
    desk = Desk(50)
    asked = [desk.ask(partial(told, number)) for number in range(50)]
    for number, events in enumerate(asked):
        words, done = [event for event in events if event is not None]
        assert words == Words(str(number))
        assert isinstance(done, Done)
        assert done.answer.question == str(number)
        assert list(events) == []
    wait_until_free(desk)


def test_one_more_than_there_are_places_is_told_at_once_and_a_free_place_is_taken_again() -> None:
    desk, endless = Desk(1), Endless()
    first = desk.ask(endless)
    with pytest.raises(BusyError, match=r"busy: 1 questions are being answered.*Ask again in a moment"):
        desk.ask(endless)
    first.close()
    assert endless.closed.wait(1)
    wait_until_free(desk)
    assert len(list(desk.ask(lambda: told(1)))) == 2


def test_who_reads_gets_none_while_nothing_is_new() -> None:
    def slow() -> Iterator[AnswerEvent]:
        time.sleep(0.6)
        yield from told(1)

    assert next(Desk(1).ask(slow)) is None


def test_what_answering_raises_is_raised_where_it_is_read_and_the_place_is_free() -> None:
    def refused() -> Iterator[AnswerEvent]:
        raise QuestionError("the question is empty")

    desk = Desk(1)
    with pytest.raises(QuestionError, match="the question is empty"):
        list(desk.ask(refused))
    wait_until_free(desk)
