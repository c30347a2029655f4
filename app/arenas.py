"""Keeps the memory of many threads together."""

import ctypes

_ARENA_MAX = -8  # M_ARENA_MAX of glibc's malloc.h
_ARENAS = 2


def keep_few() -> bool:
    """Have glibc give the threads of this process two arenas of memory; answers whether it will.

    It gives up to eight for each processor, and what one thread has freed there no other takes: after a bulk
    of ten thousand items that is tens of megabytes. Threads of Python gain nothing by it, since one runs at a
    time. To be called before there are any. Other C libraries know no such thing, and need none.

    Source: mallopt(3), M_ARENA_MAX.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    return mallopt is not None and mallopt(_ARENA_MAX, _ARENAS) == 1
