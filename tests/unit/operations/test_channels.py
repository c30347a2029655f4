"""Finding the channel people meant, and what is true of channels whatever is to be done to them."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from app.model.preview import Problem
from app.operations import channels
from app.operations.contract import Site
from app.slack.directory import Channel
from app.slack.directory.snapshot import Entry
from tests.unit.given import ORG, Town, channel

DEALS = channel("C0DEALS001", "deals")
TWIN = channel("C0DEALS002", "deals")
LOBBY = channel("G0LOBBY001", "lobby")


@pytest.fixture
def town(town: Town) -> Town:
    town.rooms = {found.id: found for found in (DEALS, TWIN, LOBBY)}
    return town


@pytest.mark.parametrize(
    ("said", "found"), [("C0DEALS002", TWIN), ("G0LOBBY001", LOBBY), ("lobby", LOBBY), ("#lobby", LOBBY)]
)
def test_an_id_or_an_exact_name_finds_it(town: Town, said: str, found: Channel) -> None:
    assert channels.find(said, "", town) is found


@pytest.mark.parametrize(
    ("said", "code"),
    [("deals", "ambiguous"), ("C0NOBODY01", "not_found"), ("nowhere", "not_found"), ("", "not_found")],
)
def test_what_fits_none_or_several_is_a_problem(town: Town, said: str, code: str) -> None:
    problem = channels.find(said, "", town)
    assert isinstance(problem, Problem)
    assert (problem.subject, problem.code) == (said, code)


def test_namesakes_are_told_by_id(town: Town) -> None:
    problem = channels.find("#deals", "", town)
    assert isinstance(problem, Problem)
    assert problem.sentence == "2 channels have this name: C0DEALS001 and C0DEALS002. Use the id."


def test_names_come_from_the_directory_as_far_as_it_knows(site: Callable[..., Site]) -> None:
    here = site()
    here.snapshots.store(ORG, "channels", [Entry("C0DEALS001", "deals", "private")])
    assert channels.names(here, "channels", ["C0DEALS001", "C0OTHER001"]) == {"C0DEALS001": "deals"}


def test_a_chosen_channel_shows_its_id() -> None:
    assert channels.chosen(Entry("C0DEALS001", "deals")) == {
        "value": "C0DEALS001",
        "text": "#deals (C0DEALS001)",
    }


@pytest.mark.parametrize(
    ("row", "code", "words"),
    [
        ({"is_general": True}, "general_channel", "This is #general"),
        ({"is_org_default": True}, "default_org_wide_channel", "An org default channel"),
        ({"is_org_mandatory": True}, "default_org_wide_channel", "An org default channel"),
        ({"is_general": True, "is_org_default": True}, "general_channel", "This is #general"),
    ],
)
def test_one_that_everybody_relies_on_is_never_touched(row: Any, code: str, words: str) -> None:
    problem = channels.guarded(channel("C0LOBBY001", "lobby", **row))
    assert problem is not None
    assert (problem.subject, problem.code, problem.guardrail) == ("#lobby (C0LOBBY001)", code, True)
    assert problem.sentence.startswith(words)
    assert "Drawbridge never touches it" in problem.sentence


def test_any_other_is_not_guarded() -> None:
    assert channels.guarded(channel(is_private=True, is_archived=True, is_frozen=True)) is None
    assert not Problem("#lobby", "already", "It is so.").guardrail


def test_what_only_the_bot_sees_is_said_channel_by_channel() -> None:
    hidden = Channel.read({"id": "C0HIDDEN01", "name": "hidden"}, "info")
    (told,) = channels.coverage([DEALS, hidden, LOBBY])
    assert told.startswith("#hidden (C0HIDDEN01) is visible to the bot, not to the admin token's search.")
    assert channels.coverage([DEALS, LOBBY]) == ()


class TestMany:
    TEXTS = tuple(f"C0MANY{number:04}" for number in range(50))

    def everywhere(self, town: Town) -> None:
        """Seventy channels: the fifty named, and twenty that share one name."""
        town.rooms = {key: channel(key, f"room-{key[-2:]}") for key in self.TEXTS}
        town.rooms |= {f"C0TWIN{number:04}": channel(f"C0TWIN{number:04}", "twin") for number in range(20)}

    def test_are_found_in_one_reading_of_the_list(self, town: Town, site: Callable[..., Site]) -> None:
        self.everywhere(town)
        found = channels.find_all((*self.TEXTS, "#room-07", "Room-08"), "channels", site())
        assert [found[text] for text in self.TEXTS] == list(town.rooms.values())[:50]
        assert found["#room-07"] is town.rooms["C0MANY0007"]
        assert found["Room-08"] is town.rooms["C0MANY0008"]
        assert town.asked == ["admin.conversations.search"] * 4

    def test_what_is_not_listed_is_asked_for_by_its_id(self, town: Town, site: Callable[..., Site]) -> None:
        self.everywhere(town)
        found = channels.find_all((*self.TEXTS, "C0HIDDEN01", "twin", "nowhere"), "channels", site())
        told = {text: found[text] for text in ("C0HIDDEN01", "twin", "nowhere")}
        codes = {text: problem.code for text, problem in told.items() if isinstance(problem, Problem)}
        assert codes == {"C0HIDDEN01": "not_found", "twin": "ambiguous", "nowhere": "not_found"}
        assert town.asked.count("conversations.info") == 1

    def test_are_looked_up_one_by_one_where_the_list_is_longer(
        self, town: Town, site: Callable[..., Site]
    ) -> None:
        town.rooms = {f"C0LONG{number:04}": channel(f"C0LONG{number:04}", "x") for number in range(600)}
        some = list(town.rooms)[:25]
        found = channels.find_all(some, "channels", site())
        assert [found[text] for text in some] == [town.rooms[text] for text in some]
        assert town.asked == ["admin.conversations.search", *["conversations.info"] * 25]

    def test_tell_how_far_they_are(self, town: Town, site: Callable[..., Site]) -> None:
        self.everywhere(town)
        told: list[tuple[int, int]] = []
        here = replace(site(), progress=lambda done, of: told.append((done, of)))
        channels.find_all(self.TEXTS[:5], "channels", here)
        assert told == [(at, 5) for at in range(5)]
        told.clear()
        channels.find_all(self.TEXTS, "channels", here)
        assert told[0] == (0, 50)
        assert told[-1] == (50, 50)
