"""Tells a person who waits for a long reading how far it is."""

import time
from collections.abc import Callable

from app.messages.screens import loading_view
from app.requests.drafts import Draft
from listeners.scene import Scene

_EVERY = 3.0  # seconds; Slack wants no faster updates of what people look at


class Progress:
    """Called with how many of how many targets were looked up. Keeps the draft alive meanwhile.

    Once the person has closed the view there is nothing to update; a message tells them at the end.
    """

    def __init__(self, scene: Scene, draft: Draft, clock: Callable[[], float] = time.monotonic) -> None:
        self._scene, self._draft, self._clock = scene, draft, clock
        self._next, self._open = clock() + _EVERY, True

    def __call__(self, done: int, of: int) -> None:
        """So many of so many."""
        if self._clock() < self._next:
            return
        self._scene.services.drafts.prolong(self._draft)
        if self._open:
            told = f"Checked {done:,} of {of:,} … You may close this: a message tells you when it is ready."
            self._open = self._scene.show(loading_view(self._scene.title, told))
        self._next = self._clock() + _EVERY
