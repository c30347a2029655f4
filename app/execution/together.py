"""Several pieces of work at the same time, each in a thread of its own."""

import threading
import time
from collections.abc import Callable

_GRACE_SECONDS = 3.0


class Crew:
    """Threads for one piece of work. They are daemons: a process that ends does not wait for them long.

    ending: set when the process is to end.
    """

    def __init__(self, ending: threading.Event) -> None:
        self._ending = ending
        self._threads: list[threading.Thread] = []
        self._failures: list[Exception] = []

    def begin(self, work: Callable[[], None]) -> None:
        """Begin that work now."""
        thread = threading.Thread(target=self._guarded, args=(work,), daemon=True)
        self._threads.append(thread)
        thread.start()

    def end(self) -> None:
        """Wait for all of it, or a moment longer than the process is to live. Raises what failed first."""
        for thread in self._threads:
            while thread.is_alive() and not self._ending.is_set():
                thread.join(0.2)
        deadline = time.monotonic() + _GRACE_SECONDS
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        if self._failures:
            raise self._failures[0]

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001  (raised again in `end`)
            self._failures.append(error)
