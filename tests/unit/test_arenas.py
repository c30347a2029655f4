"""The memory of many threads is kept together where the C library can do that."""

import platform
import subprocess
import sys

_MANY_THREADS = """
import ctypes, sys, threading
from app import arenas

kept = arenas.keep_few() if "keep" in sys.argv else False
hold, libc = threading.Barrier(13), ctypes.CDLL(None)

def work():
    libc.free(libc.malloc(4000))
    hold.wait()
    hold.wait()

libc.malloc.restype, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
for _ in range(12):
    threading.Thread(target=work, daemon=True).start()
hold.wait()
libc.malloc_stats()
hold.wait()
print(kept)
"""


def arenas_of(*arguments: str) -> tuple[int, str]:
    """Arenas that a process with twelve threads has, as glibc tells on stderr, and what it printed."""
    ended = subprocess.run(
        [sys.executable, "-c", _MANY_THREADS, *arguments], capture_output=True, text=True, check=True
    )
    return ended.stderr.count("Arena "), ended.stdout.strip()


def test_two_arenas_serve_however_many_threads() -> None:
    if platform.libc_ver()[0] != "glibc":
        assert arenas_of("keep")[1] == "False"
        return
    assert arenas_of("keep") == (2, "True")
    assert arenas_of()[0] > 2
