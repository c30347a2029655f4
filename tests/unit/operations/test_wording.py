"""Numbers, ages and lists the way people say them."""

import pytest

from app.operations.wording import ago, count, days_since, listed, on_date
from tests.unit.given import NOW

DAY = 86_400
TODAY = NOW // 1000


@pytest.mark.parametrize(
    ("number", "told"), [(0, "0 channels"), (1, "1 channel"), (2, "2 channels"), (12_345, "12,345 channels")]
)
def test_a_count_says_one_or_many(number: int, told: str) -> None:
    assert count(number, "channel") == told


def test_a_count_takes_its_own_plural() -> None:
    assert (count(1, "person", "people"), count(3, "person", "people")) == ("1 person", "3 people")


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ([], "none"),
        (["a"], "a"),
        (["a", "b"], "a and b"),
        (["a", "b", "c"], "a, b and c"),
        (["a", "b", "c", "d", "e"], "a, b and 3 more"),
    ],
)
def test_a_list_is_a_sentence(names: list[str], told: str) -> None:
    assert listed(names, most=2 if len(names) > 3 else 3) == told


def test_a_list_of_nothing_says_what_it_is_told() -> None:
    assert listed([], none="nobody") == "nobody"


@pytest.mark.parametrize(
    ("then", "told"),
    [
        (0, "never, as far as Slack tells"),
        (-5, "never, as far as Slack tells"),
        (TODAY, "today (21 Sep 2026)"),
        (TODAY + 60, "today (21 Sep 2026)"),
        (TODAY - DAY, "1 day ago (20 Sep 2026)"),
        (TODAY - 400 * DAY, "400 days ago (17 Aug 2025)"),
    ],
)
def test_an_age_comes_with_its_date(then: int, told: str) -> None:
    assert ago(NOW, then) == told


def test_evidence_tells_date_and_time() -> None:
    assert on_date(TODAY) == "21 Sep 2026 14:13 UTC"


@pytest.mark.parametrize(("then", "days"), [(0, None), (TODAY, 0), (TODAY - DAY - 1, 1), (TODAY + DAY, 0)])
def test_days_are_whole_and_never_negative(then: int, days: int | None) -> None:
    assert days_since(NOW, then) == days
