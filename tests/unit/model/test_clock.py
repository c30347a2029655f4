"""Moments as text, and ids that can be read aloud."""

import re
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.clock import new_id, rfc3339, system_clock


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (0, "1970-01-01T00:00:00.000Z"),
        (1_772_337_906_789, "2026-03-01T04:05:06.789Z"),
        (1_772_337_906_009, "2026-03-01T04:05:06.009Z"),
    ],
)
def test_a_moment_is_utc_with_milliseconds(at: int, text: str) -> None:
    assert rfc3339(at) == text


@given(st.integers(0, 4_102_444_800_000), st.integers(0, 4_102_444_800_000))
def test_later_moments_sort_later_as_text(one: int, other: int) -> None:
    assert (one < other) == (rfc3339(one) < rfc3339(other))


@given(st.integers(0, 4_102_444_800_000))
def test_the_text_tells_the_moment_exactly(at: int) -> None:
    read = datetime.fromisoformat(rfc3339(at))
    assert (read.tzinfo, round(read.timestamp() * 1000)) == (UTC, at)


def test_the_clock_is_the_machines() -> None:
    assert abs(system_clock() - time.time() * 1000) < 1000


def test_ids_differ_and_hold_no_letters_that_sound_or_look_alike() -> None:
    ids = {new_id("R") for _ in range(500)}
    assert len(ids) == 500
    assert all(re.fullmatch(r"R[2-9A-HJKMNP-TV-Z]{9}", found) for found in ids)
    assert len(new_id("D", 14)) == 15
