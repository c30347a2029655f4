"""kill -9 at any moment: a restart finishes the work, and nothing takes effect twice."""

import random
import threading
from collections.abc import Callable
from typing import Any

import pytest

from app.storage import Database
from app.storage.tables import requests
from localslack.seen import Message
from tests.support import wire
from tests.support.people import House

SEED = 20261122
METHOD = "usergroups.disable"


def effects(house: House, method: str, argument: str, target: str) -> list[dict[str, Any]]:
    """The calls for that target that changed something in Slack."""
    return house.calls(method, lambda call: call["args"].get(argument) == target and call["effect"])


def group(house: House) -> str:
    return house.client.create("usergroup", team_id="T0ENG00001", users=["W0DINO0001"])


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@pytest.mark.parametrize("moment", ["before the call lands", "after the call landed"])
def test_killed_with_the_call_in_flight(own_house: Callable[..., House], kind: str, moment: str) -> None:
    house = own_house(kind)
    house.app.start()
    target = group(house)
    request = house.ask_disable_usergroup(target)
    if moment == "before the call lands":
        house.client.fault(METHOD, "refused", times=1)
    else:
        house.client.fault(METHOD, "lost", times=1)
    house.client.fault("usergroups.list", "slow", seconds=2, times=1)
    house.approve(request)
    house.client.wait(lambda: len(house.calls(METHOD)) == 1, 15)
    house.app.kill()
    house.app.start()
    assert "1 proved by reading back" in house.card(request, "Done and proved", timeout=60).text
    assert len(effects(house, METHOD, "usergroup", target)) == 1


def test_killed_right_after_the_approval_was_recorded(own_house: Callable[..., House]) -> None:
    house = own_house()
    house.app.start()
    target = group(house)
    request = house.ask_disable_usergroup(target)
    database = Database(house.app.environment["DATABASE_URL"])
    with database.write() as connection:  # the state a crash leaves between the commit and the start
        connection.execute(
            requests.update().where(requests.c.id == request).values(state="pending", cool_off_ms=3_600_000)
        )
    house.approve(request)
    house.card(request, "Approved")
    house.app.kill()
    with database.write() as connection:
        connection.execute(requests.update().where(requests.c.id == request).values(not_before=0))
    database.close()
    house.app.start()
    house.card(request, "Done and proved", timeout=60)
    assert len(effects(house, METHOD, "usergroup", target)) == 1


def test_killed_while_an_organization_is_being_cut_off_in_the_background(
    own_house: Callable[..., House],
) -> None:
    house = own_house()
    house.app.start()
    org = house.client.create("external_org")
    house.client.create("channel", name="being-cut", connected=[org])
    house.client.settings(disconnect_delays={org: 1500.0})
    request = house.ask_disconnect_org(org)
    house.approve(request)
    method = "team.externalTeams.disconnect"
    house.client.wait(lambda: house.calls(method, lambda call: call["args"]["target_team"] == org), 15)
    house.app.kill()
    house.app.start()
    house.card(request, "Done and proved", timeout=60)
    assert len(house.calls(method, lambda call: call["args"]["target_team"] == org)) == 1


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_killed_at_random_moments(own_house: Callable[..., House], kind: str) -> None:
    house = own_house(kind)
    house.app.start()
    chance = random.Random(SEED)
    asked: dict[str, str] = {}
    for _ in range(6 if kind == "sqlite" else 3):
        target = group(house)
        request = house.ask_disable_usergroup(target)
        asked[request] = target
        house.card(request)
        pressing = threading.Thread(
            target=wire.interaction,
            args=(house.app, wire.click("W0BEN00001", "approve", request)),
        )
        pressing.start()
        threading.Event().wait(chance.uniform(0.0, 0.12))
        house.app.kill()
        pressing.join()
        house.app.start()
    for request, target in asked.items():
        state = house.app.evidence(request)["request"]["state"]
        if state == "pending":  # killed before the click was recorded: it is as if nobody had clicked
            house.approve(request)
        house.card(request, "Done and proved", timeout=60)
        assert len(effects(house, METHOD, "usergroup", target)) == 1
    verified = house.app.cli("audit", "verify")
    assert verified.returncode == 0, verified.stdout


def test_the_card_is_posted_once_more_when_nobody_can_tell_whether_it_was(
    own_house: Callable[..., House],
) -> None:
    house = own_house()
    house.app.start()
    house.client.fault("chat.postMessage", "lost", times=1, match={"channel": "C0ADMIN0001"})
    request = house.ask_disable_usergroup(group(house))

    def both() -> list[Message]:
        cards = [found for found in house.ben.messages("C0ADMIN0001") if f"Request {request}" in found.text]
        return cards if len(cards) == 2 else []

    seen: list[Message] = house.client.wait(both, 15)
    house.ben.wait_reply(seen[1], "This card replaces an earlier one")
    house.ben.click(seen[0], "Approve", confirm=True)  # the buttons of either work
    house.card(request, "Done and proved")


def test_a_card_that_cannot_be_edited_any_more_is_replaced_and_both_are_linked(
    own_house: Callable[..., House],
) -> None:
    house = own_house()
    house.app.start()
    request = house.ask_disable_usergroup(group(house))
    old = house.card(request)
    house.client.fault("chat.update", "error", error="edit_window_closed", times=1)
    house.deny(request, "Not now")
    new = house.card(request, "Denied")
    assert new.ts != old.ts
    house.ben.wait_reply(old, "This card can no longer be changed")
    house.ben.wait_reply(new, "This card replaces an earlier one")


def test_a_clean_stop_and_start_loses_nothing(own_house: Callable[..., House]) -> None:
    house = own_house()
    house.app.start()
    request = house.ask_disable_usergroup(group(house))
    assert house.app.stop() == 0
    house.app.start()
    house.approve(request)
    house.card(request, "Done and proved")
