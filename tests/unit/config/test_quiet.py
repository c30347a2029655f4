"""Quiet hours: wall clocks of a zone, nights and weekends, clock changes, and the time that counts."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.config.quiet import QuietHours, always, open_for, quiet_until

LISBON, HOUR = "Europe/Lisbon", 3_600_000
NIGHT = QuietHours(20 * 60, 7 * 60, LISBON)
WEEKEND = QuietHours(0, 1440, LISBON, (5, 6))
ZONES = (LISBON, "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "Asia/Kathmandu", "UTC")


def at(text: str, zone: str = LISBON, fold: int = 0) -> int:
    """That wall clock in Unix milliseconds."""
    moment = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)
    return int(moment.timestamp() * 1000)


@pytest.mark.parametrize(
    ("hours", "moment", "until"),
    [
        ([NIGHT], "2026-03-04T19:59:59", None),
        ([NIGHT], "2026-03-04T20:00", "2026-03-05T07:00"),
        ([NIGHT], "2026-03-05T06:59:59", "2026-03-05T07:00"),
        ([NIGHT], "2026-03-05T07:00", None),
        ([NIGHT, WEEKEND], "2026-03-06T21:00", "2026-03-09T07:00"),  # Friday evening to Monday
        ([WEEKEND], "2026-03-06T23:59:59", None),
        ([WEEKEND], "2026-03-07T00:00", "2026-03-09T00:00"),
        ([QuietHours(22 * 60, 6 * 60, LISBON, (4,))], "2026-03-07T05:00", "2026-03-07T06:00"),
        ([QuietHours(22 * 60, 6 * 60, LISBON, (4,))], "2026-03-06T05:00", None),  # Thursday's night is none
        ([QuietHours(12 * 60, 13 * 60, LISBON)], "2026-07-01T12:30", "2026-07-01T13:00"),
        ([], "2026-03-05T03:00", None),
    ],
)
def test_they_last_from_and_to_on_the_clocks_of_the_zone(
    hours: list[QuietHours], moment: str, until: str | None
) -> None:
    assert quiet_until(hours, at(moment)) == (until and at(until))


class TestWhenTheClockChanges:
    def test_the_same_wall_clock_is_another_moment(self) -> None:
        spring = quiet_until([NIGHT], at("2026-03-28T20:00"))
        assert spring == at("2026-03-29T07:00") == at("2026-03-28T20:00") + 10 * HOUR
        autumn = quiet_until([NIGHT], at("2026-10-24T20:00"))
        assert autumn == at("2026-10-25T07:00") == at("2026-10-24T20:00") + 12 * HOUR

    def test_a_time_that_comes_twice_ends_them_the_second_time(self) -> None:
        until = quiet_until([QuietHours(20 * 60, 90, LISBON)], at("2026-10-24T23:00"))
        assert until == at("2026-10-25T01:30", fold=1)

    def test_a_time_that_comes_twice_begins_them_the_first_time(self) -> None:
        early = QuietHours(90, 7 * 60, LISBON)
        assert quiet_until([early], at("2026-10-25T01:30", fold=0)) == at("2026-10-25T07:00")

    def test_a_time_that_falls_out_ends_them_later_and_not_earlier(self) -> None:
        until = quiet_until([QuietHours(20 * 60, 90, LISBON)], at("2026-03-28T23:00"))
        assert until == at("2026-03-29T02:30")


def inside(one: QuietHours, moment: datetime) -> bool:
    """Read off a wall clock, with no arithmetic of moments."""
    now, yesterday = moment.hour * 60 + moment.minute, (moment.weekday() - 1) % 7
    if one.begins < one.ends:
        return moment.weekday() in one.days and one.begins <= now < one.ends
    late = moment.weekday() in one.days and now >= one.begins
    return late or (yesterday in one.days and now < one.ends)


def changing(moment: datetime) -> bool:
    """Whether the zone's clocks change within a day."""
    around = {
        (moment.astimezone(UTC) + timedelta(hours=step)).astimezone(moment.tzinfo) for step in (-26, 26)
    }
    return len({near.utcoffset() for near in around}) > 1


minutes = st.integers(0, 1439)
days = st.sets(st.integers(0, 6), min_size=1).map(lambda found: tuple(sorted(found)))
one_of_them = st.builds(QuietHours, minutes, minutes, st.sampled_from(ZONES), days).filter(
    lambda found: found.begins != found.ends
)
some = st.lists(one_of_them, max_size=3).filter(lambda found: not always(found))
moments = st.integers(at("2025-01-01"), at("2028-01-01"))


@given(one_of_them, moments)
def test_a_moment_is_quiet_exactly_when_the_wall_clock_says_so(one: QuietHours, moment: int) -> None:
    local = datetime.fromtimestamp(moment / 1000, ZoneInfo(one.zone))
    quiet = quiet_until([one], moment) is not None
    assert quiet or not inside(one, local)
    if not changing(local):
        assert quiet == inside(one, local)


@given(some, moments)
def test_what_they_end_with_is_not_quiet_and_everything_before_it_is(
    hours: Sequence[QuietHours], moment: int
) -> None:
    until = quiet_until(hours, moment)
    if until is not None:
        assert until > moment
        assert quiet_until(hours, until) is None
        for part in range(20):
            assert quiet_until(hours, moment + (until - moment) * part // 20) == until


@given(some, moments, st.integers(0, 16 * HOUR))  # fewer minutes than open_for looks for openings
def test_only_time_outside_them_counts(hours: Sequence[QuietHours], moment: int, duration: int) -> None:
    ends = open_for(hours, moment, duration)
    assert ends - moment >= duration
    half = duration // 2
    assert open_for(hours, open_for(hours, moment, half), duration - half) == ends
    assert (open_for(hours, moment, duration + 1) > ends) and (hours or ends == moment + duration)


def test_a_night_does_not_count_and_the_evening_before_and_the_morning_after_do() -> None:
    assert open_for([NIGHT], at("2026-03-04T19:00"), 2 * HOUR) == at("2026-03-05T08:00")
    assert open_for([NIGHT], at("2026-03-04T22:00"), 14 * HOUR) == at("2026-03-06T08:00")
    assert open_for([], at("2026-03-04T22:00"), HOUR) == at("2026-03-04T23:00")


def test_the_longest_time_a_policy_can_give_is_reckoned_at_once() -> None:
    assert open_for([NIGHT, WEEKEND], at("2026-03-04T19:00"), 999_999 * 24 * HOUR) > 0


@pytest.mark.parametrize(
    ("hours", "never_open"),
    [
        ([], False),
        ([NIGHT], False),
        ([QuietHours(0, 1440, LISBON)], True),
        ([QuietHours(0, 1440, LISBON, (0, 1, 2, 3, 4, 5))], False),
        ([QuietHours(600, 599, "UTC")], False),
        ([NIGHT, QuietHours(7 * 60, 20 * 60, LISBON)], True),
        ([QuietHours(0, 1440, "Asia/Tokyo"), WEEKEND], True),
    ],
)
def test_whether_they_leave_any_time(hours: list[QuietHours], never_open: bool) -> None:
    assert always(hours) is never_open
