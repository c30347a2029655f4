"""Quiet hours: times of the week in which nothing that was approved begins. Wall clocks, zone by zone.

Where a clock change makes a time of day ambiguous or lets it fall out, the quiet hours are the longer ones.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEK_MS = 7 * 86_400_000
_LONGEST_MS = 8 * _WEEK_MS  # of quiet: where zones change their clocks weeks apart, more than the week itself
_AHEAD = 9  # days in which each that is named begins at least once
_MOST_STEPS = 1000  # between quiet hours; a time to begin that spans more of them is long enough anyway
_ANCHORS = (date(2026, 1, 5), date(2026, 7, 6))  # a Monday in each half of the year


@dataclass(frozen=True)
class QuietHours:
    """From `begins` to `ends` (minutes since midnight; 1440 is 24:00), the day after when `ends` is earlier.

    days: those on which it begins, 0 is Monday. zone: an IANA name such as Europe/Lisbon.
    """

    begins: int
    ends: int
    zone: str
    days: tuple[int, ...] = tuple(range(7))

    def __str__(self) -> str:
        on = "" if len(self.days) == len(DAYS) else f" {'/'.join(DAYS[day] for day in self.days)}"
        return f"{_clock(self.begins)}-{_clock(self.ends)} {self.zone}{on}"

    def spans(self, at: int, ahead: int = 1) -> Iterator[tuple[int, int]]:
        """When it begins and ends around that moment and `ahead` days on; all in Unix milliseconds."""
        zone = ZoneInfo(self.zone)
        today = datetime.fromtimestamp(at / 1000, zone).date()
        for days in range(-2, ahead + 1):
            day = today + timedelta(days=days)
            if day.weekday() in self.days:
                over = 1440 if self.ends <= self.begins else 0
                yield min(_moments(day, self.begins, zone)), max(_moments(day, self.ends + over, zone))


def quiet_until(hours: Sequence[QuietHours], at: int) -> int | None:
    """When the quiet hours that moment lies in are over; None when it lies in none. Unix milliseconds."""
    found = at
    while found - at <= _LONGEST_MS:
        ends = [end for one in hours for start, end in one.spans(found) if start <= found < end]
        if not ends:
            break
        found = max(ends)
    return found if found > at else None


def open_for(hours: Sequence[QuietHours], at: int, duration: int) -> int:
    """The moment by which `duration` milliseconds outside quiet hours have passed since `at`."""
    left = duration
    for _ in range(_MOST_STEPS if hours else 0):
        at = quiet_until(hours, at) or at
        starts = [start for one in hours for start, _ in one.spans(at, _AHEAD) if start > at]
        pause = min(starts, default=at + left)
        if pause >= at + left:
            break
        left -= pause - at
        at = pause
    return at + left


def always(hours: Sequence[QuietHours]) -> bool:
    """Whether they leave no moment of the week."""
    mondays = [int(datetime.combine(day, time(), UTC).timestamp() * 1000) for day in _ANCHORS]
    return any((quiet_until(hours, monday) or 0) > monday + _WEEK_MS for monday in mondays)


def minutes_of(text: str) -> int | None:
    """Minutes since midnight of `07:30`, up to `24:00`; None for anything else."""
    hour, colon, minute = text.partition(":")
    if not (colon and len(text) == 5 and text.isascii() and hour.isdigit() and minute.isdigit()):
        return None
    found = int(hour) * 60 + int(minute)
    return found if int(minute) < 60 and found <= 1440 else None


def _moments(day: date, minutes: int, zone: ZoneInfo) -> list[int]:
    """That time of day in Unix milliseconds: twice the same, but for a clock that changes right then."""
    local = datetime.combine(day, time()) + timedelta(minutes=minutes)
    return [int(local.replace(tzinfo=zone, fold=fold).timestamp() * 1000) for fold in (0, 1)]


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
