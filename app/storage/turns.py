"""A lock that threads get in the order in which they came."""

import threading
from collections import deque
from types import TracebackType


class Turns:
    """Reentrant like `threading.RLock`, and fair.

    Whoever gives an RLock back and asks again at once usually has it again: a thread with thousands of rows
    to write would keep out the one that has to show that this process is alive.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[tuple[int, threading.Lock]] = deque()
        self._holder: int | None = None
        self._depth = 0

    def __enter__(self) -> None:
        me = threading.get_ident()
        with self._guard:
            if self._holder in (None, me):
                self._holder, self._depth = me, self._depth + 1
                return
            mine = threading.Lock()
            mine.acquire()
            self._waiting.append((me, mine))
        mine.acquire()  # given back by whoever hands the turn over

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        with self._guard:
            self._depth -= 1
            if self._depth:
                return
            self._holder = None
            if self._waiting:
                self._holder, mine = self._waiting.popleft()
                self._depth = 1
                mine.release()
