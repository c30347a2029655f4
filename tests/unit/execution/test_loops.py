"""A loop goes on whatever its work does, comes later each time it fails, and ends when told to."""

import threading
from collections.abc import Callable

import pytest

from app.execution import loops
from app.execution.loops import Loop

SOON = 10.0  # no test waits this long unless something is wrong


class Pauses(threading.Event):
    """The event a loop waits on: notes each pause, and wakes at once until the story is over."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.noted: list[float | None] = []
        self.over = threading.Event()
        self._most = most

    def wait(self, timeout: float | None = None) -> bool:
        self.noted.append(timeout)
        if len(self.noted) < self._most:
            return True
        self.over.set()
        return super().wait(SOON)


def told(work: Callable[[], object], turns: int, seconds: float = 0.5, **more: float) -> Loop:
    """A loop that has made so many turns, and has ended."""
    loop = Loop("story", work, seconds, **more)
    pauses = loop._wake = Pauses(turns)
    loop.start()
    assert pauses.over.wait(SOON)
    loop.end()
    assert loop.join(SOON)
    return loop


def noted(loop: Loop) -> list[float | None]:
    assert isinstance(loop._wake, Pauses)
    return loop._wake.noted


class Work:
    """Fails on the turns it is told to."""

    def __init__(self, fails: Callable[[int], bool] = lambda _: False) -> None:
        self.turns = 0
        self._fails = fails

    def __call__(self) -> None:
        self.turns += 1
        if self._fails(self.turns):
            raise RuntimeError(f"turn {self.turns}")


def test_it_works_again_and_again_with_the_same_pause() -> None:
    work = Work()
    loop = told(work, 4)
    assert (work.turns, noted(loop), loop.failures) == (4, [0.5] * 4, 0)


def test_what_the_work_raises_is_survived_logged_and_waited_for_longer_each_time(
    caplog: pytest.LogCaptureFixture,
) -> None:
    loop = told(Work(lambda _: True), 9)
    assert noted(loop) == [1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0, 30.0]
    assert loop.failures == 9
    assert "story failed (9 in a row)" in caplog.text
    assert "turn 9" in caplog.text


def test_one_that_may_not_be_late_never_waits_longer_than_it_is_told() -> None:
    loop = told(Work(lambda _: True), 4, slowest=0.5)
    assert noted(loop) == [0.5] * 4


def test_one_good_turn_makes_it_quick_again() -> None:
    loop = told(Work(lambda turn: turn <= 3), 5)
    assert noted(loop) == [1.0, 2.0, 4.0, 0.5, 0.5]
    assert loop.failures == 0


def test_it_survives_a_night_of_failures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight hours without a database are a thousand failures in a row."""
    monkeypatch.setattr(loops.log, "exception", lambda *_: None)
    loop = told(Work(lambda _: True), 1100)
    assert noted(loop)[-1] == 30.0


def test_a_nudge_wakes_it() -> None:
    turns = threading.Semaphore(0)
    loop = Loop("story", turns.release, 3600)
    loop.start()
    assert turns.acquire(timeout=SOON)
    loop.nudge()
    assert turns.acquire(timeout=SOON)
    loop.end()
    assert loop.join(SOON)


def test_a_nudge_while_it_works_is_not_lost() -> None:
    began, go_on, turns = threading.Event(), threading.Event(), threading.Semaphore(0)

    def work() -> None:
        began.set()
        go_on.wait(SOON)
        turns.release()

    loop = Loop("story", work, 3600)
    loop.start()
    assert began.wait(SOON)
    loop.nudge()
    go_on.set()
    assert turns.acquire(timeout=SOON)
    assert turns.acquire(timeout=SOON)
    loop.end()
    assert loop.join(SOON)


def test_it_ends_after_the_work_at_hand() -> None:
    began, go_on, done = threading.Event(), threading.Event(), threading.Event()

    def work() -> None:
        began.set()
        go_on.wait(SOON)
        done.set()

    loop = Loop("story", work, 3600)
    loop.start()
    assert began.wait(SOON)
    loop.end()
    assert not loop.join(0)
    go_on.set()
    assert loop.join(SOON)
    assert done.is_set()


def test_told_to_end_before_it_began_it_does_nothing() -> None:
    work = Work()
    loop = Loop("story", work, 3600)
    loop.end()
    loop.start()
    assert loop.join(SOON)
    assert work.turns == 0
