"""What follows an acknowledgement: bounded, refused in time, and after the acknowledgements themselves."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from app.followups import FollowUps


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """What the work waits for, as for a slow Slack; open at the end in any case."""
    found = threading.Event()
    yield found
    found.set()


@pytest.fixture
def followups(gate: threading.Event) -> Iterator[FollowUps]:
    found = FollowUps(threads=2, waiting=1)
    yield found
    gate.set()
    found.finish(5)


def test_past_threads_and_waiting_it_takes_nothing_more(followups: FollowUps, gate: threading.Event) -> None:
    assert [followups.take(gate.wait) for _ in range(4)] == [True, True, True, False]


def test_what_must_begin_now_is_refused_as_soon_as_no_thread_is_free(
    followups: FollowUps, gate: threading.Event
) -> None:
    assert [followups.begin(gate.wait) for _ in range(3)] == [True, True, False]
    assert followups.take(gate.wait), "what may wait still may"


def test_one_person_never_takes_everybodys_room(gate: threading.Event) -> None:
    followups = FollowUps(threads=4, waiting=4, each=3)
    taken = [followups.take(gate.wait, "E1/W1") for _ in range(3)]
    assert [*taken, followups.take(gate.wait, "E1/W1"), followups.begin(gate.wait, "E1/W1")] == [True] * 3 + [
        False
    ] * 2
    assert followups.take(gate.wait, "E1/W2") and followups.take(gate.wait, "E2/W1")
    gate.set()
    done = threading.Event()
    while not followups.take(done.set, "E1/W1"):
        pass
    assert done.wait(5)
    followups.finish(5)


def test_what_is_done_makes_room(followups: FollowUps, gate: threading.Event) -> None:
    for _ in range(3):
        followups.take(gate.wait)
    gate.set()
    done = threading.Event()
    while not followups.take(done.set):
        pass
    assert done.wait(5)


def test_there_is_room_aside_to_say_so(followups: FollowUps, gate: threading.Event) -> None:
    for _ in range(3):
        followups.take(gate.wait)
    said = threading.Event()
    assert followups.aside(said.set)
    assert said.wait(5)


def test_work_lets_acknowledgements_go_first(followups: FollowUps) -> None:
    done = threading.Event()
    with followups.inbound():
        followups.take(done.set)
        assert not done.wait(0.1)
    assert done.wait(5)


def test_work_that_fails_is_logged_and_frees_its_thread(
    followups: FollowUps, gate: threading.Event, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> None:
        raise ZeroDivisionError

    for _ in range(3):
        followups.take(broken)
    done = threading.Event()
    while not followups.take(done.set):
        pass
    assert done.wait(5)
    assert "what followed an acknowledgement failed" in caplog.text


def test_at_the_end_it_waits_for_what_is_under_way_but_not_for_ever(
    followups: FollowUps, gate: threading.Event
) -> None:
    followups.take(gate.wait)
    followups.finish(0.05)
    gate.set()


def test_what_found_a_thread_free_gets_it_however_much_comes_at_that_moment(
    gate: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    followups = FollowUps(threads=1, waiting=1)
    begun, counted, handed_over = threading.Event(), threading.Event(), threading.Event()
    submit = ThreadPoolExecutor.submit

    def slowly(self: ThreadPoolExecutor, *work: Any) -> Any:
        """Between counting and handing over, somebody else wants a thread."""
        if not counted.is_set():
            counted.set()
            handed_over.wait(0.5)
        return submit(self, *work)

    def also() -> None:
        counted.wait(5)
        followups.take(gate.wait)
        handed_over.set()

    monkeypatch.setattr(ThreadPoolExecutor, "submit", slowly)
    other = threading.Thread(target=also)
    other.start()
    assert followups.begin(begun.set)
    other.join(5)
    assert begun.wait(5), "it waits behind what came after it"
    gate.set()
    followups.finish(5)
