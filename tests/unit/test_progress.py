"""Who waits for a long reading is told how far it is, now and then, and never once the view is closed."""

from typing import Any

import pytest

from listeners.progress import Progress


class Waiting:
    """A scene and its drafts: remembers what was shown and how often the draft was kept alive."""

    def __init__(self, *, closed: bool = False) -> None:
        self.closed, self.shown, self.prolonged = closed, list[str](), 0
        self.services, self.drafts, self.title = self, self, "Remove from policy"

    def show(self, view: dict[str, Any]) -> bool:
        self.shown.append(view["blocks"][0]["text"]["text"])
        return not self.closed

    def prolong(self, draft: object) -> None:
        self.prolonged += 1


class Watch:
    """Seconds as the test wants them."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


def progress(waiting: Any, watch: Watch) -> Progress:
    draft: Any = object()
    return Progress(waiting, draft, watch)


def test_a_short_reading_is_not_talked_about(watch: Watch) -> None:
    waiting = Waiting()
    tell = progress(waiting, watch)
    for at in range(100):
        watch.now = at * 0.02
        tell(at, 100)
    assert (waiting.shown, waiting.prolonged) == ([], 0)


def test_a_long_one_every_few_seconds_however_often_it_reports(watch: Watch) -> None:
    waiting = Waiting()
    tell = progress(waiting, watch)
    for at in range(1_000):
        watch.now = at * 0.01
        tell(at, 1_000)
    assert [text.split(" …")[0] for text in waiting.shown] == [
        "⏳ Checked 300 of 1,000",
        "⏳ Checked 600 of 1,000",
        "⏳ Checked 900 of 1,000",
    ]
    assert waiting.prolonged == 3


def test_a_closed_view_is_left_alone_and_the_draft_lives_on(watch: Watch) -> None:
    waiting = Waiting(closed=True)
    tell = progress(waiting, watch)
    for at in range(1_000):
        watch.now = at * 0.01
        tell(at, 1_000)
    assert len(waiting.shown) == 1
    assert waiting.prolonged == 3
