"""Many channels at once: by the list where that is cheaper, else one by one; and never a wrong "gone"."""

import pytest

from app.slack.answers import Answer
from app.slack.directory import many
from app.slack.gateway import ReadFailed
from tests.unit.given import Town, channel

SEARCH, INFO = "admin.conversations.search", "conversations.info"


@pytest.fixture
def town() -> Town:
    """An org with fifty channels: three pages of Slack's list."""
    town = Town()
    town.rooms = {key: channel(key, f"room-{key[-2:]}") for key in named(range(50))}
    return town


def named(numbers: range) -> dict[str, str]:
    """Channels to look for: id → name."""
    return {f"C0MANY{number:04}": f"room-{number:02}" for number in numbers}


def read(town: Town, wanted: dict[str, str]) -> dict[str, object]:
    return dict(many.channels(town, wanted))


class TestReading:
    def test_nothing_wanted_is_nothing_asked(self, town: Town) -> None:
        assert (read(town, {}), town.asked) == ({}, [])

    def test_one_is_asked_for_by_itself(self, town: Town) -> None:
        assert read(town, named(range(1))) == {"C0MANY0000": town.rooms["C0MANY0000"]}
        assert town.asked == [INFO]

    def test_as_many_as_the_list_has_pages_come_from_the_list(self, town: Town) -> None:
        wanted = named(range(4, 50, 20))  # one on each of three pages
        assert read(town, wanted) == {key: town.rooms[key] for key in wanted}
        assert town.asked == [SEARCH] * 3

    def test_fewer_come_from_its_first_page_and_one_by_one(self, town: Town) -> None:
        wanted = named(range(0, 50, 49))
        assert read(town, wanted) == {key: town.rooms[key] for key in wanted}
        assert town.asked == [SEARCH, INFO]

    def test_no_page_is_read_once_all_are_found(self, town: Town) -> None:
        read(town, named(range(10)))
        assert town.asked == [SEARCH]

    def test_what_the_list_does_not_show_is_asked_for_by_its_id(self, town: Town) -> None:
        found = read(town, {**named(range(3)), "C0HIDDEN01": "hidden"})
        assert found["C0HIDDEN01"] is None
        assert town.asked == [*[SEARCH] * 3, INFO]

    def test_a_token_that_may_not_search_asks_for_each(
        self, town: Town, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(town, "channel_list", lambda: iter(()))
        wanted = named(range(30))
        assert read(town, wanted) == {key: town.rooms[key] for key in wanted}
        assert town.asked == [INFO] * 30

    @pytest.mark.parametrize("number", [1, 2, 30])
    def test_a_read_that_fails_concludes_nothing(self, town: Town, number: int) -> None:
        town.away = "internal_error"
        with pytest.raises(ReadFailed) as failed:
            read(town, named(range(number)))
        assert failed.value.answer == Answer(failed.value.answer.method, "internal_error")


class TestListing:
    @pytest.mark.parametrize(("worth", "whole", "shown"), [(2, False, 20), (3, True, 50), (99, True, 50)])
    def test_the_list_is_read_to_its_end_where_it_is_worth_its_pages(
        self, town: Town, worth: int, whole: bool, shown: int
    ) -> None:
        rows, told = many.listed(town, worth)
        assert (told, len(list(rows))) == (whole, shown)

    def test_its_pages_are_read_only_as_the_channels_are_taken(self, town: Town) -> None:
        rows, _ = many.listed(town, 50)
        assert town.asked == [SEARCH]
        next(rows)
        assert town.asked == [SEARCH]
        assert len(list(rows)) == 49
        assert town.asked == [SEARCH] * 3
