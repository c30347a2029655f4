"""A thread that does one thing again and again, and can be woken early."""

import logging
import threading
from collections.abc import Callable

from app.metrics import LOOP_FAILURES

log = logging.getLogger(__name__)

_SLOWEST = 30.0


class Loop:
    """Calls `work` every `seconds`. What it raises is logged, and the next try comes later each time."""

    def __init__(self, name: str, work: Callable[[], object], seconds: float) -> None:
        self.name, self._work, self._seconds = name, work, seconds
        self._wake, self._ended = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self.failures = 0

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def nudge(self) -> None:
        """There is something to do now."""
        self._wake.set()

    def end(self) -> None:
        """End after the work at hand."""
        self._ended.set()
        self._wake.set()

    def join(self, timeout: float) -> bool:
        """Wait until it has ended; answers whether it has. One that has not ends with the process."""
        self._thread.join(max(0.0, timeout))
        return not self._thread.is_alive()

    def _run(self) -> None:
        while True:
            self._wake.clear()
            if self._ended.is_set():
                return
            try:
                self._work()
                self.failures = 0
            except Exception:
                self.failures += 1
                log.exception("%s failed (%d in a row)", self.name, self.failures)
            LOOP_FAILURES.labels(self.name).set(self.failures)
            pause = min(_SLOWEST, self._seconds * 2 ** min(self.failures, 16))
            self._wake.wait(pause)
