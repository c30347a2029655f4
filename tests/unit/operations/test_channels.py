"""Finding the channel people meant."""

from collections.abc import Callable

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
