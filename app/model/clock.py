"""Time and identifiers as arguments, so that rules can be tested without waiting or patching."""

import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime

Millis = int
"""Unix time in milliseconds, UTC. Every `…_at` field and column of ours."""

Clock = Callable[[], Millis]
"""Answers the present moment in Unix milliseconds."""

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0/O, 1/I/L, U: read aloud on a call at night


def system_clock() -> Millis:
    """The machine's wall clock in Unix milliseconds."""
    return time.time_ns() // 1_000_000


def rfc3339(at: Millis) -> str:
    """The moment as RFC 3339 text in UTC with milliseconds: `2026-03-01T04:05:06.789Z`."""
    moment = datetime.fromtimestamp(at // 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{at % 1000:03d}Z"


def new_id(prefix: str, length: int = 9) -> str:
    """A fresh random id such as `R7K3QF2WXA`: opaque, unguessable enough never to collide, readable aloud."""
    return prefix + "".join(secrets.choice(_ALPHABET) for _ in range(length))
