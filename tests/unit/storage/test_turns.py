"""Writers of one process get their turns in the order in which they came."""

import threading
import time
from collections.abc import Callable
from functools import partial

import pytest

from app.execution.lease import Lease
from app.storage import Database
from app.storage.tables import heartbeats
from app.storage.turns import Turns

_SECONDS = 20


def begun(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def until_queued(turns: Turns, number: int) -> None:
    deadline = time.monotonic() + _SECONDS
    while len(turns._waiting) < number:
        assert time.monotonic() < deadline, "they never queued"
        time.sleep(0.001)


def test_those_who_wait_are_served_in_the_order_in_which_they_came() -> None:
    turns, served = Turns(), list[int]()

    def take(number: int) -> None:
        with turns:
            served.append(number)

    with turns:
        threads = []
        for number in range(5):
            threads.append(begun(partial(take, number)))
            until_queued(turns, number + 1)
        assert served == []
    for thread in threads:
        thread.join(_SECONDS)
    assert served == [0, 1, 2, 3, 4]


def test_whoever_gives_it_back_and_asks_again_stands_at_the_end() -> None:
    turns, served = Turns(), list[str]()

    def wait_once() -> None:
        with turns:
            served.append("the one that waited")

    with turns:
        waiting = begun(wait_once)
        until_queued(turns, 1)
    with turns:
        served.append("the greedy one")
    waiting.join(_SECONDS)
    assert served == ["the one that waited", "the greedy one"]


def test_the_holder_may_take_it_again_and_keeps_it_until_the_outermost_end() -> None:
    turns, inside = Turns(), threading.Event()

    def enter() -> None:
        with turns:
            inside.set()

    with turns:
        with turns:
            waiting = begun(enter)
            until_queued(turns, 1)
        assert not inside.is_set()
    assert inside.wait(_SECONDS)
    waiting.join(_SECONDS)


def test_an_error_hands_the_turn_on() -> None:
    turns = Turns()
    with pytest.raises(RuntimeError), turns:
        raise RuntimeError
    waiting = begun(lambda: turns.__enter__())
    waiting.join(_SECONDS)
    assert not waiting.is_alive()


def test_a_heartbeat_waits_only_for_the_writers_that_came_before_it(database: Database) -> None:
    if not database.sqlite:
        pytest.skip("PostgreSQL locks rows, not the whole database")
    ended, lease, written = threading.Event(), Lease(database, "here"), list[int]()
    lease.beat()

    def write_on(number: int) -> None:
        while not ended.is_set():
            with database.write() as connection:
                connection.execute(heartbeats.update().values(executor=heartbeats.c.executor))
                written.append(number)

    writers = [begun(partial(write_on, number)) for number in range(8)]
    waits = []
    for _ in range(20):
        before = len(written)
        lease.beat()
        waits.append(len(written) - before)
    ended.set()
    for writer in writers:
        writer.join(_SECONDS)
    assert max(waits) <= 2 * len(writers)
