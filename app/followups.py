"""What follows an acknowledgement: work that may wait for Slack, in a bounded number of threads.

Slack wants an answer within three seconds (docs.slack.dev/interactivity/handling-user-interaction). Requests
are acknowledged in the thread they came in, which never waits for Slack; the rest is handed over here. Past
the bounds it is refused, and the person is told so at once: nothing waits for minutes, nothing is dropped
silently.
"""

import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

from app.metrics import FOLLOWUPS

log = logging.getLogger(__name__)

Work = Callable[[], object]

THREADS = 200
"""Each is mostly waiting for Slack; an idle one costs next to nothing."""

WAITING = 200
_ASIDE_THREADS, _ASIDE_WAITING = 4, 1000

EACH = 20
"""Of one person, at work and waiting together: nobody's clicks make everybody else wait."""

_MOST_YIELDING = 1.0
"""Seconds that work lets acknowledgements go first. Threads share one processor's worth of Python, and a
`trigger_id` lives for three seconds."""


class _Pool:
    """Threads, and a bound on what may wait for them."""

    def __init__(self, name: str, threads: int, waiting: int) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._threads, self._most = threads, threads + waiting
        self._count, self._lock = 0, threading.Lock()
        self._whose: Counter[str] = Counter()

    @property
    def count(self) -> int:
        return self._count

    def take(self, work: Work, most: int | None = None, whose: str = "", each: int = 0) -> bool:
        """Handed over in the order of counting: what found a thread free gets it, ahead of what may wait."""
        with self._lock:
            if self._count >= (self._most if most is None else most):
                return False
            if whose and self._whose[whose] >= each:
                return False
            self._count += 1
            self._whose[whose] += 1
            self._pool.submit(self._run, work, whose)
        return True

    def _run(self, work: Work, whose: str) -> None:
        try:
            work()
        except Exception:
            log.exception("what followed an acknowledgement failed")
        finally:
            with self._lock:
                self._count -= 1
                self._whose[whose] -= 1
                if not self._whose[whose]:
                    del self._whose[whose]

    def shut(self) -> None:
        self._pool.shutdown()


class FollowUps:
    """Takes over what follows an acknowledgement."""

    def __init__(self, threads: int = THREADS, waiting: int = WAITING, each: int = EACH) -> None:
        self._threads, self._each = threads, each
        self._inbound, self._lock, self._quiet = 0, threading.Lock(), threading.Event()
        self._quiet.set()
        self._main = _Pool("followup", threads, waiting)
        self._aside = _Pool("aside", _ASIDE_THREADS, _ASIDE_WAITING)
        FOLLOWUPS.labels("running").set_function(lambda: min(self._main.count, threads))
        FOLLOWUPS.labels("waiting").set_function(lambda: max(0, self._main.count - threads))

    @contextmanager
    def inbound(self) -> Iterator[None]:
        """While a request is being acknowledged: what follows others lets it go first."""
        with self._lock:
            self._inbound += 1
            self._quiet.clear()
        try:
            yield
        finally:
            with self._lock:
                self._inbound -= 1
                if self._inbound == 0:
                    self._quiet.set()

    def take(self, work: Work, whose: str = "") -> bool:
        """Do that as soon as a thread is free; answers False when too much waits already.

        whose: the person it is for; too much of theirs is refused before anybody else's is.
        """
        return self._main.take(partial(self._politely, work), whose=whose, each=self._each)

    def begin(self, work: Work, whose: str = "") -> bool:
        """Do that now; answers False when no thread is free, or that person has too many."""
        return self._main.take(work, self._threads, whose=whose, each=self._each)

    def aside(self, work: Work) -> bool:
        """Do that in threads of its own, which no slow listener holds: small things, and to say that we are
        busy. Answers False, and logs it, when there is no room even for that.
        """
        taken = self._aside.take(partial(self._politely, work))
        if not taken:
            log.error("too busy even to say so: something was left undone")
        return taken

    def finish(self, patience: float) -> None:
        """Take nothing more; wait for what is under way, but no longer than that many seconds."""
        threads = [threading.Thread(target=pool.shut, daemon=True) for pool in (self._main, self._aside)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(patience)

    def _politely(self, work: Work) -> None:
        self._quiet.wait(_MOST_YIELDING)
        work()
