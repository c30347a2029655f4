"""Slack answers after ten seconds, hundreds of listeners wait: requests are acknowledged in time."""

import json
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from statistics import median, quantiles
from typing import Any

import pytest

from app.followups import EACH, THREADS, WAITING
from localslack.outbound.courier import Kind
from tests.support import wire
from tests.support.people import House
from tests.support.running import RunningApp

ANA, BEN = "W0ANA00001", "W0BEN00001"
DEADLINE = 3.0  # Slack's own
SLOW = 10.0


def report(about: str, took: list[float]) -> None:
    """Shown with `pytest -s`: figures are for people, the deadline is for the test."""
    ninety_nine = quantiles(took, n=100)[98]
    sys.stderr.write(f"\n{about}: p50 {median(took) * 1000:.0f} ms, p99 {ninety_nine * 1000:.0f} ms\n")


def timed(send: Callable[[], tuple[int, str]]) -> tuple[float, int, str]:
    began = time.perf_counter()
    status, body = send()
    return time.perf_counter() - began, status, body


def suggestion(house: House, query: str) -> dict[str, Any]:
    """Somebody types into a select of Ana's open form."""
    view = next(view for view in house.slack.world.talk.views.values() if view.content["private_metadata"])
    block = next(
        b for b in view.content["blocks"] if b.get("element", {}).get("type", "").endswith("external_select")
    )
    return {
        "type": "block_suggestion",
        **wire.person(ANA),
        "action_id": block["element"]["action_id"],
        "block_id": block["block_id"],
        "value": query,
        "view": {"id": view.id, "type": "modal", "private_metadata": view.content["private_metadata"]},
        "container": {"type": "view", "view_id": view.id},
    }


SELECT = 3  # its place among every kind


def every_kind(house: House, app: RunningApp, who: str) -> list[Callable[[], tuple[int, str]]]:
    """One of each thing Slack sends, by that person; only Ana has a form open to type into."""
    event = {
        "type": "event_callback",
        "enterprise_id": "E0MERIDIAN",
        "team_id": "T0HQ000001",
        "is_enterprise_install": True,
        "authorizations": [{"enterprise_id": "E0MERIDIAN", "is_enterprise_install": True, "user_id": "U"}],
        "event": {"type": "app_home_opened", "user": who, "tab": "home", "channel": "D1"},
    }
    typed = suggestion(house, "ini")
    return [
        lambda: wire.post(app, wire.command(who, "/disconnect-org")),
        lambda: wire.post(app, wire.command(who, "/drawbridge", "pending")),
        lambda: wire.interaction(app, wire.click(who, "approve", "R0000000")),
        lambda: wire.interaction(app, typed),
        lambda: wire.interaction(
            app, wire.submission(who, "deny_reason", "R0000000", {"reason": {"type": {"value": "no"}}})
        ),
        lambda: wire.post(app, json.dumps(event), kind="application/json"),
    ]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_with_a_slow_slack_two_hundred_requests_at_once_are_acknowledged_in_time(
    own_house: Callable[..., House], kind: str
) -> None:
    house = own_house(kind)
    house.app.start()
    house.open("/disconnect-org")
    house.offered("External organizations", "ini", "T0INITECH1")
    house.client.fault("*", "slow", seconds=SLOW)
    crowd = [every_kind(house, house.app, f"W0CROWD{number:04}") for number in range(200)]
    sends = [kinds[number % len(kinds)] for number, kinds in enumerate(crowd)]
    with ThreadPoolExecutor(200) as pool:
        found = list(pool.map(timed, sends))
    took = sorted(seconds for seconds, _, _ in found)
    report(f"200 at once, {kind}", took)
    assert {status for _, status, _ in found} == {200}
    assert took[-1] < DEADLINE
    offers = [json.loads(found[number][2]) for number in range(SELECT, 200, len(crowd[0]))]
    assert all(offer["options"] for offer in offers), "a select is answered from the snapshot"
    with ThreadPoolExecutor(8) as pool:  # those two hundred wait for Slack now
        later = [
            seconds for seconds, _, _ in pool.map(timed, [send for kinds in crowd[:20] for send in kinds])
        ]
    report(f"8 at a time while 200 wait for Slack, {kind}", later)
    assert max(later) < DEADLINE


def test_past_the_bounds_everybody_is_told_politely_and_nothing_typed_is_lost(
    own_house: Callable[..., House],
) -> None:
    house = own_house()
    house.app.start()
    house.open("/disconnect-org")
    house.ana.fill("Reason", "The contract ended.")
    house.offered("External organizations", "ini", "T0INITECH1")
    house.client.fault("*", "slow", seconds=30)
    crowd = [wire.command(f"W0CROWD{number:04}", "/disconnect-org") for number in range(THREADS + WAITING)]
    with ThreadPoolExecutor(16) as pool:
        first = list(pool.map(lambda command: wire.post(house.app, command), crowd))
        assert set(first) == {(200, "")}
        found = list(pool.map(timed, every_kind(house, house.app, BEN)))
    report("with every thread taken", [seconds for seconds, _, _ in found])
    assert all(seconds < DEADLINE and status == 200 for seconds, status, _ in found)
    command, _, button, select, submitted, event = [body for _, _, body in found]
    assert "busy, try again in a minute" in command
    assert button == event == ""
    assert json.loads(select)["options"]
    answer = json.loads(submitted)
    assert answer["response_action"] == "push", "the form stays as it is below"
    assert "what you entered is kept" in json.dumps(answer["view"], ensure_ascii=False)
    house.client.clear_faults()
    outcome = house.ana.modal()
    assert outcome is not None and "Reason" in outcome.text
    exposed = house.app.get("/metrics")[1]
    assert 'drawbridge_turned_away_total{kind="submission"} 1.0' in exposed
    assert 'drawbridge_turned_away_total{kind="button"} 1.0' in exposed


def test_one_persons_storm_turns_away_nobody_else(own_house: Callable[..., House]) -> None:
    house = own_house()
    house.app.start()
    house.client.fault("*", "slow", seconds=SLOW)
    storm = wire.command("W0STORM001", "/drawbridge", "pending")
    with ThreadPoolExecutor(32) as pool:
        took = list(pool.map(lambda _: timed(lambda: wire.post(house.app, storm)), range(600)))
    told = [body for _, status, body in took if status == 200]
    report("600 of one person", [seconds for seconds, _, _ in took])
    assert len(told) == 600 and max(seconds for seconds, _, _ in took) < DEADLINE
    assert len([body for body in told if "busy" in body]) >= 600 - 2 * EACH
    assert wire.post(house.app, wire.command(ANA, "/drawbridge", "pending")) == (200, "")


def test_over_a_socket_too(own_house: Callable[..., House]) -> None:
    house = own_house(socket_mode=True)
    house.app.start()
    house.client.wait(lambda: house.client.deliveries() is not None, 5)
    house.client.fault("*", "slow", seconds=SLOW)
    with ThreadPoolExecutor(100) as pool:
        list(
            pool.map(lambda _: house.ana.command("/drawbridge", "status", channel="C0LOBBY0001"), range(100))
        )
    sent = [found for found in house.client.deliveries() if found["kind"] == Kind.COMMAND]
    took = [found["ms"] / 1000 for found in sent]
    report("100 at once over a socket", took)
    assert [found["error"] for found in sent] == [None] * 100
