"""Many items: a few go ahead, an approver holds the rest back or lets it go, each gets its outcome."""

import threading
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from app.storage import Database
from app.storage.tables import requests
from tests.support.houses import running_house
from tests.support.people import ADMIN, House

METHOD = "usergroups.disable"
MANY = 60


def groups(house: House, number: int = MANY) -> list[str]:
    """That many user groups of one workspace."""
    return [
        house.client.create("usergroup", team_id="T0ENG00001", users=["W0DINO0001"]) for _ in range(number)
    ]


def called(house: House, targets: list[str]) -> list[str]:
    """Which of those groups were called, in the order of the calls."""
    return [
        call["args"]["usergroup"]
        for call in house.calls(METHOD, lambda call: call["args"].get("usergroup") in targets)
    ]


def steer(house: House, request: str, button: str, showing: str) -> None:
    """Press a button on the card once the card shows that; every one of them asks to confirm."""
    house.ben.click(house.card(request, showing), button, confirm=True)


def outcomes(house: House, request: str) -> list[str | None]:
    """What became of each item, in the order of the plan."""
    return [item["outcome"] for item in house.app.evidence(request)["items"]]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def unhurried_house(
    request: pytest.FixtureRequest,
    new_database: Callable[[str], str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[House]:
    """A house whose app makes ten calls a second, so that a person can step in between."""
    url, folder = new_database(request.param), tmp_path_factory.mktemp("bulk")
    with running_house(url, folder, environment={"SLACK_TIME_SCALE": "30"}) as house:
        yield house


@pytest.fixture
def unhurried(unhurried_house: House) -> Iterator[House]:
    """The same; afterwards nothing Slack would have refused may have been sent."""
    yield unhurried_house
    unhurried_house.client.clear_faults()
    assert unhurried_house.client.problems() == []


def test_all_of_many_are_carried_out_and_proved(house: House) -> None:
    targets = groups(house)
    before = len(house.calls("usergroups.list"))
    request = house.ask_disable_usergroup(*targets)
    house.approve(request)
    assert f"{MANY} proved by reading back" in house.card(request, "Done and proved").text
    assert sorted(called(house, targets)) == sorted(targets)
    assert len(house.calls("usergroups.list")) - before < 30, "one list serves many"


def test_a_failure_among_the_first_pauses_the_rest_until_an_approver_resumes(house: House) -> None:
    targets = groups(house)
    house.client.fault(METHOD, "error", error="no_such_subteam", times=1, match={"usergroup": targets[2]})
    request = house.ask_disable_usergroup(*targets)
    house.approve(request)
    paused = house.card(request, "Paused")
    assert "1 of the first 5 did not succeed" in paused.text
    assert "waits for an approver to resume or stop it" in paused.text
    assert {"Resume", "Stop"} <= set(paused.buttons)
    told = house.ben.wait_message(ADMIN, containing=f"{request} is paused")
    assert "@security" in told.text
    assert sorted(called(house, targets)) == sorted(targets[:5])
    house.ben.click(paused, "Resume", confirm=True)
    done = house.card(request, "Partly done")
    assert f"{MANY - 1} proved by reading back" in done.text and "1 failed" in done.text
    assert sorted(called(house, targets)) == sorted(targets), "each was called once"


def test_an_approver_pauses_and_resumes_midway(unhurried: House) -> None:
    targets = groups(unhurried)
    request = unhurried.ask_disable_usergroup(*targets)
    unhurried.approve(request)
    unhurried.client.wait(lambda: len(called(unhurried, targets)) > 10, 15)
    steer(unhurried, request, "Pause", "Being carried out")
    assert "paused it." in unhurried.card(request, "Paused").text
    unhurried.ben.wait_reply(unhurried.card(request), f"{request} is paused")
    settled = _still(unhurried, request)
    assert "accepted" not in settled, "what was out is proved"
    assert len(called(unhurried, targets)) == sum(outcome is not None for outcome in settled) < MANY
    steer(unhurried, request, "Resume", "Paused")
    assert f"{MANY} proved by reading back" in unhurried.card(request, "Done and proved").text
    assert sorted(called(unhurried, targets)) == sorted(targets)
    events = [event["event"] for event in unhurried.app.evidence(request)["events"]]
    assert events.count("request:paused") == events.count("request:resumed") == 1


def test_an_approver_stops_midway_and_the_rest_is_left_alone(unhurried: House) -> None:
    targets = groups(unhurried)
    request = unhurried.ask_disable_usergroup(*targets)
    unhurried.approve(request)
    unhurried.client.wait(lambda: len(called(unhurried, targets)) > 10, 15)
    steer(unhurried, request, "Stop", "Being carried out")
    stopped = unhurried.card(request, "Stopped")
    assert "stopped it." in stopped.text and "not attempted" in stopped.text
    told = outcomes(unhurried, request)
    assert set(told) == {"verified", "skipped"}
    assert len(called(unhurried, targets)) == told.count("verified") < MANY
    assert "Undo" in stopped.buttons


def test_a_paused_request_is_stopped_for_good_too(unhurried: House) -> None:
    targets = groups(unhurried, 20)
    request = unhurried.ask_disable_usergroup(*targets)
    unhurried.approve(request)
    unhurried.client.wait(lambda: called(unhurried, targets), 15)
    steer(unhurried, request, "Pause", "Being carried out")
    steer(unhurried, request, "Stop", "Paused")
    unhurried.card(request, "Stopped")
    assert len(called(unhurried, targets)) == outcomes(unhurried, request).count("verified") < 20


def test_only_an_approver_holds_it_back(
    unhurried: House,
) -> None:
    request = unhurried.ask_disable_usergroup(*groups(unhurried))
    unhurried.approve(request)
    card = unhurried.card(request, "Being carried out")
    unhurried.ana.click(card, "Pause", confirm=True)
    unhurried.refusal(unhurried.ana, "does not let you decide this")
    steer(unhurried, request, "Stop", "Being carried out")
    unhurried.card(request, "Stopped")


def test_a_single_request_does_not_wait_behind_many(unhurried: House) -> None:
    many = unhurried.ask_disable_usergroup(*groups(unhurried, 3 * MANY))
    (alone,) = groups(unhurried, 1)
    single = unhurried.ask_disable_usergroup(alone)
    unhurried.approve(many)
    unhurried.card(many, "Being carried out")
    unhurried.approve(single)
    unhurried.card(single, "Done and proved")
    assert None in outcomes(unhurried, many)
    steer(unhurried, many, "Stop", "Being carried out")
    unhurried.card(many, "Stopped")


def test_a_revoked_token_pauses_and_costs_no_item(unhurried: House) -> None:
    targets = groups(unhurried)
    request = unhurried.ask_disable_usergroup(*targets)
    unhurried.approve(request)
    unhurried.client.wait(lambda: len(called(unhurried, targets)) > 10, 15)
    fault = unhurried.client.fault(METHOD, "error", error="token_revoked")
    paused = unhurried.card(request, "Paused")
    assert "token_revoked" in paused.text
    _still(unhurried, request)
    unhurried.client.clear_faults(fault)
    unhurried.ben.click(unhurried.card(request, "Paused"), "Resume", confirm=True)
    assert f"{MANY} proved by reading back" in unhurried.card(request, "Done and proved").text


def _still(house: House, request: str) -> list[str | None]:
    """What became of each item once the paused execution has come to rest."""
    database = Database(house.app.environment["DATABASE_URL"])
    query = sa.select(requests.c.runs, requests.c.state).where(requests.c.id == request)
    for _ in range(200):
        with database.read() as connection:
            row = connection.execute(query).one()
        if row.runs > 0:
            break
        threading.Event().wait(0.1)
    database.close()
    assert (row.state, row.runs) == ("paused", 1)
    return outcomes(house, request)


def _more_than(house: House, targets: list[str], number: int) -> bool:
    return len(set(called(house, targets))) > number


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_killed_midway_nothing_is_lost_and_nothing_is_done_twice(
    own_house: Callable[..., House], kind: str
) -> None:
    house = own_house(kind, SLACK_TIME_SCALE="30")
    house.app.start()
    targets = groups(house)
    request = house.ask_disable_usergroup(*targets)
    house.approve(request)
    for seen in (3, 12, 30):
        house.client.wait(partial(_more_than, house, targets, seen), 30)
        house.app.kill()
        house.app.start()
    house.card(request, "Done and proved", timeout=60)
    effects: list[dict[str, Any]] = house.calls(METHOD, lambda call: call["effect"])
    assert sorted(call["args"]["usergroup"] for call in effects) == sorted(targets)
    assert house.app.cli("audit", "verify").returncode == 0
