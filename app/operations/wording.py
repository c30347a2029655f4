"""Numbers, ages and lists the way people say them. English, because Slack's admin pages are."""

from collections.abc import Iterable
from datetime import UTC, datetime

from app.model.clock import Millis

_DAY = 86_400


def count(number: int, one: str, many: str | None = None) -> str:
    """`1 channel`, `3 channels`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(names: Iterable[str], most: int = 5, none: str = "none") -> str:
    """`a, b and c`, or `a, b, c and 4 more`."""
    every = list(names)
    if not every:
        return none
    if len(every) > most:
        return f"{', '.join(every[:most])} and {len(every) - most} more"
    return every[0] if len(every) == 1 else f"{', '.join(every[:-1])} and {every[-1]}"


def ago(now: Millis, then: int) -> str:
    """How long before `now` (ms) the moment `then` (seconds, 0 for never) was, with its date."""
    if then <= 0:
        return "never, as far as Slack tells"
    days = max(0, (now // 1000 - then) // _DAY)
    date = f"{datetime.fromtimestamp(then, UTC):%d %b %Y}"
    if days == 0:
        return f"today ({date})"
    return f"{count(days, 'day')} ago ({date})"


def on_date(then: int) -> str:
    """The moment (seconds) as date and time in UTC, for evidence."""
    return f"{datetime.fromtimestamp(then, UTC):%d %b %Y %H:%M} UTC"


def days_since(now: Millis, then: int) -> int | None:
    """Whole days between `then` (seconds) and `now` (ms); None when it never was."""
    return max(0, (now // 1000 - then) // _DAY) if then > 0 else None
